//! A picture of what was made, in what it wears.

use crate::engine::{Engine, run_on_threads_unless};
use crate::render::{Camera, Image, RenderOptions, Worn, render};

use super::callback::may_wait;
use super::painting::Painting;
use super::{Generated, PipelineError};

impl Generated {
    /// Draws the mesh on an engine's threads, with its textures where it has some. Errors: `Picture`, `Engine`,
    /// `InsideCallback`.
    pub fn picture(
        &self,
        engine: &dyn Engine,
        camera: &Camera,
        options: &RenderOptions<'_>,
    ) -> Result<Image, PipelineError> {
        let worn = self.painting.as_ref().map(|Painting { baked, .. }| Worn {
            size: baked.size,
            base_color: &baked.base_color,
            roughness_metallic: &baked.roughness_metallic,
            normal: &baked.normal,
        });
        let options = RenderOptions { worn, ..*options };
        Ok(run_on_threads_unless(engine, may_wait, || render(&self.mesh, camera, &options))???)
    }
}
