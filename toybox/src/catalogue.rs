//! The nouns of the toybox: what each is called, which details it can have, and how it is built.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::math::Vec3;
use crate::model::{Builder, objects};
use crate::spec::{Animal, Proportion};

#[cfg(test)]
mod tests;

/// A shelf of the toybox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
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
    /// Every shelf.
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

    /// Its name, plural, lower case.
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

/// A detail that a noun can have: "with a round back", "with red curtains".
#[derive(Debug)]
pub struct Feature {
    /// Its words, without article and colour: "round back".
    pub words: &'static str,
    /// Whether an article stands before it: not before plurals and stuff.
    pub counted: bool,
    /// Whether it can have a colour of its own.
    pub colored: bool,
}

impl Feature {
    /// A detail that is always of the same colour: "with a round back".
    pub(crate) const fn plain(words: &'static str) -> Self {
        Self { words, counted: true, colored: false }
    }

    /// A detail that can be painted: "with a red roof".
    pub(crate) const fn painted(words: &'static str) -> Self {
        Self { words, counted: true, colored: true }
    }

    /// Without article: "with flowers".
    pub(crate) const fn many(self) -> Self {
        Self { counted: false, ..self }
    }
}

/// What was asked of a noun's looks.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Look {
    pub color: Option<Vec3>,
    /// Counts from 1 into the entry's features; 0 for none.
    pub feature: u8,
    pub feature_color: Option<Vec3>,
}

impl Look {
    /// The colour of what gives the noun its colour: the asked one, else its own.
    pub fn main(&self, own: Vec3) -> Vec3 {
        self.color.unwrap_or(own)
    }

    /// The colour of the feature: the asked one, else its own.
    pub fn detail(&self, own: Vec3) -> Vec3 {
        self.feature_color.unwrap_or(own)
    }

    /// Is this feature asked? Counts from 1.
    pub fn has(&self, feature: u8) -> bool {
        self.feature == feature
    }
}

pub(crate) enum Kind {
    Creature(Animal),
    Object(fn(&mut Builder, &Look)),
}

/// One noun.
pub struct Entry {
    /// Singular, lower case.
    pub name: &'static str,
    /// Plural, where several of it can be asked for.
    pub plural: Option<&'static str>,
    /// Other singular names of the same thing.
    pub synonyms: &'static [&'static str],
    /// The details that it can have.
    pub features: &'static [Feature],
    /// The ways in which it can be stretched.
    pub proportions: &'static [Proportion],
    /// Its shelf.
    pub category: Category,
    pub(crate) kind: Kind,
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} of {}", self.name, self.category.name())
    }
}

/// An object's entry before its shelf is known.
pub(crate) struct Object {
    pub name: &'static str,
    pub plural: Option<&'static str>,
    pub synonyms: &'static [&'static str],
    pub features: &'static [Feature],
    pub proportions: &'static [Proportion],
    pub build: fn(&mut Builder, &Look),
}

/// All nouns, the creatures first, in [`Animal::ALL`]'s order.
pub fn catalogue() -> &'static [Entry] {
    static ENTRIES: OnceLock<Vec<Entry>> = OnceLock::new();
    ENTRIES.get_or_init(|| {
        let creatures = Animal::ALL.into_iter().map(|animal| Entry {
            name: animal.phrases()[0],
            plural: None,
            synonyms: &animal.phrases()[1..],
            features: &[],
            proportions: &[Proportion::Fat, Proportion::Slim],
            category: Category::Creature,
            kind: Kind::Creature(animal),
        });
        let objects = objects::SHELVES.into_iter().flat_map(|(category, objects)| {
            objects.iter().map(move |object| Entry {
                name: object.name,
                plural: object.plural,
                synonyms: object.synonyms,
                features: object.features,
                proportions: object.proportions,
                category,
                kind: Kind::Object(object.build),
            })
        });
        creatures.chain(objects).collect()
    })
}

/// A noun of the catalogue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "&'static str", try_from = "String")]
pub struct Noun(u8);

impl Noun {
    /// Every noun.
    pub fn all() -> impl Iterator<Item = Self> + Clone {
        (0..catalogue().len()).map(|index| Self(index as u8))
    }

    /// The noun of this name or synonym, singular.
    pub fn named(name: &str) -> Option<Self> {
        static BY_NAME: OnceLock<HashMap<&'static str, Noun>> = OnceLock::new();
        let by_name = BY_NAME.get_or_init(|| {
            let names =
                |noun: Noun| std::iter::once(noun.entry().name).chain(noun.entry().synonyms.iter().copied());
            Self::all().flat_map(|noun| names(noun).map(move |name| (name, noun))).collect()
        });
        by_name.get(name).copied()
    }

    /// What is known of it.
    pub fn entry(self) -> &'static Entry {
        &catalogue()[self.0 as usize]
    }

    /// The animal that it is, if it is one.
    pub fn animal(self) -> Option<Animal> {
        match self.entry().kind {
            Kind::Creature(animal) => Some(animal),
            Kind::Object(_) => None,
        }
    }
}

impl From<Animal> for Noun {
    fn from(animal: Animal) -> Self {
        Self(animal as u8)
    }
}

impl From<Noun> for &'static str {
    fn from(noun: Noun) -> Self {
        noun.entry().name
    }
}

impl TryFrom<String> for Noun {
    type Error = String;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        Self::named(&name).ok_or_else(|| format!("the toybox has no {name:?}"))
    }
}
