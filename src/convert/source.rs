//! Tensors of another program's model, found by name and shape.

use std::sync::Arc;

use super::error::ConvertError;
use crate::engine::Engine;
use crate::nn::{Init, NnError, Parameters};
use crate::tensor::Tensor;
use crate::weights::tensors::{StoredTensor, TensorFiles};

/// Pairs of name prefixes: in the package, and in a source.
pub type Renames = Vec<(String, String)>;

/// Source of a package's tensors: files, and the prefixes of names in them.
pub struct Source {
    /// Files with the tensors.
    pub files: TensorFiles,
    /// Prefixes of names in the package and in the files. The first pair that matches an existing tensor
    /// applies.
    pub renames: Renames,
}

impl Source {
    /// Returns the name in the source and the tensor, for a name in the package. Errors: `MissingTensor`,
    /// `WrongType`, `WrongShape`.
    pub(super) fn find(
        &self,
        name: &str,
        shape: &[usize],
    ) -> Result<(String, StoredTensor<'_>), ConvertError> {
        let original = self.renames.iter().find_map(|(ours, theirs)| {
            let original = format!("{theirs}{}", name.strip_prefix(ours.as_str())?);
            self.files.shape(&original).is_some().then_some(original)
        });
        let Some(original) = original else {
            return Err(ConvertError::MissingTensor { name: name.to_owned() });
        };
        let Some(tensor) = self.files.get(&original) else {
            return Err(ConvertError::WrongType { name: original });
        };
        if tensor.shape != shape {
            let (found, expected) = (tensor.shape.to_vec(), shape.to_vec());
            return Err(ConvertError::WrongShape { name: original, found, expected });
        }
        Ok((original, tensor))
    }

    /// Returns the tensors as parameters on an engine, for a network that is loaded without a package.
    pub fn on<'a>(&'a self, engine: &'a Arc<dyn Engine>) -> impl Parameters + 'a {
        OnEngine { source: self, engine }
    }
}

/// A source's tensors, which are copied to an engine when a network requests them.
pub(super) struct OnEngine<'a> {
    source: &'a Source,
    engine: &'a Arc<dyn Engine>,
}

impl Parameters for OnEngine<'_> {
    fn get(&self, name: &str, shape: &[usize], _init: Init) -> Result<Tensor, NnError> {
        let (_, tensor) = self.source.find(name, shape).map_err(|error| refused(name, error))?;
        Ok(Tensor::from_stored(self.engine, tensor.values, shape)?)
    }
}

pub(super) fn refused(name: &str, error: ConvertError) -> NnError {
    NnError::Parameter { name: name.to_owned(), source: Box::new(error) }
}
