//! Evaluation of values at points.

use super::super::panel::{Panel, WIDTH, load, store};
use super::super::simd::{LaneWork, Lanes, math};
use super::decoder::{Decoder, coordinates};
use super::encoding::Features;
use super::network::{Epilogue, add};
use crate::engine::{ChannelHead, RadialBias};

/// A decode of points into values, point-major.
pub(super) struct Decode<'a> {
    pub(super) decoder: &'a Decoder,
    pub(super) points: &'a [[f32; 3]],
    pub(super) values: &'a mut [f32],
}

impl LaneWork for Decode<'_> {
    type Output = ();
    #[inline(always)]
    fn run<L: Lanes>(self) {
        let decoder = self.decoder;
        let channels = decoder.heads.len();
        let mut input = vec![[0.0; WIDTH]; decoder.network.width()];
        let mut output = input.clone();
        let mut room = Vec::new();
        let blocks = self.points.chunks(WIDTH).zip(self.values.chunks_mut(WIDTH * channels));
        for (points, values) in blocks {
            let positions = coordinates(points);
            let mut features = Features { values: &mut input, slopes: &mut [], room: &mut room };
            decoder.sample::<L, false>(&positions, &mut features);
            let last = decoder.network_forward::<L>(&mut input, &mut output);
            decoder.finish::<L>(&positions, &mut last[..channels]);
            if channels == 1 {
                values.copy_from_slice(&last[0][..values.len()]);
                continue;
            }
            for (lane, values) in values.chunks_mut(channels).enumerate() {
                for (value, panel) in values.iter_mut().zip(last.iter()) {
                    *value = panel[lane];
                }
            }
        }
    }
}

impl Decoder {
    /// Writes all features of sixteen points.
    #[inline(always)]
    pub(super) fn sample<L: Lanes, const SLOPES: bool>(
        &self,
        positions: &[Panel; 3],
        features: &mut Features<'_>,
    ) {
        let mut first = 0;
        for part in &self.parts {
            part.sample::<L, SLOPES>(positions, features, first);
            first += part.channels;
        }
    }

    /// Computes all layers, alternating between two arrays. Returns the array that holds the last layer's
    /// outputs.
    #[inline(always)]
    fn network_forward<'b, L: Lanes>(
        &self,
        input: &'b mut [Panel],
        output: &'b mut [Panel],
    ) -> &'b mut [Panel] {
        let (mut from, mut to) = (input, output);
        let count = self.network.layers.len();
        for (index, layer) in self.network.layers.iter().enumerate() {
            if index > 0 {
                std::mem::swap(&mut from, &mut to);
            }
            let is_last = index + 1 == count;
            let epilogue = if is_last { Epilogue::Stay } else { Epilogue::Activate(self.network.activation) };
            layer.forward::<L>(from, to, epilogue);
            if layer.residual {
                add::<L>(&mut to[..layer.outputs], from);
            }
        }
        to
    }

    /// Applies the radial bias and the heads.
    #[inline(always)]
    fn finish<L: Lanes>(&self, positions: &[Panel; 3], panels: &mut [Panel]) {
        if let (Some(bias), Some(panel)) = (self.radial_bias, panels.first_mut()) {
            let ([a, b], [ra, rb]) = (load::<L>(panel), radius::<L>(positions));
            store([biased(bias, a, ra), biased(bias, b, rb)], panel);
        }
        for (panel, head) in panels.iter_mut().zip(&self.heads) {
            let [a, b] = load::<L>(panel);
            match head {
                ChannelHead::Identity => {}
                ChannelHead::Softplus => store([math::softplus(a), math::softplus(b)], panel),
                ChannelHead::Sigmoid => store([math::sigmoid(a), math::sigmoid(b)], panel),
            }
        }
    }
}

/// Computes value + constant + slope · radius.
#[inline(always)]
pub(super) fn biased<L: Lanes>(bias: RadialBias, value: L, radius: L) -> L {
    radius.multiply_add(L::splat(bias.slope), value.add(L::splat(bias.constant)))
}

/// Returns the distances from the origin.
#[inline(always)]
pub(super) fn radius<L: Lanes>(positions: &[Panel; 3]) -> [L; 2] {
    let [x, y, z] = [load::<L>(&positions[0]), load::<L>(&positions[1]), load::<L>(&positions[2])];
    let mut radius = [L::splat(0.0); 2];
    for (half, radius) in radius.iter_mut().enumerate() {
        let square = x[half].multiply(x[half]);
        let square = y[half].multiply_add(y[half], square);
        *radius = z[half].multiply_add(z[half], square).square_root();
    }
    radius
}
