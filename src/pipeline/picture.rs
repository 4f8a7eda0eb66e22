//! Pictures of generated meshes, with their textures.

use crate::engine::{Engine, reserve, run_on_threads_unless};
use crate::error::ProgressCallback;
use crate::render::{BakedTextures, Camera, Image, RenderOptions, SAMPLES_AT_ONCE, render_with_progress};

use super::callback::patience;
use super::painting::Painting;
use super::{Generated, PipelineError};

/// Returns the bytes that drawing takes: 4 per pixel, 60 per sample of a strip, and 100 per vertex. One strip
/// is drawn at a time. The estimate is 193 MB at 4096² with 4 samples per side of a pixel, where 189 MB were
/// measured.
fn bytes_of(options: &RenderOptions<'_>, vertices: usize) -> u64 {
    let pixels = u64::from(options.width) * u64::from(options.height);
    let samples = pixels.saturating_mul(options.samples.pow(2) as u64).min(SAMPLES_AT_ONCE as u64);
    pixels.saturating_mul(4) + samples * 60 + vertices as u64 * 100
}

impl Generated {
    /// Draws the mesh on an engine's threads, with its textures if it has any. Errors: `Picture`, `Engine`,
    /// `InsideCallback`, `Cancelled`.
    pub fn picture(
        &self,
        engine: &dyn Engine,
        camera: &Camera,
        options: &RenderOptions<'_>,
        on_progress: ProgressCallback<'_>,
    ) -> Result<Image, PipelineError> {
        let textures = self.painting.as_ref().map(|Painting { baked, .. }| BakedTextures {
            size: baked.size,
            base_color: &baked.base_color,
            roughness_metallic: &baked.roughness_metallic,
            normal: &baked.normal,
        });
        let options = RenderOptions { textures, ..*options };
        // The memory is reserved once it is this work's turn, so that waiting work holds no memory.
        let draw = || -> Result<Image, PipelineError> {
            let _reserved = reserve(engine, "picture", bytes_of(&options, self.mesh.positions.len()))?;
            Ok(render_with_progress(&self.mesh, camera, &options, on_progress)?)
        };
        run_on_threads_unless(engine, || patience(on_progress), draw)??
    }
}
