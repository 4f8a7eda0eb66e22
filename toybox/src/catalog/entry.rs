//! Entries of the catalog: names, details and construction of a noun.

use crate::attributes::{Animal, Proportion};
use crate::math::Vec3;
use crate::model::builder::Builder;

/// A category of nouns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the name of a category describes it")]
pub enum Category {
    Creature,
    Furniture,
    Prop,
    Weapon,
    Vehicle,
    Building,
    Plant,
    Food,
    Terrain,
    Animal,
    Figure,
    Household,
    Toy,
    Outdoor,
}

impl Category {
    /// All categories.
    pub const ALL: [Self; 14] = [
        Self::Creature,
        Self::Furniture,
        Self::Prop,
        Self::Weapon,
        Self::Vehicle,
        Self::Building,
        Self::Plant,
        Self::Food,
        Self::Terrain,
        Self::Animal,
        Self::Figure,
        Self::Household,
        Self::Toy,
        Self::Outdoor,
    ];

    /// Returns the name in lower case, such as "vehicles" or "furniture".
    pub fn name(self) -> &'static str {
        match self {
            Self::Creature => "creatures",
            Self::Furniture => "furniture",
            Self::Prop => "props",
            Self::Weapon => "weapons",
            Self::Vehicle => "vehicles",
            Self::Building => "buildings",
            Self::Plant => "plants",
            Self::Food => "food",
            Self::Terrain => "terrain",
            Self::Animal => "animals",
            Self::Figure => "figures",
            Self::Household => "household",
            Self::Toy => "toys",
            Self::Outdoor => "outdoors",
        }
    }
}

/// A detail that a noun can have, as in "with a round back" or "with red curtains".
#[derive(Debug)]
pub struct Feature {
    /// Its words, without article and color, as in "round back".
    pub words: &'static str,
    /// Whether an article precedes the words. Plurals and mass nouns take no article.
    pub counted: bool,
    /// Whether the detail can have its own color.
    pub colored: bool,
}

impl Feature {
    /// Returns a detail that always has the same color, as in "with a round back".
    pub(crate) const fn plain(words: &'static str) -> Self {
        Self { words, counted: true, colored: false }
    }

    /// Returns a detail whose color can be given, as in "with a red roof".
    pub(crate) const fn painted(words: &'static str) -> Self {
        Self { words, counted: true, colored: true }
    }

    /// Returns the detail without an article, as in "with flowers".
    pub(crate) const fn many(self) -> Self {
        Self { counted: false, ..self }
    }
}

/// The requested appearance of a noun.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Look {
    pub color: Option<Vec3>,
    /// Index into the entry's features, counted from 1; 0 for none.
    pub feature: u8,
    pub feature_color: Option<Vec3>,
}

impl Look {
    /// Returns the requested main color of the noun, or else `own`.
    pub fn main(&self, own: Vec3) -> Vec3 {
        self.color.unwrap_or(own)
    }

    /// Returns the requested color of the feature, or else `own`.
    pub fn detail(&self, own: Vec3) -> Vec3 {
        self.feature_color.unwrap_or(own)
    }

    /// Returns whether this feature was requested. `feature` counts from 1.
    pub fn has(&self, feature: u8) -> bool {
        self.feature == feature
    }
}

pub(crate) enum Kind {
    Creature(Animal),
    Object(fn(&mut Builder, &Look)),
}

/// A noun of the catalog.
pub struct Entry {
    /// Singular name, lower case.
    pub name: &'static str,
    /// Plural name, for nouns of which a scene can hold several.
    pub plural: Option<&'static str>,
    /// Other singular names of the same thing.
    pub synonyms: &'static [&'static str],
    /// Details that the noun can have.
    pub features: &'static [Feature],
    /// Proportions that the noun can have.
    pub proportions: &'static [Proportion],
    /// Category of the noun.
    pub category: Category,
    pub(crate) kind: Kind,
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} of {}", self.name, self.category.name())
    }
}

/// An object's entry without its category.
pub(crate) struct Object {
    pub name: &'static str,
    pub plural: Option<&'static str>,
    pub synonyms: &'static [&'static str],
    pub features: &'static [Feature],
    pub proportions: &'static [Proportion],
    pub build: fn(&mut Builder, &Look),
}
