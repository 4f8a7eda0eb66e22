//! Gradients against central differences, in f64.

use tch::{Device, Kind, Tensor};
use toybox::Random;

use super::{Analytic, at, length};
use crate::camera::Light;
use crate::volume::rays::{LightTensors, RayTensors, Rays};
use crate::volume::trace::trace;
use crate::volume::{Density, Normals, Settings};

const LIGHT: Light = Light { position: [1.5, 1.0, 2.0], ambient: 0.3, whiteness: 0.25 };

/// Returns a few rays in f64.
fn rays(settings: &Settings) -> RayTensors {
    let rays = Rays::of_cameras(&[at(20.0, 10.0)], 1, settings, &mut Random::new(5));
    let rays = rays.upload(&[LIGHT], Device::Cpu).unwrap();
    let double = |tensor: &Tensor| tensor.to_kind(Kind::Double);
    RayTensors {
        origins: double(&rays.origins),
        directions: double(&rays.directions),
        distances: double(&rays.distances),
        intervals: double(&rays.intervals),
        light: LightTensors {
            positions: rays.light.positions.as_ref().map(double),
            ambient: double(&rays.light.ambient),
            whiteness: rays.light.whiteness.as_ref().map(double),
        },
    }
}

/// Checks the gradient of a loss of all outputs for every parameter. `values` maps parameters and points to
/// the values of the field. The last three parameters shift the colors, and the first one is β.
fn check(
    parameters: &[f64],
    normals: Normals,
    is_distance: bool,
    values: impl Fn(&Tensor, &Tensor) -> Tensor,
) {
    let loss = |parameters: &Tensor| -> Tensor {
        let beta = parameters.get(0);
        let density =
            if is_distance { Density::SignedDistance { beta, iso_level: 0.05 } } else { Density::Direct };
        let settings = Settings { resolution: 5, samples: 24, normals, ..Settings::new(density) };
        let shift = parameters.narrow(0, parameters.size()[0] - 3, 3);
        let medium = Analytic(|points: &Tensor| {
            (values(parameters, points), (points * 2.0 + &shift + (points * 3.0).sin()).sigmoid())
        });
        let traced = trace(&medium, &rays(&settings), &settings).unwrap();
        let weighted = |tensor: &Tensor, scale: f64| {
            let count = tensor.numel() as i64;
            let ramp = Tensor::linspace(0.0, count as f64, count, (Kind::Double, Device::Cpu));
            let ramp = ramp.reshape_as(tensor);
            (tensor * (ramp * 0.37 + scale).sin()).sum(Kind::Double)
        };
        weighted(&traced.color, 0.1)
            + weighted(&traced.opacity, 0.7)
            + weighted(&traced.depth, 1.3) * 0.3
            + weighted(traced.normal.as_ref().unwrap(), 2.1) * 0.2
    };
    let at = Tensor::from_slice(parameters).set_requires_grad(true);
    loss(&at).backward();
    let gradient = Vec::<f64>::try_from(at.grad()).unwrap();
    let largest = gradient.iter().fold(0f64, |most, value| most.max(value.abs()));
    const STEP: f64 = 1e-6;
    for (index, found) in gradient.into_iter().enumerate() {
        let moved = |sign: f64| {
            let mut moved = parameters.to_vec();
            moved[index] += sign * STEP;
            loss(&Tensor::from_slice(&moved)).double_value(&[])
        };
        let expected = (moved(1.0) - moved(-1.0)) / (2.0 * STEP);
        let scale = expected.abs().max(1e-3 * largest);
        assert!((found - expected).abs() <= 1e-3 * scale, "parameter {index}: {found} {expected}");
    }
}

/// Returns the signed distance of a wavy ellipsoid. The surface is smooth, so differences are exact.
fn wavy(parameters: &Tensor, points: &Tensor) -> Tensor {
    let scaled = points * parameters.narrow(0, 1, 3) - parameters.narrow(0, 4, 3);
    let waves = (points * 4.0).sin().prod_dim_int(-1, true, None::<Kind>) * parameters.get(7);
    length(&scaled) - parameters.get(8) + waves
}

const WAVY: [f64; 12] = [0.08, 1.1, 0.9, 1.2, 0.1, -0.05, 0.02, 0.1, 0.6, 0.2, -0.3, 0.1];

#[test]
fn gradients_of_distances_are_exact() {
    check(&WAVY, Normals::Samples, true, wavy);
}

#[test]
fn gradients_of_densities_are_exact() {
    check(&WAVY, Normals::Samples, false, |parameters, points| (wavy(parameters, points) * -8.0).softplus());
}

#[test]
fn gradients_with_one_normal_per_ray_are_exact_on_a_plane() {
    // The normal of a plane does not depend on the place, which has no gradient.
    check(&[0.08, 0.3, 0.8, 0.6, 0.1, 0.2, -0.3, 0.1], Normals::Depth, true, |parameters, points| {
        let heights = (points * parameters.narrow(0, 1, 3)).sum_dim_intlist(-1, true, None::<Kind>);
        heights - parameters.get(4)
    });
}
