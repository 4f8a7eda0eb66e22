//! Compares autograd's gradients of tensor operations with finite differences, and tests that inference
//! records no gradients.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by a panic"
)]

use std::sync::Arc;

use att3d::engine::{Engine, Precision, Reduction, Unary};
use att3d::tensor::{Tensor, TensorResult};
use att3d_torch::TorchEngine;
use att3d_torch::tch::{self, Device};

/// Returns repeatable values in [-1, 1).
fn values(seed: u32, count: usize) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
    (0..count)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 23) as f32 - 1.0
        })
        .collect()
}

fn engine(gradients: bool) -> Arc<dyn Engine> {
    Arc::new(TorchEngine::new(Device::Cpu, Some(1)).unwrap().with_gradients(gradients))
}

/// Makes a leaf of the autograd graph. Returns a tensor that shares the storage of the leaf, and the leaf
/// itself.
fn leaf(engine: &Arc<dyn Engine>, values: &[f32], shape: &[usize]) -> (Tensor, tch::Tensor) {
    let sizes: Vec<i64> = shape.iter().map(|&size| size as i64).collect();
    let variable =
        tch::Tensor::f_from_slice(values).unwrap().f_reshape(sizes).unwrap().set_requires_grad(true);
    let buffer = TorchEngine::wrap(variable.shallow_clone());
    (Tensor::from_buffer(engine, buffer, shape), variable)
}

const SHAPES: [&[usize]; 10] = [
    &[2, 7, 3],     // points' features
    &[12, 3, 3, 3], // convolution
    &[12],          // its bias
    &[12],          // scale of the normalizations
    &[12],          // shift of the normalizations
    &[5, 4],        // token table
    &[12, 12],      // query
    &[4, 12],       // keys
    &[9, 9],        // hidden layer of the decoder
    &[1, 9],        // output layer of the decoder
];

/// Uses each kernel that training uses, except `concat` and `affine`. Returns a scalar.
fn network(engine: &Arc<dyn Engine>, parameters: &[Tensor]) -> TensorResult<Tensor> {
    let [features, conv, bias, scale, shift, table, query, keys, hidden, output] = parameters else {
        panic!("expected ten parameters, found {}", parameters.len());
    };
    let cells: Vec<u32> = (0..14).map(|index| (index * 5 % 13) as u32).collect();
    let planes = features.scatter_mean(&cells, 16)?.permute(&[0, 2, 1])?.reshape(&[2, 3, 4, 4])?;
    let x = planes.conv2d(conv, Some(bias), 1, 1)?.group_norm(3, scale, shift, 1e-5)?.unary(Unary::Silu)?;
    let x = x.binomial_filter()?;
    let tokens = table.embedding(&[0, 3, 3, 1, 4, 2])?.reshape(&[2, 3, 4])?;
    let queries = x.reshape(&[2, 12, 16])?.permute(&[0, 2, 1])?.linear(query, None)?;
    let heads = |x: &Tensor, rows: usize| x.reshape(&[2, rows, 2, 6])?.permute(&[0, 2, 1, 3]);
    let memory = tokens.linear(&Tensor::permute(keys, &[1, 0])?, None)?;
    let mask = Tensor::from_slice(engine, &[0.0, 0.0, -1e9, 0.0, 0.0, 0.0], &[2, 3])?;
    let read =
        heads(&queries, 16)?.attention(&heads(&memory, 3)?, &heads(&memory, 3)?, Some(&mask), false)?;
    let read = read.permute(&[0, 2, 1, 3])?.reshape(&[2, 16, 12])?;
    let read = read.layer_norm(scale, shift, 1e-5)?.permute(&[0, 2, 1])?.reshape(&[2, 12, 4, 4])?;
    let x = x.add(&read)?.upsample_nearest(2)?.narrow(1, 0, 9)?;
    let planes = x.reshape(&[2, 3, 3, 8, 8])?.permute(&[0, 1, 3, 4, 2])?;
    let points = Tensor::from_slice(engine, &values(99, 2 * 11 * 3), &[2, 11, 3])?;
    let decoded = planes.sample_triplane(&points)?.linear(hidden, None)?.unary(Unary::Gelu)?;
    let grid = decoded.narrow(1, 0, 8)?.reshape(&[2, 2, 2, 2, 9])?;
    let again = grid.sample_voxel_grid(&points)?.add(&decoded)?.linear(output, None)?;
    let peak = again.reduce(Reduction::Maximum, 1)?.reduce(Reduction::Sum, 0)?;
    let total = again.multiply(&again)?.reduce(Reduction::Mean, 1)?.reduce(Reduction::Sum, 0)?;
    total.add(&peak)?.reshape(&[1])
}

