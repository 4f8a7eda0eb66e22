//! Attributes that every noun can have: color, substance, size, proportion and base.

use serde::{Deserialize, Serialize};

use crate::math::Vec3;

/// The color that replaces the main color of a thing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the name of a variant describes it")]
pub enum Color {
    /// No replacement: the thing has its own colors.
    #[default]
    None,
    Red,
    Orange,
    Yellow,
    Lime,
    Green,
    Teal,
    Blue,
    Navy,
    Purple,
    Pink,
    Brown,
    Beige,
    Black,
    White,
    Gray,
}

impl Color {
    /// All values, with `None` first.
    pub const ALL: [Self; 16] = [
        Self::None,
        Self::Red,
        Self::Orange,
        Self::Yellow,
        Self::Lime,
        Self::Green,
        Self::Teal,
        Self::Blue,
        Self::Navy,
        Self::Purple,
        Self::Pink,
        Self::Brown,
        Self::Beige,
        Self::Black,
        Self::White,
        Self::Gray,
    ];

    /// Returns the English phrases, the canonical one first; empty for `None`.
    pub fn phrases(self) -> &'static [&'static str] {
        match self {
            Self::None => &[],
            Self::Red => &["red"],
            Self::Orange => &["orange"],
            Self::Yellow => &["yellow"],
            Self::Lime => &["lime"],
            Self::Green => &["green"],
            Self::Teal => &["teal", "turquoise"],
            Self::Blue => &["blue"],
            Self::Navy => &["navy"],
            Self::Purple => &["purple", "violet"],
            Self::Pink => &["pink"],
            Self::Brown => &["brown"],
            Self::Beige => &["beige"],
            Self::Black => &["black"],
            Self::White => &["white"],
            Self::Gray => &["gray", "grey"],
        }
    }

    /// Returns the sRGB color, or `None` for [`Color::None`].
    pub fn rgb(self) -> Option<Vec3> {
        Some(match self {
            Self::None => return None,
            Self::Red => [0.86, 0.15, 0.14],
            Self::Orange => [0.97, 0.53, 0.11],
            Self::Yellow => [0.98, 0.82, 0.18],
            Self::Lime => [0.65, 0.86, 0.20],
            Self::Green => [0.18, 0.58, 0.24],
            Self::Teal => [0.12, 0.64, 0.62],
            Self::Blue => [0.16, 0.42, 0.88],
            Self::Navy => [0.10, 0.15, 0.40],
            Self::Purple => [0.50, 0.24, 0.72],
            Self::Pink => [0.97, 0.56, 0.72],
            Self::Brown => [0.44, 0.27, 0.15],
            Self::Beige => [0.92, 0.83, 0.67],
            Self::Black => [0.10, 0.09, 0.10],
            Self::White => [0.96, 0.95, 0.93],
            Self::Gray => [0.55, 0.56, 0.58],
        })
    }
}

/// The substance of the whole thing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the name of a variant describes it")]
pub enum Substance {
    /// No substance: the thing has its own materials.
    #[default]
    None,
    Gold,
    Silver,
    Copper,
    Iron,
    Wood,
    Stone,
    Marble,
    Ice,
    Clay,
    Plastic,
    Jade,
    Chocolate,
}

impl Substance {
    /// All values, with `None` first.
    pub const ALL: [Self; 13] = [
        Self::None,
        Self::Gold,
        Self::Silver,
        Self::Copper,
        Self::Iron,
        Self::Wood,
        Self::Stone,
        Self::Marble,
        Self::Ice,
        Self::Clay,
        Self::Plastic,
        Self::Jade,
        Self::Chocolate,
    ];

