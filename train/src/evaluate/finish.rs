//! The quality of a result's surface: normals, colors of small parts, and the checkerboard pattern of the
//! planes' upsampler.

use att3d::error::no_progress;
use att3d::mesh::Mesh;
use att3d::pipeline::ObjectField;
use att3d::surface::ScalarField;
use toybox::{Material, Random, Scene, sample_surface_of};

use super::metrics::difference;
use crate::TrainError;

/// Number of vertices of a mesh at which normals are compared.
const VERTICES: usize = 2_000;
/// Number of points on small parts.
const POINTS: usize = 1_000;
/// Radius of the bounding ball below which a part is small, in object space. Examples are eyes, buttons and
/// knobs.
const SMALL: f32 = 0.1;

/// Returns the mean angle in degrees between the field's and the scene's normals at vertices of the mesh. NaN
/// without vertices.
pub fn normal_error(
    field: &ObjectField,
    mesh: &Mesh,
    scene: &Scene,
    random: &mut Random,
) -> Result<f64, TrainError> {
    let count = if mesh.positions.is_empty() { 0 } else { VERTICES };
    let points: Vec<[f32; 3]> =
        (0..count).map(|_| mesh.positions[random.below(mesh.positions.len())]).collect();
    let mut ours = vec![[0.0; 3]; points.len()];
    field.gradients(&points, &mut ours).map_err(TrainError::Checkpoint)?;
    let mut truth = vec![[0.0; 3]; points.len()];
    scene.evaluate_normals(&points, &mut vec![0.0; points.len()], &mut truth);
    let angle = |(ours, truth): (&[f32; 3], &[f32; 3])| {
        let length = |v: &[f32; 3]| v.iter().map(|x| f64::from(x * x)).sum::<f64>().sqrt();
        let dot: f64 = ours.iter().zip(truth).map(|(a, b)| f64::from(a * b)).sum();
        (dot / (length(ours) * length(truth)).max(1e-9)).clamp(-1.0, 1.0).acos().to_degrees()
    };
    Ok(ours.iter().zip(&truth).map(angle).sum::<f64>() / points.len() as f64)
}

/// Returns the mean absolute difference of sRGB colors at the true surface of small parts. NaN if a scene
/// has none.
pub fn small_part_color_error(
    field: &ObjectField,
    scene: &Scene,
    random: &mut Random,
) -> Result<f64, TrainError> {
    let samples = sample_surface_of(scene, random, POINTS, |part| part.bounds().1 < SMALL);
    let points: Vec<[f32; 3]> = samples.iter().map(|sample| sample.point).collect();
    if points.is_empty() {
        return Ok(f64::NAN);
    }
    let mut truth = vec![Material::default(); points.len()];
    scene.evaluate_materials(&points, &mut vec![0.0; points.len()], &mut truth);
    let colors = field.appearance(&points, &no_progress)?.0;
    let errors = truth.iter().zip(&colors).map(|(truth, color)| difference(truth.color, *color));
    Ok(errors.sum::<f64>() / points.len() as f64)
}

/// Number of samples of the field in each cell of the planes along a line.
const SAMPLES_A_CELL: usize = 2;
/// Number of vertical lines through the field of a prompt.
const LINES: usize = 48;
/// Distances, in bins, from the bin of a multiple (see [`checkerboard`]) to the bins on each side with which
/// this bin is compared.
const BESIDE: std::ops::RangeInclusive<i64> = 3..=7;

/// Computes the mean energy of second differences along vertical lines, by frequency. Bin k is the frequency
/// of k / cells cycles in a plane cell.
///
/// `cells` is the number of cells along the edge of a plane. Returns `cells` bins for frequencies from 0 to 1
/// (exclusive).
pub fn spectrum(field: &ObjectField, cells: usize, random: &mut Random) -> Result<Vec<f64>, TrainError> {
    let count = cells * SAMPLES_A_CELL;
    let step = 2.0 / count as f32;
    let mut energy = vec![0.0; cells];
    for _ in 0..LINES {
        let (x, z) = (random.between(-0.7, 0.7), random.between(-0.7, 0.7));
        let points: Vec<[f32; 3]> = (0..count).map(|i| [x, (i as f32 + 0.5) * step - 1.0, z]).collect();
        let mut values = vec![0.0; count];
        field.sample(&points, &mut values)?;
        let second: Vec<f64> =
            values.windows(3).map(|v| f64::from(v[0]) - 2.0 * f64::from(v[1]) + f64::from(v[2])).collect();
        for (bin, energy) in energy.iter_mut().enumerate() {
            let turn = std::f64::consts::TAU * bin as f64 / count as f64;
            let (mut real, mut imaginary) = (0.0, 0.0);
            for (index, value) in second.iter().enumerate() {
                // A Hann window reduces leakage from the ends of the line into the other bins.
                let window = 0.5 - 0.5 * (std::f64::consts::TAU * index as f64 / second.len() as f64).cos();
                let (sine, cosine) = (turn * index as f64).sin_cos();
                real += window * value * cosine;
                imaginary += window * value * sine;
            }
            *energy += (real * real + imaginary * imaginary) / LINES as f64;
        }
    }
    Ok(energy)
}

/// Returns the checkerboard index of each multiple of 1 / factor cycles in a cell. The index is the energy at
/// the multiple, relative to the median of the neighboring frequencies. The index is about 1 where the
/// upsampler leaves no pattern.
///
/// `energy` is the result of [`spectrum`], or a mean of several. `factor` is the number of cells that the
/// upsampler makes of one.
pub fn checkerboard(energy: &[f64], factor: usize) -> Vec<f64> {
    let multiple = |k: usize| (k * energy.len() / factor) as i64;
    (1..factor)
        .map(|k| {
            let at = |bin: i64| usize::try_from(bin).ok().and_then(|bin| energy.get(bin)).copied();
            let mut beside: Vec<f64> =
                BESIDE.flat_map(|apart| [multiple(k) - apart, multiple(k) + apart]).filter_map(at).collect();
            beside.sort_by(f64::total_cmp);
            let median = beside.get(beside.len() / 2).copied().unwrap_or(f64::NAN);
            at(multiple(k)).unwrap_or(f64::NAN) / median
        })
        .collect()
}
