//! The parameters of a generator in a step: the variables, some of them normalized.

use std::collections::BTreeMap;
use std::sync::Arc;

use att3d::engine::Engine;
use att3d::nn::{Init, NnError, Parameters};
use att3d::tensor::Tensor;
use att3d::weights::config::{GeneratorConfig, ModelConfig};
use att3d_torch::TorchEngine;

use super::recipe::DistillRecipe;
use super::spectral::SpectralNorm;
use super::text::Embedded;
use crate::TrainError;
use crate::checkpoint::Arrays;
use crate::variables::ParameterStore;

/// Matrices of ATT3D's mapping network, which have spectral normalization: to the vector, and to the grids.
const MAPPING: [&str; 2] = [VECTOR, GRIDS];
const VECTOR: &str = "generator.mapping.vector.weight";
const VECTOR_BIAS: &str = "generator.mapping.vector.bias";
const GRIDS: &str = "generator.mapping.grids.weight";

/// The variables of a generator, and the normalization of some of them.
pub struct Variables {
    engine: Arc<dyn Engine>,
    variables: BTreeMap<String, tch::Tensor>,
    norms: BTreeMap<String, SpectralNorm>,
    grid_gain: f64,
    center: Option<Center>,
    /// Width of a token's embedding, if the mapping network has the same matrix for each token.
    shared_width: Option<i64>,
}

impl Variables {
    /// Takes over the variables of a store, which share their storage with those of an optimizer.
    pub fn new(
        engine: &Arc<dyn Engine>,
        store: &ParameterStore,
        config: &ModelConfig,
        recipe: &DistillRecipe,
        prompts: &Embedded,
    ) -> Result<Self, TrainError> {
        let variables: BTreeMap<_, _> = store
            .variables
            .borrow()
            .iter()
            .map(|(name, variable)| (name.clone(), variable.shallow_clone()))
            .collect();
        let mut made = Self {
            engine: engine.clone(),
            variables,
            norms: BTreeMap::new(),
            grid_gain: recipe.grid_gain,
            center: None,
            shared_width: recipe.shared_tokens.then_some(config.text.width as i64),
        };
        if matches!(config.generator, GeneratorConfig::VoxelGrid(_)) {
            if recipe.centered_prompts {
                made.center = Center::of(prompts.tokens(), recipe.shared_tokens)?;
            }
            made.begin_norms()?;
        }
        Ok(made)
    }

    /// Sets the first matrix of a new run's mapping network to the principal directions of the prompts, if
    /// the recipe centers the prompts. Errors: those of libtorch.
    pub fn begin(&mut self) -> Result<(), TrainError> {
        let (Some(center), Some(variable)) = (&self.center, self.variables.get_mut(VECTOR)) else {
            return Ok(());
        };
        let _guard = tch::no_grad_guard();
        let directions = center.directions.f_mul_scalar(FIRST_SCALE)?;
        let count = directions.size()[0].min(variable.size()[0]);
        variable.f_narrow(0, 0, count)?.f_copy_(&directions.f_narrow(0, 0, count)?)?;
        self.begin_norms()
    }

    fn begin_norms(&mut self) -> Result<(), TrainError> {
        for name in MAPPING {
            if let Some(matrix) = self.matrix(name)? {
                self.norms.insert(name.to_owned(), SpectralNorm::new(name, &matrix)?);
            }
        }
        Ok(())
    }

    /// Returns a variable, or the matrix that each token shares; `None` for an unknown name. The matrix is
    /// the mean over the tokens, so all of them have the same gradients.
    fn matrix(&self, name: &str) -> Result<Option<tch::Tensor>, TrainError> {
        let Some(variable) = self.variables.get(name) else { return Ok(None) };
        let (VECTOR, Some(width)) = (name, self.shared_width) else {
            return Ok(Some(variable.shallow_clone()));
        };
        let rows = variable.size()[0];
        let by_token = variable.f_reshape([rows, -1, width])?;
        let shared = by_token.f_mean_dim([1i64].as_slice(), true, variable.kind())?;
        Ok(Some(shared.f_expand_as(&by_token)?.f_reshape([rows, -1])?))
    }

