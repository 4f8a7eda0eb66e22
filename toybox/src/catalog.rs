//! The nouns of the toybox: names, details and construction of each.

pub(crate) mod entry;

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::attributes::{Animal, Proportion};
use crate::model::objects;
pub use entry::{Category, Entry, Feature};
pub(crate) use entry::{Kind, Look};

#[cfg(test)]
mod tests;

/// Returns all nouns. The creatures come first, in the order of [`Animal::ALL`].
pub fn catalog() -> &'static [Entry] {
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

/// A noun, as an index into the catalog.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "&'static str", try_from = "String")]
pub struct Noun(u8);

impl Noun {
    /// Returns all nouns.
    pub fn all() -> impl Iterator<Item = Self> + Clone {
        (0..catalog().len()).map(|index| Self(index as u8))
    }

    /// Returns the noun with this singular name or synonym.
    pub fn named(name: &str) -> Option<Self> {
        static BY_NAME: OnceLock<HashMap<&'static str, Noun>> = OnceLock::new();
        let by_name = BY_NAME.get_or_init(|| {
            let names =
                |noun: Noun| std::iter::once(noun.entry().name).chain(noun.entry().synonyms.iter().copied());
            Self::all().flat_map(|noun| names(noun).map(move |name| (name, noun))).collect()
        });
        by_name.get(name).copied()
    }

    /// Returns the catalog entry of the noun.
    pub fn entry(self) -> &'static Entry {
        &catalog()[self.0 as usize]
    }

    /// Returns the animal of a creature, or `None` for other nouns.
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
