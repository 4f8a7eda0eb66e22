//! What a step renders and asks the prior: prompts, interpolations, views and noise.

use toybox::Random;

use super::recipe::{DistillRecipe, Interpolation};
use crate::prior::{View, Views};

/// One item of a step: an object, seen from the views that the prior takes together.
pub struct Item {
    /// Prompts of the generator, which may be the same, by their numbers in the run.
    pub prompts: [usize; 2],
    /// Weight α of the second prompt.
    pub share: f64,
    /// Prompts that the prior gets, with their weights. The weights of a mix of embeddings or of guidance add
    /// up to 1.
    pub asked: Vec<(usize, f64)>,
    /// Time of the noise, from 0 to 1.
    pub time: f64,
    /// Views.
    pub views: Vec<View>,
    /// Weight α of the retrieved shape.
    pub shape_weight: f64,
    /// Whether the point cloud of the retrieved shape is an input of the network.
    pub has_cloud: bool,
}

impl Item {
    /// Returns the prompt that has the larger share, by its number in the run.
    pub fn nearest_prompt(&self) -> usize {
        self.prompts[usize::from(self.share > 0.5)]
    }
}

/// Returns a value of each view: that of its item.
pub fn per_view(items: &[Item], value: impl Fn(&Item) -> f64) -> Vec<f32> {
    items.iter().flat_map(|item| vec![value(item) as f32; item.views.len()]).collect()
}

/// Difference between the seeds of a run's prompts and of its shapes.
const SHAPES: u64 = 0x7368_6170;

/// Draws the items of a step. prompts: number of prompts of the run; views: number of views of an item.
pub fn draw(recipe: &DistillRecipe, ranges: &Views, prompts: usize, views: usize, step: u64) -> Vec<Item> {
    let random = &mut Random::stream(recipe.seed, step);
    let of_shapes = &mut Random::stream(recipe.seed ^ SHAPES, step);
    let background = random.between(ranges.background[0], ranges.background[1]);
    (0..recipe.prompts)
        .map(|index| {
            let first = random.below(prompts);
            let (second, share) = match recipe.interpolation {
                Interpolation::None => (first, 0.0),
                _ => (random.below(prompts), weight(random, concentration(recipe, step))),
            };
            let asked = match recipe.interpolation {
                Interpolation::None => vec![(first, 1.0)],
                Interpolation::Loss if f64::from(random.uniform()) < share => vec![(second, 1.0)],
                Interpolation::Loss => vec![(first, 1.0)],
                Interpolation::Embedding | Interpolation::Guidance => {
                    vec![(first, 1.0 - share), (second, share)]
                }
            };
            // The times of a step are spread over their range, so that the steps differ less from each other.
            let [earliest, latest] = recipe.times;
            let place = (index as f64 + f64::from(random.uniform())) / recipe.prompts as f64;
            let mut views = ranges.draw(random, views);
            views.iter_mut().for_each(|view| view.background = background);
            let has_cloud = f64::from(of_shapes.uniform()) < recipe.clouds_at(step);
            let [lowest, highest] = recipe.shape_weight;
            let height = if has_cloud { f64::from(of_shapes.uniform()) } else { 0.0 };
            Item {
                shape_weight: lowest + height * (highest - lowest),
                has_cloud,
                prompts: [first, second],
                share,
                asked,
                time: earliest + place * (latest - earliest),
                views,
            }
        })
        .collect()
}

/// Returns the concentration κ of a step: first to make the midpoints good, then to make the prompts good.
fn concentration(recipe: &DistillRecipe, step: u64) -> f64 {
    recipe.concentration[usize::from(recipe.share(step) >= 0.5)]
}

/// Draws the weight α of the second of two prompts from Dirichlet's distribution with the concentration κ for
/// both. For two prompts this is the beta distribution. Source of the method: Jöhnk 1964.
fn weight(random: &mut Random, concentration: f64) -> f64 {
    // The method accepts most draws for κ ≤ 1. For larger κ it would reject many, so the sum of logarithms of
    // uniform numbers is used for the whole part of κ.
    let gamma = |random: &mut Random| {
        let whole = concentration.floor();
        let mut value = 0.0;
        for _ in 0..whole as usize {
            value -= logarithm(random);
        }
        value + fraction_of_gamma(random, concentration - whole)
    };
    let (first, second) = (gamma(random), gamma(random));
    if first + second > 0.0 { second / (first + second) } else { 0.5 }
}

/// Draws from the gamma distribution with a shape below 1. Source: Ahrens and Dieter 1974, algorithm GS.
fn fraction_of_gamma(random: &mut Random, shape: f64) -> f64 {
    if shape < 1e-9 {
        return 0.0;
    }
    let bound = 1.0 + shape / std::f64::consts::E;
    loop {
        let place = bound * f64::from(random.uniform());
        let toward = -logarithm(random);
        if place <= 1.0 {
            let value = place.powf(1.0 / shape);
            if value <= toward {
                return value;
            }
        } else {
            let value = -((bound - place) / shape).ln();
            if value.powf(shape - 1.0) >= (-toward).exp() {
                return value;
            }
        }
    }
}

/// Returns the logarithm of a uniform number above 0.
fn logarithm(random: &mut Random) -> f64 {
    (1.0 - f64::from(random.uniform())).max(f64::MIN_POSITIVE).ln()
}
