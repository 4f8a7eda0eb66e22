//! Reads numbers from buffers. Every range is checked against the bytes that exist.

use std::borrow::Cow;
use std::cell::Cell;

use super::Document;
use super::schema::{self, ComponentType, multiplicity};
use super::stored::MOST_BYTES;
use crate::gltf::GltfError;
use crate::gltf::error::{invalid, missing, unsupported, whole};

/// The accessors and buffer views of a document.
pub(in crate::gltf) struct Buffers<'a> {
    pub(in crate::gltf) document: &'a Document,
    /// Remaining bytes that sparse accessors may take when they are made dense.
    pub(super) room: Cell<usize>,
}

/// The elements of an accessor. All of them lie within `bytes`.
struct Elements<'a> {
    bytes: Cow<'a, [u8]>,
    count: usize,
    stride: usize,
    component: ComponentType,
    /// Components of an element.
    components: usize,
    normalized: bool,
}

/// Selected elements of an accessor.
pub(in crate::gltf) struct Gathered {
    pub(in crate::gltf) bytes: Vec<u8>,
    /// Bytes from one element to the next.
    pub(in crate::gltf) stride: usize,
    /// The minimum and maximum of each component over the selected elements. Integers count as stored,
    /// without normalization.
    pub(in crate::gltf) low: Vec<f64>,
    pub(in crate::gltf) high: Vec<f64>,
}

impl<'a> Buffers<'a> {
    pub(super) fn new(document: &'a Document) -> Self {
        Self { document, room: Cell::new(MOST_BYTES as usize) }
    }
}

