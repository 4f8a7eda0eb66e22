//! Scores of stylization: a given shape, a prompt, and the keep share.

use att3d::error::no_progress;
use att3d::mesh::Mesh;
use att3d::pipeline::{GenerateOptions, Model};
use att3d::surface::topology::connected_components;
use att3d::surface::{BatchedField, Bound, ExtractOptions, extract};
use rayon::prelude::*;
use toybox::{Noun, Random, Scene, SceneSpec};

use super::measure::{appearance_errors, by_area};
use super::metrics::iou;
use super::scenes::{Question, grid, occupancy};
use crate::TrainError;
use crate::data::{Bend, GIVEN_FROM, Shaped};
use crate::truth::STEEPEST;

/// Values of the keep share.
const KEEPS: [f32; 5] = [0.0, 0.25, 0.5, 0.75, 1.0];
/// Number of cells along each axis.
const SIDE: usize = 64;
/// Number of points of the given shape, as for a mesh that a caller gives to the library.
const CLOUD: usize = 4_096;
/// Number of points of each of two surfaces that are compared.
const POINTS: usize = 1_000;

/// Number of cells along an edge of the grid on which a result is recognized.
const GLANCE: usize = 32;

/// Scores of one prompt at one share, with the same meanings as in [`Styled`].
struct One {
    iou: [f64; 3],
    chamfer: f64,
    color: [f64; 2],
    strays: f64,
    is_recognized: f64,
}

/// Mean scores at one share.
pub struct Styled {
    keep: f32,
    /// IoU with the prompt's scene, with the given shape, and with the truth between the two.
    iou: [f64; 3],
    /// Distance between our surface and the given one, mean of both directions, in object space.
    chamfer: f64,
    /// Color errors: at the surface of the prompt's scene, and at the surface of the given shape. Both use
    /// the colors of the prompt's scene.
    color: [f64; 2],
    /// Number of components of our mesh beyond those of the truth's mesh.
    strays: f64,
    /// Share of results whose nearest shape, by IoU, is the given one or the prompt's noun. All nouns are
    /// fitted as for the truth.
    recognized: f64,
    count: usize,
}

/// Scores held-out prompts, each with a training scene of another noun as the given shape.
pub fn scores(model: &Model, questions: &[Question], count: usize) -> Result<Vec<Styled>, TrainError> {
    if !model.has_shape_attributes() {
        return Ok(Vec::new());
    }
    let mut random = Random::new(23);
    let mut others = std::iter::repeat_with(|| toybox::random_training_spec(&mut random));
    let pairs: Vec<(&Question, SceneSpec)> = questions
        .iter()
        .take(count)
        .filter_map(|question| {
            others.find(|other| other.noun != question.spec.noun).map(|other| (question, other))
        })
        .collect();
    let points = grid(SIDE);
    let at = |keep: f32| -> Result<Styled, TrainError> {
        let one = |(index, (question, given)): (usize, &(&Question, SceneSpec))| {
            score(model, question, given, keep, &points, index as u64)
        };
        let found: Vec<One> = pairs.par_iter().enumerate().map(one).collect::<Result<_, _>>()?;
        let mean = |pick: &dyn Fn(&One) -> f64| {
            let values: Vec<f64> = found.iter().map(pick).filter(|value| value.is_finite()).collect();
            values.iter().sum::<f64>() / values.len().max(1) as f64
        };
        Ok(Styled {
            keep,
            iou: [0, 1, 2].map(|index| mean(&|found| found.iou[index])),
            chamfer: mean(&|found| found.chamfer),
            color: [0, 1].map(|index| mean(&|found| found.color[index])),
            strays: mean(&|found| found.strays),
            recognized: mean(&|found| found.is_recognized),
            count: found.len(),
        })
    };
    KEEPS.into_iter().map(at).collect()
}

fn score(
    model: &Model,
    question: &Question,
    given: &SceneSpec,
    keep: f32,
    points: &[[f32; 3]],
    seed: u64,
) -> Result<One, TrainError> {
    let mut random = Random::stream(29, seed);
    // The deformation normalizes the shape as the library does with a given mesh.
    let bend = Bend::NONE.fitted(given, &mut random);
    let shaped = Shaped::new(question.prompt.clone(), &question.spec, given, bend, keep);
    let whole = Shaped::new(String::new(), &question.spec, given, bend, 1.0);
    let shape = shaped.shape(&mut random, CLOUD)?;
    let embedding = model.embed(&[&question.prompt])?;
    let field = model.fields(&embedding.latent, Some(&shape))?.pop();
    let field = field.ok_or(att3d::pipeline::PipelineError::NoPrompt)?;
    let mut values = vec![0.0; points.len()];
    field.sample(points, &mut values)?;
    let inside = |values: &[f32]| values.iter().map(|&value| value < 0.0).collect::<Vec<_>>();
    let ours = inside(&values);
    let everywhere = vec![true; points.len()];
    let truths = [
        occupancy(&question.spec, SIDE),
        inside(&whole.distances(points)),
        inside(&shaped.distances(points)),
    ];
    let options = GenerateOptions { resolution: SIDE as u32, ..GenerateOptions::default() };
    let mesh = field.extract(&options, &no_progress).map(|(mesh, _)| mesh).unwrap_or_default();
    let said = Scene::build(&question.spec);
    let on_given: Vec<[f32; 3]> = whole.points(&mut random, POINTS).iter().map(|seen| seen.point).collect();
    let color = [appearance_errors(&field, &said, &mut random)?.0, colors_at(&field, &shaped, &on_given)?];
    let chamfer = chamfer(&mesh, &whole, &on_given, &mut random);
    let strays = (components(&mesh) - components(&extracted(&shaped))).max(0.0);
    let glance = grid(GLANCE);
    let mut values = vec![0.0; glance.len()];
    field.sample(&glance, &mut values)?;
    let is_recognized = is_recognized(&inside(&values), question, given, bend, keep);
    Ok(One {
        iou: truths.map(|truth| iou(&ours, &truth, &everywhere)),
        chamfer,
        color,
        strays,
        is_recognized: f64::from(u8::from(is_recognized)),
    })
}

