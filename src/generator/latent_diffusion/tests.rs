#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by a panic"
)]

use std::cell::RefCell;
use std::collections::BTreeMap;

use parking_lot::Mutex;

use super::*;
use crate::engine::cpu::CpuEngine;
use crate::error::{Cancelled, no_progress};
use crate::generator::tests::{RandomParameters, TEXT_WIDTH, latent, sample_with_zeros, values};
use crate::nn::{Init, Parameters};

/// Returns small sizes, which run in milliseconds.
pub(in crate::generator) fn tiny() -> LatentDiffusionConfig {
    LatentDiffusionConfig {
        latent_resolution: 4,
        u_net_channels: vec![4, 8],
        u_net_blocks: 1,
        head_width: 2,
        norm_groups: 2,
        adapter_rank: 2,
        decoder_channels: vec![4, 4],
        decoder_blocks: 1,
        plane_features: 2,
        hidden_width: 4,
        timesteps: vec![999, 499],
        ..LatentDiffusionConfig::published()
    }
}

fn load(parameters: &RandomParameters) -> LatentDiffusion {
    LatentDiffusion::load(&Scope::root(parameters), &tiny(), TEXT_WIDTH).unwrap()
}

/// A record of the requested parameters. Large parameters have no storage, because loading does not read
/// them.
struct Requests {
    engine: Arc<dyn Engine>,
    counts: RefCell<BTreeMap<String, usize>>,
}

impl Parameters for Requests {
    fn get(&self, name: &str, shape: &[usize], _init: Init) -> Result<Tensor, NnError> {
        let count = shape.iter().product();
        self.counts.borrow_mut().insert(name.to_owned(), count);
        if count < 100_000 {
            return Ok(Tensor::from_slice(&self.engine, &vec![0.0; count], shape)?);
        }
        let nothing = Tensor::from_slice(&self.engine, &[0.0], &[1])?;
        Ok(Tensor::from_buffer(&self.engine, nothing.buffer().clone(), shape))
    }
}

#[test]
fn the_published_sizes_request_the_tensors_of_stable_diffusion() {
    let requests =
        Requests { engine: Arc::new(CpuEngine::new(Some(1)).unwrap()), counts: RefCell::default() };
    LatentDiffusion::load(&Scope::root(&requests), &LatentDiffusionConfig::published(), 1024).unwrap();
    let counts = requests.counts.into_inner();
    let of = |prefix: &str| {
        let found = counts.iter().filter(|(name, _)| name.starts_with(prefix));
        found.fold((0, 0), |(tensors, numbers), (_, count)| (tensors + 1, numbers + count))
    };
    assert_eq!(of("unet."), (686, 865_910_724));
    assert_eq!(of("vae."), (140, 49_560_532));
    // 16 transformers with four projections each.
    assert_eq!(of("adapter."), (16 * 4 * 2, 9_584_640));
    assert_eq!(of("sdf_network."), (3, 6_208));
    assert_eq!(of("deformation_network."), (3, 6_336));
    assert_eq!(of("feature_network."), (3, 10_432));
}

#[test]
fn seeds_give_other_fields_and_one_seed_always_the_same() {
    let parameters = RandomParameters::new(0.2);
    let (generator, latent) = (load(&parameters), latent(&parameters, 1));
    let points = parameters.tensor("points", &[1, 50, 3]);
    let found = |seed| values(&generator.forward(&latent, seed, &no_progress).unwrap().geometry, &points);
    assert_eq!(found(3), found(3));
    assert_ne!(found(3), found(4));
}

#[test]
fn progress_grows_from_0_to_1_and_each_report_can_stop_the_work() {
    let parameters = RandomParameters::new(0.2);
    let (generator, latent) = (load(&parameters), latent(&parameters, 2));
    let reports = Mutex::new(Vec::new());
    let record = |fraction| {
        reports.lock().push(fraction);
        Ok(())
    };
    generator.forward(&latent, 0, &record).unwrap();
    let reports = reports.into_inner();
    assert!(reports.is_sorted() && reports.first() == Some(&0.0) && reports.last() == Some(&1.0));
    // Per latent: two steps of a U-Net with two levels, and six planes through a decoder with two levels.
    // Inside a block, the progress stays.
    let mut begun = reports.clone();
    begun.dedup();
    assert_eq!(begun.len(), 2 * (2 * (2 * 3 + 2) + 6 * (2 + 2)) + 1);
    assert!(reports.len() > 2 * begun.len());
    let (blocks, last) = (begun.len() - 1, reports.len() - 1);
    let steps = reports.windows(2).map(|pair| pair[1] - pair[0]);
    assert!(steps.fold(0.0, f32::max) < 5.0 / blocks as f32, "{reports:?}");

    for stopped in [0, 1, last / 2, last] {
        let calls = Mutex::new(0);
        let stop = |_| {
            *calls.lock() += 1;
            if *calls.lock() > stopped { Err(Cancelled) } else { Ok(()) }
        };
        let result = generator.forward(&latent, 0, &stop);
        assert!(matches!(result, Err(NnError::Cancelled(_))), "stop after {stopped} reports");
        assert_eq!(calls.into_inner(), stopped + 1);
    }
}

#[test]
fn planes_are_sampled_as_triplane_turbo_samples_them() {
    let parameters = RandomParameters::new(0.2);
    let (edge, features) = (6, 2);
    let decoded: Vec<Tensor> = (0..6)
        .map(|index| parameters.tensor(&format!("plane {index}"), &[1, features, edge, edge]))
        .collect();
    let points = parameters.tensor("points", &[1, 40, 3]);
    let coordinates = points.to_vec().unwrap();
    let half_side = (edge + 2) as f32 / edge as f32;
    for (made, first) in [(planes::geometry(&decoded).unwrap(), 0), (planes::texture(&decoded).unwrap(), 3)] {
        let found = made.sample_triplane(&points).unwrap().to_vec().unwrap();
        for (point, found) in coordinates.chunks(3).zip(found.chunks(3 * features)) {
            // This library's axes (X, Y, Z) are TriplaneTurbo's (y, z, x).
            let [y, z, x] = [0, 1, 2].map(|axis| point[axis] * half_side);
            // For this library's planes XY, XZ, YZ: the decoded plane, and its column and row.
            for (plane, (source, column, row)) in [(2, y, -z), (0, y, x), (1, -x, -z)].into_iter().enumerate()
            {
                let held = decoded[first + source].to_vec().unwrap();
                for feature in 0..features {
                    let value = |row: usize, column: usize| held[(feature * edge + row) * edge + column];
                    let expected = sample_with_zeros(&value, edge, column, row);
                    let found = found[plane * features + feature];
                    assert!((found - expected).abs() < 1e-5, "{point:?}, plane {plane}: {found}, {expected}");
                }
            }
        }
    }
}
