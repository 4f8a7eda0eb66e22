//! Decodes the buffer views of `EXT_meshopt_compression` and of `KHR_meshopt_compression`.
//!
//! meshoptimizer's decoders are safe for any bytes, but they trust the sizes that they are given. So the
//! sizes are checked here against the extension's specification. Source:
//! <https://github.com/KhronosGroup/glTF/tree/main/extensions/2.0/Vendor/EXT_meshopt_compression>

use std::collections::HashMap;

use bytemuck::{PodCastError, cast_slice, try_cast_slice_mut};
use meshopt::{
    decode_filter_color, decode_filter_exp, decode_filter_oct, decode_filter_quat, decode_index_buffer,
    decode_index_sequence, decode_vertex_buffer,
};
use serde::Deserialize;

use super::schema::{Root, View as ViewSchema};
use super::stored::{MOST_BYTES, Stored, size_of_all};
use crate::gltf::GltfError;
use crate::gltf::error::{invalid, unsupported};

#[cfg(test)]
mod tests;

/// The names of the extension: that of the vendors and that of Khronos. Both versions describe a view in the
/// same way. Only the version of Khronos has the newer version of the codec and the filter COLOR.
pub(in crate::gltf) const NAMES: [&str; 2] = ["EXT_meshopt_compression", "KHR_meshopt_compression"];
/// Largest number of bytes to which one compressed byte can decode. For attributes, two bits can encode
/// sixteen equal bytes. For indices, the shortest code is one byte per triangle.
const MOST_OF_A_BYTE: usize = 64;

/// The decoded views by their indices.
pub(in crate::gltf) type Decoded = HashMap<usize, View>;

/// A decoded view.
#[derive(Clone, Debug)]
pub(in crate::gltf) struct View {
    pub(super) bytes: Vec<u8>,
    /// Bytes from one element to the next, for attributes.
    pub(super) stride: Option<usize>,
}

/// Decodes every compressed view. Errors: `Invalid` for what the extension does not allow, `Unsupported` for
/// more than a gibibyte of decoded data.
pub(super) fn decoded(root: &Root, buffers: &[Stored]) -> Result<Decoded, GltfError> {
    let mut found = Decoded::new();
    let most = most_of(size_of_all(buffers));
    let mut room = most;
    for (index, view) in root.buffer_views.iter().enumerate() {
        let Some(extension) = NAMES.iter().find_map(|name| view.extensions.get(*name)) else { continue };
        let refused = |what: String| invalid(format!("compressed buffer view {index}: {what}"));
        let packed = Packed::deserialize(extension).map_err(|error| refused(error.to_string()))?;
        let buffer = match buffers.get(packed.buffer) {
            Some(Stored::Bytes(bytes)) => bytes,
            // The compressed buffer was not read. Its fallback may have been read.
            Some(Stored::Missing(_)) => continue,
            None => return Err(refused(format!("it names buffer {}, which is not listed", packed.buffer))),
        };
        let size = packed.size(view).map_err(refused)?;
        let end = packed.byte_offset.checked_add(packed.byte_length);
        let bytes = end.and_then(|end| buffer.get(packed.byte_offset..end));
        let bytes = bytes.ok_or_else(|| refused("it reaches beyond its buffer".into()))?;
        if size > bytes.len().saturating_mul(MOST_OF_A_BYTE) {
            return Err(refused(format!("{size} bytes out of {}, which cannot hold so many", bytes.len())));
        }
        // Several views may name the same bytes, so their decoded sizes are added up.
        room = room
            .checked_sub(size)
            .ok_or_else(|| unsupported(format!("compressed data of more than {most} bytes")))?;
        let stride = (packed.mode == Mode::Attributes).then_some(packed.byte_stride);
        found.insert(index, View { bytes: packed.decode(bytes).map_err(refused)?, stride });
    }
    Ok(found)
}

/// Returns the largest size in bytes to which this many bytes may decode, at most a gibibyte. So a small file
/// cannot claim much memory.
pub(super) fn most_of(bytes: usize) -> usize {
    bytes.saturating_mul(MOST_OF_A_BYTE).min(MOST_BYTES as usize)
}

