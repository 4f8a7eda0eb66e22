//! Numbers out of buffers, every range checked against the bytes that are there.

use gltf_json as json;
use json::accessor::{ComponentType, Type};
use json::validation::Checked;

use super::{invalid, missing, unsupported};
use crate::gltf::GltfError;

/// The document and the GLB's binary chunk.
pub(super) struct Buffers<'a> {
    pub(super) root: &'a json::Root,
    pub(super) binary: &'a [u8],
}

/// An accessor whose every element lies within `bytes`.
struct Elements<'a> {
    bytes: &'a [u8],
    count: usize,
    stride: usize,
    component: ComponentType,
    shape: Type,
    normalized: bool,
}

impl Buffers<'_> {
    /// Three floats an element.
    pub(super) fn vectors(&self, accessor: usize, name: &str) -> Result<Vec<[f32; 3]>, GltfError> {
        let elements = self.elements(accessor)?;
        if elements.component != ComponentType::F32 || elements.shape != Type::Vec3 {
            return Err(invalid(format!("{name} is not three floats an element")));
        }
        Ok((0..elements.count).map(|element| elements.floats(element)).collect())
    }

    /// Linear red, green and blue; alpha is left.
    pub(super) fn colors(&self, accessor: usize) -> Result<Vec<[f32; 3]>, GltfError> {
        let elements = self.elements(accessor)?;
        let encoded = match elements.component {
            ComponentType::F32 => true,
            ComponentType::U8 | ComponentType::U16 => elements.normalized,
            _ => false,
        };
        if !encoded || !matches!(elements.shape, Type::Vec3 | Type::Vec4) {
            return Err(invalid(
                "COLOR_0 is neither floats nor normalized integers, three or four an element",
            ));
        }
        Ok((0..elements.count).map(|element| elements.floats(element)).collect())
    }

    /// Texture coordinates, one a vertex.
    pub(super) fn uvs(&self, accessor: usize, vertices: usize) -> Result<Vec<[f32; 2]>, GltfError> {
        let elements = self.elements(accessor)?;
        if elements.count != vertices {
            return Err(invalid(format!("{} texture coordinates for {vertices} vertices", elements.count)));
        }
        let encoded = match elements.component {
            ComponentType::F32 => true,
            ComponentType::U8 | ComponentType::U16 => elements.normalized,
            _ => false,
        };
        if !encoded || elements.shape != Type::Vec2 {
            return Err(invalid("TEXCOORD is neither floats nor normalized integers, two an element"));
        }
        Ok((0..elements.count).map(|element| elements.floats(element)).collect())
    }

    /// A buffer view's bytes.
    pub(super) fn bytes(&self, view: usize) -> Result<&[u8], GltfError> {
        Ok(self.view(view)?.0)
    }

    /// Indices, three a triangle.
    pub(super) fn triangles(&self, accessor: usize) -> Result<Vec<[u32; 3]>, GltfError> {
        let elements = self.elements(accessor)?;
        let integer =
            matches!(elements.component, ComponentType::U8 | ComponentType::U16 | ComponentType::U32);
        if !integer || elements.shape != Type::Scalar {
            return Err(invalid("indices are not unsigned integers"));
        }
        if !elements.count.is_multiple_of(3) {
            return Err(invalid(format!("{} indices are no whole number of triangles", elements.count)));
        }
        let index = |element| elements.index(element);
        Ok((0..elements.count / 3)
            .map(|face| std::array::from_fn(|corner| index(face * 3 + corner)))
            .collect())
    }

    fn elements(&self, index: usize) -> Result<Elements<'_>, GltfError> {
        let accessor = self.root.accessors.get(index).ok_or_else(|| missing("accessor", index))?;
        if accessor.sparse.is_some() {
            return Err(unsupported("a sparse accessor"));
        }
        let (Checked::Valid(shape), Checked::Valid(component)) = (&accessor.type_, &accessor.component_type)
        else {
            return Err(invalid(format!("accessor {index} has an unknown type")));
        };
        let view = accessor.buffer_view.ok_or_else(|| unsupported("an accessor without a buffer"))?.value();
        let (bytes, stride) = self.view(view)?;
        let size = component.0.size() * shape.multiplicity();
        let stride = stride.unwrap_or(size);
        let count = whole(accessor.count.0)?;
        let offset = whole(accessor.byte_offset.map_or(0, |offset| offset.0))?;
        let needed = count.checked_sub(1).map_or(Some(0), |last| last.checked_mul(stride)?.checked_add(size));
        let bytes = bytes.get(offset..).unwrap_or_default();
        if stride < size || needed.is_none_or(|needed| needed > bytes.len()) {
            return Err(invalid(format!("accessor {index} reaches beyond its buffer")));
        }
        Ok(Elements {
            bytes,
            count,
            stride,
            component: component.0,
            shape: *shape,
            normalized: accessor.normalized,
        })
    }

    /// A buffer view's bytes and stride.
    fn view(&self, index: usize) -> Result<(&[u8], Option<usize>), GltfError> {
        let view = self.root.buffer_views.get(index).ok_or_else(|| missing("buffer view", index))?;
        let buffer = view.buffer.value();
        let declared = self.root.buffers.get(buffer).ok_or_else(|| missing("buffer", buffer))?;
        if buffer != 0 || declared.uri.is_some() {
            return Err(unsupported("a buffer outside the file"));
        }
        let start = whole(view.byte_offset.map_or(0, |offset| offset.0))?;
        let end = start.checked_add(whole(view.byte_length.0)?);
        let bytes = end.and_then(|end| self.binary.get(start..end));
        let bytes = bytes.ok_or_else(|| invalid(format!("buffer view {index} reaches beyond its buffer")))?;
        Ok((bytes, view.byte_stride.map(|stride| stride.0)))
    }
}

impl Elements<'_> {
    /// Component `number` of an element, as little-endian bytes. Zero beyond the end, which `elements` has ruled out.
    fn component<const N: usize>(&self, element: usize, number: usize) -> [u8; N] {
        let start = element * self.stride + number * N;
        self.bytes.get(start..start + N).and_then(|bytes| bytes.try_into().ok()).unwrap_or([0; N])
    }

    fn floats<const N: usize>(&self, element: usize) -> [f32; N] {
        std::array::from_fn(|number| match self.component {
            ComponentType::U8 => f32::from(u8::from_le_bytes(self.component(element, number))) / 255.0,
            ComponentType::U16 => f32::from(u16::from_le_bytes(self.component(element, number))) / 65535.0,
            _ => f32::from_le_bytes(self.component(element, number)),
        })
    }

    fn index(&self, element: usize) -> u32 {
        match self.component {
            ComponentType::U8 => u8::from_le_bytes(self.component(element, 0)).into(),
            ComponentType::U16 => u16::from_le_bytes(self.component(element, 0)).into(),
            _ => u32::from_le_bytes(self.component(element, 0)),
        }
    }
}

fn whole(number: u64) -> Result<usize, GltfError> {
    usize::try_from(number).map_err(|_| invalid(format!("a size of {number} bytes")))
}
