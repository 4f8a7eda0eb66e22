//! The optimizer: Muon (Jordan et al. 2024) for matrices, AdamW (Loshchilov and Hutter 2019) for the rest,
//! and a running average of the weights.
//!
//! This module uses libtorch's in-place operations directly, because the optimizers of tch do not expose
//! their moments. A resumed run needs the moments to continue as if it had not stopped.

mod muon;

use std::collections::BTreeMap;

use crate::TrainError;
use crate::checkpoint::Arrays;
use crate::recipe::{Rates, Recipe};
use crate::variables::{ParameterStore, host, overwrite, sizes};

/// Decays of the running means of the gradient and of the squared gradient. The second is below the usual
/// 0.999, since every step has other prompts.
pub const BETAS: [f64; 2] = [0.9, 0.98];
/// Constant that keeps the division finite.
const EPSILON: f64 = 1e-8;

/// A variable and its optimizer state.
struct Slot {
    variable: tch::Tensor,
    average: tch::Tensor,
    rule: Rule,
}

/// The update rule of a variable, with its state.
enum Rule {
    Adam { mean: tch::Tensor, square: tch::Tensor, decays: bool },
    Muon { momentum: tch::Tensor },
}

/// The constants of an optimizer.
#[derive(Clone, Copy, Debug)]
pub struct Damping {
    /// Weight decay (matrices and convolutions only).
    pub weight_decay: f64,
    /// Global norm above which gradients are scaled down.
    pub clip_norm: f64,
    /// Decay of the running average of the weights.
    pub average_decay: f64,
    /// Decays of Adam's running means of the gradient and of the squared gradient.
    pub betas: [f64; 2],
    /// Whether Muon updates matrices and convolutions. Otherwise Adam updates them too.
    pub has_muon: bool,
}

impl From<&Recipe> for Damping {
    fn from(recipe: &Recipe) -> Self {
        let Recipe { weight_decay, clip_norm, average_decay, .. } = *recipe;
        Self { weight_decay, clip_norm, average_decay, betas: BETAS, has_muon: true }
    }
}

/// The optimizer.
pub struct Optimizer {
    slots: BTreeMap<String, Slot>,
    steps: u64,
    damping: Damping,
}

impl Optimizer {
    /// Creates an optimizer of the variables of a store.
    pub fn new(store: ParameterStore, damping: impl Into<Damping>) -> Result<Self, TrainError> {
        let _guard = tch::no_grad_guard();
        let mut slots = BTreeMap::new();
        let damping = damping.into();
        for (name, variable) in store.variables.into_inner() {
            let average = variable.f_detach()?.f_mul_scalar(1.0)?;
            let rule = Rule::of(&name, &variable, damping.has_muon)?;
            slots.insert(name, Slot { variable, average, rule });
        }
        Ok(Self { slots, steps: 0, damping })
    }

    /// Sets the gradients to zero.
    pub fn zero_grad(&mut self) -> Result<(), TrainError> {
        for slot in self.slots.values_mut() {
            let mut gradient = slot.variable.f_grad()?;
            if gradient.defined() {
                let _ = gradient.f_detach_()?.f_zero_()?;
            }
        }
        Ok(())
    }

