//! Are nouns told apart? Ours by the nearest ground truth, and the ground truths among themselves.

use rayon::prelude::*;
use toybox::{Material, Noun, Scene, SceneSpec};

use super::measure::{difference, iou};
use super::scenes::occupancy;

/// Cells an edge of the grid on which our shape is held against every noun's, at a glance. (A tiny thing on a stand has few cells of it.)
pub const COARSE: usize = 40;
/// How many of the nearest, by shape and by shape and colour, are then looked at closely.
const CLOSELY: usize = 4;
/// Cells an edge of the grid on which nouns are compared with each other.
const PAIRWISE: usize = 64;
/// Scenes should have parts below this diameter, object space; narrower than the surface score's thin parts.
const SLENDER: f32 = 0.06;

/// What is shown of a result to recognise it by.
#[derive(Clone, Copy)]
pub struct Sight<'a> {
    /// Cells an edge of the grid.
    pub side: usize,
    /// Inside, on that grid.
    pub inside: &'a [bool],
    /// Points on our surface, object space.
    pub points: &'a [[f32; 3]],
    /// Our sRGB colours there.
    pub colors: &'a [[f32; 3]],
}

/// What a result was taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recognised {
    /// By shape and colour: the noun whose scene has the largest IoU less the mean difference of colour on our surface.
    pub seen: Option<Noun>,
    /// By shape alone.
    pub by_shape: Option<Noun>,
    /// By shape and colour, at a glance.
    pub at_a_glance: Option<Noun>,
}

/// A noun, and how much its scene is like ours: by shape, and by shape and colour.
type Likeness = (Noun, f64, f64);

/// The nouns whose scenes with the same attributes are nearest to ours; none where no scene touches it. glance: on a grid of
/// [`COARSE`] cells, by which the nearest are chosen that are looked at closely.
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
        // A detail of one noun is none of another's.
        other.feature = 0;
    }
    other.drop_impossible();
    let everywhere = vec![true; ours.inside.len()];
    let alike = iou(ours.inside, &occupancy(&other, ours.side), &everywhere);
    (noun, alike, alike - color_difference(&Scene::build(&other), ours))
}

/// Mean absolute difference of sRGB colour on our surface.
fn color_difference(scene: &Scene, ours: &Sight) -> f64 {
    let mut materials = vec![Material::default(); ours.points.len()];
    scene.evaluate_materials(ours.points, &mut vec![0.0; ours.points.len()], &mut materials);
    let pairs = materials.iter().zip(ours.colors);
    pairs.map(|(theirs, ours)| difference(theirs.color, *ours)).sum::<f64>() / ours.points.len().max(1) as f64
}

/// The median IoU of the bare scenes of different nouns, and the most alike.
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

/// The share of scenes with a part thinner than 0.06.
pub fn thin_share(specs: &[SceneSpec]) -> f64 {
    let has_thin =
        |spec: &&SceneSpec| Scene::build(spec).parts().iter().any(|part| part.thickness() < SLENDER);
    specs.iter().filter(has_thin).count() as f64 / specs.len().max(1) as f64
}
