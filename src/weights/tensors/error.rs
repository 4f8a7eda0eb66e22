//! Errors of checkpoints.

#![forbid(unsafe_code)]

use std::path::PathBuf;

use crate::weights::header::HeaderError;
use crate::weights::torch_file::TorchFileError;

/// Reasons why a checkpoint can't be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TensorFilesError {
    /// The operating system reported an error.
    #[error("could not read {}: {source}", .path.display())]
    Io {
        /// File or folder.
        path: PathBuf,
        /// Error of the operating system.
        source: std::io::Error,
    },
    /// The file is a bare pickle, which is the format that PyTorch wrote before version 1.6.
    #[error(
        "{} is a bare pickle, which runs code when it is opened and is not supported; convert it with PyTorch to a zip with \
         numbers, if you trust it: python -c \"import sys, torch; \
         d = torch.load(sys.argv[1], map_location='cpu', weights_only=True); d = d.get('state_dict', d); \
         torch.save({{k: v.contiguous().clone() for k, v in d.items() if torch.is_tensor(v)}}, sys.argv[2])\" {} model.pth",
        .path.display(), .path.display()
    )]
    Pickle {
        /// The file.
        path: PathBuf,
    },
    /// A file of `torch.save` is refused.
    #[error("{}: {source}", .path.display())]
    Torch {
        /// The file.
        path: PathBuf,
        /// Reason.
        source: TorchFileError,
    },
    /// The folder holds no tensors.
    #[error(
        "{} holds no tensors: expected model.safetensors or diffusion_pytorch_model.safetensors, an index file of one of these with its shards, or \
         other .safetensors files",
        .path.display()
    )]
    Nothing {
        /// The folder.
        path: PathBuf,
    },
    /// Two files of a folder have a tensor with the same name.
    #[error(
        "{} and {} both have the tensor {name}; expected each tensor in one file: give the path of the right file, or move \
         the other one out of the folder",
        .first.display(), .second.display()
    )]
    Twice {
        /// Name of the tensor.
        name: String,
        /// The file that was read first.
        first: PathBuf,
        /// The other file.
        second: PathBuf,
    },
    /// The header of a file is broken.
    #[error("{}: {source}", .path.display())]
    Header {
        /// The file.
        path: PathBuf,
        /// Reason.
        source: HeaderError,
    },
    /// The index of a sharded checkpoint is broken.
    #[error("{}: {message}", .path.display())]
    Index {
        /// The index file.
        path: PathBuf,
        /// Reason.
        message: String,
    },
}
