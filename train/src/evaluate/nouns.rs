//! Recognition of nouns: the nearest ground truth to our result, and the similarity of the ground truths to
//! each other.

use rayon::prelude::*;
use toybox::{Material, Noun, Scene, SceneSpec};

use super::metrics::{difference, iou};
use super::scenes::occupancy;

/// Cells along an edge of the coarse grid, on which our shape is compared with that of every noun. A tiny
/// thing on a base covers few cells of this grid.
pub const COARSE: usize = 40;
/// Number of the nearest nouns, by shape and by shape and color, that are then compared on the fine grid.
const CLOSELY: usize = 4;
/// Cells along an edge of the grid on which nouns are compared with each other.
const PAIRWISE: usize = 64;
/// Diameter below which a part is slender, in object space. It is below the limit of thin parts in the
/// surface score.
const SLENDER: f32 = 0.06;

/// The part of a result that is used for recognition.
#[derive(Clone, Copy)]
pub struct Sight<'a> {
    /// Number of cells along an edge of the grid.
    pub side: usize,
    /// Whether each cell of that grid is inside.
    pub inside: &'a [bool],
    /// Points on our surface, in object space.
    pub points: &'a [[f32; 3]],
    /// Our sRGB colors at `points`.
    pub colors: &'a [[f32; 3]],
}

/// The recognized nouns of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recognised {
    /// Noun by shape and color. Its scene has the largest IoU minus the mean color difference on our surface.
    pub seen: Option<Noun>,
    /// Noun by shape alone.
    pub by_shape: Option<Noun>,
    /// Noun by shape and color on the coarse grid.
    pub at_a_glance: Option<Noun>,
}

/// A noun and the similarity of its scene to ours: by shape, and by shape and color.
type Likeness = (Noun, f64, f64);

/// Returns the nouns whose scenes with the same attributes are nearest to the result; none if no scene
/// overlaps the result. `glance` is on a grid of [`COARSE`] cells and preselects the nearest nouns; `close`
/// is on the fine grid.
pub fn recognise(spec: &SceneSpec, glance: &Sight, close: &Sight) -> Recognised {
    let mut alike: Vec<Likeness> =
        Noun::all().map(|noun| likeness(spec, noun, glance)).filter(|(_, iou, _)| *iou > 0.0).collect();
    let mut nearest = Vec::new();
    alike.sort_by(|a, b| b.1.total_cmp(&a.1));
    nearest.extend(alike.iter().take(CLOSELY).map(|one| one.0));
    alike.sort_by(|a, b| b.2.total_cmp(&a.2));
    nearest.extend(alike.iter().take(CLOSELY).map(|one| one.0));
    nearest.sort();
    nearest.dedup();
    let found: Vec<Likeness> = nearest.into_iter().map(|noun| likeness(spec, noun, close)).collect();
    Recognised {
        seen: found.iter().max_by(|a, b| a.2.total_cmp(&b.2)).map(|best| best.0),
        by_shape: found.iter().max_by(|a, b| a.1.total_cmp(&b.1)).map(|best| best.0),
        at_a_glance: alike.first().map(|best| best.0),
    }
}

fn likeness(spec: &SceneSpec, noun: Noun, ours: &Sight) -> Likeness {
    let mut other = SceneSpec { noun, ..*spec };
    if noun != spec.noun {
        // A detail belongs to its noun, so the other noun gets no detail.
        other.feature = 0;
    }
    other.drop_impossible();
    let everywhere = vec![true; ours.inside.len()];
    let alike = iou(ours.inside, &occupancy(&other, ours.side), &everywhere);
    (noun, alike, alike - color_difference(&Scene::build(&other), ours))
}

/// Returns the mean absolute difference of sRGB color on our surface.
fn color_difference(scene: &Scene, ours: &Sight) -> f64 {
    let mut materials = vec![Material::default(); ours.points.len()];
    scene.evaluate_materials(ours.points, &mut vec![0.0; ours.points.len()], &mut materials);
    let pairs = materials.iter().zip(ours.colors);
    pairs.map(|(theirs, ours)| difference(theirs.color, *ours)).sum::<f64>() / ours.points.len().max(1) as f64
}

/// Returns the median IoU of the bare scenes of different nouns, and the pairs with the largest IoU.
pub fn pairwise() -> (f64, Vec<(Noun, Noun, f64)>) {
    let nouns: Vec<Noun> = Noun::all().collect();
    let shapes: Vec<_> = nouns.par_iter().map(|&noun| occupancy(&SceneSpec::bare(noun), PAIRWISE)).collect();
    let everywhere = vec![true; PAIRWISE * PAIRWISE * PAIRWISE];
    let mut pairs: Vec<_> = (0..nouns.len())
        .into_par_iter()
        .flat_map_iter(|one| (0..one).map(move |two| (one, two)))
        .map(|(one, two)| (nouns[one], nouns[two], iou(&shapes[one], &shapes[two], &everywhere)))
        .collect();
    pairs.sort_by(|a, b| b.2.total_cmp(&a.2));
    let median = pairs.get(pairs.len() / 2).map_or(f64::NAN, |pair| pair.2);
    pairs.truncate(5);
    (median, pairs)
}

/// Returns the share of scenes with a part thinner than `SLENDER`.
pub fn thin_share(specs: &[SceneSpec]) -> f64 {
    let has_thin =
        |spec: &&SceneSpec| Scene::build(spec).parts().iter().any(|part| part.thickness() < SLENDER);
    specs.iter().filter(has_thin).count() as f64 / specs.len().max(1) as f64
}
