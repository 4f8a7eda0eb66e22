//! The path of `att3d interpolate`: weights of the prompts at keyframes, and the time of each keyframe.

use std::str::FromStr;

use crate::failure::Failure;

/// Weights of the prompts, in their order.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights(pub Vec<f32>);

impl FromStr for Weights {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let weights =
            text.split(',').map(|part| part.trim().parse::<f32>().ok().filter(|part| part.is_finite()));
        let weights: Option<Vec<f32>> = weights.collect();
        weights
            .map(Self)
            .ok_or_else(|| "expected numbers separated by commas, one per prompt: 0.5,0.3,0.2".into())
    }
}

/// The path of an interpolation: at least one keyframe, and the time of each.
pub struct Walk {
    keyframes: Vec<Weights>,
    /// Time of each keyframe, increasing. Given times are in seconds. Otherwise the unit is the time from one
    /// keyframe to the next.
    times: Vec<f32>,
}

impl Walk {
    /// Makes a path. keyframes: weights of the prompts; if it is empty, each prompt is a keyframe. times: one
    /// per keyframe, in seconds; if it is empty, the keyframes have the times 0, 1, 2 and so on. Errors:
    /// `Keyframe`, `Times`.
    pub fn new(prompts: usize, keyframes: &[Weights], times: &[f32]) -> Result<Self, Failure> {
        let keyframes = match keyframes {
            [] => (0..prompts).map(|prompt| only(prompt, prompts)).collect(),
            given => given.to_vec(),
        };
        if let Some(odd) = keyframes.iter().find(|weights| weights.0.len() != prompts) {
            return Err(Failure::Keyframe { found: odd.0.len(), prompts });
        }
        let times = match times {
            [] => (0..keyframes.len()).map(|keyframe| keyframe as f32).collect(),
            given => given.to_vec(),
        };
        let rises = times.windows(2).all(|pair| (pair[1] - pair[0]).is_normal() && pair[0] < pair[1]);
        let walk = Self { keyframes, times };
        if walk.times.len() != walk.keyframes.len() || !rises || !walk.length().is_finite() {
            return Err(Failure::Times { found: walk.times.len(), keyframes: walk.keyframes.len() });
        }
        Ok(walk)
    }

    /// Returns the keyframes.
    pub fn keyframes(&self) -> &[Weights] {
        &self.keyframes
    }

    /// Returns the time from the first keyframe to the last, in the unit of the times.
    pub fn length(&self) -> f32 {
        self.times[self.times.len() - 1] - self.times[0]
    }

    /// Returns the weights at one of `steps` moments, which are evenly spaced in time from the first keyframe
    /// to the last.
    pub fn weights_at(&self, step: u16, steps: u16) -> Vec<f32> {
        let share = f32::from(step) / f32::from(steps.max(2) - 1);
        let time = self.times[0] + share * self.length();
        let next = self.times.partition_point(|reached| *reached < time).min(self.times.len() - 1);
        let Some(before) = next.checked_sub(1) else { return self.keyframes[0].0.clone() };
        // Rounding may move the last moment beyond the last keyframe.
        let way = ((time - self.times[before]) / (self.times[next] - self.times[before])).min(1.0);
        let (from, to) = (&self.keyframes[before].0, &self.keyframes[next].0);
        from.iter().zip(to).map(|(from, to)| from * (1.0 - way) + to * way).collect()
    }
}

/// Returns weights with all weight on one prompt.
fn only(prompt: usize, prompts: usize) -> Weights {
    Weights((0..prompts).map(|index| if index == prompt { 1.0 } else { 0.0 }).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

    use super::*;

    #[test]
    fn walk_begins_and_ends_at_its_prompts() {
        let walk = Walk::new(3, &[], &[]).unwrap();
        assert_eq!(walk.weights_at(0, 5), [1.0, 0.0, 0.0]);
        assert_eq!(walk.weights_at(2, 5), [0.0, 1.0, 0.0]);
        assert_eq!(walk.weights_at(4, 5), [0.0, 0.0, 1.0]);
        assert_eq!(walk.weights_at(1, 5), [0.5, 0.5, 0.0]);
    }

    #[test]
    fn keyframes_are_reached_in_their_time() {
        let keyframes: Vec<Weights> = ["1,0", "0.5, 0.5", "0,1"].map(|text| text.parse().unwrap()).into();
        let walk = Walk::new(2, &keyframes, &[2.0, 3.0, 6.0]).unwrap();
        assert_eq!(walk.length(), 4.0);
        assert_eq!(walk.weights_at(1, 5), [0.5, 0.5]);
        assert_eq!(walk.weights_at(2, 9), [0.5, 0.5]);
        assert_eq!(walk.weights_at(1, 9), [0.75, 0.25]);
        assert_eq!(walk.weights_at(8, 9), [0.0, 1.0]);
    }

    #[test]
    fn the_last_moment_is_the_last_keyframe_however_times_round() {
        for last in 0..1_000 {
            let times = [0.7, 1.1, 1.9 + last as f32 * 0.001];
            assert_eq!(Walk::new(3, &[], &times).unwrap().weights_at(6, 7), [0.0, 0.0, 1.0]);
        }
    }

    #[test]
    fn one_keyframe_stays() {
        let walk = Walk::new(2, &[Weights(vec![0.3, 0.7])], &[]).unwrap();
        assert_eq!(walk.weights_at(0, 1), [0.3, 0.7]);
        assert_eq!(walk.length(), 0.0);
    }

    #[test]
    fn what_makes_no_walk_is_refused() {
        assert!("1,x".parse::<Weights>().is_err() && "".parse::<Weights>().is_err());
        assert!("nan,1".parse::<Weights>().is_err());
        assert!(matches!(Walk::new(2, &[Weights(vec![1.0])], &[]), Err(Failure::Keyframe { found: 1, .. })));
        let odd = [
            &[0.0][..],
            &[0.0, 1.0, 2.0],
            &[1.0, 1.0],
            &[2.0, 1.0],
            &[0.0, f32::NAN],
            &[-3e38, 3e38],
            &[0.0, 1e-45],
        ];
        for times in odd {
            assert!(matches!(Walk::new(2, &[], times), Err(Failure::Times { keyframes: 2, .. })));
        }
    }
}