    /// Makes a step along the gradients, which are scaled down where their global norm exceeds the limit.
    /// Errors: `Diverged` for a gradient that is not finite; nothing is changed then.
    pub fn step(&mut self, rates: Rates) -> Result<(), TrainError> {
        let _guard = tch::no_grad_guard();
        let scale = self.clip_scale()?;
        self.steps += 1;
        // In early steps the average follows the weights closely, so that the random initial weights soon
        // have little effect on the average.
        let average_decay =
            self.damping.average_decay.min((1.0 + self.steps as f64) / (10.0 + self.steps as f64));
        for slot in self.slots.values_mut() {
            let gradient = slot.variable.f_grad()?;
            if !gradient.defined() {
                continue;
            }
            let gradient = if scale < 1.0 { gradient.f_mul_scalar(scale)? } else { gradient };
            slot.advance(&gradient, rates, self.steps, self.damping)?;
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
        if !norm.is_finite() {
            return Err(TrainError::Diverged { step: self.steps });
        }
        let limit = self.damping.clip_norm;
        Ok(if norm > limit { limit / norm } else { 1.0 })
    }

    /// Returns everything that a resumed run needs: variables, moments, averages, and the step.
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

    /// Restores a state that [`Optimizer::state`] returned. Errors: `Array` for an array that is missing or
    /// has another shape.
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

impl Rule {
    /// Returns the rule of a variable. Muon updates matrices and convolutions. AdamW updates biases, norms,
    /// layers with few rows or columns, and embeddings, whose rows are updated one by one.
    fn of(name: &str, variable: &tch::Tensor, has_muon: bool) -> Result<Self, TrainError> {
        let is_matrix =
            variable.size().len() >= 2 && !name.contains("embedding") && !name.contains("positions");
        if has_muon && is_matrix && muon::suits(variable) {
            return Ok(Self::Muon { momentum: variable.f_zeros_like()? });
        }
        Ok(Self::Adam { mean: variable.f_zeros_like()?, square: variable.f_zeros_like()?, decays: is_matrix })
    }
}

impl Slot {
    fn advance(
        &mut self,
        gradient: &tch::Tensor,
        rates: Rates,
        steps: u64,
        damping: Damping,
    ) -> Result<(), TrainError> {
        let Damping { weight_decay, betas: [first, second], .. } = damping;
        match &mut self.rule {
            Rule::Muon { momentum } => {
                let update = muon::update(momentum, gradient)?.f_mul_scalar(rates.matrices)?;
                let _ = self.variable.f_mul_scalar_(1.0 - rates.matrices * weight_decay)?;
                let _ = self.variable.f_sub_(&update)?;
            }
            Rule::Adam { mean, square, decays } => {
                let power = steps.min(i32::MAX as u64) as i32;
                let rate = rates.vectors;
                let _ = mean.f_lerp_(gradient, 1.0 - first)?;
                let _ = square.f_lerp_(&gradient.f_square()?, 1.0 - second)?;
                if *decays {
                    let _ = self.variable.f_mul_scalar_(1.0 - rate * weight_decay)?;
                }
                let corrected = square.f_div_scalar(1.0 - second.powi(power))?;
                let deviation = corrected.f_sqrt()?.f_add_scalar(EPSILON)?;
                let update = mean.f_div(&deviation)?.f_mul_scalar(rate / (1.0 - first.powi(power)))?;
                let _ = self.variable.f_sub_(&update)?;
            }
        }
        Ok(())
    }

    fn parts(&self) -> Vec<(&'static str, &tch::Tensor)> {
        let mut parts = vec![("variable", &self.variable), ("average", &self.average)];
        match &self.rule {
            Rule::Adam { mean, square, .. } => parts.extend([("mean", mean), ("square", square)]),
            Rule::Muon { momentum } => parts.push(("momentum", momentum)),
        }
        parts
    }

    fn parts_mut(&mut self) -> Vec<(&'static str, &mut tch::Tensor)> {
        let mut parts = vec![("variable", &mut self.variable), ("average", &mut self.average)];
        match &mut self.rule {
            Rule::Adam { mean, square, .. } => parts.extend([("mean", mean), ("square", square)]),
            Rule::Muon { momentum } => parts.push(("momentum", momentum)),
        }
        parts
    }
}

/// Returns a step count as two f32 that represent it exactly.
fn split(steps: u64) -> Vec<f32> {
    vec![(steps >> 20) as f32, (steps & 0xf_ffff) as f32]
}

fn join(halves: &[f32]) -> u64 {
    match halves {
        [high, low] => ((*high as u64) << 20) | *low as u64,
        _ => 0,
    }
}

#[cfg(test)]
mod tests;