    /// Returns the English phrases that follow a noun, the canonical one first; empty for `None`.
    pub fn phrases(self) -> &'static [&'static str] {
        match self {
            Self::None => &[],
            Self::Gold => &["made out of gold", "made of gold"],
            Self::Silver => &["made out of silver", "made of silver"],
            Self::Copper => &["made out of copper", "made of copper"],
            Self::Iron => &["made out of iron", "made of iron"],
            Self::Wood => &["carved out of wood", "made of wood"],
            Self::Stone => &["carved out of stone", "made of stone"],
            Self::Marble => &["carved out of marble", "made of marble"],
            Self::Ice => &["carved out of ice", "made of ice"],
            Self::Clay => &["made out of clay", "made of clay"],
            Self::Plastic => &["made out of plastic", "made of plastic"],
            Self::Jade => &["carved out of jade", "made of jade"],
            Self::Chocolate => &["made out of chocolate", "made of chocolate"],
        }
    }

    /// Returns the adjectives that precede a noun, the canonical one first; empty for `None`.
    pub fn adjectives(self) -> &'static [&'static str] {
        match self {
            Self::None => &[],
            Self::Gold => &["golden", "gold"],
            Self::Silver => &["silver"],
            Self::Copper => &["copper"],
            Self::Iron => &["iron"],
            Self::Wood => &["wooden"],
            Self::Stone => &["stone"],
            Self::Marble => &["marble"],
            Self::Ice => &["ice", "icy"],
            Self::Clay => &["clay"],
            Self::Plastic => &["plastic"],
            Self::Jade => &["jade"],
            Self::Chocolate => &["chocolate"],
        }
    }
}

/// The size relative to the box.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the name of a variant describes it")]
pub enum Size {
    /// The default size.
    #[default]
    None,
    Tiny,
    Small,
    Big,
}

impl Size {
    /// All values, with `None` first.
    pub const ALL: [Self; 4] = [Self::None, Self::Tiny, Self::Small, Self::Big];

    /// Returns the English phrases, the canonical one first; empty for `None`.
    pub fn phrases(self) -> &'static [&'static str] {
        match self {
            Self::None => &[],
            Self::Tiny => &["tiny"],
            Self::Small => &["small", "little"],
            Self::Big => &["big", "large", "huge"],
        }
    }

    pub(crate) fn factor(self) -> f32 {
        match self {
            Self::None => 1.0,
            Self::Tiny => 0.50,
            Self::Small => 0.74,
            Self::Big => 1.18,
        }
    }
}

/// The proportion of a thing, relative to its default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the name of a variant describes it")]
pub enum Proportion {
    /// The default proportion.
    #[default]
    None,
    Tall,
    Short,
    Wide,
    Narrow,
    Fat,
    Slim,
    Long,
}

impl Proportion {
    /// All values, with `None` first.
    pub const ALL: [Self; 8] =
        [Self::None, Self::Tall, Self::Short, Self::Wide, Self::Narrow, Self::Fat, Self::Slim, Self::Long];

    /// Returns the English phrases, the canonical one first; empty for `None`.
    pub fn phrases(self) -> &'static [&'static str] {
        match self {
            Self::None => &[],
            Self::Tall => &["tall", "high"],
            Self::Short => &["short", "low"],
            Self::Wide => &["wide", "broad"],
            Self::Narrow => &["narrow"],
            Self::Fat => &["fat", "thick"],
            Self::Slim => &["slim", "thin"],
            Self::Long => &["long"],
        }
    }

    /// Returns the factors along X, Y and Z.
    pub(crate) fn factors(self) -> Vec3 {
        match self {
            Self::None => [1.0, 1.0, 1.0],
            Self::Tall => [1.0, 1.38, 1.0],
            Self::Short => [1.0, 0.68, 1.0],
            Self::Wide => [1.38, 1.0, 1.0],
            Self::Narrow => [0.68, 1.0, 1.0],
            Self::Fat => [1.3, 1.0, 1.3],
            Self::Slim => [0.7, 1.0, 0.7],
            Self::Long => [1.0, 1.0, 1.38],
        }
    }
}

/// The base under a thing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the name of a variant describes it")]
pub enum Base {
    /// No base.
    #[default]
    None,
    Pedestal,
    Platform,
    Cushion,
    Box,
}

impl Base {
    /// All values, with `None` first.
    pub const ALL: [Self; 5] = [Self::None, Self::Pedestal, Self::Platform, Self::Cushion, Self::Box];

    /// Returns the English phrases, the canonical one first; empty for `None`.
    pub fn phrases(self) -> &'static [&'static str] {
        match self {
            Self::None => &[],
            Self::Pedestal => &["pedestal"],
            Self::Platform => &["platform"],
            Self::Cushion => &["cushion", "pillow"],
            Self::Box => &["box"],
        }
    }
}
