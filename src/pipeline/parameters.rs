//! A package's tensors, copied to an engine as a network asks for them.

use std::cell::Cell;
use std::sync::Arc;

use crate::engine::Engine;
use crate::error::Watch;
use crate::nn::{Init, NnError, Parameters};
use crate::tensor::Tensor;
use crate::weights::Package;

/// Reads parameters out of a package.
pub struct PackageParameters<'a> {
    /// Where they are.
    pub package: &'a Package,
    /// Where they go.
    pub engine: &'a Arc<dyn Engine>,
    /// Hears of the share of the package's numbers that were copied, and may stop the work.
    pub watch: Watch<'a>,
    /// Numbers that were copied.
    pub copied: Cell<usize>,
}

impl Parameters for PackageParameters<'_> {
    fn get(&self, name: &str, shape: &[usize], _init: Init) -> Result<Tensor, NnError> {
        let all = self.package.parameter_count().max(1);
        (self.watch)((self.copied.get() as f32 / all as f32).min(1.0))?;
        self.copied.set(self.copied.get() + shape.iter().product::<usize>());
        let refused = |source| NnError::Parameter { name: name.to_owned(), source: Box::new(source) };
        if let Some(values) = self.package.static_tensor(name, shape).map_err(refused)? {
            return Ok(Tensor::from_static(self.engine, values, shape)?);
        }
        let values = self.package.stored_tensor(name, shape).map_err(refused)?;
        Ok(Tensor::from_stored(self.engine, values, shape)?)
    }
}