impl Buffers<'_> {
    /// Checks that an accessor has one element per vertex, before any element is read. A small file can claim
    /// a large number of elements and name the accessor many times.
    fn one_a_vertex(&self, accessor: usize, vertices: usize, name: &str) -> Result<(), GltfError> {
        let found = self.count(accessor)?;
        if found == vertices {
            return Ok(());
        }
        Err(invalid(format!("{name} has {found} elements for {vertices} vertices")))
    }

    /// Reads an attribute like [`quantized`](Self::quantized), with one element per vertex.
    pub(in crate::gltf) fn of_vertices<const N: usize>(
        &self,
        accessor: usize,
        vertices: usize,
        name: &str,
    ) -> Result<Vec<[f32; N]>, GltfError> {
        self.one_a_vertex(accessor, vertices, name)?;
        self.quantized(accessor, name)
    }

    /// Reads elements of N components of any type, converted to floats (KHR_mesh_quantization).
    pub(in crate::gltf) fn quantized<const N: usize>(
        &self,
        accessor: usize,
        name: &str,
    ) -> Result<Vec<[f32; N]>, GltfError> {
        self.leading(accessor, usize::MAX, name)
    }

    /// Reads the first `most` elements like [`quantized`](Self::quantized).
    pub(in crate::gltf) fn leading<const N: usize>(
        &self,
        accessor: usize,
        most: usize,
        name: &str,
    ) -> Result<Vec<[f32; N]>, GltfError> {
        let (component, components) = kind(accessor, self.accessor(accessor)?)?;
        if components != N {
            return Err(invalid(format!("{name} does not have {N} numbers per element")));
        }
        if component == ComponentType::U32 {
            return Err(invalid(format!("{name} holds 32-bit integers")));
        }
        let elements = self.elements(accessor)?;
        Ok((0..elements.count.min(most)).map(|element| elements.numbers(element)).collect())
    }

    /// Copies the elements at these indices as the file stores them, in the order of `sources`. Errors:
    /// `Invalid` for an index out of range.
    pub(in crate::gltf) fn gathered(&self, accessor: usize, sources: &[u32]) -> Result<Gathered, GltfError> {
        let elements = self.elements(accessor)?;
        let components = elements.components;
        let size = elements.component.size() * components;
        // Vertices must be aligned to four bytes.
        let stride = size.next_multiple_of(4);
        let mut found = Gathered {
            bytes: Vec::with_capacity(sources.len() * stride),
            stride,
            low: vec![f64::INFINITY; components],
            high: vec![f64::NEG_INFINITY; components],
        };
        for &source in sources {
            let start = source as usize * elements.stride;
            let Some(element) =
                elements.bytes.get(start..start + size).filter(|_| (source as usize) < elements.count)
            else {
                return Err(invalid(format!("accessor {accessor} has no element {source}")));
            };
            found.bytes.extend_from_slice(element);
            found.bytes.resize(found.bytes.len().next_multiple_of(4), 0);
            for number in 0..components {
                let value = elements.plain(source as usize, number);
                found.low[number] = found.low[number].min(value);
                found.high[number] = found.high[number].max(value);
            }
        }
        Ok(found)
    }

    /// Returns the number of elements that an accessor claims to have.
    pub(in crate::gltf) fn count(&self, accessor: usize) -> Result<usize, GltfError> {
        whole(self.accessor(accessor)?.count)
    }

    /// Returns whether the components are integers that are not normalized.
    pub(in crate::gltf) fn is_plain_integer(&self, accessor: usize) -> Result<bool, GltfError> {
        let found = self.accessor(accessor)?;
        let (component, _) = kind(accessor, found)?;
        Ok(component != ComponentType::F32 && !found.normalized)
    }

    /// Reads an accessor as a list of indices.
    pub(in crate::gltf) fn indices(&self, accessor: usize) -> Result<Vec<u32>, GltfError> {
        let elements = self.elements(accessor)?;
        let is_integer =
            matches!(elements.component, ComponentType::U8 | ComponentType::U16 | ComponentType::U32);
        if !is_integer || elements.components != 1 {
            return Err(invalid("indices are not unsigned integers"));
        }
        Ok((0..elements.count).map(|element| elements.index(element)).collect())
    }

    /// Reads linear red, green, blue and alpha, one per vertex. Alpha is 1 if the file has none.
    pub(in crate::gltf) fn colors(
        &self,
        accessor: usize,
        vertices: usize,
    ) -> Result<Vec<[f32; 4]>, GltfError> {
        self.one_a_vertex(accessor, vertices, "COLOR_0")?;
        let elements = self.elements(accessor)?;
        let encoded = match elements.component {
            ComponentType::F32 => true,
            ComponentType::U8 | ComponentType::U16 => elements.normalized,
            _ => false,
        };
        if !encoded || !matches!(elements.components, 3 | 4) {
            return Err(invalid(
                "COLOR_0 must have three or four components, as floats or as normalized integers of 8 or 16 bits without a sign",
            ));
        }
        let opaque = |[red, green, blue]: [f32; 3]| [red, green, blue, 1.0];
        let color = |element| match elements.components {
            3 => opaque(elements.numbers(element)),
            _ => elements.numbers(element),
        };
        Ok((0..elements.count).map(color).collect())
    }

    /// Returns the bytes of a buffer view.
    pub(in crate::gltf) fn bytes(&self, view: usize) -> Result<&[u8], GltfError> {
        Ok(self.view(view)?.0)
    }

    fn accessor(&self, index: usize) -> Result<&schema::Accessor, GltfError> {
        self.document.root.accessors.get(index).ok_or_else(|| missing("accessor", index))
    }

    fn elements(&self, index: usize) -> Result<Elements<'_>, GltfError> {
        let accessor = self.accessor(index)?;
        let (component, components) = kind(index, accessor)?;
        let size = component.size() * components;
        let count = whole(accessor.count)?;
        let offset = accessor.byte_offset;
        let view = accessor.buffer_view.map(|view| self.range(index, view, offset, count, size));
        let (bytes, stride) = match (view.transpose()?, &accessor.sparse) {
            (Some((bytes, stride)), None) => (Cow::Borrowed(bytes), stride),
            (base, _) => (Cow::Owned(self.dense(index, accessor, base, size)?), size),
        };
        Ok(Elements { bytes, count, stride, component, components, normalized: accessor.normalized })
    }

    /// Returns the bytes of a view from `offset` on, and its stride. Errors: `Invalid` if the view does
    /// not hold `count` elements of `size` bytes.
    pub(super) fn range(
        &self,
        accessor: usize,
        view: usize,
        offset: u64,
        count: usize,
        size: usize,
    ) -> Result<(&[u8], usize), GltfError> {
        let (bytes, stride) = self.view(view)?;
        let stride = stride.unwrap_or(size);
        let needed = count.checked_sub(1).map_or(Some(0), |last| last.checked_mul(stride)?.checked_add(size));
        let bytes = bytes.get(whole(offset)?..).unwrap_or_default();
        if stride < size || needed.is_none_or(|needed| needed > bytes.len()) {
            return Err(invalid(format!("accessor {accessor} reaches beyond its buffer")));
        }
        Ok((bytes, stride))
    }

    /// Returns a buffer view's bytes and stride.
    fn view(&self, index: usize) -> Result<(&[u8], Option<usize>), GltfError> {
        let document = self.document;
        let view = document.root.buffer_views.get(index).ok_or_else(|| missing("buffer view", index))?;
        if let Some(decoded) = document.decoded.get(&index) {
            return Ok((&decoded.bytes, decoded.stride));
        }
        let buffer = document.buffer(view.buffer)?;
        let start = whole(view.byte_offset)?;
        let end = start.checked_add(whole(view.byte_length)?);
        let bytes = end.and_then(|end| buffer.get(start..end));
        let bytes = bytes.ok_or_else(|| invalid(format!("buffer view {index} reaches beyond its buffer")))?;
        Ok((bytes, view.byte_stride))
    }
}

