//! The attributes of a scene, with the words for them. The attributes of creatures come from the ATT3D paper
//! (appendix B.1.12).

mod creature;
mod look;

pub use creature::{Activity, Animal, Clothing, Hat};
pub use look::{Base, Color, Proportion, Size, Substance};
