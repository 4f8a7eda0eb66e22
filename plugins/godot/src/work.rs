//! Work of a generator: from prompts to meshes as plain arrays. It runs on a thread without engine objects.

use std::sync::Arc;

use crate::ffi;
use crate::handles::{Latent, Mesh, desc};
use crate::library::Failure;
use crate::made::{Geometry, Made};
use crate::models::{Loaded, Read, Shared};
use crate::settings::Options;
use crate::stylize::{self, Source};
use crate::surface::{Placement, Surface};
use crate::tasks::{Progress, ProgressPart};

/// What a generator makes.
pub enum Order {
    /// The mesh of a prompt.
    Prompt(String),
    /// One mesh of a mix of prompts.
    Mix(Vec<String>, Vec<f32>),
    /// One mesh with a blend shape for each further prompt.
    Morph(Vec<String>),
    /// New textures for a given mesh.
    Paint(Source, String),
    /// A new mesh of about the shape of a given mesh, and the share of the shape that is kept.
    Reshape(Source, String, f32),
}

/// Share of the progress that loading a model takes.
const LOADING: f32 = 0.05;
/// Progress at which the library's work ends and the arrays are converted.
const CONVERTING: f32 = 0.95;

/// Does the work. The model is loaded if needed.
pub fn make(shared: &Shared, order: Order, options: &Options, progress: &Progress) -> Result<Made, Failure> {
    options.check()?;
    let loaded = shared.for_long_work(&progress.part(0.0, LOADING))?;
    // Discards the warnings of earlier work.
    loaded.log.take();
    let part = progress.part(LOADING, CONVERTING);
    part.set(0.0);
    part.check()?;
    let mut made = match order {
        Order::Prompt(prompt) => of_prompt(&loaded, &prompt, options, &part)?,
        Order::Mix(prompts, weights) => of_mix(&loaded, &prompts, &weights, options, &part)?,
        Order::Morph(prompts) => of_morph(&loaded, &prompts, options, &part)?,
        Order::Paint(source, prompt) => stylize::paint(&loaded, &source, &prompt, options, &part)?,
        Order::Reshape(source, prompt, keep) => {
            stylize::reshape(&loaded, &source, &prompt, keep, options, &part)?
        }
    };
    progress.check()?;
    made.warnings.extend(loaded.log.take());
    add_warnings(&mut made);
    progress.part(0.0, 1.0).set(1.0);
    Ok(made)
}

/// Adds a warning for each word that was not used as it is, unless the library's own warnings name it.
fn add_warnings(made: &mut Made) {
    for word in &made.read.left_out {
        if !made.warnings.iter().any(|warning| warning.contains(word.as_str())) {
            made.warnings.push(format!("`{word}` was left out, because the model does not know it"));
        }
    }
    for (word, known) in &made.read.replaced {
        if !made.warnings.iter().any(|warning| warning.contains(word.as_str())) {
            made.warnings.push(format!("`{word}` was read as `{known}`"));
        }
    }
}

fn of_prompt(
    loaded: &Arc<Loaded>,
    prompt: &str,
    options: &Options,
    part: &ProgressPart<'_>,
) -> Result<Made, Failure> {
    let text = crate::models::c_text(prompt)?;
    let mut of_mesh = options.generate_desc(part);
    of_mesh.seed = options.seed;
    let api = loaded.api();
    // SAFETY: the handle, the text and the description are valid until the call returns.
    let mesh = Mesh::made(api, |out| unsafe {
        api.att3d_generate(loaded.model.raw(), text.as_ptr(), &of_mesh, out)
    })?;
    let read = Read::of_mesh(&mesh)?;
    finished(loaded, mesh, prompt.to_owned(), read, options)
}

fn of_mix(
    loaded: &Arc<Loaded>,
    prompts: &[String],
    weights: &[f32],
    options: &Options,
    part: &ProgressPart<'_>,
) -> Result<Made, Failure> {
    let weights = shares(prompts.len(), weights)?;
    let latents = latents(loaded, prompts, options.seed, part)?;
    let latents: Vec<&Latent> = latents.iter().collect();
    let mixed = mix(&latents, &weights)?;
    let of_mesh = options.generate_desc(part);
    let api = loaded.api();
    // SAFETY: the handle and the description are valid until the call returns.
    let mesh = Mesh::made(api, |out| unsafe { api.att3d_generate_from_latent(mixed.raw(), &of_mesh, out) })?;
    let read = Read::of_latents(&latents)?;
    finished(loaded, mesh, prompts.join(" / "), read, options)
}

