//! The variables of a network, which are created when its constructors request them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use att3d::engine::Engine;
use att3d::nn::{Init, NnError, Parameters};
use att3d::tensor::Tensor;
use att3d::weights::Package;
use att3d::weights::config::GeneratorConfig;
use att3d_torch::TorchEngine;
use tch::Kind;
use toybox::Random;

use crate::TrainError;
use crate::checkpoint::Arrays;
use crate::recipe::Stage;

mod patches;

/// The variables of a network, which are created when its constructors request them.
pub struct ParameterStore {
    engine: Arc<dyn Engine>,
    device: tch::Device,
    seed: u64,
    pub(crate) variables: RefCell<BTreeMap<String, tch::Tensor>>,
}

impl ParameterStore {
    /// Returns an empty store. The initial values of a variable depend only on the seed and the variable's
    /// name.
    pub fn new(engine: Arc<dyn Engine>, seed: u64) -> Self {
        Self::on(engine, tch::Device::Cpu, seed)
    }

    /// Does the same as [`ParameterStore::new`], for an engine on any device.
    pub fn on(engine: Arc<dyn Engine>, device: tch::Device, seed: u64) -> Self {
        Self { engine, device, seed, variables: RefCell::default() }
    }

    fn first_values(&self, name: &str, count: usize, init: Init) -> Vec<f32> {
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let mut random = Random::stream(self.seed, hash);
        (0..count)
            .map(|_| match init {
                Init::Constant(value) => value,
                Init::Normal { deviation } => random.normal_pair().0 * deviation,
                Init::Uniform { bound } => random.between(-bound, bound),
            })
            .collect()
    }

    /// Overwrites the variables with the averaged weights of a checkpoint. arrays: state of the optimizer.
    /// Errors: `Array` for an array that is missing or has another shape.
    pub fn load_averages(&self, arrays: &Arrays) -> Result<(), TrainError> {
        for (name, variable) in self.variables.borrow_mut().iter_mut() {
            let (name, expected) = (format!("average/{name}"), sizes(variable));
            match arrays.get(&name) {
                Some((shape, values)) if *shape == expected => overwrite(variable, values)?,
                other => {
                    let found = other.map(|(shape, _)| shape.clone());
                    return Err(TrainError::Array { name, found, expected });
                }
            }
        }
        Ok(())
    }

    /// Disables the gradients of all variables that the stage does not train.
    pub fn freeze(&self, stage: Stage) -> Result<(), TrainError> {
        for (name, variable) in self.variables.borrow().iter() {
            if !stage.teaches(name) {
                let _ = variable.f_set_requires_grad(false)?;
            }
        }
        Ok(())
    }

    /// Overwrites the variables with a package's tensors of the same names.
    ///
    /// Where the package has a narrower layer of the PointNet, the wider layer computes the same function of
    /// the old inputs; see [`grown`]. If the package's patches of planes lie side by side and this network
    /// blends patches, the weights are converted; see [`patches::blended`]. A token's embedding is that of
    /// the same token in the package; tokens that are missing there keep their initial values. `tokenizer` is
    /// the text of this network's `tokenizer.json`.
    ///
    /// # Errors
    ///
    /// `Package`, also for a tensor that is missing or larger than the variable; `Checkpoint` for a tokenizer
    /// without a vocabulary.
    pub fn load_package(&self, package: &Package, tokenizer: &str) -> Result<(), TrainError> {
        let (old_rows, new_rows) = (vocabulary(package.tokenizer_json())?, vocabulary(tokenizer)?);
        let factor = match &package.config().generator {
            GeneratorConfig::Triplane(sizes) => sizes.upsample.max(1),
            _ => 1,
        };
        let held: BTreeMap<_, _> = package.tensors().map(|one| (one.name, one.shape)).collect();
        for (name, variable) in self.variables.borrow_mut().iter_mut() {
            let shape = sizes(variable);
            if name.ends_with(TOKEN_EMBEDDING) && old_rows != new_rows {
                let &[_, width] = &shape[..] else { continue };
                let held = package.tensor(name, &[old_rows.len(), width])?;
                let mut values = host(variable)?;
                for (token, row) in &new_rows {
                    if let Some(old) = old_rows.get(token) {
                        values[row * width..][..width].copy_from_slice(&held[old * width..][..width]);
                    }
                }
                overwrite(variable, &values)?;
                continue;
            }
            if let Some((expand, old)) = patches::source(name, &held).filter(|(_, old)| old[..] != shape) {
                let values = package.tensor(&expand, old)?;
                overwrite(variable, &patches::blended(name, &values, old, factor))?;
                continue;
            }
            let may_grow = name.starts_with("generator.point_net.");
            let narrower = held.get(name.as_str()).filter(|old| may_grow && is_narrower(old, &shape));
            let values = match narrower {
                Some(old) => grown(&package.tensor(name, old)?, old, host(variable)?, &shape),
                None => package.tensor(name, &shape)?,
            };
            overwrite(variable, &values)?;
        }
        Ok(())
    }
}

