#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use std::sync::Arc;

use att3d::engine::Engine;
use att3d::nn::{Init, Parameters};
use att3d_torch::TorchEngine;
use tch::Kind;

use super::*;

const SHAPES: [(&str, &[usize]); 4] = [
    ("layer.weight", &[3, 4]),
    ("layer.bias", &[3]),
    ("token_embedding.weight", &[5, 2]),
    ("wide.weight", &[12, 20]),
];

const fn rates(rate: f64) -> Rates {
    Rates { vectors: rate, matrices: rate }
}

fn engine() -> Arc<dyn Engine> {
    Arc::new(TorchEngine::new(tch::Device::Cpu, Some(1)).unwrap().with_gradients(true))
}

fn store(seed: u64) -> ParameterStore {
    let store = ParameterStore::new(engine(), seed);
    for (name, shape) in SHAPES {
        store.get(name, shape, Init::Normal { deviation: 0.5 }).unwrap();
    }
    store
}

fn recipe() -> Recipe {
    Recipe { weight_decay: 0.1, clip_norm: 1e9, average_decay: 0.99, ..Recipe::default() }
}

/// Sets the gradients to those of Σ variable² · scale, so that each step has different ones.
fn back_propagate(optimizer: &mut Optimizer, scale: f64) {
    optimizer.zero_grad().unwrap();
    for slot in optimizer.slots.values() {
        (slot.variable.square() * scale).sum(Kind::Float).backward();
    }
}

fn values(optimizer: &Optimizer, name: &str) -> Vec<f32> {
    optimizer.state().unwrap()[name].1.clone()
}

#[test]
fn first_values_depend_on_seed_and_name_alone() {
    let backwards = ParameterStore::new(engine(), 7);
    for (name, shape) in SHAPES.into_iter().rev() {
        backwards.get(name, shape, Init::Normal { deviation: 0.5 }).unwrap();
    }
    let first = Optimizer::new(store(7), &recipe()).unwrap().state().unwrap();
    assert_eq!(first, Optimizer::new(backwards, &recipe()).unwrap().state().unwrap());
    assert_ne!(first, Optimizer::new(store(8), &recipe()).unwrap().state().unwrap());
}

#[test]
fn two_steps_match_the_formula() {
    let mut optimizer = Optimizer::new(store(3), &recipe()).unwrap();
    let rate = 0.01;
    for (name, decay) in [("layer.weight", 0.1), ("layer.bias", 0.0), ("token_embedding.weight", 0.0)] {
        let Rule::Adam { decays, .. } = optimizer.slots[name].rule else {
            panic!("{name} is no matrix for Muon")
        };
        assert_eq!(decays, decay > 0.0, "{name}");
    }
    let start = optimizer.state().unwrap();
    for _ in 0..2 {
        back_propagate(&mut optimizer, 0.5);
        optimizer.step(rates(rate)).unwrap();
    }
    for (name, decay) in [("layer.weight", 0.1), ("layer.bias", 0.0)] {
        let found = values(&optimizer, &format!("variable/{name}"));
        let averages = values(&optimizer, &format!("average/{name}"));
        for (index, &first) in start[&format!("variable/{name}")].1.iter().enumerate() {
            let (mut x, mut average) = (f64::from(first), f64::from(first));
            let (mut mean, mut square) = (0.0, 0.0);
            for step in 1..=2 {
                let gradient = x;
                mean = BETAS[0] * mean + (1.0 - BETAS[0]) * gradient;
                square = BETAS[1] * square + (1.0 - BETAS[1]) * gradient * gradient;
                let corrected = (square / (1.0 - BETAS[1].powi(step))).sqrt() + EPSILON;
                x -= rate * decay * x;
                x -= rate * mean / (1.0 - BETAS[0].powi(step)) / corrected;
                let follow = 0.99f64.min((1.0 + f64::from(step)) / (10.0 + f64::from(step)));
                average = follow * average + (1.0 - follow) * x;
            }
            assert!((f64::from(found[index]) - x).abs() < 1e-6, "{name} {index}: {} for {x}", found[index]);
            assert!((f64::from(averages[index]) - average).abs() < 1e-6, "average of {name} {index}");
        }
    }
}

