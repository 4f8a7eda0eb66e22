//! Conversion of sparse accessors to dense ones. A sparse accessor stores some elements separately. They
//! replace elements of a buffer view, or zeros if there is no view.

use super::accessor::Buffers;
use super::compressed::most_of;
use super::schema::{self, ComponentType};
use crate::gltf::GltfError;
use crate::gltf::error::{invalid, unsupported, whole};

#[cfg(test)]
mod tests;

/// The Draco extension. A decoder of this extension would fill the accessors that have no buffer view.
pub(in crate::gltf) const DRACO: &str = "KHR_draco_mesh_compression";
/// The message for geometry in Draco.
pub(in crate::gltf) const DRACO_ADVICE: &str = "geometry compressed by Draco (KHR_draco_mesh_compression): save it without that compression, for example by \
     importing it into Blender and exporting it again with \"Compression\" switched off";

impl Buffers<'_> {
    /// Returns an accessor's elements, tightly packed. base: bytes and stride of its view, or `None` for
    /// zeros; size: bytes of an element.
    pub(super) fn dense(
        &self,
        index: usize,
        accessor: &schema::Accessor,
        base: Option<(&[u8], usize)>,
        size: usize,
    ) -> Result<Vec<u8>, GltfError> {
        let count = whole(accessor.count)?;
        let is_empty = base.is_none() && accessor.sparse.is_none();
        if is_empty && self.document.root.extensions_used.iter().any(|name| name == DRACO) {
            return Err(unsupported(DRACO_ADVICE));
        }
        let mut dense = vec![0; self.afford(index, count, size)?];
        if let Some((bytes, stride)) = base {
            for (element, held) in dense.chunks_exact_mut(size).zip(bytes.chunks(stride)) {
                element.iter_mut().zip(held).for_each(|(byte, held)| *byte = *held);
            }
        }
        let Some(sparse) = &accessor.sparse else { return Ok(dense) };
        let places = self.places(index, sparse, count)?;
        let (view, offset) = (sparse.values.buffer_view, sparse.values.byte_offset);
        let values = self.apart(index, view, offset, places.len(), size)?;
        for (place, value) in places.into_iter().zip(values.chunks_exact(size)) {
            // `places` has checked that the element exists.
            if let Some(element) = dense.get_mut(place * size..(place + 1) * size) {
                element.copy_from_slice(value);
            }
        }
        Ok(dense)
    }

    /// Returns the size of the dense elements in bytes, and subtracts it from the remaining budget of all
    /// dense accessors. Errors: `Unsupported` if the size exceeds the budget or the limit for the document's
    /// size.
    fn afford(&self, index: usize, count: usize, size: usize) -> Result<usize, GltfError> {
        let Some(bytes) = count.checked_mul(size).filter(|bytes| *bytes <= most_of(self.document.size()))
        else {
            let held = self.document.size();
            return Err(unsupported(format!(
                "accessor {index}, which has {count} elements in a file of {held} bytes: save the file with dense accessors"
            )));
        };
        // An accessor that several primitives name is made dense once for each of the primitives.
        let Some(room) = self.room.get().checked_sub(bytes) else {
            return Err(unsupported(
                "more than a gibibyte of sparse accessors, counted once for each use: save the file with dense accessors",
            ));
        };
        self.room.set(room);
        Ok(bytes)
    }

    /// Returns the indices of the replaced elements. count: number of all elements.
    fn places(&self, index: usize, sparse: &schema::Sparse, count: usize) -> Result<Vec<usize>, GltfError> {
        let component = ComponentType::of(sparse.indices.component_type);
        let is_index = |kind: &ComponentType| {
            matches!(kind, ComponentType::U8 | ComponentType::U16 | ComponentType::U32)
        };
        let Some(component) = component.filter(is_index) else {
            return Err(invalid(format!("accessor {index} has sparse indices of an unknown type")));
        };
        let replaced = whole(sparse.count)?;
        if replaced > count {
            return Err(invalid(format!("accessor {index} of {count} elements replaces {replaced} of them")));
        }
        let (view, offset) = (sparse.indices.buffer_view, sparse.indices.byte_offset);
        let size = component.size();
        let bytes = self.apart(index, view, offset, replaced, size)?;
        let mut places: Vec<usize> = Vec::with_capacity(bytes.len() / size);
        for bytes in bytes.chunks_exact(size) {
            let mut wide = [0; 4];
            wide.iter_mut().zip(bytes).for_each(|(wide, byte)| *wide = *byte);
            let place = u32::from_le_bytes(wide) as usize;
            if place >= count || places.last().is_some_and(|last| place <= *last) {
                let what = "expected each to be greater than the one before, and less than their number";
                return Err(invalid(format!(
                    "accessor {index} of {count} elements replaces element {place}: {what}"
                )));
            }
            places.push(place);
        }
        Ok(places)
    }

    /// Returns the bytes of a sparse accessor's indices or values, which must be tightly packed.
    fn apart(
        &self,
        index: usize,
        view: usize,
        offset: u64,
        count: usize,
        size: usize,
    ) -> Result<&[u8], GltfError> {
        let (bytes, stride) = self.range(index, view, offset, count, size)?;
        if stride != size {
            return Err(invalid(format!(
                "the elements of accessor {index}'s sparse data are {stride} bytes apart: expected {size}"
            )));
        }
        // `range` has checked that the bytes exist.
        debug_assert!(
            count * size <= bytes.len(),
            "{count} elements of {size} bytes in {} bytes",
            bytes.len()
        );
        Ok(bytes.get(..count * size).unwrap_or_default())
    }
}
