//! `att3d_latent`: a prompt's embedding, or a mix of several.

use std::ffi::{CString, c_char};
use std::sync::Arc;

use super::handle::{Opaque, body, free, give};
use super::model::{ModelBody, att3d_model};
use super::pointers::{c_lines, output, replaced_lines, text, values, write};
use super::status::{Failure, att3d_status, guard, quietly};
use crate::pipeline::{Latent, PipelineError, Purpose, Reading, Source};

/// A prompt's embedding. Thread-safe.
pub struct att3d_latent {
    _opaque: (),
}

/// A latent (a batch of one), and which words were left out of it.
pub(super) struct LatentBody {
    pub(super) latent: Latent,
    pub(super) model: Arc<ModelBody>,
    pub(super) prompt: String,
    reading: Reading,
    unknown_lines: CString,
    replaced_lines: CString,
}

impl Opaque for att3d_latent {
    type Body = LatentBody;
    const TAG: u32 = u32::from_le_bytes(*b"latn");
    const NAME: &'static str = "latent";
}

impl LatentBody {
    fn new(latent: Latent, model: Arc<ModelBody>, prompt: String, reading: Reading) -> Self {
        let unknown_lines = c_lines(&reading.left_out);
        Self { latent, model, prompt, unknown_lines, replaced_lines: replaced_lines(&reading), reading }
    }

    /// What a job makes a mesh of.
    pub(super) fn source(&self) -> Source {
        Source::Latent {
            latent: self.latent.clone(),
            prompt: self.prompt.clone(),
            reading: self.reading.clone(),
        }
    }

    /// Checks that the latent names a thing. Errors: `NoThing`.
    pub(super) fn check_thing(&self) -> Result<(), Failure> {
        Ok(self.reading.check_thing().map_err(PipelineError::from)?)
    }

    pub(super) fn reading(&self) -> &Reading {
        &self.reading
    }
}

/// Most latents in one call: a batch of a thousand prompts already takes gigabytes.
pub(super) const MOST: usize = 1024;

/// How many handles a call may name. Errors: none, or too many.
pub(super) fn check_batch(count: usize, what: &str) -> Result<(), Failure> {
    if (1..=MOST).contains(&count) {
        return Ok(());
    }
    Err(Failure::invalid(format!("{count} {what}: give 1 to {MOST} a call")))
}

/// What is behind each of several handles.
///
/// # Safety
/// `latents` are `count` handles or null.
pub(super) unsafe fn bodies<'a>(
    latents: *const *const att3d_latent,
    count: usize,
) -> Result<Vec<&'a LatentBody>, Failure> {
    check_batch(count, "latents")?;
    // SAFETY: the caller's promise, both.
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

/// Encodes prompts, all in one batch. On failure none is made. Thread-safe.
/// @param model not NULL.
/// @param prompts not NULL; `count` texts, UTF-8, NUL-terminated, none NULL.
/// @param count 1 to 1024.
/// @param out_latents not NULL; room for `count` handles; free each with att3d_latent_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_latent_from_prompts(
    model: *const att3d_model,
    prompts: *const *const c_char,
    count: usize,
    out_latents: *mut *mut att3d_latent,
) -> att3d_status {
    guard(|| {
        let place = output(out_latents, "out_latents")?;
        check_batch(count, "prompts")?;
        // SAFETY: the header's promise, all three.
        let (body, prompts): (_, Vec<&str>) = unsafe {
            let prompts = values(prompts, count, "prompts")?;
            (body(model)?, prompts.iter().map(|&prompt| text(prompt, "prompt")).collect::<Result<_, _>>()?)
        };
        // Whether a shape is given is known only when a field is made.
        let embedding = body.model()?.embed_for(&prompts, Purpose::Change)?;
        let mut made = Vec::with_capacity(count);
        for (index, (prompt, reading)) in prompts.iter().zip(embedding.readings).enumerate() {
            let latent = embedding.latent.item(index).map_err(PipelineError::from)?;
            made.push(LatentBody::new(latent, body.clone(), (*prompt).to_owned(), reading));
        }
        for (index, latent) in made.into_iter().enumerate() {
            // SAFETY: from `output`; the header promises room for `count`.
            unsafe { write(place.add(index), give(latent)) };
        }
        Ok(())
    })
}

/// Encodes one prompt. Thread-safe.
/// @param model not NULL.
/// @param prompt UTF-8, NUL-terminated, not NULL.
/// @param out_latent not NULL; free with att3d_latent_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_latent_from_prompt(
    model: *const att3d_model,
    prompt: *const c_char,
    out_latent: *mut *mut att3d_latent,
) -> att3d_status {
    // SAFETY: the header's promise.
    unsafe { att3d_latent_from_prompts(model, &prompt, 1, out_latent) }
}

