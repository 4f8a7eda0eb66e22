//! Pictures of meshes, such as thumbnails, which are drawn without a window.

use super::handle::body;
use super::mesh::att3d_mesh;
use super::pointers::output;
use super::progress::{Callback, att3d_progress, with_callback};
use super::status::{ATT3D_BUFFER_TOO_SMALL, Failure, att3d_status, guard};
use super::structs::{Versioned, read_known};
use crate::pipeline::{Camera, RenderOptions};

/// Options of a picture. NULL, or zero in every field after struct_size, selects the defaults.
/// The default is a three-quarter view from slightly above.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_picture_desc {
    /// sizeof(att3d_picture_desc).
    pub struct_size: u32,
    /// Width in pixels, at most 4096; 0 for 512.
    pub width: u32,
    /// Height in pixels, at most 4096; 0 for 512.
    pub height: u32,
    /// Samples along each side of a pixel, 1 to 4; 0 for 2.
    pub samples: u32,
    /// Degrees by which the camera moves around the vertical axis, from +Z toward +X. At 0 the camera is
    /// already 30 degrees from +Z (three-quarter view), so -30 shows the front.
    pub turn_degrees: f32,
    /// Degrees by which the camera moves up; 0 for the three-quarter view.
    /// At 0 the camera is 15 degrees above the horizon. The angle of the camera above the horizon is limited
    /// to the range from -89 to 89 degrees.
    pub rise_degrees: f32,
    /// Progress callback.
    pub progress: att3d_progress,
}

// SAFETY: `repr(C)`, `struct_size` first, numbers and pointers without padding; a zero pointer is null.
unsafe impl Versioned for att3d_picture_desc {
    const NAME: &'static str = "att3d_picture_desc";
    const FIRST_SIZE: usize = 24 + 3 * size_of::<usize>();
}

/// Largest width and height. A picture of this size takes 190 MB with four samples along each side of a
/// pixel.
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
            let message = format!(
                "the picture is {width} times {height} pixels: at most {MOST_PIXELS} a side are allowed"
            );
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

/// Draws a mesh with its materials on the threads of its context. Thread-safe.
/// It needs no window and no GPU, and returns when the picture is done. Returns ATT3D_CANCELLED if the
/// progress callback stopped the work. On failure, pixels stay unchanged.
/// @param mesh The mesh; not NULL.
/// @param desc Options; NULL for the defaults; struct_size must be set.
/// @param pixels Receives red, green, blue (sRGB) and alpha (255) per pixel, row by row from the upper left
/// corner; not NULL.
/// @param capacity Size of the array pixels in bytes, at least 4 times width times height. Returns
/// ATT3D_BUFFER_TOO_SMALL if it is less.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_mesh_draw(
    mesh: *const att3d_mesh,
    desc: *const att3d_picture_desc,
    pixels: *mut u8,
    capacity: usize,
) -> att3d_status {
    guard(|| {
        // The description is read first, so that the caller's callback data is released even if the call
        // fails.
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let (desc, refusal) = unsafe { read_known(desc) }?;
        let callback = Callback::of(desc.progress);
        refusal.map_or(Ok(()), Err)?;
        let pixels = output(pixels, "pixels")?;
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let body = unsafe { body(mesh) }?;
        let (camera, options) = desc.options()?;
        let needed = u64::from(options.width) * u64::from(options.height) * 4;
        if (capacity as u64) < needed {
            let (width, height) = (options.width, options.height);
            let message = format!("pixels has {capacity} bytes: {width} times {height} pixels need {needed}");
            return Err(Failure::new(ATT3D_BUFFER_TOO_SMALL, message));
        }
        let engine = body.engine.as_ref();
        let image = with_callback(callback.as_ref(), |on_progress| {
            body.generated.picture(engine, &camera, &options, on_progress)
        })?;
        // SAFETY: the header requires `capacity` writable bytes, and the image has `needed`, which is not
        // more.
        unsafe { std::ptr::copy_nonoverlapping(image.rgba8.as_ptr(), pixels, image.rgba8.len()) };
        Ok(())
    })
}