    /// Follows the variables after a step of the optimizer.
    pub fn follow(&mut self) -> Result<(), TrainError> {
        let _guard = tch::no_grad_guard();
        let names: Vec<String> = self.norms.keys().cloned().collect();
        for name in names {
            if let (Some(matrix), Some(norm)) = (self.matrix(&name)?, self.norms.get_mut(&name)) {
                norm.iterate(&matrix)?;
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
        let Some(matrix) = self.matrix(name)? else { return Ok(None) };
        if let (VECTOR_BIAS, Some(center)) = (name, &self.center)
            && let Some(weight) = self.value(VECTOR)?
        {
            return Ok(Some(matrix.f_sub(&weight.f_mv(&center.mean)?)?));
        }
        let Some(norm) = self.norms.get(name) else { return Ok(Some(matrix)) };
        let value = norm.apply(&matrix)?;
        let gain = match (name, &self.center) {
            (GRIDS, _) => self.grid_gain,
            (VECTOR, Some(center)) => center.gain,
            _ => return Ok(Some(value)),
        };
        Ok(Some(value.f_mul_scalar(gain)?))
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

/// The center and the scale of the embeddings of a run's prompts. All embeddings of a prompt set are
/// similar. Spectral normalization divides a matrix by its largest singular value, which belongs to what
/// the embeddings have in common. Without the center, the differences between prompts therefore have a
/// small effect.
struct Center {
    /// Mean of the flattened embeddings, \[l · d].
    mean: tch::Tensor,
    /// Factor that gives the differences from the mean a length of about [`LENGTH`].
    gain: f64,
    /// Principal directions of the differences, the largest first, each of length 1, [directions, l · d].
    directions: tch::Tensor,
}

/// Size of the first matrix's rows at the start of a run with centered prompts. The normalization removes
/// this factor from the result. It makes the steps of Adam small relative to the matrix, so that the
/// directions keep what most prompts differ in.
const FIRST_SCALE: f64 = 20.0;

/// Typical length of the mapping network's input: that of 32 numbers of about 1, as many as its vector has.
const LENGTH: f64 = 5.7;

impl Center {
    /// Measures the center of embeddings; `None` if they do not differ. tokens: [prompts, l, d]; is_shared:
    /// whether each token has the same matrix, so that only the sum of the tokens has an effect.
    fn of(tokens: &tch::Tensor, is_shared: bool) -> Result<Option<Self>, TrainError> {
        let _guard = tch::no_grad_guard();
        let (kind, count) = (tokens.kind(), tokens.size()[1]);
        let mean = tokens.f_mean_dim([0i64].as_slice(), true, kind)?;
        let differences = tokens.f_sub(&mean)?;
        let differences = if is_shared {
            // The matrix of all tokens has √l times the singular values of that of a token.
            differences
                .f_sum_dim_intlist([1i64].as_slice(), false, kind)?
                .f_div_scalar((count as f64).sqrt())?
        } else {
            differences.f_flatten(1, 2)?
        };
        let squares = differences.f_square()?.f_sum_dim_intlist([1i64].as_slice(), false, kind)?;
        let length = squares.f_mean(kind)?.f_double_value(&[])?.sqrt();
        if length < 1e-6 {
            return Ok(None);
        }
        let (_, _, directions) = differences.f_svd(true, true)?;
        let directions = directions.f_transpose(0, 1)?;
        let directions = if is_shared {
            directions.f_repeat([1, count])?.f_div_scalar((count as f64).sqrt())?
        } else {
            directions
        };
        Ok(Some(Self { mean: mean.f_flatten(0, 2)?, gain: LENGTH / length, directions }))
    }
}
