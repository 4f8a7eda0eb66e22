//! `att3d_latent`: the embedding of a prompt, or a mix of several embeddings.

use std::ffi::c_char;
use std::path::Path;
use std::sync::Arc;

use super::handle::{Opaque, body, free, give};
use super::model::{ModelBody, att3d_model};
use super::pointers::{output, text, values, write};
use super::reading::{ReadingBody, att3d_reading};
use super::status::{Failure, att3d_status, guard, quietly};
use crate::pipeline::{Latent, PipelineError, Purpose, Reading, Source};

/// The text embedding of a prompt, or a mix of several text embeddings. Thread-safe.
pub struct att3d_latent {
    _opaque: (),
}

/// A latent with a batch size of 1, and the reading of its prompt.
pub(super) struct LatentBody {
    pub(super) latent: Latent,
    pub(super) model: Arc<ModelBody>,
    pub(super) prompt: String,
    reading: Reading,
}

impl Opaque for att3d_latent {
    type Body = LatentBody;
    const TAG: u32 = u32::from_le_bytes(*b"latn");
    const NAME: &'static str = "latent";
}

impl LatentBody {
    fn new(latent: Latent, model: Arc<ModelBody>, prompt: String, reading: Reading) -> Self {
        Self { latent, model, prompt, reading }
    }

    /// Returns the source from which a job generates the latent's mesh.
    pub(super) fn source(&self) -> Source {
        Source::Latent {
            latent: self.latent.clone(),
            prompt: self.prompt.clone(),
            reading: self.reading.clone(),
        }
    }

    /// Checks that the prompt names a thing. Errors: `NoThing`.
    pub(super) fn check_thing(&self) -> Result<(), Failure> {
        Ok(self.reading.check_thing().map_err(PipelineError::from)?)
    }

    pub(super) fn reading(&self) -> &Reading {
        &self.reading
    }
}

/// Largest number of handles per call. A batch of a thousand prompts already takes gigabytes.
pub(super) const MOST: usize = 1024;

/// Checks the number of handles of a call. Errors: `ATT3D_INVALID_ARGUMENT` unless it is from 1 to `MOST`.
pub(super) fn check_batch(count: usize, what: &str) -> Result<(), Failure> {
    if (1..=MOST).contains(&count) {
        return Ok(());
    }
    Err(Failure::invalid(format!("{count} {what} were given; expected 1 to {MOST} per call")))
}

/// Returns the objects behind handles of latents of one model.
///
/// # Safety
/// `latents` is null or an array of `count` handles, each valid or null.
pub(super) unsafe fn bodies<'a>(
    latents: *const *const att3d_latent,
    count: usize,
) -> Result<Vec<&'a LatentBody>, Failure> {
    check_batch(count, "latents")?;
    // SAFETY: the caller guarantees what the `# Safety` section requires.
    let found: Vec<&LatentBody> = unsafe {
        let latents = values(latents, count, "latents")?;
        latents.iter().map(|&latent| body(latent)).collect::<Result<_, Failure>>()?
    };
    if let Some((first, rest)) = found.split_first()
        && rest.iter().any(|other| !Arc::ptr_eq(&other.model, &first.model))
    {
        return Err(PipelineError::ForeignLatent.into());
    }
    Ok(found)
}

/// Encodes prompts in one batch. On failure no latent is made. Thread-safe.
/// Returns ATT3D_PROMPT if a prompt cannot be understood, and ATT3D_UNLOADED after att3d_model_unload. A
/// prompt with only a change ("made of gold") is accepted, but a field from the latent of such a prompt needs
/// a shape.
/// @param model The model; not NULL.
/// @param prompts `count` texts in UTF-8, NUL-terminated; not NULL, and no text is NULL.
/// @param count Number of prompts, 1 to 1024.
/// @param out_latents Array that receives `count` handles; not NULL; free each with att3d_latent_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_latents_from_prompts(
    model: *const att3d_model,
    prompts: *const *const c_char,
    count: usize,
    out_latents: *mut *mut att3d_latent,
) -> att3d_status {
    guard(|| {
        check_batch(count, "prompts")?;
        let place = output(out_latents, "out_latents")?;
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let (body, prompts): (_, Vec<&str>) = unsafe {
            let prompts = values(prompts, count, "prompts")?;
            (body(model)?, prompts.iter().map(|&prompt| text(prompt, "prompt")).collect::<Result<_, _>>()?)
        };
        // Only the call that makes a field knows whether there is a shape.
        let embedding = body.model()?.embed_for(&prompts, Purpose::Change)?;
        let mut made = Vec::with_capacity(count);
        for (index, (prompt, reading)) in prompts.iter().zip(embedding.readings).enumerate() {
            let latent = embedding.latent.item(index).map_err(PipelineError::from)?;
            made.push(LatentBody::new(latent, body.clone(), (*prompt).to_owned(), reading));
        }
        for (index, latent) in made.into_iter().enumerate() {
            // SAFETY: the header requires an array of `count` handles, and `output` checked it.
            unsafe { write(place.add(index), give(latent)) };
        }
        Ok(())
    })
}

