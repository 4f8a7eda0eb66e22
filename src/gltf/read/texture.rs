//! Images that materials name, read where the vertices lie.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::Cursor;
use std::rc::Rc;

use gltf_json as json;
use json::texture::WrappingMode;
use json::validation::Checked::Valid;

use super::accessor::Buffers;
use super::{invalid, missing, unsupported};
use crate::gltf::GltfError;

/// Pixels of all images of a file together: one of 8192².
const MAX_PIXELS: u64 = 1 << 26;
/// Bytes that a byte of a PNG can unfold to: deflate's most is 1,032.
const MOST_UNFOLDED: u64 = 1_100;

/// A file's images, each decoded once.
pub(super) struct Images<'a> {
    buffers: &'a Buffers<'a>,
    /// None for one that can't be read: it is not tried again.
    decoded: RefCell<HashMap<usize, Option<Rc<Picture>>>>,
}

struct Picture {
    size: [usize; 2],
    rgb8: Vec<u8>,
}

impl<'a> Images<'a> {
    pub(super) fn new(buffers: &'a Buffers<'a>) -> Self {
        Self { buffers, decoded: RefCell::default() }
    }

    /// What a texture says at texture coordinates, between its pixels, as encoded: in [0, 1]. Errors: `Invalid`,
    /// `Unsupported` for anything but a PNG within the file.
    pub(super) fn sample(&self, texture: usize, uvs: &[[f32; 2]]) -> Result<Vec<[f32; 3]>, GltfError> {
        let root = self.buffers.root;
        let texture = root.textures.get(texture).ok_or_else(|| missing("texture", texture))?;
        let wraps = match texture.sampler.map(|index| index.value()) {
            None => [Valid(WrappingMode::Repeat); 2],
            Some(index) => {
                let sampler = root.samplers.get(index).ok_or_else(|| missing("sampler", index))?;
                [sampler.wrap_s, sampler.wrap_t]
            }
        };
        let picture = self.picture(texture.source.value())?;
        Ok(uvs.iter().map(|&uv| picture.at(uv, wraps)).collect())
    }

    fn picture(&self, index: usize) -> Result<Rc<Picture>, GltfError> {
        if let Some(found) = self.decoded.borrow().get(&index) {
            return found.clone().ok_or_else(|| unsupported("an image that could not be read before"));
        }
        let read = self.read(index);
        self.decoded.borrow_mut().insert(index, read.as_ref().ok().cloned());
        read
    }

    fn read(&self, index: usize) -> Result<Rc<Picture>, GltfError> {
        let image = self.buffers.root.images.get(index).ok_or_else(|| missing("image", index))?;
        let view = image.buffer_view.ok_or_else(|| unsupported("an image outside the file"))?.value();
        let bytes = self.buffers.bytes(view)?;
        if !bytes.starts_with(b"\x89PNG") {
            return Err(unsupported("an image that is no PNG"));
        }
        let decoded = self.decoded.borrow();
        let pixels = decoded.values().flatten().map(|picture| picture.rgb8.len() as u64 / 3).sum();
        Ok(Rc::new(Picture::decode(bytes, MAX_PIXELS.saturating_sub(pixels))?))
    }
}

impl Picture {
    fn decode(bytes: &[u8], most_pixels: u64) -> Result<Self, GltfError> {
        let broken = |error: png::DecodingError| invalid(format!("an image is damaged: {error}"));
        let mut decoder = png::Decoder::new(Cursor::new(bytes));
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().map_err(broken)?;
        let (width, height) = reader.info().size();
        if u64::from(width) * u64::from(height) > most_pixels {
            return Err(unsupported(format!("images of more than {MAX_PIXELS} pixels")));
        }
        // Before memory is taken for what a few bytes claim to be.
        if reader.info().raw_bytes() as u64 > bytes.len() as u64 * MOST_UNFOLDED {
            return Err(invalid(format!("an image of {width} × {height} pixels in {} bytes", bytes.len())));
        }
        let size = reader.output_buffer_size().ok_or_else(|| unsupported("an image too large to hold"))?;
        let mut pixels = vec![0; size];
        reader.next_frame(&mut pixels).map_err(broken)?;
        let samples = reader.output_color_type().0.samples();
        let rgb = |pixel: &[u8]| match *pixel {
            [grey] | [grey, _] => [grey; 3],
            [red, green, blue, ..] => [red, green, blue],
            [] => [0; 3],
        };
        let count = width as usize * height as usize;
        let rgb8 = pixels.chunks_exact(samples).take(count).flat_map(rgb).collect();
        Ok(Self { size: [width as usize, height as usize], rgb8 })
    }

    fn pixel(&self, x: usize, y: usize) -> [f32; 3] {
        let start = (y * self.size[0] + x) * 3;
        let pixel = self.rgb8.get(start..start + 3).and_then(|pixel| <[u8; 3]>::try_from(pixel).ok());
        pixel.unwrap_or_default().map(|channel| f32::from(channel) / 255.0)
    }

    /// Between the four nearest pixels.
    fn at(&self, uv: [f32; 2], wraps: [json::validation::Checked<WrappingMode>; 2]) -> [f32; 3] {
        let axis = |axis: usize| {
            let place = uv[axis] * self.size[axis] as f32 - 0.5;
            let index = |place: f32| wrapped(place, self.size[axis], wraps[axis]);
            (index(place.floor()), index(place.floor() + 1.0), place - place.floor())
        };
        let ((left, right, across), (top, bottom, down)) = (axis(0), axis(1));
        let mix = |a: [f32; 3], b: [f32; 3], share: f32| -> [f32; 3] {
            std::array::from_fn(|channel| a[channel] + (b[channel] - a[channel]) * share)
        };
        let row = |y| mix(self.pixel(left, y), self.pixel(right, y), across);
        mix(row(top), row(bottom), down)
    }
}

/// A pixel's number along an axis, brought inside. NaN becomes 0: casts of floats saturate.
fn wrapped(place: f32, size: usize, wrap: json::validation::Checked<WrappingMode>) -> usize {
    let (last, length) = (size.saturating_sub(1) as f32, size as f32);
    let inside = match wrap {
        Valid(WrappingMode::ClampToEdge) => place,
        Valid(WrappingMode::MirroredRepeat) => {
            let within = place.rem_euclid(2.0 * length);
            within.min(2.0 * length - 1.0 - within)
        }
        _ => place.rem_euclid(length),
    };
    inside.clamp(0.0, last) as usize
}
