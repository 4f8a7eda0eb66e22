//! A network's variables and AdamW (Loshchilov and Hutter 2019), with a running average of the weights.
//!
//! Written out in libtorch's in-place operations, since tch's own optimizers do not give their moments away, and a
//! resumed run must follow the same curve.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use att3d::engine::Engine;
use att3d::nn::{Init, NnError, Parameters};
use att3d::tensor::Tensor;
use att3d::weights::Package;
use att3d_torch::TorchEngine;
use tch::Kind;
use toybox::Random;

use crate::TrainError;
use crate::checkpoint::Arrays;
use crate::recipe::Recipe;

/// Decay of the gradient's running mean.
const BETA1: f64 = 0.9;
/// Decay of the squared gradient's running mean: shorter than the usual 0.999, since every step sees other prompts.
const BETA2: f64 = 0.98;
/// Keeps the division finite.
const EPSILON: f64 = 1e-8;

/// The variables of a network, made as its constructors ask for them.
pub struct ParameterStore {
    engine: Arc<dyn Engine>,
    seed: u64,
    variables: RefCell<BTreeMap<String, tch::Tensor>>,
}

impl ParameterStore {
    /// An empty store. A variable's first values depend on the seed and its name alone.
    pub fn new(engine: Arc<dyn Engine>, seed: u64) -> Self {
        Self { engine, seed, variables: RefCell::default() }
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

    /// Overwrites the variables with a package's tensors of the same names and shapes. Errors: `Package`.
    pub fn load_package(&self, package: &Package) -> Result<(), TrainError> {
        for (name, variable) in self.variables.borrow_mut().iter_mut() {
            let shape = sizes(variable);
            overwrite(variable, &package.tensor(name, &shape)?)?;
        }
        Ok(())
    }
}

impl Parameters for ParameterStore {
    fn get(&self, name: &str, shape: &[usize], init: Init) -> Result<Tensor, NnError> {
        let wrap = |error: tch::TchError| NnError::Parameter { name: name.to_owned(), source: Box::new(error) };
        let values = self.first_values(name, shape.iter().product(), init);
        let dimensions: Vec<i64> = shape.iter().map(|&size| size as i64).collect();
        let variable = tch::Tensor::f_from_slice(&values)
            .and_then(|flat| flat.f_reshape(&dimensions))
            .and_then(|variable| variable.f_set_requires_grad(true))
            .map_err(wrap)?;
        let buffer = TorchEngine::wrap(variable.shallow_clone());
        self.variables.borrow_mut().insert(name.to_owned(), variable);
        Ok(Tensor::from_buffer(&self.engine, buffer, shape))
    }
}

/// One variable and what the optimizer keeps of it.
struct Slot {
    variable: tch::Tensor,
    mean: tch::Tensor,
    square: tch::Tensor,
    average: tch::Tensor,
    decays: bool,
}

/// The optimizer.
pub struct AdamW {
    slots: BTreeMap<String, Slot>,
    steps: u64,
    weight_decay: f64,
    clip_norm: f64,
    average_decay: f64,
}

impl AdamW {
    /// Takes over a store's variables.
    pub fn new(store: ParameterStore, recipe: &Recipe) -> Result<Self, TrainError> {
        let _guard = tch::no_grad_guard();
        let mut slots = BTreeMap::new();
        for (name, variable) in store.variables.into_inner() {
            let slot = Slot {
                mean: variable.f_zeros_like()?,
                square: variable.f_zeros_like()?,
                average: variable.f_detach()?.f_copy()?,
                // Biases, norms and embeddings keep their scale.
                decays: variable.size().len() >= 2 && !name.contains("embedding") && !name.contains("positions"),
                variable,
            };
            slots.insert(name, slot);
        }
        let Recipe { weight_decay, clip_norm, average_decay, .. } = *recipe;
        Ok(Self { slots, steps: 0, weight_decay, clip_norm, average_decay })
    }

    /// Forgets the gradients.
    pub fn zero_grad(&mut self) -> Result<(), TrainError> {
        for slot in self.slots.values_mut() {
            let mut gradient = slot.variable.f_grad()?;
            if gradient.defined() {
                let _ = gradient.f_detach_()?.f_zero_()?;
            }
        }
        Ok(())
    }

