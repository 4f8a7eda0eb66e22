//! The scenes to score, and the scenes of the baselines.

use std::collections::HashSet;

use att3d::weights::config::WordsConfig;
use rayon::prelude::*;
use toybox::{
    Activity, Base, Clothing, Color, Hat, Noun, Novelty, Proportion, Random, Scene, SceneSpec, Size,
    Substance,
};

use crate::truth::STEEPEST;

/// Number of training scenes in a mean shape.
const MEAN_SCENES: usize = 16;

/// Largest number of draws for each scene.
const DRAWS: usize = 1_000;

/// Attributes whose edits change the shape.
pub const ATTRIBUTES: [&str; 9] =
    ["activity", "clothing", "backpack", "hat", "detail", "proportion", "size", "stand", "count"];

/// A scene to score with its prompt.
#[derive(Clone)]
pub struct Question {
    pub spec: SceneSpec,
    pub prompt: String,
}

impl Question {
    fn canonical(spec: SceneSpec) -> Self {
        Self { prompt: spec.prompt(), spec }
    }
}

/// Returns the nouns that a package knows. Returns all nouns for a package that names none of them.
pub fn known_nouns(words: &WordsConfig) -> HashSet<Noun> {
    let is_known = |noun: &Noun| {
        let name = noun.entry().name;
        words.groups.iter().any(|group| group.phrases.iter().any(|phrase| phrase == name))
    };
    let known: HashSet<Noun> = Noun::all().filter(is_known).collect();
    if known.is_empty() { Noun::all().collect() } else { known }
}

/// Returns distinct scenes with one of the nouns and one or two attributes that never occur together in
/// training.
pub fn held_out(kind: Novelty, count: usize, nouns: &HashSet<Noun>) -> Vec<Question> {
    let mut random = Random::new(11 + kind as u64);
    distinct(count, nouns, || toybox::random_held_out_spec(kind, &mut random))
}

/// Returns scenes with one of the nouns from the distribution of the training scenes.
pub fn seen(count: usize, nouns: &HashSet<Noun>) -> Vec<Question> {
    let mut random = Random::new(7);
    distinct(count, nouns, || toybox::random_training_spec(&mut random))
}

/// Returns some of the ATT3D paper's held-out pairs and combinations, in a fixed random order: at most
/// `count`, and at most half of all.
pub fn papers(count: usize) -> Vec<Question> {
    let all = toybox::holdouts();
    let mut random = Random::new(13);
    let nouns = Noun::all().collect();
    distinct(count.min(all.len() / 2), &nouns, || all[random.below(all.len())])
}

/// Returns the scenes for which there is a phrasing in an order that never occurs in training, each with this
/// phrasing. Also returns the indices of these scenes in `questions`.
pub fn rephrased(questions: &[Question]) -> (Vec<Question>, Vec<usize>) {
    let mut random = Random::new(17);
    let again = |(index, question): (usize, &Question)| {
        let prompt = toybox::unseen_phrasing(&question.spec, &mut random)?;
        Some((Question { prompt, spec: question.spec }, index))
    };
    questions.iter().enumerate().filter_map(again).unzip()
}

/// Draws up to `count` distinct scenes with one of the nouns. Returns fewer if `count` × [`DRAWS`] draws do
/// not give enough.
fn distinct(count: usize, nouns: &HashSet<Noun>, draw: impl FnMut() -> SceneSpec) -> Vec<Question> {
    let mut met = HashSet::new();
    let drawn = std::iter::repeat_with(draw).take(count.saturating_mul(DRAWS));
    let specs = drawn.filter(|spec| nouns.contains(&spec.noun) && met.insert(*spec));
    specs.take(count).map(Question::canonical).collect()
}

/// Returns the cell centers of a grid with `side` cells along an edge, x fastest.
pub fn grid(side: usize) -> Vec<[f32; 3]> {
    let place = |index: usize| (index as f32 + 0.5) / side as f32 * 2.0 - 1.0;
    (0..side * side * side)
        .map(|index| [place(index % side), place(index / side % side), place(index / side / side)])
        .collect()
}

/// Edges of the blocks, in cells. If the center of a block is far enough from the surface, the whole block is
/// on the side of its center. This needs a seventh of the evaluations of all cells at 128³.
const BLOCKS: [usize; 4] = [8, 4, 2, 1];

