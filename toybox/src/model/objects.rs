//! Objects, which are all nouns except creatures. There is one module for each category.
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
pub(super) mod pieces;
mod plants;
mod props;
mod terrain;
mod toys;
mod vehicles;
mod weapons;

use super::builder::{facing, sideways};
use super::palette;
use crate::catalog::entry::{Category, Object};

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
