//! Errors of the reader of `torch.save`'s files.

#![forbid(unsafe_code)]

use crate::weights::ArchiveError;

/// Reasons why a file of `torch.save` is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TorchFileError {
    /// The zip is damaged or of an unsupported kind.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The zip has no pickle.
    #[error("the zip holds no data.pkl; expected a file that torch.save wrote")]
    NoPickle,
    /// The pickle is too large.
    #[error("its pickle has {found} bytes; expected at most {limit}")]
    TooLarge {
        /// Size of the pickle, in bytes.
        found: usize,
        /// Largest size, in bytes.
        limit: usize,
    },
    /// The numbers were written on a big-endian machine.
    #[error("its numbers are not in little-endian order; save the file on a little-endian machine")]
    ByteOrder,
    /// The pickle is refused.
    #[error("its pickle: {0}; save the model's state_dict alone, or convert it to safetensors with PyTorch")]
    Pickle(#[from] PickleError),
    /// There are no tensors.
    #[error("it holds no dictionary of tensors; expected the state_dict of a model")]
    Nothing,
    /// A tensor is not a view of a stored array.
    #[error("tensor {name}: {what}; copy or download the file again")]
    Tensor {
        /// Name of the tensor.
        name: String,
        /// Description of what is wrong.
        what: String,
    },
}

/// Reasons why a pickle is refused. An offset is a position in the pickle, in bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PickleError {
    /// The pickle has an instruction that no dictionary of tensors needs.
    #[error(
        "it has the instruction {name} (0x{code:02x}) at byte {offset}, which no dictionary of tensors needs and which may run code"
    )]
    Instruction {
        /// Code of the instruction.
        code: u8,
        /// Name of the instruction in `pickletools`, or `unknown`.
        name: &'static str,
        /// Offset of the instruction.
        offset: usize,
    },
    /// The pickle names a function or class that is not on the list.
    #[error(
        "it names {name} at byte {offset}; expected only OrderedDict, tensors, and arrays of F32, F16 or BF16"
    )]
    Global {
        /// Name of the function or class, with its module.
        name: String,
        /// Offset of the instruction that names it.
        offset: usize,
    },
    /// An instruction has a wrong operand, or the pickle ends early.
    #[error("at byte {offset}, {what}")]
    Malformed {
        /// Description of what is wrong.
        what: &'static str,
        /// Offset of the instruction.
        offset: usize,
    },
    /// The pickle makes more values than a dictionary of tensors has.
    #[error("it has more than {limit} {what} at byte {offset}")]
    TooMany {
        /// Name of what exceeds the limit: `values` or `remembered values`.
        what: &'static str,
        /// Largest number.
        limit: usize,
        /// Offset of the instruction.
        offset: usize,
    },
}
