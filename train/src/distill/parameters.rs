//! The parameters of a generator in a step: the variables, some of them normalized.

use std::collections::BTreeMap;
use std::sync::Arc;

use att3d::engine::Engine;
use att3d::nn::{Init, NnError, Parameters};
use att3d::tensor::Tensor;
use att3d::weights::config::{GeneratorConfig, ModelConfig};
use att3d_torch::TorchEngine;

use super::spectral::SpectralNorm;
use crate::TrainError;
use crate::checkpoint::Arrays;
use crate::variables::ParameterStore;

/// Matrices of ATT3D's mapping network, which have spectral normalization: to the vector, and to the grids.
const MAPPING: [&str; 2] = ["generator.mapping.vector.weight", GRIDS];
const GRIDS: &str = "generator.mapping.grids.weight";

/// The variables of a generator, and the normalization of some of them.
pub struct Variables {
    engine: Arc<dyn Engine>,
    variables: BTreeMap<String, tch::Tensor>,
    norms: BTreeMap<String, SpectralNorm>,
    grid_gain: f64,
}

impl Variables {
    /// Takes over the variables of a store, which share their storage with those of an optimizer.
    pub fn new(
        engine: &Arc<dyn Engine>,
        store: &ParameterStore,
        config: &ModelConfig,
        grid_gain: f64,
    ) -> Result<Self, TrainError> {
        let variables: BTreeMap<_, _> = store
            .variables
            .borrow()
            .iter()
            .map(|(name, variable)| (name.clone(), variable.shallow_clone()))
            .collect();
        let mut norms = BTreeMap::new();
        if matches!(config.generator, GeneratorConfig::VoxelGrid(_)) {
            for name in MAPPING {
                if let Some(matrix) = variables.get(name) {
                    norms.insert(name.to_owned(), SpectralNorm::new(name, matrix)?);
                }
            }
        }
        Ok(Self { engine: engine.clone(), variables, norms, grid_gain })
    }

    /// Follows the variables after a step of the optimizer.
    pub fn follow(&mut self) -> Result<(), TrainError> {
        for (name, norm) in &mut self.norms {
            if let Some(matrix) = self.variables.get(name) {
                norm.iterate(matrix)?;
            }
        }
        Ok(())
    }

    /// Adds the state of the normalization to the arrays of a checkpoint.
    pub fn save(&self, arrays: &mut Arrays) -> Result<(), TrainError> {
        self.norms.values().try_for_each(|norm| norm.save(arrays))
    }

    /// Restores the state that [`Variables::save`] wrote. Errors: `Array`.
    pub fn load(&mut self, arrays: &Arrays) -> Result<(), TrainError> {
        self.norms.values_mut().try_for_each(|norm| norm.load(arrays))
    }

    /// Returns a parameter as the generator uses it; `None` for an unknown name.
    pub fn value(&self, name: &str) -> Result<Option<tch::Tensor>, TrainError> {
        let Some(variable) = self.variables.get(name) else { return Ok(None) };
        let Some(norm) = self.norms.get(name) else { return Ok(Some(variable.shallow_clone())) };
        let value = norm.apply(variable)?;
        Ok(Some(if name == GRIDS { value.f_mul_scalar(self.grid_gain)? } else { value }))
    }
}

impl Parameters for Variables {
    fn get(&self, name: &str, shape: &[usize], _: Init) -> Result<Tensor, NnError> {
        let error = |source: Box<dyn std::error::Error + Send + Sync>| NnError::Parameter {
            name: name.to_owned(),
            source,
        };
        let value = self.value(name).map_err(|source| error(Box::new(source)))?;
        let value = value.ok_or_else(|| error("it is not a variable of this run".into()))?;
        Ok(Tensor::from_buffer(&self.engine, TorchEngine::wrap(value), shape))
    }
}
