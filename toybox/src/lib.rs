//! A procedural world of toys, and the English that names them: exact ground truth for text-to-3D.
//!
//! A prompt is read into a [`SceneSpec`] ([`parse`]), a spec is built into a [`Scene`], and a scene answers, at
//! any point, with signed distance, colour, metallic and roughness. Prompts and attributes are those of the
//! ATT3D paper (arXiv 2306.07349, appendix B.1.12): ten animals, their activities, themes and hats.
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
//! The rooms: `spec` (what a scene holds), `grammar` (English, both ways), `holdout` (what is never trained on),
//! `model` (how the toys are put together), `shape`, `paint` and `scene` (primitives, colours and their
//! evaluation), `sample` (where to look), `render` (pictures, for people).
//!
//! Frames: object space [-1, 1]³, right-handed, +Y up, +Z front; distances are negative inside; colours sRGB.

#![forbid(unsafe_code)]

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

pub use grammar::{
    FUNCTION_WORDS, LONGEST_PROMPT, ParseError, Parsed, Vocabulary, parse, phrasings, random_prompt,
    vocabulary,
};
pub use holdout::{Split, holdouts, holdouts_text, is_held_out, random_training_spec, split};
pub use math::Vec3;
pub use paint::Material;
pub use random::Random;
pub use sample::{SampleMix, SurfacePoint, sample_points, sample_surface, sample_thin_surface};
pub use scene::{Part, Scene, THIN};
pub use spec::{Activity, Animal, Clothing, Hat, SceneSpec, Substance};
