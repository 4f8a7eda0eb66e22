//! `att3d_field`: a prompt's shape and colours as functions of a point.

use std::ffi::c_void;
use std::sync::Arc;

use super::handle::{Opaque, body, free, give};
use super::latent::{att3d_latent, bodies};
use super::log::att3d_release_fn;
use super::model::ModelBody;
use super::pointers::{not_null, optional_room, output, values, write};
use super::progress::{Callback, att3d_progress_fn, watched};
use super::shape::att3d_shape;
use super::status::{Failure, att3d_status, guard, quietly};
use super::structs::{Versioned, place, read_known};
use crate::pipeline::{
    Generated, Latent, ObjectField, PipelineError, Query, Reading, Source, SurfaceConfig, check_finite,
};

/// The values are signed distances, negative inside; the surface is where they are iso_level.
pub const ATT3D_FIELD_SIGNED_DISTANCE: u32 = 1;
/// The values are densities; inside is where they are above iso_level.
pub const ATT3D_FIELD_DENSITY: u32 = 2;

/// Signed distance or density, colour and material at any point. Thread-safe.
pub struct att3d_field {
    _opaque: (),
}

/// What a field's values mean.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_field_info {
    /// sizeof(att3d_field_info), set by the caller.
    pub struct_size: u32,
    /// ATT3D_FIELD_...
    pub kind: u32,
    /// The surface's value.
    pub iso_level: f32,
    /// 1 where metallic and roughness are predicted; they are 0 and 1 elsewhere.
    pub has_materials: u32,
    /// The lowest corner of the box that holds the object, object space.
    pub minimum: [f32; 3],
    /// The highest corner.
    pub maximum: [f32; 3],
}

/// What is asked of a field at points. What is NULL is not computed.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_sample_desc {
    /// sizeof(att3d_sample_desc).
    pub struct_size: u32,
    /// 0.
    pub reserved: u32,
    /// One signed distance or density a point.
    pub values: *mut f32,
    /// Three a point.
    pub gradients: *mut f32,
    /// sRGB red, green, blue in [0, 1] of each point.
    pub colors: *mut f32,
    /// Metallic and roughness in [0, 1] of each point.
    pub materials: *mut f32,
    /// NULL for none; as in att3d_generate_desc. Since 0.8.
    pub progress: att3d_progress_fn,
    /// Handed to progress; must stay valid until the call returns. Since 0.8.
    pub progress_user: *mut c_void,
    /// As in att3d_generate_desc. Since 0.8.
    pub progress_release: att3d_release_fn,
}

// SAFETY: repr(C), struct_size first; integers and pointers, of which zero is null.
unsafe impl Versioned for att3d_sample_desc {
    const NAME: &'static str = "att3d_sample_desc";
    const FIRST_SIZE: usize = 8 + 4 * size_of::<usize>();
}

// SAFETY: repr(C), struct_size first, integers and floats alone.
unsafe impl Versioned for att3d_field_info {
    const NAME: &'static str = "att3d_field_info";
    const FIRST_SIZE: usize = 40;
}

/// A field and what meshes of it are called.
pub(super) struct FieldBody {
    pub(super) field: Arc<ObjectField>,
    pub(super) model: Arc<ModelBody>,
    prompt: String,
    reading: Reading,
}

impl FieldBody {
    /// The mesh with the field's name.
    pub(super) fn named(&self, mut generated: Generated) -> Generated {
        generated.origin.prompt.clone_from(&self.prompt);
        generated.origin.reading.clone_from(&self.reading);
        generated
    }

    /// What a job makes a mesh of.
    pub(super) fn source(&self) -> Source {
        Source::Field {
            field: self.field.clone(),
            prompt: self.prompt.clone(),
            reading: self.reading.clone(),
        }
    }
}

impl Opaque for att3d_field {
    type Body = FieldBody;
    const TAG: u32 = u32::from_le_bytes(*b"feld");
    const NAME: &'static str = "field";
}

/// Makes fields of latents of one model, up to 8 in a forward pass. On failure none is made. Thread-safe.
/// @param latents not NULL; `count` handles, none NULL.
/// @param count 1 to 1024; each holds about 4 MB.
/// @param shape given to all of them; NULL for none. ATT3D_UNSUPPORTED without ATT3D_CAPABILITY_SHAPE.
/// @param out_fields not NULL; room for `count` handles; free each with att3d_field_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_field_from_latents(
    latents: *const *const att3d_latent,
    count: usize,
    shape: *const att3d_shape,
    out_fields: *mut *mut att3d_field,
) -> att3d_status {
    guard(|| {
        let place = output(out_fields, "out_fields")?;
        // SAFETY: the header's promise, both.
        let (latents, shape) =
            unsafe { (bodies(latents, count)?, if shape.is_null() { None } else { Some(body(shape)?) }) };
        let Some(first) = latents.first() else { return Err(PipelineError::NoPrompt.into()) };
        if shape.is_none() {
            latents.iter().try_for_each(|latent| latent.check_thing())?;
        }
        let parts: Vec<&Latent> = latents.iter().map(|body| &body.latent).collect();
        let fields = first.model.model()?.fields_of(&parts, shape)?;
        for (index, (field, latent)) in fields.into_iter().zip(latents).enumerate() {
            let model = latent.model.clone();
            let reading = latent.reading().clone();
            let field = FieldBody { field: Arc::new(field), model, prompt: latent.prompt.clone(), reading };
            // SAFETY: from `output`; the header promises room for `count`, and there is one field a latent.
            unsafe { write(place.add(index), give(field)) };
        }
        Ok(())
    })
}

