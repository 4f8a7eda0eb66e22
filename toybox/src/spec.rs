//! Descriptions of scenes as data: a noun and its attributes.

use serde::{Deserialize, Serialize};

use crate::attributes::{Activity, Base, Clothing, Color, Hat, Proportion, Size, Substance};
use crate::catalog::Noun;

/// A description of a scene. The paper lists the backpack among the clothing and among the hats. Therefore it
/// is a flag here, which combines with any clothing and any hat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SceneSpec {
    /// The thing or creature.
    pub noun: Noun,
    /// Number of things, 1 to 4; creatures are always single.
    #[serde(default = "one")]
    pub count: u8,
    /// Size.
    #[serde(default)]
    pub size: Size,
    /// Proportion.
    #[serde(default)]
    pub proportion: Proportion,
    /// Color.
    #[serde(default)]
    pub color: Color,
    /// Substance.
    #[serde(default)]
    pub substance: Substance,
    /// Detail, as an index from 1 into the features of the entry; 0 for none.
    #[serde(default)]
    pub feature: u8,
    /// Color of the detail.
    #[serde(default)]
    pub feature_color: Color,
    /// Base under the thing.
    #[serde(default)]
    pub base: Base,
    /// Substance of the base.
    #[serde(default)]
    pub base_substance: Substance,
    /// Activity of a creature.
    #[serde(default)]
    pub activity: Activity,
    /// Clothing of a creature.
    #[serde(default)]
    pub clothing: Clothing,
    /// Whether a creature has a backpack.
    #[serde(default)]
    pub backpack: bool,
    /// Hat of a creature.
    #[serde(default)]
    pub hat: Hat,
}

fn one() -> u8 {
    1
}

impl Default for SceneSpec {
    fn default() -> Self {
        Self::bare(Noun::default())
    }
}

impl SceneSpec {
    /// Returns the spec of a single thing without attributes.
    pub fn bare(noun: impl Into<Noun>) -> Self {
        Self {
            noun: noun.into(),
            count: 1,
            size: Size::None,
            proportion: Proportion::None,
            color: Color::None,
            substance: Substance::None,
            feature: 0,
            feature_color: Color::None,
            base: Base::None,
            base_substance: Substance::None,
            activity: Activity::None,
            clothing: Clothing::None,
            backpack: false,
            hat: Hat::None,
        }
    }

    /// Returns the number of attributes besides the noun.
    pub fn attribute_count(&self) -> usize {
        [
            self.count != 1,
            self.size != Size::None,
            self.proportion != Proportion::None,
            self.color != Color::None,
            self.substance != Substance::None,
            self.feature != 0,
            self.feature_color != Color::None,
            self.base != Base::None,
            self.base_substance != Substance::None,
            self.activity != Activity::None,
            self.clothing != Clothing::None,
            self.backpack,
            self.hat != Hat::None,
        ]
        .into_iter()
        .map(usize::from)
        .sum()
    }

    /// Removes the attributes that the noun cannot have and returns the words for them. For example, a chair
    /// cannot have a hat.
    pub fn drop_impossible(&mut self) -> Vec<&'static str> {
        let entry = self.noun.entry();
        let mut dropped = Vec::new();
        if self.noun.animal().is_none() {
            dropped.extend(take(&mut self.activity, Activity::phrases));
            dropped.extend(take(&mut self.clothing, Clothing::phrases));
            dropped.extend(take(&mut self.hat, Hat::phrases));
            dropped.extend(std::mem::take(&mut self.backpack).then_some("backpack"));
        }
        if !entry.proportions.contains(&self.proportion) {
            dropped.extend(take(&mut self.proportion, Proportion::phrases));
        }
        let feature = usize::from(self.feature).checked_sub(1).and_then(|index| entry.features.get(index));
        if feature.is_none() {
            self.feature = 0;
        }
        if !feature.is_some_and(|feature| feature.colored) {
            dropped.extend(take(&mut self.feature_color, Color::phrases));
        }
        if self.base == Base::None {
            dropped.extend(take(&mut self.base_substance, Substance::adjectives));
        }
        if self.count > 1 && entry.plural.is_none() {
            self.count = 1;
            dropped.push("several");
        }
        if self.count > 1 {
            // Several things stand on the ground, each in its own place.
            dropped.extend(take(&mut self.base, Base::phrases));
            dropped.extend(take(&mut self.base_substance, Substance::adjectives));
            dropped.extend(take(&mut self.size, Size::phrases));
        }
        dropped
    }
}

fn take<T: Default>(slot: &mut T, phrases: fn(T) -> &'static [&'static str]) -> Option<&'static str> {
    phrases(std::mem::take(slot)).first().copied()
}
