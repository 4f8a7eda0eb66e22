//! Descriptions of scenes as data: a noun and its attributes. The attributes of creatures come from the ATT3D
//! paper (appendix B.1.12).

mod look;

use serde::{Deserialize, Serialize};

use crate::catalogue::Noun;
pub use look::{Base, Color, Proportion, Size, Substance};

/// The species of a creature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Animal {
    /// A squirrel.
    #[default]
    Squirrel,
    /// A raccoon.
    Raccoon,
    /// A pig.
    Pig,
    /// A monkey.
    Monkey,
    /// A robot.
    Robot,
    /// A lion.
    Lion,
    /// A rabbit.
    Rabbit,
    /// A tiger.
    Tiger,
    /// An orangutan.
    Orangutan,
    /// A bear.
    Bear,
    /// A dog.
    Dog,
    /// A cat.
    Cat,
    /// A fox.
    Fox,
    /// A panda.
    Panda,
    /// A mouse.
    Mouse,
    /// An elephant.
    Elephant,
    /// A cow.
    Cow,
    /// A penguin.
    Penguin,
    /// A frog.
    Frog,
    /// A dragon.
    Dragon,
}

impl Animal {
    /// All values. The paper's ten come first, in the paper's order.
    pub const ALL: [Self; 20] = [
        Self::Squirrel,
        Self::Raccoon,
        Self::Pig,
        Self::Monkey,
        Self::Robot,
        Self::Lion,
        Self::Rabbit,
        Self::Tiger,
        Self::Orangutan,
        Self::Bear,
        Self::Dog,
        Self::Cat,
        Self::Fox,
        Self::Panda,
        Self::Mouse,
        Self::Elephant,
        Self::Cow,
        Self::Penguin,
        Self::Frog,
        Self::Dragon,
    ];

    /// Returns the English phrases, the canonical one first; empty for `None`.
    pub fn phrases(self) -> &'static [&'static str] {
        match self {
            Self::Squirrel => &["squirrel"],
            Self::Raccoon => &["raccoon"],
            Self::Pig => &["pig"],
            Self::Monkey => &["monkey"],
            Self::Robot => &["robot"],
            Self::Lion => &["lion"],
            Self::Rabbit => &["rabbit", "bunny"],
            Self::Tiger => &["tiger"],
            Self::Orangutan => &["orangutan"],
            Self::Bear => &["bear"],
            Self::Dog => &["dog", "puppy"],
            Self::Cat => &["cat", "kitten"],
            Self::Fox => &["fox"],
            Self::Panda => &["panda"],
            Self::Mouse => &["mouse"],
            Self::Elephant => &["elephant"],
            Self::Cow => &["cow"],
            Self::Penguin => &["penguin"],
            Self::Frog => &["frog"],
            Self::Dragon => &["dragon"],
        }
    }
}
/// The activity of a creature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activity {
    /// Standing.
    #[default]
    None,
    /// Riding a bicycle. The word "bike" names the same scene.
    Bicycle,
    /// Riding a motorcycle.
    Motorcycle,
    /// Sitting on a chair.
    Chair,
    /// Playing a guitar.
    Guitar,
    /// Holding a shovel.
    Shovel,
    /// Holding a blue balloon on a string.
    Balloon,
    /// Reading a book.
    Book,
    /// Holding a drawn katana.
    Katana,
}

impl Activity {
    /// All values, in the paper's order.
    pub const ALL: [Self; 9] = [
        Self::None,
        Self::Bicycle,
        Self::Motorcycle,
        Self::Chair,
        Self::Guitar,
        Self::Shovel,
        Self::Balloon,
        Self::Book,
        Self::Katana,
    ];

    /// Returns the English phrases, the canonical one first; empty for `None`.
    pub fn phrases(self) -> &'static [&'static str] {
        match self {
            Self::None => &[],
            Self::Bicycle => &["riding a bicycle", "riding a bike"],
            Self::Motorcycle => &["riding a motorcycle"],
            Self::Chair => &["sitting on a chair"],
            Self::Guitar => &["playing the guitar"],
            Self::Shovel => &["holding a shovel"],
            Self::Balloon => &["holding a blue balloon", "holding a balloon"],
            Self::Book => &["holding a book"],
            Self::Katana => &["wielding a katana"],
        }
    }
}
/// The clothes on the body of a creature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clothing {
    /// No clothes.
    #[default]
    None,
    /// A leather jacket.
    LeatherJacket,
    /// A sweater.
    Sweater,
    /// A cape.
    Cape,
    /// Medieval armor.
    MedievalArmor,
    /// A suit.
    Suit,
}

impl Clothing {
    /// All values, in the paper's order.
    pub const ALL: [Self; 6] =
        [Self::None, Self::LeatherJacket, Self::Sweater, Self::Cape, Self::MedievalArmor, Self::Suit];

    /// Returns the English phrases, the canonical one first; empty for `None`.
    pub fn phrases(self) -> &'static [&'static str] {
        match self {
            Self::None => &[],
            Self::LeatherJacket => &["a leather jacket", "a jacket"],
            Self::Sweater => &["a sweater"],
            Self::Cape => &["a cape"],
            Self::MedievalArmor => &["medieval armor", "armor"],
            Self::Suit => &["a suit"],
        }
    }
}
/// The hat of a creature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hat {
    /// No hat.
    #[default]
    None,
    /// A party hat.
    PartyHat,
    /// A sombrero.
    Sombrero,
    /// A helmet.
    Helmet,
    /// A top hat.
    Tophat,
    /// A baseball cap.
    BaseballCap,
}

impl Hat {
    /// All values, in the paper's order.
    pub const ALL: [Self; 6] =
        [Self::None, Self::PartyHat, Self::Sombrero, Self::Helmet, Self::Tophat, Self::BaseballCap];

    /// Returns the English phrases, the canonical one first; empty for `None`.
    pub fn phrases(self) -> &'static [&'static str] {
        match self {
            Self::None => &[],
            Self::PartyHat => &["a party hat"],
            Self::Sombrero => &["a sombrero"],
            Self::Helmet => &["a helmet"],
            Self::Tophat => &["a tophat", "a top hat"],
            Self::BaseballCap => &["a baseball cap", "a cap"],
        }
    }
}
/// A description of a scene. The paper lists the backpack among the themes and among the hats. It is
/// therefore a flag, which combines with any clothing and any hat.
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
    /// Clothes of a creature.
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