/// Makes a field of one latent. Thread-safe.
/// @param latent not NULL.
/// @param shape NULL for none. ATT3D_UNSUPPORTED without ATT3D_CAPABILITY_SHAPE.
/// @param out_field not NULL; free with att3d_field_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_field_from_latent(
    latent: *const att3d_latent,
    shape: *const att3d_shape,
    out_field: *mut *mut att3d_field,
) -> att3d_status {
    // SAFETY: the header's promise.
    unsafe { att3d_field_from_latents(&latent, 1, shape, out_field) }
}

/// Describes a field. Thread-safe.
/// @param field not NULL.
/// @param out_info not NULL; struct_size set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_field_get_info(
    field: *const att3d_field,
    out_info: *mut att3d_field_info,
) -> att3d_status {
    guard(|| {
        // SAFETY: the header's promise, both.
        let (place, field) = unsafe { (place(out_info)?, &body(field)?.field) };
        let (kind, iso_level) = match field.surface() {
            SurfaceConfig::SignedDistance { iso_level, .. } => (ATT3D_FIELD_SIGNED_DISTANCE, *iso_level),
            SurfaceConfig::Density { threshold } => (ATT3D_FIELD_DENSITY, *threshold),
        };
        place.write(att3d_field_info {
            struct_size: 0,
            kind,
            iso_level,
            has_materials: u32::from(field.has_materials()),
            minimum: [-1.0; 3],
            maximum: [1.0; 3],
        });
        Ok(())
    })
}

/// Asks a field at points: for collision, voxels, particles. Points outside the box get what the border has. Where the
/// networks fail or progress stops the work (ATT3D_FORMAT, ATT3D_ENGINE, ATT3D_BUSY, ATT3D_CANCELLED, ATT3D_INTERNAL), what
/// the outputs hold is not defined. Thread-safe.
/// @param field not NULL.
/// @param points not NULL; `count` times x, y, z in object space, finite.
/// @param desc what is asked; not NULL; struct_size set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_field_sample(
    field: *const att3d_field,
    points: *const f32,
    count: usize,
    desc: *const att3d_sample_desc,
) -> att3d_status {
    guard(|| {
        // First, so that what the caller handed over is released wherever this ends.
        // SAFETY: the header's promise.
        let (desc, refusal) = unsafe { read_known(not_null(desc, "desc")?) }?;
        let callback = Callback::of(desc.progress, desc.progress_user, desc.progress_release);
        refusal.map_or(Ok(()), Err)?;
        // SAFETY: the header's promise: readable points, and outputs that are writable.
        let (field, points) = unsafe { (body(field)?, values(points.cast::<[f32; 3]>(), count, "points")?) };
        if desc.reserved != 0 {
            return Err(Failure::invalid(format!(
                "att3d_sample_desc.reserved is {}: leave it 0",
                desc.reserved
            )));
        }
        check_apart(points, &desc)?;
        let times = |width: usize| count.saturating_mul(width);
        let rooms = [
            optional_room(desc.values, count, "values")?,
            optional_room(desc.gradients, times(3), "gradients")?,
            optional_room(desc.colors, times(3), "colors")?,
            optional_room(desc.materials, times(2), "materials")?,
        ];
        check_finite(points)?;
        if points.is_empty() {
            return Ok(());
        }
        // SAFETY: writable by the header's promise, and apart, as was checked.
        let [values, gradients, colors, materials] =
            rooms.map(|room| room.map(|room| unsafe { room.zeroed() }));
        let query = Query {
            values,
            gradients: gradients.map(|room| room.as_chunks_mut().0),
            colors: colors.map(|room| room.as_chunks_mut().0),
            materials: materials.map(|room| room.as_chunks_mut().0),
        };
        Ok(watched(callback.as_ref(), |watch| field.field.query(points, query, watch))?)
    })
}

/// Points and outputs must not overlap.
fn check_apart(points: &[[f32; 3]], desc: &att3d_sample_desc) -> Result<(), Failure> {
    let arrays = [
        ("points", points.as_ptr().addr(), 3),
        ("values", desc.values.addr(), 1),
        ("gradients", desc.gradients.addr(), 3),
        ("colors", desc.colors.addr(), 3),
        ("materials", desc.materials.addr(), 2),
    ];
    let mut spans: Vec<_> = arrays
        .into_iter()
        .filter(|&(_, start, _)| start != 0)
        .map(|(name, start, width)| {
            (start, start.saturating_add(points.len() * width * size_of::<f32>()), name)
        })
        .collect();
    spans.sort_unstable();
    for pair in spans.windows(2) {
        if let [(_, end, first), (start, _, second)] = pair
            && start < end
        {
            return Err(Failure::invalid(format!("{first} and {second} overlap: give arrays of their own")));
        }
    }
    Ok(())
}

/// Frees a field.
/// @param field NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_field_free(field: *mut att3d_field) {
    // SAFETY: the header's promise.
    quietly(|| unsafe { free(field) });
}
