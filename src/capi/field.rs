//! `att3d_field`: the geometry, color and material of a prompt as functions of a point.

use std::sync::Arc;

use super::handle::{Opaque, body, free, give};
use super::latent::{att3d_latent, bodies};
use super::model::ModelBody;
use super::pointers::{not_null, optional_room, output, values, write};
use super::progress::{Callback, att3d_progress, with_callback};
use super::shape::att3d_shape;
use super::status::{Failure, att3d_status, guard, quietly};
use super::structs::{Versioned, place, read_known};
use crate::pipeline::{
    Generated, Latent, ObjectField, PipelineError, Query, Reading, Source, SurfaceConfig, check_finite,
};

/// The values are signed distances. A point is inside if its value is below iso_level, and the surface is
/// where the values equal iso_level.
pub const ATT3D_FIELD_SIGNED_DISTANCE: u32 = 1;
/// The values are densities. A point is inside if its density is above iso_level.
pub const ATT3D_FIELD_DENSITY: u32 = 2;

/// A function from points to signed distance or density, color and material. Thread-safe.
pub struct att3d_field {
    _opaque: (),
}

/// Description of a field's values.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_field_info {
    /// sizeof(att3d_field_info), set by the caller.
    pub struct_size: u32,
    /// ATT3D_FIELD_...
    pub kind: u32,
    /// Value of the field at the surface.
    pub iso_level: f32,
    /// 1 if metallic and roughness are predicted, otherwise 0.
    /// If it is 0, metallic is 0 and roughness is 1 everywhere.
    pub has_materials: u32,
    /// Lowest corner of the box that contains the object, in object space.
    pub minimum: [f32; 3],
    /// Highest corner of the box, in object space.
    pub maximum: [f32; 3],
}

/// Outputs of the evaluation of a field at points. An output that is NULL is not computed.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_sample_desc {
    /// sizeof(att3d_sample_desc).
    pub struct_size: u32,
    /// Must be 0.
    pub reserved: u32,
    /// One signed distance or density per point (att3d_field_info.kind).
    pub values: *mut f32,
    /// Gradient of the value with respect to x, y and z, three numbers per point.
    pub gradients: *mut f32,
    /// sRGB red, green and blue in [0, 1], three numbers per point.
    pub colors: *mut f32,
    /// Metallic and roughness in [0, 1], two numbers per point.
    pub materials: *mut f32,
    /// Progress callback.
    pub progress: att3d_progress,
}

// SAFETY: `repr(C)`, `struct_size` first, integers and pointers without padding; a zero pointer is null.
unsafe impl Versioned for att3d_sample_desc {
    const NAME: &'static str = "att3d_sample_desc";
    const FIRST_SIZE: usize = 8 + 7 * size_of::<usize>();
}

// SAFETY: `repr(C)`, `struct_size` first, integers and floats without padding.
unsafe impl Versioned for att3d_field_info {
    const NAME: &'static str = "att3d_field_info";
    const FIRST_SIZE: usize = 40;
}

/// A field, and the prompt and reading that its meshes get.
pub(super) struct FieldBody {
    pub(super) field: Arc<ObjectField>,
    pub(super) model: Arc<ModelBody>,
    prompt: String,
    reading: Reading,
}

impl FieldBody {
    /// Returns the mesh with the field's prompt and reading.
    pub(super) fn named(&self, mut generated: Generated) -> Generated {
        generated.origin.prompt.clone_from(&self.prompt);
        generated.origin.reading.clone_from(&self.reading);
        generated
    }

    /// Returns the source from which a job generates the field's mesh.
    pub(super) fn source(&self) -> Source {
        Source::Field {
            field: self.field.clone(),
            prompt: self.prompt.clone(),
            reading: self.reading.clone(),
        }
    }
}

impl Opaque for att3d_field {
    type Body = Arc<FieldBody>;
    const TAG: u32 = u32::from_le_bytes(*b"feld");
    const NAME: &'static str = "field";
}