fn components(mesh: &Mesh) -> f64 {
    connected_components(mesh) as f64
}

/// Returns the mesh of a truth at the scored resolution; empty if no surface crosses the grid.
fn extracted(shaped: &Shaped) -> Mesh {
    let field = BatchedField {
        values: |points: &[[f32; 3]], values: &mut [f32]| {
            values.copy_from_slice(&shaped.distances(points));
            Ok(())
        },
        gradients: |points: &[[f32; 3]], gradients: &mut [[f32; 3]]| {
            gradients.iter_mut().zip(points).for_each(|(gradient, point)| *gradient = *point);
            Ok(())
        },
    };
    let bound = Bound::Lipschitz { constant: STEEPEST };
    let options = ExtractOptions { resolution: SIDE as u32, bound, ..ExtractOptions::default() };
    extract(&field, &options).map_or_else(|_| Mesh::default(), |found| found.mesh)
}

/// Returns whether the shape nearest to ours on the grid of [`GLANCE`], by IoU, is the fitted noun of the
/// prompt or the given shape.
fn is_recognized(ours: &[bool], question: &Question, given: &SceneSpec, bend: Bend, keep: f32) -> bool {
    let points = grid(GLANCE);
    let everywhere = vec![true; points.len()];
    let alike = |said: &SceneSpec, keep: f32| {
        let shaped = Shaped::new(String::new(), said, given, bend, keep);
        let inside: Vec<bool> = shaped.distances(&points).iter().map(|&value| value < 0.0).collect();
        iou(ours, &inside, &everywhere)
    };
    let own = alike(&question.spec, keep).max(alike(&question.spec, 1.0));
    // From the keep share [`GIVEN_FROM`] on, the truth is the given shape, whatever the prompt is.
    let keep = keep.min(0.99 * GIVEN_FROM);
    Noun::all().filter(|&noun| noun != question.spec.noun && noun != given.noun).all(|noun| {
        let mut other = SceneSpec { noun, feature: 0, ..question.spec };
        other.drop_impossible();
        let alike = alike(&other, keep);
        alike.is_nan() || alike <= own
    })
}

/// Returns the mean absolute difference of sRGB color at points.
fn colors_at(
    field: &att3d::pipeline::ObjectField,
    shaped: &Shaped,
    points: &[[f32; 3]],
) -> Result<f64, TrainError> {
    let (colors, _) = field.appearance(points, &no_progress)?;
    let truth = shaped.materials(points);
    let sum: f64 =
        truth.iter().zip(&colors).map(|(truth, color)| super::metrics::difference(truth.color, *color)).sum();
    Ok(sum / points.len().max(1) as f64)
}

/// Returns the mean of the mean distances from our surface to the given one and back. NaN without a surface.
fn chamfer(mesh: &Mesh, given: &Shaped, on_given: &[[f32; 3]], random: &mut Random) -> f64 {
    let ours = by_area(mesh, random);
    let ours = &ours[..ours.len().min(POINTS)];
    if ours.is_empty() {
        return f64::NAN;
    }
    let distances = given.distances(ours);
    let there = distances.iter().map(|distance| f64::from(distance.abs())).sum::<f64>() / ours.len() as f64;
    let nearest = |point: &[f32; 3]| {
        let squared = mesh
            .positions
            .iter()
            .map(|vertex| (0..3).map(|axis| (vertex[axis] - point[axis]).powi(2)).sum::<f32>());
        f64::from(squared.fold(f32::INFINITY, f32::min).sqrt())
    };
    let back = on_given.iter().map(nearest).sum::<f64>() / on_given.len().max(1) as f64;
    (there + back) / 2.0
}

/// Prints the table.
pub fn print(scores: &[Styled]) {
    let Some(first) = scores.first() else { return };
    println!(
        "\nStylized: {} held-out prompts, each with a scene of another noun as the given shape, 64³\n",
        first.count
    );
    println!(
        "| kept of the shape | IoU with what is said | IoU with what is given | IoU with the truth between | Chamfer to what is given | color error where it is said | color error on what is given | components beyond the truth's | prompt's or shape's noun recognized |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for Styled { keep, iou, chamfer, color, strays, recognized, .. } in scores {
        let [said, given, between] = iou;
        println!(
            "| {keep:.2} | {said:.3} | {given:.3} | {between:.3} | {chamfer:.4} | {:.4} | {:.4} | {strays:.2} | {recognized:.3} |",
            color[0], color[1]
        );
    }
}
