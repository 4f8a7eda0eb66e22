//! What a scene holds: the attributes of the paper's prompts (ATT3D, appendix B.1.12) as data.

use serde::{Deserialize, Serialize};

/// Who the toy is.
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
}

impl Animal {
    /// Every value, in the paper's order.
    pub const ALL: [Self; 10] = [
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
    ];

    /// The English for it, canonical first; none for `None`.
    pub fn phrases(self) -> &'static [&'static str] {
        match self {
            Self::Squirrel => &["squirrel"],
            Self::Raccoon => &["raccoon"],
            Self::Pig => &["pig"],
            Self::Monkey => &["monkey"],
            Self::Robot => &["robot"],
            Self::Lion => &["lion"],
            Self::Rabbit => &["rabbit"],
            Self::Tiger => &["tiger"],
            Self::Orangutan => &["orangutan"],
            Self::Bear => &["bear"],
        }
    }
}
/// What it does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activity {
    /// Standing.
    #[default]
    None,
    /// On a bicycle; "bike" names the same scene.
    Bicycle,
    /// On a motorcycle.
    Motorcycle,
    /// On a chair.
    Chair,
    /// With a guitar.
    Guitar,
    /// With a shovel.
    Shovel,
    /// With a blue balloon on a string.
    Balloon,
    /// Reading.
    Book,
    /// With a drawn katana.
    Katana,
}

impl Activity {
    /// Every value, in the paper's order.
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

    /// The English for it, canonical first; none for `None`.
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
/// What everything in the scene is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Substance {
    /// Its own colours.
    #[default]
    None,
    /// All gold.
    Gold,
    /// All wood.
    Wood,
}

impl Substance {
    /// Every value, in the paper's order.
    pub const ALL: [Self; 3] = [Self::None, Self::Gold, Self::Wood];

    /// The English for it, canonical first; none for `None`.
    pub fn phrases(self) -> &'static [&'static str] {
        match self {
            Self::None => &[],
            Self::Gold => &["made out of gold"],
            Self::Wood => &["carved out of wood"],
        }
    }
}
/// What it wears on its body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clothing {
    /// Nothing.
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
    /// Every value, in the paper's order.
    pub const ALL: [Self; 6] =
        [Self::None, Self::LeatherJacket, Self::Sweater, Self::Cape, Self::MedievalArmor, Self::Suit];

    /// The English for it, canonical first; none for `None`.
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
/// What it wears on its head.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hat {
    /// Nothing.
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
    /// Every value, in the paper's order.
    pub const ALL: [Self; 6] =
        [Self::None, Self::PartyHat, Self::Sombrero, Self::Helmet, Self::Tophat, Self::BaseballCap];

    /// The English for it, canonical first; none for `None`.
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
/// One scene of the toybox. The paper lists the backpack both among the themes and among the hats, so it
/// is a flag that goes with any clothing and any hat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SceneSpec {
    /// Who.
    pub animal: Animal,
    /// Doing what.
    #[serde(default)]
    pub activity: Activity,
    /// Made of what.
    #[serde(default)]
    pub substance: Substance,
    /// Wearing what.
    #[serde(default)]
    pub clothing: Clothing,
    /// Wearing a backpack.
    #[serde(default)]
    pub backpack: bool,
    /// Wearing what hat.
    #[serde(default)]
    pub hat: Hat,
}

impl SceneSpec {
    /// The animal alone, standing.
    pub fn bare(animal: Animal) -> Self {
        Self { animal, ..Self::default() }
    }

    /// How many attributes it has besides the animal.
    pub fn attribute_count(&self) -> usize {
        usize::from(self.activity != Activity::None)
            + usize::from(self.substance != Substance::None)
            + usize::from(self.clothing != Clothing::None)
            + usize::from(self.backpack)
            + usize::from(self.hat != Hat::None)
    }
}