/// The extension object of a view.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Packed {
    buffer: usize,
    #[serde(default)]
    byte_offset: usize,
    byte_length: usize,
    /// Bytes from one decoded element to the next.
    byte_stride: usize,
    count: usize,
    mode: Mode,
    #[serde(default)]
    filter: Filter,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Mode {
    Attributes,
    Triangles,
    Indices,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Filter {
    #[default]
    None,
    Octahedral,
    Quaternion,
    Exponential,
    /// A filter of `KHR_meshopt_compression` only.
    Color,
}

impl Packed {
    /// Returns the decoded size in bytes. Errors: the parameter that the extension does not allow, as a part
    /// of a sentence.
    fn size(&self, view: &ViewSchema) -> Result<usize, String> {
        let Self { byte_stride: stride, count, mode, filter, .. } = *self;
        let (is_fit, expected) = match (mode, filter) {
            (Mode::Attributes, Filter::None | Filter::Exponential) => {
                (stride.is_multiple_of(4) && (4..=256).contains(&stride), "4, 8 and so on to 256")
            }
            (Mode::Attributes, Filter::Octahedral) => (matches!(stride, 4 | 8), "4 or 8"),
            (Mode::Attributes, Filter::Color) => (matches!(stride, 4 | 8), "4 or 8"),
            (Mode::Attributes, Filter::Quaternion) => (stride == 8, "8"),
            (_, Filter::None) => (matches!(stride, 2 | 4), "2 or 4"),
            _ => return Err(format!("filter {} of {}: expected NONE", worded(filter), worded(mode))),
        };
        if !is_fit {
            let (mode, filter) = (worded(mode), worded(filter));
            return Err(format!("a stride of {stride}: expected {expected} of {mode}, filter {filter}"));
        }
        if mode == Mode::Triangles && !count.is_multiple_of(3) {
            return Err(format!("{count} indices: expected a multiple of 3"));
        }
        let size = count.checked_mul(stride).ok_or_else(|| format!("{count} elements of {stride} bytes"))?;
        let stated = |name: &str, found: Option<u64>, expected: usize| match found {
            Some(found) if found != expected as u64 => {
                Err(format!("a {name} of {found}: expected {expected}, as the extension has it"))
            }
            _ => Ok(()),
        };
        stated("byteLength", Some(view.byte_length), size)?;
        stated("byteStride", view.byte_stride.map(|stride| stride as u64), stride)?;
        Ok(size)
    }

    /// Decodes the elements. `size` must have checked the parameters before.
    fn decode(&self, bytes: &[u8]) -> Result<Vec<u8>, String> {
        // Khronos' extension allows a second version of the attributes' codec.
        let expected: &[u8] = match self.mode {
            Mode::Attributes => &[0xa0, 0xa1],
            Mode::Triangles => &[0xe1],
            Mode::Indices => &[0xd1],
        };
        if !bytes.first().is_some_and(|first| expected.contains(first)) {
            let found = bytes.first().map_or("nothing".into(), |byte| format!("0x{byte:02x}"));
            let expected: Vec<String> = expected.iter().map(|byte| format!("0x{byte:02x}")).collect();
            return Err(format!("it starts with {found}: expected {}", expected.join(" or ")));
        }
        let shorts = |indices: Vec<u16>| cast_slice(&indices).to_vec();
        let longs = |indices: Vec<u32>| cast_slice(&indices).to_vec();
        let found = match (self.mode, self.byte_stride) {
            (Mode::Attributes, stride) => {
                let decode = (stride / 4).checked_sub(1).and_then(|index| ROWS.get(index));
                let decode = decode.ok_or_else(|| format!("a stride of {stride}"))?;
                decode(bytes, self.count).and_then(|mut words| {
                    self.unfilter(&mut words).map_err(|error| meshopt::Error::Parse(error.to_string()))?;
                    Ok(longs(words))
                })
            }
            (Mode::Triangles, 2) => decode_index_buffer(bytes, self.count).map(shorts),
            (Mode::Triangles, _) => decode_index_buffer(bytes, self.count).map(longs),
            (Mode::Indices, 2) => decode_index_sequence(bytes, self.count).map(shorts),
            (Mode::Indices, _) => decode_index_sequence(bytes, self.count).map(longs),
        };
        found.map_err(|error| format!("it is damaged ({error})"))
    }

    /// Undoes the filter. words: the decoded elements as 32-bit words.
    fn unfilter(&self, words: &mut [u32]) -> Result<(), PodCastError> {
        match (self.filter, self.byte_stride) {
            (Filter::None, _) => {}
            (Filter::Octahedral, 4) => decode_filter_oct::<i8>(try_cast_slice_mut(words)?),
            (Filter::Octahedral, _) => decode_filter_oct::<i16>(try_cast_slice_mut(words)?),
            (Filter::Color, 4) => decode_filter_color::<i8>(try_cast_slice_mut(words)?),
            (Filter::Color, _) => decode_filter_color::<i16>(try_cast_slice_mut(words)?),
            (Filter::Quaternion, _) => decode_filter_quat(try_cast_slice_mut(words)?),
            (Filter::Exponential, _) => decode_filter_exp::<1>(words.as_chunks_mut().0),
        }
        Ok(())
    }
}

/// Formats a mode or a filter as the file writes it.
fn worded(word: impl std::fmt::Debug) -> String {
    format!("{word:?}").to_uppercase()
}

/// An element of an attribute, of `WORDS` 32-bit words.
#[derive(Clone, Copy)]
#[repr(transparent)]
struct Row<const WORDS: usize>([u32; WORDS]);

impl<const WORDS: usize> Default for Row<WORDS> {
    fn default() -> Self {
        Self([0; WORDS])
    }
}

/// Decodes `count` elements of `WORDS` 32-bit words.
fn row<const WORDS: usize>(bytes: &[u8], count: usize) -> meshopt::Result<Vec<u32>> {
    let rows: Vec<Row<WORDS>> = decode_vertex_buffer(bytes, count)?;
    Ok(rows.iter().flat_map(|row| row.0).collect())
}

type Rows = fn(&[u8], usize) -> meshopt::Result<Vec<u32>>;
/// The decoders for elements of one word, of two words and so on: the crate takes the element size from a
/// type.
const ROWS: [Rows; 64] = [
    row::<1>, row::<2>, row::<3>, row::<4>, row::<5>, row::<6>, row::<7>, row::<8>, row::<9>, row::<10>,
    row::<11>, row::<12>, row::<13>, row::<14>, row::<15>, row::<16>, row::<17>, row::<18>, row::<19>,
    row::<20>, row::<21>, row::<22>, row::<23>, row::<24>, row::<25>, row::<26>, row::<27>, row::<28>,
    row::<29>, row::<30>, row::<31>, row::<32>, row::<33>, row::<34>, row::<35>, row::<36>, row::<37>,
    row::<38>, row::<39>, row::<40>, row::<41>, row::<42>, row::<43>, row::<44>, row::<45>, row::<46>,
    row::<47>, row::<48>, row::<49>, row::<50>, row::<51>, row::<52>, row::<53>, row::<54>, row::<55>,
    row::<56>, row::<57>, row::<58>, row::<59>, row::<60>, row::<61>, row::<62>, row::<63>, row::<64>,
];
