//! Objects, which are all nouns except creatures. There is one file for each category.
//!
//! Each object is built around the origin and is not below the plane y = -0.8. With any of its details it
//! stays within 0.8 along every axis. `layout` sizes and places it. The color of a thing is [`Look::main`] of
//! its own color, so that a prompt can change it.

mod animals;
mod buildings;
mod figures;
mod food;
mod furniture;
mod household;
mod outdoors;
mod plants;
mod props;
mod terrain;
mod toys;
mod vehicles;
mod weapons;

use super::{Builder, facing, palette, sideways};
use crate::catalogue::{Category, Feature, Look, Object};
use crate::math::{Frame, Vec3};
use crate::paint::{Mask, Material, Paint};
use crate::shape::Shape;
use crate::spec::Proportion;

/// All categories except the creatures.
pub(crate) const SHELVES: [(Category, &[Object]); 13] = [
    (Category::Furniture, furniture::SHELF),
    (Category::Prop, props::SHELF),
    (Category::Weapon, weapons::SHELF),
    (Category::Vehicle, vehicles::SHELF),
    (Category::Building, buildings::SHELF),
    (Category::Plant, plants::SHELF),
    (Category::Food, food::SHELF),
    (Category::Terrain, terrain::SHELF),
    (Category::Animal, animals::SHELF),
    (Category::Figure, figures::SHELF),
    (Category::Household, household::SHELF),
    (Category::Toy, toys::SHELF),
    (Category::Outdoor, outdoors::SHELF),
];

/// Multiplies a color by a factor; values below 1 make it darker.
fn shade(color: Vec3, factor: f32) -> Vec3 {
    color.map(|c| (c * factor).min(1.0))
}

/// Adds an upright cylinder or truncated cone between two heights, with the radii at both ends.
pub(super) fn pillar(
    builder: &mut Builder,
    name: &'static str,
    [x, z]: [f32; 2],
    heights: [f32; 2],
    radii: [f32; 2],
    paint: &Paint,
) {
    let half_height = 0.5 * (heights[1] - heights[0]);
    let rounding = (0.4 * half_height).min(0.4 * radii[0].min(radii[1])).min(0.02);
    let shape = Shape::Stump { half_height, low: radii[0], high: radii[1], rounding };
    builder.add(name, shape, Frame::at([x, 0.5 * (heights[0] + heights[1]), z]), paint);
}

/// Adds a block between two corners.
fn slab(builder: &mut Builder, name: &'static str, low: Vec3, high: Vec3, rounding: f32, paint: &Paint) {
    let half = [0, 1, 2].map(|axis| 0.5 * (high[axis] - low[axis]));
    let middle = [0, 1, 2].map(|axis| 0.5 * (high[axis] + low[axis]));
    builder.block(name, Frame::at(middle), half, rounding, paint);
}
