//! Creatures: animals, activities, clothing and hats, with the words for them.

use serde::{Deserialize, Serialize};

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
    /// All values. The ten animals of the ATT3D paper come first, in the paper's order.
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

    /// Returns the English phrases, the canonical one first.
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

/// Clothing on the body of a creature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clothing {
    /// No clothing.
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
