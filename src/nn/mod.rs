//! Layers: named parameters, and the operations that use them.

#![forbid(unsafe_code)]

mod latent;
mod layers;

pub use latent::Latent;
pub use layers::{Conv2d, CrossAttention, Embedding, GroupNorm, LayerNorm, Linear};

use crate::error::Cancelled;
use crate::tensor::{Tensor, TensorError};

/// The initial values of a new parameter in training. A package already has values, so it ignores the initial
/// values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Init {
    /// The same value everywhere.
    Constant(f32),
    /// Normally distributed values with mean 0.
    Normal {
        /// Standard deviation.
        deviation: f32,
    },
    /// Uniformly distributed values in [-bound, bound].
    Uniform {
        /// Largest absolute value.
        bound: f32,
    },
}

impl Init {
    /// All zeros.
    pub const ZEROS: Self = Self::Constant(0.0);
    /// All ones.
    pub const ONES: Self = Self::Constant(1.0);

    /// Returns PyTorch's default for linear and convolution layers: uniform in ±1/√inputs.
    pub fn fan_in(inputs: usize) -> Self {
        Self::Uniform { bound: 1.0 / (inputs.max(1) as f32).sqrt() }
    }
}

/// A reason why a network could not be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NnError {
    /// The source of the parameters could not provide a parameter.
    #[error("parameter {name}: {source}")]
    Parameter {
        /// Name of the parameter.
        name: String,
        /// Error of the source.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A tensor operation failed.
    #[error(transparent)]
    Tensor(#[from] TensorError),
    /// The caller stopped the work.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// A source of a network's parameters: a package, a trainer's variables, or random numbers.
pub trait Parameters {
    /// Returns the parameter with this name and shape. Errors: `Parameter`.
    fn get(&self, name: &str, shape: &[usize], init: Init) -> Result<Tensor, NnError>;

    /// Returns a parameter of a large model. The tensor may keep the stored precision
    /// ([`Tensor::from_compact`]). Errors: `Parameter`.
    fn get_compact(&self, name: &str, shape: &[usize], init: Init) -> Result<Tensor, NnError> {
        self.get(name, shape, init)
    }
}

/// A position in a network's tree of names.
#[derive(Clone)]
pub struct Scope<'a> {
    parameters: &'a dyn Parameters,
    prefix: String,
    is_compact: bool,
}

impl<'a> Scope<'a> {
    /// Returns the root of the tree.
    pub fn root(parameters: &'a dyn Parameters) -> Self {
        Self { parameters, prefix: String::new(), is_compact: false }
    }

    /// Returns the same position, from which parameters of large models are read in their stored precision.
    /// The network must use them only as [`Tensor::from_compact`] allows.
    pub fn compact(&self) -> Self {
        Self { is_compact: true, ..self.clone() }
    }

    /// Returns the same position, from which all parameters are read as arrays for any use.
    pub fn plain(&self) -> Self {
        Self { is_compact: false, ..self.clone() }
    }

    /// Returns the child `name`, whose parameters have names that begin with `prefix.name.`.
    pub fn child(&self, name: impl std::fmt::Display) -> Self {
        let prefix =
            if self.prefix.is_empty() { name.to_string() } else { format!("{}.{name}", self.prefix) };
        Self { parameters: self.parameters, prefix, is_compact: self.is_compact }
    }

    /// Returns a parameter of this scope. Errors: `Parameter`.
    pub fn get(&self, name: &str, shape: &[usize], init: Init) -> Result<Tensor, NnError> {
        let name = self.child(name).prefix;
        if self.is_compact {
            self.parameters.get_compact(&name, shape, init)
        } else {
            self.parameters.get(&name, shape, init)
        }
    }
}