/// Makes one field per latent. On failure no field is made. Thread-safe.
/// Returns ATT3D_UNLOADED after att3d_model_unload, and ATT3D_INVALID_ARGUMENT for latents of different model
/// handles.
/// One forward pass makes at most 8 fields; more latents take several passes.
/// @param latents `count` handles of latents of one model; not NULL, and no handle is NULL.
/// @param count Number of latents, 1 to 1024. A field of the bundled model holds about 4 MB; a field of
/// another model may be larger.
/// @param shape Shape for all fields; NULL for none. Returns ATT3D_UNSUPPORTED if it is not NULL and the
/// model does not have ATT3D_CAPABILITY_SHAPE. Returns ATT3D_PROMPT if it is NULL and the prompt of a latent
/// names no thing.
/// @param out_fields Array that receives `count` handles; not NULL; free each with att3d_field_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_fields_from_latents(
    latents: *const *const att3d_latent,
    count: usize,
    shape: *const att3d_shape,
    out_fields: *mut *mut att3d_field,
) -> att3d_status {
    guard(|| {
        let place = output(out_fields, "out_fields")?;
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
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
            // SAFETY: the header requires an array of `count` handles, `output` checked its address, and
            // there is one field per latent.
            unsafe { write(place.add(index), give(Arc::new(field))) };
        }
        Ok(())
    })
}

/// Makes the field of one latent. Thread-safe.
/// Returns ATT3D_UNLOADED after att3d_model_unload.
/// @param latent The latent; not NULL.
/// @param shape Shape for the field; NULL for none. Returns ATT3D_UNSUPPORTED if it is not NULL and the model
/// does not have ATT3D_CAPABILITY_SHAPE. Returns ATT3D_PROMPT if it is NULL and the latent's prompt names no
/// thing.
/// @param out_field Receives the field; not NULL; free it with att3d_field_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_field_from_latent(
    latent: *const att3d_latent,
    shape: *const att3d_shape,
    out_field: *mut *mut att3d_field,
) -> att3d_status {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    unsafe { att3d_fields_from_latents(&latent, 1, shape, out_field) }
}

/// Describes a field. Thread-safe.
/// @param field The field; not NULL.
/// @param out_info Receives the description; not NULL; struct_size must be set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_field_get_info(
    field: *const att3d_field,
    out_info: *mut att3d_field_info,
) -> att3d_status {
    guard(|| {
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
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

/// Evaluates a field at points, for collision, voxels or particles. Thread-safe.
/// A point outside the field's box gets the values of the nearest point of the box. If the call returns
/// ATT3D_NULL_ARGUMENT, ATT3D_INVALID_ARGUMENT or ATT3D_FORKED, the outputs stay unchanged. If it fails with
/// another status, their contents are undefined.
/// @param field The field; not NULL.
/// @param points `count` times x, y, z in object space; finite; not NULL unless count is 0.
/// @param count Number of points; 0 evaluates nothing.
/// @param desc The outputs, which must not overlap each other or the points; not NULL; struct_size must be
/// set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_field_sample(
    field: *const att3d_field,
    points: *const f32,
    count: usize,
    desc: *const att3d_sample_desc,
) -> att3d_status {
    guard(|| {
        // The description is read first, so that the caller's callback data is released even if the call
        // fails.
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let (desc, refusal) = unsafe { read_known(not_null(desc, "desc")?) }?;
        let callback = Callback::of(desc.progress);
        refusal.map_or(Ok(()), Err)?;
        // SAFETY: the header requires a valid handle and `count` readable points.
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
        // SAFETY: the header requires writable outputs, and `check_apart` excluded overlaps.
        let [values, gradients, colors, materials] =
            rooms.map(|room| room.map(|room| unsafe { room.zeroed() }));
        let query = Query {
            values,
            gradients: gradients.map(|room| room.as_chunks_mut().0),
            colors: colors.map(|room| room.as_chunks_mut().0),
            materials: materials.map(|room| room.as_chunks_mut().0),
        };
        Ok(with_callback(callback.as_ref(), |on_progress| field.field.query(points, query, on_progress))?)
    })
}

/// Checks that points and outputs do not overlap.
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
            return Err(Failure::invalid(format!("{first} and {second} overlap: give separate arrays")));
        }
    }
    Ok(())
}

/// Frees a field.
/// @param field The field; may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_field_free(field: *mut att3d_field) {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    quietly(|| unsafe { free(field) });
}
