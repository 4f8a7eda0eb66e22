//! A procedural world of toys and an English grammar for it. It gives exact ground truth for text-to-3D.
//!
//! [`parse`] reads a prompt into a [`SceneSpec`], and [`Scene::build`] makes a [`Scene`] of it. A scene
//! returns the signed distance, color, metallic and roughness at any point. The nouns are in the
//! [`catalog`] and are typical assets of games. The activities and clothing of creatures come from the ATT3D
//! paper (arXiv 2306.07349, appendix B.1.12).
//!
//! ```
//! let parsed = toybox::parse("a pig riding a bicycle wearing a party hat")?;
//! let scene = toybox::Scene::build(&parsed.spec);
//! let mut distance = [0.0; 2];
//! scene.evaluate(&[[0.0, -0.2, 0.0], [0.9, 0.9, 0.9]], &mut distance);
//! assert!(distance[0] < 0.0 && distance[1] > 0.0);
//! # Ok::<(), toybox::ParseError>(())
//! ```
//!
//! Modules:
//!
//! - `catalog`: the nouns
//! - `attributes`: what a prompt can say of a noun
//! - `spec`: the description of a scene
//! - `grammar`: English, from prompts to scenes and back
//! - `holdout`: the scenes that are excluded from training
//! - `model`: the construction of the toys
//! - `part`, `shape`, `paint` and `scene`: primitives, colors and their evaluation
//! - `sample`: sample points
//! - `render`: pictures for inspection by people
//!
//! Frame: object space [-1, 1]³, right-handed, +Y up, +Z front. Distances are negative inside; colors are
//! sRGB.

#![forbid(unsafe_code)]

mod attributes;
mod catalog;
mod grammar;
mod holdout;
mod math;
mod model;
mod paint;
mod part;
mod random;
pub mod render;
mod sample;
mod scene;
mod shape;
mod spec;

pub use attributes::{Activity, Animal, Base, Clothing, Color, Hat, Proportion, Size, Substance};
pub use catalog::{Category, Entry, Feature, Noun, catalog};
pub use grammar::{
    Change, FUNCTION_WORDS, LONGEST_PROMPT, ParseError, Parsed, Vocabulary, parse, phrasings, random_change,
    random_prompt, unseen_phrasing, varied, vocabulary,
};
pub use holdout::{
    Novelty, Split, has_new_shape, holdouts, holdouts_text, is_held_out, novelty, random_bare_spec,
    random_held_out_spec, random_spec, random_training_spec, split,
};
pub use math::Vec3;
pub use paint::Material;
pub use part::{Part, THIN};
pub use random::Random;
pub use sample::{
    CLOUD_NOISE, CloudPoint, SampleMix, SurfacePoint, sample_cloud, sample_points, sample_surface,
    sample_surface_of, sample_thin_surface,
};
pub use scene::Scene;
pub use spec::SceneSpec;
