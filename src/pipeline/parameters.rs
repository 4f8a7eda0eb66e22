//! A package's tensors, copied to an engine as a network asks for them.

use std::sync::Arc;

use crate::engine::Engine;
use crate::nn::{Init, NnError, Parameters};
use crate::tensor::Tensor;
use crate::weights::Package;

/// Reads parameters out of a package.
pub struct PackageParameters<'a> {
    /// Where they are.
    pub package: &'a Package,
    /// Where they go.
    pub engine: &'a Arc<dyn Engine>,
}

impl Parameters for PackageParameters<'_> {
    fn get(&self, name: &str, shape: &[usize], _init: Init) -> Result<Tensor, NnError> {
        let refused = |source| NnError::Parameter { name: name.to_owned(), source: Box::new(source) };
        if let Some(values) = self.package.static_tensor(name, shape).map_err(refused)? {
            return Ok(Tensor::from_static(self.engine, values, shape)?);
        }
        let values = self.package.stored_tensor(name, shape).map_err(refused)?;
        Ok(Tensor::from_stored(self.engine, values, shape)?)
    }
}