/// Encodes a prompt or a variant of it. Thread-safe.
/// For a diffusion model, the seed of this function has no effect (see seed). For other models, a variant is
/// a mix of the prompt's latent and the latent of a more detailed prompt. The details are phrases of the
/// model's package, such as a color. If no detail can be added, the result is the latent of the prompt
/// itself. Returns ATT3D_PROMPT if the prompt cannot be understood, and ATT3D_UNLOADED after
/// att3d_model_unload. Returns ATT3D_UNSUPPORTED if the seed is not 0 and the model does not have
/// ATT3D_CAPABILITY_SEEDS.
/// @param model The model; not NULL.
/// @param prompt Text in UTF-8, NUL-terminated; not NULL.
/// @param seed 0 for the plain prompt. Every other number selects a variant, if details can be added to the
/// prompt. The same number always gives the same latent for the same prompt. For a diffusion model the latent
/// is always the latent of the plain prompt, and att3d_generate_desc.seed selects the variant.
/// @param out_latent Receives the latent; not NULL; free it with att3d_latent_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_latent_from_prompt(
    model: *const att3d_model,
    prompt: *const c_char,
    seed: u64,
    out_latent: *mut *mut att3d_latent,
) -> att3d_status {
    guard(|| {
        let place = output(out_latent, "out_latent")?;
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let (model, prompt) = unsafe { (body(model)?, text(prompt, "prompt")?) };
        let embedding = model.model()?.embed_variant(prompt, seed, Purpose::Change)?;
        let reading = embedding.readings.into_iter().next().unwrap_or_default();
        let latent = LatentBody::new(embedding.latent, model.clone(), prompt.to_owned(), reading);
        // SAFETY: `output` checked null and alignment; the caller guarantees that it is writable.
        unsafe { write(place, give(latent)) };
        Ok(())
    })
}

/// Mixes latents of one model: computes their weighted sum. Thread-safe.
/// Returns ATT3D_INVALID_ARGUMENT for latents of different model handles, and ATT3D_UNLOADED after
/// att3d_model_unload.
/// @param latents `count` handles; not NULL, and no handle is NULL.
/// @param weights `count` numbers from -1000 to 1000, which should sum to 1; not NULL.
/// @param count Number of latents, 1 to 1024.
/// @param out_latent Receives the mix; not NULL; free it with att3d_latent_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_latent_mix(
    latents: *const *const att3d_latent,
    weights: *const f32,
    count: usize,
    out_latent: *mut *mut att3d_latent,
) -> att3d_status {
    guard(|| {
        let place = output(out_latent, "out_latent")?;
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let (bodies, weights) = unsafe { (bodies(latents, count)?, values(weights, count, "weights")?) };
        let Some(first) = bodies.first() else { return Err(PipelineError::NoPrompt.into()) };
        let parts: Vec<_> =
            bodies.iter().zip(weights).map(|(body, &weight)| (&body.latent, weight)).collect();
        let mixed = first.model.model()?.mix_latents(&parts)?;
        let prompt = bodies.iter().map(|body| body.prompt.as_str()).collect::<Vec<_>>().join(" / ");
        let reading = bodies.iter().fold(Reading::default(), |all, body| all.and(&body.reading));
        // SAFETY: `output` checked null and alignment; the caller guarantees that it is writable.
        unsafe { write(place, give(LatentBody::new(mixed, first.model.clone(), prompt, reading))) };
        Ok(())
    })
}

/// Makes a latent with an offset added, which refines the result for one prompt. Thread-safe.
/// Offsets are files of `att3d-train refine`. The result has the prompt and the reading of the given latent.
/// The offset may have been made for another prompt of the model. Returns ATT3D_INVALID_ARGUMENT for an
/// offset of another model, ATT3D_FORMAT for a file that is not an offset or is damaged, ATT3D_IO if the file
/// cannot be read, and ATT3D_UNLOADED after att3d_model_unload. Since ABI 1.2.
/// @param latent The latent; not NULL. It does not change.
/// @param path Path of the file in UTF-8, NUL-terminated; not NULL.
/// @param out_latent Receives the sum; not NULL; free it with att3d_latent_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_latent_add_offset(
    latent: *const att3d_latent,
    path: *const c_char,
    out_latent: *mut *mut att3d_latent,
) -> att3d_status {
    guard(|| {
        let place = output(out_latent, "out_latent")?;
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let (latent, path) = unsafe { (body(latent)?, text(path, "path")?) };
        let model = latent.model.model()?;
        let offset = model.read_offset(Path::new(path))?;
        let sum = model.add_offset(&latent.latent, &offset)?;
        let sum = LatentBody::new(sum, latent.model.clone(), latent.prompt.clone(), latent.reading.clone());
        // SAFETY: `output` checked null and alignment; the caller guarantees that it is writable.
        unsafe { write(place, give(sum)) };
        Ok(())
    })
}

/// Gets the reading of a latent's prompt: what was understood, left out and replaced. Thread-safe.
/// The reading of a mix has the left-out words and the replaced words of all its prompts. The thing of a mix
/// is "". The phrase and the attributes of a mix are usually "". If some prompts of the mix have only a
/// change, the phrase and the attributes are those of the last of these prompts.
/// @param latent The latent; not NULL.
/// @param out_reading Receives the reading; not NULL; free it with att3d_reading_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_latent_get_reading(
    latent: *const att3d_latent,
    out_reading: *mut *mut att3d_reading,
) -> att3d_status {
    guard(|| {
        let place = output(out_reading, "out_reading")?;
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let reading = unsafe { body(latent) }?.reading();
        // SAFETY: `output` checked null and alignment; the caller guarantees that it is writable.
        unsafe { write(place, give(ReadingBody::new(reading))) };
        Ok(())
    })
}

/// Frees a latent. Objects made with it keep the data that they need and continue to work.
/// @param latent The latent; may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_latent_free(latent: *mut att3d_latent) {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    quietly(|| unsafe { free(latent) });
}