/// Encodes one prompt, varied by a seed: 0 is the plain prompt, every other number a variant, the same each time: part of the way to a
/// prompt that says more; the plain prompt too where it leaves nothing open. Others than 0 are ATT3D_UNSUPPORTED without ATT3D_CAPABILITY_SEEDS. Thread-safe. Since 0.7.
/// @param model not NULL.
/// @param prompt UTF-8, NUL-terminated, not NULL.
/// @param seed which variant.
/// @param out_latent not NULL; free with att3d_latent_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_latent_from_variant(
    model: *const att3d_model,
    prompt: *const c_char,
    seed: u64,
    out_latent: *mut *mut att3d_latent,
) -> att3d_status {
    guard(|| {
        let place = output(out_latent, "out_latent")?;
        // SAFETY: the header's promise, both.
        let (model, prompt) = unsafe { (body(model)?, text(prompt, "prompt")?) };
        let embedding = model.model()?.embed_variant(prompt, seed, Purpose::Change)?;
        let reading = embedding.readings.into_iter().next().unwrap_or_default();
        let latent = LatentBody::new(embedding.latent, model.clone(), prompt.to_owned(), reading);
        // SAFETY: from `output`.
        unsafe { write(place, give(latent)) };
        Ok(())
    })
}

/// Mixes latents of one model: the sum of weight times latent. This is interpolation. Thread-safe.
/// @param latents not NULL; `count` handles, none NULL.
/// @param weights not NULL; `count` numbers from -1000 to 1000, which should sum to 1.
/// @param count 1 to 1024.
/// @param out_latent not NULL; free with att3d_latent_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_latent_mix(
    latents: *const *const att3d_latent,
    weights: *const f32,
    count: usize,
    out_latent: *mut *mut att3d_latent,
) -> att3d_status {
    guard(|| {
        let place = output(out_latent, "out_latent")?;
        // SAFETY: the header's promise, both.
        let (bodies, weights) = unsafe { (bodies(latents, count)?, values(weights, count, "weights")?) };
        let Some(first) = bodies.first() else { return Err(PipelineError::NoPrompt.into()) };
        let parts: Vec<_> =
            bodies.iter().zip(weights).map(|(body, &weight)| (&body.latent, weight)).collect();
        let mixed = first.model.model()?.mix_latents(&parts)?;
        let prompt = bodies.iter().map(|body| body.prompt.as_str()).collect::<Vec<_>>().join(" / ");
        let reading = bodies.iter().fold(Reading::default(), |all, body| all.and(&body.reading));
        // SAFETY: from `output`.
        unsafe { write(place, give(LatentBody::new(mixed, first.model.clone(), prompt, reading))) };
        Ok(())
    })
}

/// The prompt's words that were left out, a line each; "" for none. Thread-safe.
/// @param latent not NULL.
/// @param out_text not NULL; UTF-8, lives as long as the latent's handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_latent_get_unknown_words(
    latent: *const att3d_latent,
    out_text: *mut *const c_char,
) -> att3d_status {
    // SAFETY: the header's promise.
    guard(|| unsafe { lend(latent, out_text, |body| &body.unknown_lines) })
}

/// The prompt's words that the model read as ones that it knows, a line each: the word, a tab, the known word; "" for none.
/// Thread-safe.
/// @param latent not NULL.
/// @param out_text not NULL; UTF-8, lives as long as the latent's handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_latent_get_replaced_words(
    latent: *const att3d_latent,
    out_text: *mut *const c_char,
) -> att3d_status {
    // SAFETY: the header's promise.
    guard(|| unsafe { lend(latent, out_text, |body| &body.replaced_lines) })
}

/// Writes one of a latent's texts.
///
/// # Safety
/// `latent` is a handle or null; `out_text` is writable or null.
unsafe fn lend(
    latent: *const att3d_latent,
    out_text: *mut *const c_char,
    pick: fn(&LatentBody) -> &CString,
) -> Result<(), Failure> {
    let place = output(out_text, "out_text")?;
    // SAFETY: the caller's promise; from `output`.
    unsafe { write(place, pick(body(latent)?).as_ptr()) };
    Ok(())
}

/// Frees a latent. What was made with it keeps what it needs alive.
/// @param latent NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_latent_free(latent: *mut att3d_latent) {
    // SAFETY: the header's promise.
    quietly(|| unsafe { free(latent) });
}
