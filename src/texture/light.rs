//! Ambient occlusion of a surface, on a coarser square than its textures.

use rayon::prelude::*;

use crate::error::{ProgressCallback, part, progress_counter};
use crate::mesh::Mesh;

use super::atlas::Atlas;
use super::bake_source::{BakeSource, same_length};
use super::dilate;

/// Side of an occlusion texel in texels of the texture. Light changes slowly over a surface.
const TEXEL: u32 = 4;
/// Progress after all texels have a triangle.
const OWNERS_SHARE: f32 = 0.1;
/// Progress after all texels were evaluated.
const ASKED_SHARE: f32 = 0.95;
/// Texels by which the light is extended over the seams, for interpolation.
const MARGIN: u32 = 2;

/// The share of the sky's light at each texel, from 0 to 1, row by row.
pub(super) struct Light {
    side: usize,
    shares: Vec<f32>,
}

impl Light {
    /// Evaluates the light on a mesh whose textures have `size` texels along a side; `None` if the surface
    /// does not return light.
    pub(super) fn of<S: BakeSource>(
        mesh: &Mesh,
        size: u32,
        surface: &S,
        on_progress: ProgressCallback<'_>,
    ) -> Result<Option<Self>, S::Error> {
        if !surface.knows_light() {
            return Ok(None);
        }
        let atlas = Atlas::of(mesh, size.div_ceil(TEXEL), &part(on_progress, 0.0, OWNERS_SHARE))?;
        let side = atlas.size as usize;
        let mut shares = vec![1.0f32; side * side];
        let of_asked = part(on_progress, OWNERS_SHARE, ASKED_SHARE);
        let begun = progress_counter(&of_asked, atlas.covered.len());
        let asked = atlas.blocks(&atlas.covered, surface.batch()).map(|block| {
            begun(block.texels.len())?;
            let open = surface.open(block.places(), &|_| begun(0))?;
            same_length(block.texels.len(), open.len())?;
            Ok((block.texels, open))
        });
        for (texels, open) in asked.collect::<Result<Vec<_>, S::Error>>()? {
            texels.iter().zip(open).for_each(|(&texel, open)| shares[texel as usize] = open);
        }
        for (texel, from) in
            dilate::growth(&atlas.is_owned(), atlas.size, MARGIN, &part(on_progress, ASKED_SHARE, 1.0))?
        {
            shares[texel as usize] = shares[from as usize];
        }
        Ok(Some(Self { side, shares }))
    }

    /// Returns an image of `size` texels along a side, interpolated bilinearly.
    pub(super) fn blended(&self, size: u32) -> Vec<u8> {
        let size = size as usize;
        let between = between(size, self.side);
        let mut image = vec![0; size * size];
        image.par_chunks_mut(size).zip(&between).for_each(|(row, &(above, down))| {
            let (above, below) = (self.row(above), self.row((above + 1).min(self.side - 1)));
            let row_of = |(above, below): (&f32, &f32)| above + (below - above) * down;
            let mixed: Vec<f32> = above.iter().zip(below).map(row_of).collect();
            for (texel, &(left, right)) in row.iter_mut().zip(&between) {
                let (from, to) = (mixed[left], mixed[(left + 1).min(self.side - 1)]);
                *texel = quantized(from + (to - from) * right);
            }
        });
        image
    }

    fn row(&self, y: usize) -> &[f32] {
        &self.shares[y * self.side..][..self.side]
    }
}

/// Returns the places of the centers of `size` texels among `side` coarser ones: the preceding coarser texel,
/// and the fraction of the way to the next one.
fn between(size: usize, side: usize) -> Vec<(usize, f32)> {
    let place = |texel: usize| {
        let place = (texel as f32 + 0.5) * (side as f32 / size as f32) - 0.5;
        let place = place.clamp(0.0, (side - 1) as f32);
        (place as usize, place.fract())
    };
    (0..size).map(place).collect()
}

/// Rounds to the nearest of 256 levels. (The library is built for processors without SSE 4.1. On them,
/// `round` would be a function call, which would take 4 % of the time of a bake.)
pub(super) fn quantized(value: f32) -> u8 {
    (value.clamp(0.0, 1.0) * 255.0 + 0.5) as u8
}