/// Returns whether each point of [`grid`] is inside the scene. Evaluates single cells only near the surface.
pub fn occupancy(spec: &SceneSpec, side: usize) -> Vec<bool> {
    let scene = Scene::build(spec);
    let mut inside = vec![false; side * side * side];
    let count = side.div_ceil(BLOCKS[0]);
    let mut blocks: Vec<[usize; 3]> = (0..count * count * count)
        .map(|index| [index % count, index / count % count, index / count / count])
        .collect();
    for (level, &edge) in BLOCKS.iter().enumerate() {
        // The distance between the centers of the first and the last cell is edge − 1 cells.
        let place = |block: usize| (2 * block * edge + edge) as f32 / side as f32 - 1.0;
        let centers: Vec<[f32; 3]> = blocks.iter().map(|block| block.map(place)).collect();
        let mut distances = vec![0.0; centers.len()];
        scene.evaluate(&centers, &mut distances);
        let reach = STEEPEST * 3f32.sqrt() * (edge - 1) as f32 / side as f32;
        let finer = BLOCKS.get(level + 1);
        let mut near = Vec::new();
        for (block, distance) in blocks.into_iter().zip(distances) {
            match finer {
                Some(finer) if distance.abs() <= reach => near.extend(split(block, edge / finer)),
                _ if distance < 0.0 => fill(&mut inside, side, block, edge),
                _ => {}
            }
        }
        blocks = near;
    }
    inside
}

/// Returns the blocks of which a block consists, `ratio` along each edge.
fn split(block: [usize; 3], ratio: usize) -> impl Iterator<Item = [usize; 3]> {
    (0..ratio * ratio * ratio).map(move |index| {
        let within = [index % ratio, index / ratio % ratio, index / ratio / ratio];
        std::array::from_fn(|axis| block[axis] * ratio + within[axis])
    })
}

/// Marks the cells of a block that are within the grid.
fn fill(inside: &mut [bool], side: usize, block: [usize; 3], edge: usize) {
    let span = |axis: usize| block[axis] * edge..((block[axis] + 1) * edge).min(side);
    for z in span(2) {
        for y in span(1) {
            let row = (z * side + y) * side;
            inside[row + span(0).start.min(side)..row + span(0).end].fill(true);
        }
    }
}

/// Returns the scene without one attribute, or `None` if it does not have the attribute.
pub fn without(spec: &SceneSpec, attribute: &str) -> Option<SceneSpec> {
    let mut plain = *spec;
    match attribute {
        "activity" => plain.activity = Activity::None,
        "clothing" => plain.clothing = Clothing::None,
        "backpack" => plain.backpack = false,
        "hat" => plain.hat = Hat::None,
        "detail" => (plain.feature, plain.feature_color) = (0, Color::None),
        "proportion" => plain.proportion = Proportion::None,
        "size" => plain.size = Size::None,
        "stand" => (plain.base, plain.base_substance) = (Base::None, Substance::None),
        _ => plain.count = 1,
    }
    (plain != *spec).then_some(plain)
}

/// Returns a training scene of the noun with a minimal difference: one attribute is removed or has another
/// value. If there is none, returns the bare noun. If only the color or the substance differs, the returned
/// scene has the same shape.
pub fn nearest_training(spec: &SceneSpec, random: &mut Random) -> SceneSpec {
    let mut changed: Vec<_> = ATTRIBUTES.iter().filter_map(|attribute| without(spec, attribute)).collect();
    if spec.color != Color::None {
        changed.extend(Color::ALL.map(|color| SceneSpec { color, ..*spec }));
    }
    if spec.substance != Substance::None {
        changed.extend(Substance::ALL.map(|substance| SceneSpec { substance, ..*spec }));
    }
    if spec.base != Base::None {
        changed.extend(Base::ALL.map(|base| SceneSpec { base, ..*spec }));
    }
    if spec.proportion != Proportion::None {
        let others = spec.noun.entry().proportions.iter();
        changed.extend(others.map(|&proportion| SceneSpec { proportion, ..*spec }));
    }
    changed.iter_mut().for_each(|near| drop(near.drop_impossible()));
    changed.retain(|near| near != spec && !toybox::is_held_out(near));
    match changed.len() {
        0 => SceneSpec::bare(spec.noun),
        count => changed[random.below(count)],
    }
}

/// Number of cells along an edge of the grid on which mean shapes are compared.
pub const MEAN_SIDE: usize = 64;

/// Returns the mean shape of each noun: for each cell of a grid, whether the mean distance of `MEAN_SCENES`
/// training scenes is negative. The grid has [`MEAN_SIDE`] cells along an edge.
pub fn mean_shapes() -> Vec<Vec<bool>> {
    let points = &grid(MEAN_SIDE)[..];
    let nouns: Vec<Noun> = Noun::all().collect();
    let mean = |(index, &noun): (usize, &Noun)| {
        let mut random = Random::stream(5, index as u64);
        let mut sum = vec![0.0; points.len()];
        let mut distances = vec![0.0; points.len()];
        for _ in 0..MEAN_SCENES {
            let spec = loop {
                let spec = toybox::random_training_spec(&mut random);
                if spec.noun == noun {
                    break spec;
                }
            };
            Scene::build(&spec).evaluate(points, &mut distances);
            sum.iter_mut().zip(&distances).for_each(|(sum, distance)| *sum += distance);
        }
        sum.iter().map(|&sum| sum < 0.0).collect()
    };
    nouns.par_iter().enumerate().map(mean).collect()
}
