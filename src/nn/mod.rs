//! Layers: parameters with a name, and what they do to a tensor.

#![forbid(unsafe_code)]

mod latent;
mod layers;

pub use latent::Latent;
pub use layers::{Conv2d, CrossAttention, Embedding, GroupNorm, LayerNorm, Linear};

use crate::error::Cancelled;
use crate::tensor::{Tensor, TensorError};

/// How a trainer fills a new parameter. A package has values already and ignores it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Init {
    /// One value everywhere.
    Constant(f32),
    /// Normal with mean 0.
    Normal {
        /// Standard deviation.
        deviation: f32,
    },
    /// Uniform in [-bound, bound].
    Uniform {
        /// The largest absolute value.
        bound: f32,
    },
}

impl Init {
    /// All zeros.
    pub const ZEROS: Self = Self::Constant(0.0);
    /// All ones.
    pub const ONES: Self = Self::Constant(1.0);

    /// PyTorch's default for linear and convolution layers: uniform in ±1/√inputs.
    pub fn fan_in(inputs: usize) -> Self {
        Self::Uniform { bound: 1.0 / (inputs.max(1) as f32).sqrt() }
    }
}

/// A network that could not be built.
#[derive(Debug, thiserror::Error)]
pub enum NnError {
    /// The parameter's owner refused.
    #[error("parameter {name}: {source}")]
    Parameter {
        /// The parameter's name.
        name: String,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A façade call failed.
    #[error(transparent)]
    Tensor(#[from] TensorError),
    /// The caller stopped the work.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// Where a network's parameters come from: a package, a trainer's variables, or chance.
pub trait Parameters {
    /// The parameter of that name and shape. Errors: `Parameter`.
    fn get(&self, name: &str, shape: &[usize], init: Init) -> Result<Tensor, NnError>;
}

/// A place in a network's tree of names.
#[derive(Clone)]
pub struct Scope<'a> {
    parameters: &'a dyn Parameters,
    prefix: String,
}

impl<'a> Scope<'a> {
    /// The root of the tree.
    pub fn root(parameters: &'a dyn Parameters) -> Self {
        Self { parameters, prefix: String::new() }
    }

    /// A child: `scope / name`.
    pub fn child(&self, name: impl std::fmt::Display) -> Self {
        let prefix =
            if self.prefix.is_empty() { name.to_string() } else { format!("{}.{name}", self.prefix) };
        Self { parameters: self.parameters, prefix }
    }

    /// A parameter of this scope.
    pub fn get(&self, name: &str, shape: &[usize], init: Init) -> Result<Tensor, NnError> {
        self.parameters.get(&self.child(name).prefix, shape, init)
    }
}
