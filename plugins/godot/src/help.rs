//! Class reference for the editor's help and for the tooltips of the inspector. It needs Godot 4.3.
//!
//! At its first start, Godot 4.6 makes the cache of its own help and does not show the texts of extensions.
//! It shows them from the second start on.

use std::ffi::{CString, c_char};
use std::sync::OnceLock;

use godot::sys::GDExtensionInterfaceGetProcAddress;

/// The class references, in Godot's own format.
const CLASSES: [&str; 5] = [
    include_str!("../doc_classes/Att3DGenerator.xml"),
    include_str!("../doc_classes/Att3DLive.xml"),
    include_str!("../doc_classes/Att3DModel.xml"),
    include_str!("../doc_classes/Att3DOptions.xml"),
    include_str!("../doc_classes/Att3DResult.xml"),
];

static GET_PROC_ADDRESS: OnceLock<GDExtensionInterfaceGetProcAddress> = OnceLock::new();

/// Keeps the function that finds functions of the engine. The bindings, which are made for Godot 4.2, do not
/// have the functions of later versions.
pub fn remember(get_proc_address: GDExtensionInterfaceGetProcAddress) {
    // A second call has the same function.
    let _ = GET_PROC_ADDRESS.set(get_proc_address);
}

/// Gives the class references to the editor, if Godot has a function for that (since 4.3). It must run on the
/// main thread.
pub fn register() {
    let Some(Some(get_proc_address)) = GET_PROC_ADDRESS.get() else { return };
    // SAFETY: the engine passed the function to the entry point, and the name is a NUL-terminated text.
    let Some(load) = (unsafe { get_proc_address(c"editor_help_load_xml_from_utf8_chars".as_ptr()) }) else {
        return;
    };
    // SAFETY: this is the signature in gdextension_interface.h since Godot 4.3.
    let load: unsafe extern "C" fn(*const c_char) = unsafe { std::mem::transmute(load) };
    for class in CLASSES {
        let Ok(class) = CString::new(class) else { continue };
        // SAFETY: the text is valid until the call returns.
        unsafe { load(class.as_ptr()) };
    }
}