#[test]
fn a_long_gradient_is_cut_to_the_clip() {
    let clipped = Recipe { clip_norm: 0.5, ..recipe() };
    let mut optimizer = Optimizer::new(store(4), &clipped).unwrap();
    back_propagate(&mut optimizer, 1000.0);
    optimizer.step(rates(0.01)).unwrap();
    // After one step, the running mean of each rule is a known share of the clipped gradient: 1 - first for
    // AdamW, and 0.05 for Muon.
    let of_part = |kind: &str, share: f64| -> f64 {
        let state = optimizer.state().unwrap();
        let arrays = state.iter().filter(|(name, _)| name.starts_with(kind));
        arrays.flat_map(|(_, (_, values))| values).map(|&value| (f64::from(value) / share).powi(2)).sum()
    };
    let norm = (of_part("mean/", 1.0 - BETAS[0]) + of_part("momentum/", 0.05)).sqrt();
    assert!((norm - 0.5).abs() < 1e-5, "{norm}");
}

#[test]
fn a_gradient_that_is_no_number_changes_nothing() {
    let mut optimizer = Optimizer::new(store(5), &recipe()).unwrap();
    let before = optimizer.state().unwrap();
    back_propagate(&mut optimizer, f64::NAN);
    assert!(matches!(optimizer.step(rates(0.01)), Err(TrainError::Diverged { step: 0 })));
    assert_eq!(before, optimizer.state().unwrap());
}

#[test]
fn a_restored_optimizer_takes_the_same_steps() {
    let mut original = Optimizer::new(store(6), &recipe()).unwrap();
    let advance = |optimizer: &mut Optimizer, steps: std::ops::Range<u64>| {
        for step in steps {
            back_propagate(optimizer, 1.0 + step as f64);
            optimizer.step(rates(0.02)).unwrap();
        }
    };
    advance(&mut original, 0..3);
    let mut restored = Optimizer::new(store(99), &recipe()).unwrap();
    restored.load_state(&original.state().unwrap()).unwrap();
    advance(&mut original, 3..6);
    advance(&mut restored, 3..6);
    assert_eq!(original.state().unwrap(), restored.state().unwrap());
}

#[test]
fn a_state_that_does_not_fit_is_refused_by_name() {
    let mut optimizer = Optimizer::new(store(1), &recipe()).unwrap();
    let mut state = optimizer.state().unwrap();
    state.insert("mean/layer.bias".into(), (vec![2], vec![0.0; 2]));
    let error = optimizer.load_state(&state).unwrap_err().to_string();
    assert!(error.contains("mean/layer.bias") && error.contains("[2]"), "{error}");
    state.remove("mean/layer.bias");
    assert!(optimizer.load_state(&state).unwrap_err().to_string().contains("mean/layer.bias"));
}

#[test]
fn step_counts_survive_as_floats() {
    for steps in [0, 1, 0xf_ffff, 0x10_0000, (1 << 43) + 12_345] {
        assert_eq!(join(&split(steps)), steps);
    }
}

#[test]
fn without_muon_and_momentum_each_step_follows_the_sign_of_the_gradient() {
    let damping =
        Damping { weight_decay: 0.0, betas: [0.0, 0.9], has_muon: false, ..Damping::from(&recipe()) };
    let mut optimizer = Optimizer::new(store(3), damping).unwrap();
    assert!(optimizer.slots.values().all(|slot| matches!(slot.rule, Rule::Adam { .. })));
    let before = values(&optimizer, "variable/layer.weight");
    back_propagate(&mut optimizer, 0.5);
    optimizer.step(rates(0.01)).unwrap();
    let after = values(&optimizer, "variable/layer.weight");
    for (after, before) in after.iter().zip(&before) {
        // The gradient is the value itself. In the first step, the corrected mean square is its square.
        assert!((after - (before - 0.01 * before.signum())).abs() < 1e-5, "{before}, then {after}");
    }
}