    /// One step down the gradients, scaled down where their global norm exceeds the clip.
    pub fn step(&mut self, learning_rate: f64) -> Result<(), TrainError> {
        let _guard = tch::no_grad_guard();
        self.steps += 1;
        let scale = self.clip_scale()?;
        let power = self.steps.min(i32::MAX as u64) as i32;
        let bias1 = 1.0 - BETA1.powi(power);
        let bias2 = 1.0 - BETA2.powi(power);
        // Early on the average follows closely, so that it forgets the random start.
        let average_decay = self.average_decay.min((1.0 + self.steps as f64) / (10.0 + self.steps as f64));
        for slot in self.slots.values_mut() {
            let gradient = slot.variable.f_grad()?;
            if !gradient.defined() {
                continue;
            }
            let gradient = gradient.f_mul_scalar(scale)?;
            let _ = slot.mean.f_lerp_(&gradient, 1.0 - BETA1)?;
            let _ = slot.square.f_lerp_(&gradient.f_square()?, 1.0 - BETA2)?;
            if slot.decays {
                let _ = slot.variable.f_mul_scalar_(1.0 - learning_rate * self.weight_decay)?;
            }
            let deviation = slot.square.f_div_scalar(bias2)?.f_sqrt()?.f_add_scalar(EPSILON)?;
            let update = slot.mean.f_div(&deviation)?.f_mul_scalar(learning_rate / bias1)?;
            let _ = slot.variable.f_sub_(&update)?;
            let _ = slot.average.f_lerp_(&slot.variable, 1.0 - average_decay)?;
        }
        Ok(())
    }

    fn clip_scale(&self) -> Result<f64, TrainError> {
        let mut norms = Vec::with_capacity(self.slots.len());
        for slot in self.slots.values() {
            let gradient = slot.variable.f_grad()?;
            if gradient.defined() {
                norms.push(gradient.f_norm()?);
            }
        }
        let norm = tch::Tensor::f_stack(&norms, 0)?.f_norm()?.f_double_value(&[])?;
        Ok(if norm > self.clip_norm { self.clip_norm / norm } else { 1.0 })
    }

    /// Everything that a resumed run needs: variables, moments, averages, the step.
    pub fn state(&self) -> Result<Arrays, TrainError> {
        let mut arrays = Arrays::new();
        for (name, slot) in &self.slots {
            for (kind, tensor) in slot.parts() {
                arrays.insert(format!("{kind}/{name}"), (sizes(tensor), host(tensor)?));
            }
        }
        arrays.insert("steps".into(), (vec![2], split(self.steps)));
        Ok(arrays)
    }

    /// Takes over what `state` gave. Errors: `Array` for one that is missing or of another shape.
    pub fn load_state(&mut self, arrays: &Arrays) -> Result<(), TrainError> {
        let _guard = tch::no_grad_guard();
        for (name, slot) in &mut self.slots {
            for (kind, tensor) in slot.parts_mut() {
                let name = format!("{kind}/{name}");
                let expected = sizes(tensor);
                match arrays.get(&name) {
                    Some((shape, values)) if *shape == expected => overwrite(tensor, values)?,
                    other => {
                        let found = other.map(|(shape, _)| shape.clone());
                        return Err(TrainError::Array { name, found, expected });
                    }
                }
            }
        }
        self.steps = match arrays.get("steps") {
            Some((_, halves)) => join(halves),
            None => return Err(TrainError::Array { name: "steps".into(), found: None, expected: vec![2] }),
        };
        Ok(())
    }
}

impl Slot {
    fn parts(&self) -> [(&'static str, &tch::Tensor); 4] {
        [
            ("variable", &self.variable),
            ("mean", &self.mean),
            ("square", &self.square),
            ("average", &self.average),
        ]
    }

    fn parts_mut(&mut self) -> [(&'static str, &mut tch::Tensor); 4] {
        [
            ("variable", &mut self.variable),
            ("mean", &mut self.mean),
            ("square", &mut self.square),
            ("average", &mut self.average),
        ]
    }
}

fn sizes(tensor: &tch::Tensor) -> Vec<usize> {
    tensor.size().iter().map(|&size| size as usize).collect()
}

fn host(tensor: &tch::Tensor) -> Result<Vec<f32>, TrainError> {
    let flat = tensor.f_detach()?.f_to_kind(Kind::Float)?.f_reshape([-1])?.f_contiguous()?;
    Ok(Vec::<f32>::try_from(flat)?)
}

fn overwrite(tensor: &mut tch::Tensor, values: &[f32]) -> Result<(), TrainError> {
    let _guard = tch::no_grad_guard();
    let source = tch::Tensor::f_from_slice(values)?.f_reshape(tensor.size())?;
    tensor.f_copy_(&source)?;
    Ok(())
}

/// A step count as two f32 that hold it exactly.
fn split(steps: u64) -> Vec<f32> {
    vec![(steps >> 20) as f32, (steps & 0xf_ffff) as f32]
}

fn join(halves: &[f32]) -> u64 {
    match halves {
        [high, low] => ((*high as u64) << 20) | *low as u64,
        _ => 0,
    }
}
