//! Amortized text-to-3D: one forward pass turns a prompt into a coloured mesh.

pub mod color;
pub mod engine;
pub mod error;
pub mod files;
pub mod generator;
pub mod gltf;
pub mod mesh;
pub mod nn;
pub mod pipeline;
pub mod render;
pub mod surface;
pub mod tensor;
pub mod text;
pub mod weights;
