//! Images that materials name, read where the vertices lie.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use gltf_json as json;
use json::texture::WrappingMode;
use json::validation::Checked::Valid;

use super::accessor::Buffers;
use super::picture::Picture;
use super::{missing, unsupported};
use crate::gltf::GltfError;

/// Pixels of all images of a file together: one of 8192².
const MAX_PIXELS: u64 = 1 << 26;

/// A file's images, each decoded once.
pub(super) struct Images<'a> {
    buffers: &'a Buffers<'a>,
    /// None for one that can't be read: it is not tried again.
    decoded: RefCell<HashMap<usize, Option<Rc<Picture>>>>,
}

impl<'a> Images<'a> {
    pub(super) fn new(buffers: &'a Buffers<'a>) -> Self {
        Self { buffers, decoded: RefCell::default() }
    }

    /// What a texture says at texture coordinates, between its pixels, as encoded: in [0, 1]. Errors: `Invalid`,
    /// `Unsupported` for anything but a PNG or a JPEG within the file.
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
        let decoded = self.decoded.borrow();
        let pixels = decoded.values().flatten().map(|picture| picture.pixels()).sum();
        let picture = Picture::decode(bytes, MAX_PIXELS.saturating_sub(pixels))?;
        picture.map(Rc::new).ok_or_else(|| unsupported(format!("images of more than {MAX_PIXELS} pixels")))
    }
}