/// Returns an accessor's component type and its number of components per element.
fn kind(index: usize, accessor: &schema::Accessor) -> Result<(ComponentType, usize), GltfError> {
    ComponentType::of(accessor.component_type)
        .zip(multiplicity(&accessor.shape))
        .ok_or_else(|| invalid(format!("accessor {index} has an unknown type")))
}

impl Elements<'_> {
    /// Returns component `number` of an element as little-endian bytes. Returns zeros beyond the end, which
    /// `elements` has ruled out.
    fn component<const N: usize>(&self, element: usize, number: usize) -> [u8; N] {
        let start = element * self.stride + number * N;
        debug_assert!(
            start + N <= self.bytes.len(),
            "element {element} lies beyond {} bytes",
            self.bytes.len()
        );
        self.bytes.get(start..start + N).and_then(|bytes| bytes.try_into().ok()).unwrap_or([0; N])
    }

    /// Returns an element as floats. Normalized integers are divided by the largest value of their type.
    fn numbers<const N: usize>(&self, element: usize) -> [f32; N] {
        let share =
            |value: f32, largest: f32| if self.normalized { (value / largest).max(-1.0) } else { value };
        std::array::from_fn(|number| match self.component {
            ComponentType::I8 => share(i8::from_le_bytes(self.component(element, number)).into(), 127.0),
            ComponentType::U8 => share(u8::from_le_bytes(self.component(element, number)).into(), 255.0),
            ComponentType::I16 => share(i16::from_le_bytes(self.component(element, number)).into(), 32767.0),
            ComponentType::U16 => share(u16::from_le_bytes(self.component(element, number)).into(), 65535.0),
            _ => f32::from_le_bytes(self.component(element, number)),
        })
    }

    /// Returns one component as the file stores it.
    fn plain(&self, element: usize, number: usize) -> f64 {
        match self.component {
            ComponentType::I8 => i8::from_le_bytes(self.component(element, number)).into(),
            ComponentType::U8 => u8::from_le_bytes(self.component(element, number)).into(),
            ComponentType::I16 => i16::from_le_bytes(self.component(element, number)).into(),
            ComponentType::U16 => u16::from_le_bytes(self.component(element, number)).into(),
            ComponentType::U32 => u32::from_le_bytes(self.component(element, number)).into(),
            ComponentType::F32 => f32::from_le_bytes(self.component(element, number)).into(),
        }
    }

    fn index(&self, element: usize) -> u32 {
        match self.component {
            ComponentType::U8 => u8::from_le_bytes(self.component(element, 0)).into(),
            ComponentType::U16 => u16::from_le_bytes(self.component(element, 0)).into(),
            _ => u32::from_le_bytes(self.component(element, 0)),
        }
    }
}

impl Document {
    /// Returns a reader of the document's accessors.
    pub(in crate::gltf) fn accessors(&self) -> Buffers<'_> {
        Buffers::new(self)
    }

    /// Returns the encoded bytes of an image. Errors: `Invalid`, `Unsupported`.
    pub(in crate::gltf) fn image<'a>(
        &'a self,
        buffers: &'a Buffers<'_>,
        index: usize,
    ) -> Result<&'a [u8], GltfError> {
        let image = self.root.images.get(index).ok_or_else(|| missing("image", index))?;
        match (self.images.get(&index), image.buffer_view) {
            (Some(Ok(bytes)), _) => Ok(bytes),
            (Some(Err(why)), _) => Err(unsupported(why.clone())),
            (None, Some(view)) => buffers.bytes(view),
            (None, None) => Err(invalid(format!("image {index} has neither a URI nor a buffer view"))),
        }
    }
}
