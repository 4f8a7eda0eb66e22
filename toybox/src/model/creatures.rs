//! A common skeleton for all animals, with poses, clothing and held things.
//!
//! Head and torso have the same position in every scene. Arms and legs depend on the activity. Clothing has
//! the shape of the torso and the limbs.

mod animals;
mod body;
mod clothes;
mod hats;
mod pose;
mod props;
mod tails;
mod vehicles;

use super::builder::Builder;
use super::palette;
use crate::attributes::{Animal, Proportion};
use crate::spec::SceneSpec;

pub(super) fn build(builder: &mut Builder, animal: Animal, spec: &SceneSpec) {
    let mut looks = animals::looks(animal);
    let girth = match spec.proportion {
        Proportion::Fat => 1.28,
        Proportion::Slim => 0.72,
        _ => 1.0,
    };
    looks.widen(girth);
    let pose = pose::pose(spec.activity);
    body::build(builder, &looks, &pose);
    builder.enlarged(|builder| animals::head(builder, animal, &looks));
    tails::build(builder, animal, &looks);
    if let Some(color) = spec.color.rgb() {
        let own = looks.fur.base_color();
        builder.parts.iter_mut().for_each(|part| part.paint.recolor(own, color));
    }
    clothes::build(builder, spec, &looks, &pose);
    builder.enlarged(|builder| hats::build(builder, spec.hat));
    props::build(builder, spec.activity, &pose);
}
