//! Progress, cancellation and observation between the blocks of the networks.

use std::cell::Cell;

use crate::error::{Cancelled, ProgressCallback};
use crate::tensor::Tensor;
use crate::weights::config::LatentDiffusionConfig;

/// Share of the work that the U-Net does, with the sizes of the published model; the rest is the decoder's.
const U_NET_SHARE: f32 = 0.6;

/// Receiver of intermediate results with their names.
pub type Observer<'a> = &'a dyn Fn(&str, &Tensor);

/// Progress through the blocks of the networks. The progress is reported when a block begins, and the
/// callback may stop the work.
pub(super) struct Monitor<'a> {
    on_progress: ProgressCallback<'a>,
    observer: Observer<'a>,
    done: Cell<f32>,
    /// Progress at the beginning of the present block.
    begun: Cell<f32>,
    /// Share of the whole work in one block of the U-Net, and in one block of the decoder.
    shares: [f32; 2],
}

/// Network to which a block belongs.
#[derive(Clone, Copy, Debug)]
pub(super) enum MonitoredNetwork {
    UNet,
    Decoder,
}

impl<'a> Monitor<'a> {
    /// Creates a monitor. batch: number of latents.
    pub fn new(
        on_progress: ProgressCallback<'a>,
        observer: Observer<'a>,
        batch: usize,
        config: &LatentDiffusionConfig,
    ) -> Self {
        let levels = config.u_net_channels.len();
        // Each level has its blocks on the way down, and one block more on the way up. The middle has two
        // blocks.
        let u_net = config.timesteps.len() * (levels * (2 * config.u_net_blocks + 1) + 2);
        let decoder =
            LatentDiffusionConfig::PLANES * (config.decoder_channels.len() * config.decoder_blocks + 2);
        let share = |part: f32, blocks: usize| part / (batch * blocks).max(1) as f32;
        let shares = [share(U_NET_SHARE, u_net), share(1.0 - U_NET_SHARE, decoder)];
        Self { on_progress, observer, done: Cell::default(), begun: Cell::default(), shares }
    }

    /// Reports that a block begins. Errors: those of the callback.
    pub fn begin(&self, part: MonitoredNetwork) -> Result<(), Cancelled> {
        let done = self.done.get();
        self.begun.set(done.min(1.0));
        self.check()?;
        let [u_net, decoder] = self.shares;
        self.done.set(done + if matches!(part, MonitoredNetwork::UNet) { u_net } else { decoder });
        Ok(())
    }

    /// Lets the callback stop the work inside a block. Errors: those of the callback.
    pub fn check(&self) -> Result<(), Cancelled> {
        (self.on_progress)(self.begun.get())
    }

    /// Passes an intermediate result to the observer.
    pub fn observe(&self, name: &str, result: &Tensor) {
        (self.observer)(name, result);
    }
}
