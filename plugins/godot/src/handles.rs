//! Handles of the library, which are freed when they are dropped.

use std::ptr;
use std::sync::Arc;

use crate::ffi;
use crate::library::{Api, Failure};

macro_rules! handle {
    ($(#[$docs:meta])* $name:ident, $raw:ident, $free:ident) => {
        $(#[$docs])*
        pub struct $name {
            api: Arc<Api>,
            raw: *mut ffi::$raw,
        }

        // SAFETY: the library's handles are thread-safe.
        unsafe impl Send for $name {}
        // SAFETY: as above.
        unsafe impl Sync for $name {}

        impl $name {
            /// Calls a function that writes a new handle, and returns the handle.
            pub fn made(
                api: &Arc<Api>,
                call: impl FnOnce(*mut *mut ffi::$raw) -> ffi::att3d_status,
            ) -> Result<Self, Failure> {
                let mut raw = ptr::null_mut();
                api.check(call(&mut raw))?;
                Ok(Self { api: Arc::clone(api), raw })
            }

            /// Takes a handle that a call of the library wrote; not null.
            #[allow(dead_code, reason = "not every handle needs this function")]
            pub fn of(api: &Arc<Api>, raw: *mut ffi::$raw) -> Self {
                Self { api: Arc::clone(api), raw }
            }

            /// Returns the pointer, which is valid as long as this object.
            pub fn raw(&self) -> *mut ffi::$raw {
                self.raw
            }

            /// Returns the library that made the handle.
            #[allow(dead_code, reason = "not every handle needs this function")]
            pub fn api(&self) -> &Arc<Api> {
                &self.api
            }
        }

        impl Drop for $name {
            fn drop(&mut self) {
                // SAFETY: the handle was made by the library and is freed once.
                unsafe { self.api.$free(self.raw) }
            }
        }
    };
}

handle!(
    /// An engine with its threads.
    Context, att3d_context, att3d_context_free
);
handle!(
    /// A loaded model.
    Model, att3d_model, att3d_model_free
);
handle!(
    /// A reading of a prompt.
    Reading, att3d_reading, att3d_reading_free
);
handle!(
    /// A text embedding.
    Latent, att3d_latent, att3d_latent_free
);
handle!(
    /// Points of a surface.
    Shape, att3d_shape, att3d_shape_free
);
handle!(
    /// A field.
    Field, att3d_field, att3d_field_free
);
handle!(
    /// A mesh.
    Mesh, att3d_mesh, att3d_mesh_free
);
handle!(
    /// The contents of a file.
    Buffer, att3d_buffer, att3d_buffer_free
);
handle!(
    /// A live session.
    Live, att3d_live, att3d_live_free
);

/// Returns a struct of the library with all fields zero, except its size.
macro_rules! desc {
    ($name:ident) => {{
        // SAFETY: the header allows a struct whose fields are all zero; null pointers select defaults.
        let mut desc: $crate::ffi::$name = unsafe { std::mem::zeroed() };
        desc.struct_size = std::mem::size_of::<$crate::ffi::$name>() as u32;
        desc
    }};
}
pub(crate) use desc;