/// Suffix of the name of the token embedding table.
const TOKEN_EMBEDDING: &str = "token_embedding.weight";

/// Returns the row of each token in a `tokenizer.json`.
fn vocabulary(tokenizer: &str) -> Result<BTreeMap<String, usize>, TrainError> {
    #[derive(serde::Deserialize)]
    struct File {
        model: Listed,
    }
    #[derive(serde::Deserialize)]
    struct Listed {
        vocab: BTreeMap<String, usize>,
    }
    let file: File = serde_json::from_str(tokenizer).map_err(TrainError::checkpoint)?;
    Ok(file.model.vocab)
}

/// Returns whether a smaller matrix or vector fits into the upper left corner of a larger one. old, new:
/// shapes of the smaller and of the larger array.
fn is_narrower(old: &[usize], new: &[usize]) -> bool {
    let fits = old.iter().zip(new).all(|(old, new)| old <= new);
    old != new && old.len() == new.len() && new.len() <= 2 && fits
}

/// Returns a matrix [outputs, inputs] or a vector \[outputs\], grown from a smaller one. The first rows and
/// columns keep their values. Weights from new inputs to old outputs are zero, and new outputs have initial
/// values.
fn grown(held: &[f32], old: &[usize], first_values: Vec<f32>, new: &[usize]) -> Vec<f32> {
    let columns = |shape: &[usize]| shape.get(1).copied().unwrap_or(1);
    let (narrow, wide) = (columns(old), columns(new));
    let mut values = first_values;
    for (row, old) in values.chunks_exact_mut(wide).zip(held.chunks_exact(narrow)) {
        row.fill(0.0);
        row.iter_mut().zip(old).for_each(|(value, &old)| *value = old);
    }
    values
}

impl Parameters for ParameterStore {
    fn get(&self, name: &str, shape: &[usize], init: Init) -> Result<Tensor, NnError> {
        let wrap =
            |error: tch::TchError| NnError::Parameter { name: name.to_owned(), source: Box::new(error) };
        let dimensions: Vec<i64> = shape.iter().map(|&size| size as i64).collect();
        if let Some(variable) = self.variables.borrow().get(name) {
            if variable.size() != dimensions {
                let message =
                    format!("has the shape {:?}, but the shape {shape:?} was requested", variable.size());
                return Err(wrap(tch::TchError::Shape(message)));
            }
            let buffer = TorchEngine::wrap(variable.shallow_clone());
            return Ok(Tensor::from_buffer(&self.engine, buffer, shape));
        }
        let values = self.first_values(name, shape.iter().product(), init);
        let variable = tch::Tensor::f_from_slice(&values)
            .and_then(|flat| flat.f_reshape(&dimensions)?.f_to_device(self.device))
            .and_then(|variable| variable.f_set_requires_grad(true))
            .map_err(wrap)?;
        let buffer = TorchEngine::wrap(variable.shallow_clone());
        self.variables.borrow_mut().insert(name.to_owned(), variable);
        Ok(Tensor::from_buffer(&self.engine, buffer, shape))
    }
}

/// Returns the shape of a tensor.
pub(crate) fn sizes(tensor: &tch::Tensor) -> Vec<usize> {
    tensor.size().iter().map(|&size| size as usize).collect()
}

/// Returns the values of a tensor, row-major.
pub(crate) fn host(tensor: &tch::Tensor) -> Result<Vec<f32>, TrainError> {
    let flat = tensor.f_detach()?.f_to_kind(Kind::Float)?.f_reshape([-1])?.f_contiguous()?;
    Ok(Vec::<f32>::try_from(flat)?)
}

/// Replaces the values of a tensor without recording gradients.
pub(crate) fn overwrite(tensor: &mut tch::Tensor, values: &[f32]) -> Result<(), TrainError> {
    let _guard = tch::no_grad_guard();
    let source = tch::Tensor::f_from_slice(values)?.f_reshape(tensor.size())?;
    tensor.f_copy_(&source)?;
    Ok(())
}

#[cfg(test)]
mod tests;