#[test]
fn gradients_of_a_network_are_its_slopes() {
    let engine = engine(true);
    let start: Vec<Vec<f32>> = SHAPES
        .iter()
        .enumerate()
        .map(|(index, shape)| values(index as u32, shape.iter().product()))
        .collect();
    let (parameters, variables): (Vec<_>, Vec<_>) =
        start.iter().zip(SHAPES).map(|(values, shape)| leaf(&engine, values, shape)).unzip();
    let loss = network(&engine, &parameters).unwrap();
    TorchEngine::tensor(loss.buffer()).unwrap().f_backward().unwrap();

    let loss_at = |which: usize, direction: &[f32], step: f32| {
        let moved: Vec<Tensor> = start
            .iter()
            .zip(SHAPES)
            .enumerate()
            .map(|(index, (values, shape))| {
                let mut values = values.clone();
                if index == which {
                    values.iter_mut().zip(direction).for_each(|(value, d)| *value += step * d);
                }
                Tensor::from_slice(&engine, &values, shape).unwrap()
            })
            .collect();
        f64::from(network(&engine, &moved).unwrap().to_vec().unwrap()[0])
    };
    for (index, variable) in variables.iter().enumerate() {
        let gradient: Vec<f32> = Vec::try_from(variable.grad().flatten(0, -1)).unwrap();
        let direction = values(1000 + index as u32, gradient.len());
        let expected: f64 = gradient.iter().zip(&direction).map(|(g, d)| f64::from(g * d)).sum();
        let step = 2e-3;
        let found =
            (loss_at(index, &direction, step) - loss_at(index, &direction, -step)) / (2.0 * f64::from(step));
        assert!(
            (found - expected).abs() < 0.02 * (0.1 + expected.abs()),
            "parameter {index}: the slope is {expected} by autograd and {found} by finite differences"
        );
    }
}

#[test]
fn products_in_bf16_give_f32_gradients_close_to_those_of_f32_products() {
    let gradients = |products: Precision| -> Vec<Vec<f32>> {
        let torch = TorchEngine::new(Device::Cpu, Some(1)).unwrap().with_gradients(true);
        let engine: Arc<dyn Engine> = Arc::new(torch.with_products_in(products));
        let leaves = SHAPES
            .iter()
            .enumerate()
            .map(|(index, shape)| leaf(&engine, &values(index as u32, shape.iter().product()), shape));
        let (parameters, variables): (Vec<_>, Vec<_>) = leaves.unzip();
        let loss = network(&engine, &parameters).unwrap();
        TorchEngine::tensor(loss.buffer()).unwrap().f_backward().unwrap();
        let gradient = |variable: &tch::Tensor| {
            assert_eq!(variable.grad().kind(), tch::Kind::Float);
            Vec::try_from(variable.grad().flatten(0, -1)).unwrap()
        };
        variables.iter().map(gradient).collect()
    };
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(a * b)).sum::<f64>();
    for (index, (exact, rounded)) in
        gradients(Precision::F32).iter().zip(&gradients(Precision::Bf16)).enumerate()
    {
        assert_ne!(
            exact, rounded,
            "parameter {index}: the gradients with products in bf16 and in f32 are equal; expected a difference"
        );
        let cosine = dot(exact, rounded) / (dot(exact, exact) * dot(rounded, rounded)).sqrt();
        assert!(cosine > 0.995, "parameter {index}: the cosine is {cosine}");
    }
}

#[test]
fn inference_leaves_no_trace_on_any_thread() {
    let engine = engine(false);
    let (x, _) = leaf(&engine, &values(1, 6), &[2, 3]);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let y = x.unary(Unary::Silu).unwrap();
            assert!(!TorchEngine::tensor(y.buffer()).unwrap().requires_grad());
        });
    });
    let y = x.unary(Unary::Silu).unwrap();
    assert!(!TorchEngine::tensor(y.buffer()).unwrap().requires_grad());
}

#[test]
fn training_follows_the_grad_mode_of_the_thread() {
    let engine = engine(true);
    let (x, _) = leaf(&engine, &values(1, 6), &[2, 3]);
    let traced = x.unary(Unary::Silu).unwrap();
    assert!(TorchEngine::tensor(traced.buffer()).unwrap().requires_grad());
    let untraced = tch::no_grad(|| x.unary(Unary::Silu).unwrap());
    assert!(!TorchEngine::tensor(untraced.buffer()).unwrap().requires_grad());
}

#[test]
fn a_failed_kernel_names_itself() {
    let engine = engine(false);
    let a = Tensor::from_slice(&engine, &values(1, 6), &[2, 3]).unwrap();
    let error = engine.linear(a.view(), a.view(), Some(a.view())).unwrap_err().to_string();
    assert!(error.contains("torch") && error.contains("linear") && error.lines().count() == 1, "{error}");
}

#[test]
fn a_missing_device_is_refused_by_name() {
    let error = TorchEngine::new(Device::Cuda(7), None).unwrap_err().to_string();
    assert!(error.contains("no CUDA device 7"), "{error}");
}
