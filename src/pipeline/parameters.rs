//! A package's tensors, which are copied to an engine when a network requests them.

use std::cell::Cell;
use std::sync::Arc;

use crate::engine::Engine;
use crate::error::ProgressCallback;
use crate::nn::{Init, NnError, Parameters};
use crate::tensor::Tensor;
use crate::weights::{Package, PackageError};

/// Reader of parameters from a package.
pub struct PackageParameters<'a> {
    /// Package that holds the tensors.
    pub package: &'a Package,
    /// Engine that receives the tensors.
    pub engine: &'a Arc<dyn Engine>,
    /// Progress callback over the package's weights that are copied; it may stop the work.
    pub on_progress: ProgressCallback<'a>,
    /// Count of the weights that were copied.
    pub copied: Cell<usize>,
}

impl PackageParameters<'_> {
    /// Reports a parameter that is copied now.
    fn report(&self, shape: &[usize]) -> Result<(), NnError> {
        let all = self.package.parameter_count().max(1);
        (self.on_progress)((self.copied.get() as f32 / all as f32).min(1.0))?;
        self.copied.set(self.copied.get() + shape.iter().product::<usize>());
        Ok(())
    }
}

impl Parameters for PackageParameters<'_> {
    fn get(&self, name: &str, shape: &[usize], _init: Init) -> Result<Tensor, NnError> {
        self.report(shape)?;
        if let Some(values) = self.package.static_tensor(name, shape).map_err(|error| refused(name, error))? {
            return Ok(Tensor::from_static(self.engine, values, shape)?);
        }
        let values = self.package.stored_tensor(name, shape).map_err(|error| refused(name, error))?;
        let tensor = Tensor::from_stored(self.engine, values, shape)?;
        self.package.release(name);
        Ok(tensor)
    }

    fn get_compact(&self, name: &str, shape: &[usize], _init: Init) -> Result<Tensor, NnError> {
        self.report(shape)?;
        let values = self.package.stored_tensor(name, shape).map_err(|error| refused(name, error))?;
        let tensor = Tensor::from_compact(self.engine, values, shape)?;
        self.package.release(name);
        Ok(tensor)
    }
}

fn refused(name: &str, source: PackageError) -> NnError {
    NnError::Parameter { name: name.to_owned(), source: Box::new(source) }
}
