//! The noise schedule of the training, and the steps of DDIM, which add no noise (Song et al. 2021).

use crate::tensor::{Tensor, TensorResult};
use crate::weights::config::LatentDiffusionConfig;

/// Shares of the image and of the noise at the times at which the denoiser runs.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Schedule {
    steps: Vec<Step>,
}

/// One step of the removal of noise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Step {
    /// Time of the training's schedule.
    pub time: usize,
    /// Factors of the image and of the noise at this time.
    shares: [f32; 2],
    /// Factors of the image and of the noise at the time of the next step; `None` for the last step.
    next: Option<[f32; 2]>,
}

impl Schedule {
    pub fn new(config: &LatentDiffusionConfig) -> Self {
        let kept = kept_variances(config);
        let shares = |time: usize| {
            let kept = kept.get(time).copied().unwrap_or(0.0);
            [kept.sqrt(), (1.0 - kept).sqrt()]
        };
        let times = &config.timesteps;
        let next = times.iter().skip(1).map(|&time| Some(shares(time))).chain([None]);
        let step = |(&time, next)| Step { time, shares: shares(time), next };
        Self { steps: times.iter().zip(next).map(step).collect() }
    }

    /// Returns the steps from noisy to clean.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }
}

impl Step {
    /// Returns the estimate of the image without noise. noisy: the image at this time. predicted: the noise
    /// that the denoiser predicts.
    pub fn clean(&self, noisy: &Tensor, predicted: &Tensor) -> TensorResult<Tensor> {
        let [image, noise] = self.shares;
        noisy.affine(1.0 / image, 0.0)?.subtract(&predicted.affine(noise / image, 0.0)?)
    }

    /// Returns the image at the time of the next step; `None` after the last step.
    pub fn next(&self, clean: &Tensor, predicted: &Tensor) -> TensorResult<Option<Tensor>> {
        let Some([image, noise]) = self.next else { return Ok(None) };
        clean.affine(image, 0.0)?.add(&predicted.affine(noise, 0.0)?).map(Some)
    }
}

/// Returns, for each time, the share of the image's variance that is left (ᾱ). The square roots of the
/// variances that the steps add are equally spaced.
fn kept_variances(config: &LatentDiffusionConfig) -> Vec<f32> {
    let (first, last) = (f64::from(config.beta_start).sqrt(), f64::from(config.beta_end).sqrt());
    let intervals = config.training_steps.saturating_sub(1).max(1) as f64;
    let mut kept = 1.0;
    let next = |time| {
        let root = first + (last - first) * (time as f64 / intervals);
        kept *= 1.0 - root * root;
        kept as f32
    };
    (0..config.training_steps).map(next).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shares_are_those_of_stable_diffusion() {
        let schedule = Schedule::new(&LatentDiffusionConfig::published());
        let found: Vec<_> = schedule.steps().iter().map(|step| (step.time, step.shares)).collect();
        // Computed with diffusers' DDIMScheduler, in f32.
        let expected = [
            (999, [0.068_264_89, 0.997_667_25]),
            (749, [0.237_956_82, 0.971_275_75]),
            (499, [0.526_943_5, 0.849_900_3]),
            (249, [0.821_846_7, 0.569_708_65]),
        ];
        for ((time, [image, noise]), (expected_time, shares)) in found.into_iter().zip(expected) {
            assert_eq!(time, expected_time);
            let differences = [image / shares[0] - 1.0, noise / shares[1] - 1.0];
            assert!(differences.iter().all(|difference| difference.abs() < 5e-6), "{time}: {differences:?}");
        }
        assert_eq!(schedule.steps().last().map(|step| step.next), Some(None));
    }
}