fn of_morph(
    loaded: &Arc<Loaded>,
    prompts: &[String],
    options: &Options,
    part: &ProgressPart<'_>,
) -> Result<Made, Failure> {
    let latents = latents(loaded, prompts, options.seed, part)?;
    let latents: Vec<&Latent> = latents.iter().collect();
    let of_mesh = options.generate_desc(part);
    let mut of_morph = desc!(att3d_morph_desc);
    (of_morph.step_count, of_morph.bound) = (options.step_count, options.bound);
    let handles: Vec<*const ffi::att3d_latent> =
        latents.iter().map(|latent| latent.raw().cast_const()).collect();
    let api = loaded.api();
    // SAFETY: the handles and the descriptions are valid until the call returns.
    let mesh = Mesh::made(api, |out| unsafe {
        api.att3d_morph(handles.as_ptr(), handles.len(), &of_mesh, &of_morph, out)
    })?;
    let read = Read::of_latents(&latents)?;
    finished(loaded, mesh, prompts.join(" / "), read, options)
}

/// Returns weights that sum to 1.
pub fn shares(count: usize, weights: &[f32]) -> Result<Vec<f32>, Failure> {
    if count == 0 {
        return Err(Failure::invalid("there are no prompts; expected at least one"));
    }
    if weights.len() != count {
        return Err(Failure::invalid(format!(
            "there are {count} prompts and {} weights; expected one weight for each prompt",
            weights.len()
        )));
    }
    let sum: f32 = weights.iter().sum();
    if !sum.is_finite() || sum.abs() < 1e-6 {
        return Err(Failure::invalid(format!(
            "the weights sum to {sum}; expected a sum that is not 0, such as 1"
        )));
    }
    Ok(weights.iter().map(|weight| weight / sum).collect())
}

fn latents(
    loaded: &Loaded,
    prompts: &[String],
    seed: u64,
    part: &ProgressPart<'_>,
) -> Result<Vec<Latent>, Failure> {
    let encode = |prompt: &String| {
        part.check()?;
        loaded.latent(prompt, seed)
    };
    prompts.iter().map(encode).collect()
}

/// Returns the weighted sum of latents of one model.
pub fn mix(latents: &[&Latent], weights: &[f32]) -> Result<Latent, Failure> {
    let Some(first) = latents.first() else {
        return Err(Failure::invalid("there are no prompts; expected at least one"));
    };
    let handles: Vec<*const ffi::att3d_latent> =
        latents.iter().map(|latent| latent.raw().cast_const()).collect();
    let api = first.api();
    // SAFETY: both arrays have the same length, and the handles are valid.
    Latent::made(api, |out| unsafe {
        api.att3d_latent_mix(handles.as_ptr(), weights.as_ptr(), handles.len(), out)
    })
}

/// Returns the scale of a model.
pub fn meters_per_unit(loaded: &Loaded) -> Result<f32, Failure> {
    let mut info = desc!(att3d_model_info);
    // SAFETY: the handle is valid, and the struct states its size.
    loaded.api().check(unsafe { loaded.api().att3d_model_get_info(loaded.model.raw(), &mut info) })?;
    Ok(info.meters_per_unit)
}

fn finished(
    loaded: &Loaded,
    mesh: Mesh,
    prompt: String,
    read: Read,
    options: &Options,
) -> Result<Made, Failure> {
    let placement = Placement::of(&mesh, options, meters_per_unit(loaded)?)?;
    let surface = Surface::of(&mesh, placement)?;
    let mut export = desc!(att3d_export_desc);
    (export.pivot, export.size) = (options.pivot, options.size);
    export.hull_names = ffi::ATT3D_HULL_NAMES_GODOT;
    let geometry = Geometry::New(Box::new(surface));
    Ok(Made { mesh: Some(mesh), prompt, read, warnings: Vec::new(), geometry, export })
}
