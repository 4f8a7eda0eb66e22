//! A procedural world of toys, and the English that names them: exact ground truth for text-to-3D.
//!
//! A prompt is read into a [`SceneSpec`] ([`parse`]), a spec is built into a [`Scene`], and a scene answers, at
//! any point, with signed distance, colour, metallic and roughness. The nouns stand in a [`catalogue`]: a game artist's
//! shelf. What creatures do and wear is the ATT3D paper's (arXiv 2306.07349, appendix B.1.12).
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
//! The rooms: `catalogue` (the nouns), `spec` (what a scene holds), `grammar` (English, both ways), `holdout` (what is never trained on),
//! `model` (how the toys are put together), `shape`, `paint` and `scene` (primitives, colours and their
//! evaluation), `sample` (where to look), `render` (pictures, for people).
//!
//! Frames: object space [-1, 1]³, right-handed, +Y up, +Z front; distances are negative inside; colours sRGB.

#![forbid(unsafe_code)]

mod catalogue;
mod grammar;
mod holdout;
mod math;
mod model;
mod paint;
mod random;
pub mod render;
mod sample;
mod scene;
mod shape;
mod spec;

pub use catalogue::{Category, Entry, Feature, Noun, catalogue};
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
pub use random::Random;
pub use sample::{
    CLOUD_NOISE, CloudPoint, SampleMix, SurfacePoint, sample_cloud, sample_points, sample_surface,
    sample_surface_of, sample_thin_surface,
};
pub use scene::{Part, Scene, THIN};
pub use spec::{Activity, Animal, Base, Clothing, Color, Hat, Proportion, SceneSpec, Size, Substance};
