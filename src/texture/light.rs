//! How open to light a surface is, on a coarser square than its textures.

use rayon::prelude::*;

use crate::error::{Watch, counted, part};
use crate::mesh::Mesh;

use super::atlas::Atlas;
use super::bake::{Surface, quantized, same_length};
use super::dilate;

/// Light changes slowly over a surface: its own texels are this many times as wide and as high.
const TEXEL: u32 = 4;
/// Share of the work when each of its texels has its triangle.
const OWNERS_SHARE: f32 = 0.1;
/// Share of the work when all are asked.
const ASKED_SHARE: f32 = 0.95;
/// Texels by which it grows over the seams, for blending.
const MARGIN: u32 = 2;

/// The share of the sky's light, row by row.
pub(super) struct Light {
    side: usize,
    shares: Vec<f32>,
}

impl Light {
    /// Asks for the light on a mesh whose textures have `size` texels along a side; `None` where the surface does not know it.
    pub(super) fn of<S: Surface>(
        mesh: &Mesh,
        size: u32,
        surface: &S,
        watch: Watch<'_>,
    ) -> Result<Option<Self>, S::Error> {
        if !surface.knows_light() {
            return Ok(None);
        }
        let atlas = Atlas::of(mesh, size.div_ceil(TEXEL), &part(watch, 0.0, OWNERS_SHARE))?;
        let side = atlas.size as usize;
        let mut shares = vec![1.0f32; side * side];
        let of_asked = part(watch, OWNERS_SHARE, ASKED_SHARE);
        let begun = counted(&of_asked, atlas.covered.len());
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
            dilate::growth(&atlas.is_owned(), atlas.size, MARGIN, &part(watch, ASKED_SHARE, 1.0))?
        {
            shares[texel as usize] = shares[from as usize];
        }
        Ok(Some(Self { side, shares }))
    }

    /// An image of `size` texels along a side, blended between the four nearest.
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

/// Where the centres of `size` texels lie between those of `side` coarser ones: the one before, and how far it is to the next.
fn between(size: usize, side: usize) -> Vec<(usize, f32)> {
    let place = |texel: usize| {
        let place = (texel as f32 + 0.5) * (side as f32 / size as f32) - 0.5;
        let place = place.clamp(0.0, (side - 1) as f32);
        (place as usize, place.fract())
    };
    (0..size).map(place).collect()
}
