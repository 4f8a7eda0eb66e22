//! Pictures of meshes: thumbnails without a window.

use std::ffi::c_void;

use super::handle::body;
use super::log::att3d_release_fn;
use super::mesh::att3d_mesh;
use super::pointers::output;
use super::progress::{Callback, att3d_progress_fn, watched};
use super::status::{ATT3D_BUFFER_TOO_SMALL, Failure, att3d_status, guard};
use super::structs::{Versioned, read_known};
use crate::pipeline::{Camera, RenderOptions};

/// How a picture is taken. NULL and all zero are the default: a three-quarter view from a little above. Since 0.7.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_picture_desc {
    /// sizeof(att3d_picture_desc).
    pub struct_size: u32,
    /// Pixels a row, to 4096; 0 for 512.
    pub width: u32,
    /// Rows, to 4096; 0 for 512.
    pub height: u32,
    /// Samples along each side of a pixel, 1 to 4; 0 for 2.
    pub samples: u32,
    /// Degrees by which the camera is moved about the vertical axis from the three-quarter view, to the right.
    pub turn_degrees: f32,
    /// Degrees by which it is moved up from there.
    pub rise_degrees: f32,
    /// NULL for none; as in att3d_generate_desc. Since 0.8.
    pub progress: att3d_progress_fn,
    /// Handed to progress; must stay valid until the call returns. Since 0.8.
    pub progress_user: *mut c_void,
    /// As in att3d_generate_desc. Since 0.8.
    pub progress_release: att3d_release_fn,
}

// SAFETY: repr(C), struct_size first; integers, floats and pointers, of which zero is null.
unsafe impl Versioned for att3d_picture_desc {
    const NAME: &'static str = "att3d_picture_desc";
    const FIRST_SIZE: usize = 24;
}

/// The longest side: a picture of four samples a side takes 190 MB there.
const MOST_PIXELS: u32 = 4096;

impl att3d_picture_desc {
    fn options(self) -> Result<(Camera, RenderOptions<'static>), Failure> {
        let Self { width, height, samples, turn_degrees, rise_degrees, .. } = self;
        if !(turn_degrees.is_finite() && rise_degrees.is_finite()) {
            let message = format!(
                "att3d_picture_desc turns by {turn_degrees} and rises by {rise_degrees} degrees: both must be finite"
            );
            return Err(Failure::invalid(message));
        }
        if width.max(height) > MOST_PIXELS {
            let message =
                format!("a picture cannot be {width} times {height} pixels: both sides go to {MOST_PIXELS}");
            return Err(Failure::invalid(message));
        }
        let (mut camera, mut options) = (Camera::default(), RenderOptions::default());
        camera.yaw_degrees += turn_degrees;
        camera.pitch_degrees += rise_degrees;
        let given = |value: u32, default| if value == 0 { default } else { value };
        options.width = given(width, options.width);
        options.height = given(height, options.height);
        options.samples = given(samples, options.samples as u32) as usize;
        Ok((camera, options))
    }
}

/// Draws a mesh in what it wears, on the threads of the context that made it; no window and no GPU. Returns when it is drawn;
/// ATT3D_CANCELLED where progress stopped it: pixels are unchanged then. Thread-safe. Since 0.7.
/// @param mesh not NULL.
/// @param desc NULL for the default; struct_size set.
/// @param pixels width times height times red, green, blue (sRGB) and alpha (255), row by row from the upper left corner; not NULL.
/// @param capacity the bytes at pixels: four a pixel, or more; ATT3D_BUFFER_TOO_SMALL for fewer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_mesh_draw(
    mesh: *const att3d_mesh,
    desc: *const att3d_picture_desc,
    pixels: *mut u8,
    capacity: usize,
) -> att3d_status {
    guard(|| {
        // First, so that what the caller handed over is released wherever this ends.
        // SAFETY: the header's promise.
        let (desc, refusal) = unsafe { read_known(desc) }?;
        let callback = Callback::of(desc.progress, desc.progress_user, desc.progress_release);
        refusal.map_or(Ok(()), Err)?;
        let pixels = output(pixels, "pixels")?;
        // SAFETY: the header's promise.
        let body = unsafe { body(mesh) }?;
        let (camera, options) = desc.options()?;
        let needed = u64::from(options.width) * u64::from(options.height) * 4;
        if (capacity as u64) < needed {
            let (width, height) = (options.width, options.height);
            let message = format!("pixels has {capacity} bytes, {width} times {height} need {needed}");
            return Err(Failure::new(ATT3D_BUFFER_TOO_SMALL, message));
        }
        let engine = body.engine.as_ref();
        let image =
            watched(callback.as_ref(), |watch| body.generated.picture(engine, &camera, &options, watch))?;
        // SAFETY: the header promises `capacity` writable bytes, and the picture has `needed`, which is not more.
        unsafe { std::ptr::copy_nonoverlapping(image.rgba8.as_ptr(), pixels, image.rgba8.len()) };
        Ok(())
    })
}
