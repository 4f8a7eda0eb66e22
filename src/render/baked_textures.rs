//! Textures of a mesh that is drawn.

use crate::color::srgb_level_to_linear;
use crate::vector::{Basis, Vector, across, add, dot, normalized, scale};

/// The textures of a mesh with texture coordinates, in place of its vertex colors. They are square images,
/// row by row from the upper left corner.
#[derive(Debug, Clone, Copy)]
pub struct BakedTextures<'a> {
    /// Texels along a side.
    pub size: u32,
    /// Base color in sRGB, size² texels.
    pub base_color: &'a [[u8; 3]],
    /// Roughness in green and metallic in blue, linear; empty for the vertices' own values.
    pub roughness_metallic: &'a [[u8; 3]],
    /// Normal map in the frame of the mesh's normals and tangents; empty for the normals alone.
    pub normal: &'a [[u8; 3]],
}

impl BakedTextures<'_> {
    /// Returns whether each image has size² texels.
    pub(super) fn is_whole(&self) -> bool {
        let texels = self.size as usize * self.size as usize;
        let is_right = |image: &[[u8; 3]]| image.len() == texels;
        texels > 0
            && is_right(self.base_color)
            && [self.roughness_metallic, self.normal].iter().all(|image| image.is_empty() || is_right(image))
    }

    /// Returns the linear color at texture coordinates.
    pub(super) fn color(&self, uv: [f32; 2]) -> Vector {
        self.blend(self.base_color, uv, |texel| texel.map(srgb_level_to_linear))
    }

    /// Returns metallic and roughness at texture coordinates.
    pub(super) fn metallic_roughness(&self, uv: [f32; 2]) -> Option<[f32; 2]> {
        (!self.roughness_metallic.is_empty()).then(|| {
            let [_, roughness, metallic] =
                self.blend(self.roughness_metallic, uv, |texel| texel.map(|level| f32::from(level) / 255.0));
            [metallic, roughness]
        })
    }

    /// Returns the mapped normal at texture coordinates. normal, tangent: the mesh's own at that point.
    pub(super) fn normal(&self, uv: [f32; 2], normal: Vector, tangent: [f32; 4]) -> Vector {
        let [x, y, z, _] = tangent;
        let along = across([x, y, z], normal);
        if self.normal.is_empty() || dot(along, along) < 1e-12 {
            return normal;
        }
        let local = self.blend(self.normal, uv, |texel| texel.map(|level| f32::from(level) / 127.5 - 1.0));
        normalized(Basis::of(normal, tangent).world(local))
    }

    /// Interpolates between the four nearest texels.
    fn blend(&self, image: &[[u8; 3]], uv: [f32; 2], value: impl Fn([u8; 3]) -> Vector) -> Vector {
        let last = self.size as usize - 1;
        let place = uv.map(|part| (part * self.size as f32 - 0.5).clamp(0.0, last as f32));
        let ([x, y], [right, down]) = (place.map(|part| part as usize), place.map(f32::fract));
        let at = |x: usize, y: usize| value(image[y.min(last) * self.size as usize + x.min(last)]);
        let row = |y: usize| add(scale(at(x, y), 1.0 - right), scale(at(x + 1, y), right));
        add(scale(row(y), 1.0 - down), scale(row(y + 1), down))
    }
}
