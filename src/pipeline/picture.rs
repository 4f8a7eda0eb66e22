//! A picture of what was made, in what it wears.

use crate::engine::{Engine, reserve, run_on_threads_unless};
use crate::error::Watch;
use crate::render::{Camera, Image, RenderOptions, SAMPLES_AT_ONCE, Worn, render_watched};

use super::generate::patience;
use super::painting::Painting;
use super::{Generated, PipelineError};

/// Bytes that drawing takes: 4 a pixel, 60 a sample of the strip that is drawn at once, and 100 a vertex. 189 MB were measured at
/// 4096² with 4 samples a side, where this is 193 MB.
fn bytes_of(options: &RenderOptions<'_>, vertices: usize) -> u64 {
    let pixels = u64::from(options.width) * u64::from(options.height);
    let samples = pixels.saturating_mul(options.samples.pow(2) as u64).min(SAMPLES_AT_ONCE as u64);
    pixels.saturating_mul(4) + samples * 60 + vertices as u64 * 100
}

impl Generated {
    /// Draws the mesh on an engine's threads, with its textures where it has some. Errors: `Picture`, `Engine`,
    /// `InsideCallback`, `Cancelled`.
    pub fn picture(
        &self,
        engine: &dyn Engine,
        camera: &Camera,
        options: &RenderOptions<'_>,
        watch: Watch<'_>,
    ) -> Result<Image, PipelineError> {
        let worn = self.painting.as_ref().map(|Painting { baked, .. }| Worn {
            size: baked.size,
            base_color: &baked.base_color,
            roughness_metallic: &baked.roughness_metallic,
            normal: &baked.normal,
        });
        let options = RenderOptions { worn, ..*options };
        let _reserved = reserve(engine, "picture", bytes_of(&options, self.mesh.positions.len()))?;
        let draw = || render_watched(&self.mesh, camera, &options, watch);
        Ok(run_on_threads_unless(engine, || patience(watch), draw)???)
    }
}
