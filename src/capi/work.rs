//! Long work. A call does the work before the call returns. A job does the work on a separate thread.

use std::sync::Arc;

use super::handle::give;
use super::log::ATT3D_LOG_WARNING;
use super::mesh::{MeshBody, att3d_mesh};
use super::model::ModelBody;
use super::pointers::{output, write};
use super::progress::{Callback, with_callback};
use super::status::{Failure, att3d_status, guard};
use crate::error::ProgressCallback;
use crate::pipeline::{Floaters, Generated, Job, PipelineError};

/// Result of long work.
pub(super) enum Product {
    /// Meshes, in the order of the latents. Most work makes one mesh.
    Meshes(Vec<Generated>),
    /// The contents of a file.
    Buffer(Vec<u8>),
    /// A file that was written.
    File,
}

/// Kind of a [`Product`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ProductKind {
    Meshes,
    Buffer,
    File,
}

type Run = dyn FnOnce(ProgressCallback<'_>) -> Result<Product, PipelineError> + Send;

/// Work whose arguments were checked and copied.
pub(super) struct Work {
    /// Model whose log receives the warnings.
    pub(super) model: Arc<ModelBody>,
    pub(super) kind: ProductKind,
    callback: Option<Callback>,
    run: Box<Run>,
}

impl Work {
    pub(super) fn new(
        model: Arc<ModelBody>,
        kind: ProductKind,
        callback: Option<Callback>,
        run: impl FnOnce(ProgressCallback<'_>) -> Result<Product, PipelineError> + Send + 'static,
    ) -> Self {
        Self { model, kind, callback, run: Box::new(run) }
    }

    /// Does the work on the calling thread and the engine's threads.
    pub(super) fn run(self) -> Result<Product, Failure> {
        Ok(with_callback(self.callback.as_ref(), self.run)?)
    }

    /// Starts the work on a separate thread.
    pub(super) fn start(self) -> Result<Job<Product>, Failure> {
        Ok(Job::start(self.callback.map(Callback::into_progress), self.run)?)
    }
}

/// Prepares and does work that makes meshes, and writes their handles. name: name of the output parameter,
/// for messages.
///
/// # Safety
/// `out_meshes` is an array with a writable handle for each mesh, or null.
pub(super) unsafe fn make_meshes(
    out_meshes: *mut *mut att3d_mesh,
    name: &str,
    prepare: impl FnOnce() -> Result<Work, Failure>,
) -> att3d_status {
    guard(|| {
        // The work is prepared first, so that the caller's callback data is released even if the call fails.
        let work = prepare()?;
        let place = output(out_meshes, name)?;
        let model = work.model.clone();
        let Product::Meshes(meshes) = work.run()? else { return Ok(()) };
        for (index, generated) in meshes.into_iter().enumerate() {
            // SAFETY: the caller guarantees an array with a place per mesh, and `output` checked its address.
            unsafe { write(place.add(index), finish(generated, &model)) };
        }
        Ok(())
    })
}

/// Returns a handle for a mesh. Logs a warning for each difference from the request.
pub(super) fn finish(generated: Generated, model: &ModelBody) -> *mut att3d_mesh {
    if generated.statistics.broken_promises > 0 {
        let message =
            "the package's envelope is too low for this prompt: the field was evaluated on the whole grid";
        model.context.log.say(ATT3D_LOG_WARNING, message);
    }
    let say = |message: String| model.context.log.say(ATT3D_LOG_WARNING, &message);
    if generated.floaters.components > 0 {
        let Floaters { components, volume } = generated.floaters;
        say(format!("removed {components} small components, {:.2} % of the volume", volume * 100.0));
    }
    if let Some(loss) = generated.loss.filter(|loss| loss.components > 0) {
        let (components, share) = (loss.components, loss.volume * 100.0);
        say(format!("the triangle budget removed {components} components, {share:.2} % of the volume"));
    }
    give(MeshBody::new(generated, Arc::clone(model.context.context.engine())))
}
