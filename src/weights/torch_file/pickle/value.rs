//! Values and objects of a pickle.

#![forbid(unsafe_code)]

use crate::engine::Precision;

/// Largest number of dimensions of a tensor. PyTorch allows 64, and no weight has more than 5.
pub(super) const MOST_DIMENSIONS: usize = 16;

/// A value. It refers to objects by their index, so that values can share objects and form cycles.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in super::super) enum Value<'a> {
    /// A marker on the stack: a group of values begins after it.
    Mark,
    /// A value that has no meaning here: Python's `None`, a Boolean, a floating-point number or a list.
    Inert,
    Integer(i64),
    Text(&'a str),
    Global(Global),
    /// Index in [`Pickle::objects`].
    Object(usize),
}

/// The functions and classes that a pickle may name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in super::super) enum Global {
    OrderedDict,
    RebuildTensor,
    Storage(Precision),
}

impl Global {
    /// Returns the function or class of a module and a name, or `None` if a pickle may not name it.
    pub(super) fn of(module: &str, name: &str) -> Option<Self> {
        match (module, name) {
            ("collections", "OrderedDict") => Some(Self::OrderedDict),
            ("torch._utils", "_rebuild_tensor_v2") => Some(Self::RebuildTensor),
            ("torch", "FloatStorage") => Some(Self::Storage(Precision::F32)),
            ("torch", "HalfStorage") => Some(Self::Storage(Precision::F16)),
            ("torch", "BFloat16Storage") => Some(Self::Storage(Precision::Bf16)),
            _ => None,
        }
    }
}

/// An object that several values may refer to.
#[derive(Debug, PartialEq)]
pub(in super::super) enum Object<'a> {
    Tuple(Vec<Value<'a>>),
    Dictionary(Vec<(Value<'a>, Value<'a>)>),
    Storage(Storage<'a>),
    Tensor(Box<View<'a>>),
}

/// A stored array.
#[derive(Debug, PartialEq)]
pub(in super::super) struct Storage<'a> {
    pub precision: Precision,
    /// Name of its file in the zip.
    pub key: &'a str,
    /// Count of its numbers.
    pub count: usize,
}

/// A tensor as a view of an array.
#[derive(Debug, PartialEq)]
pub(in super::super) struct View<'a> {
    /// The object of the array.
    pub storage: Value<'a>,
    /// Index of its first number in the array.
    pub offset: usize,
    pub shape: Vec<usize>,
    pub strides: Vec<usize>,
}

/// The result of a pickle.
pub(in super::super) struct Pickle<'a> {
    pub root: Value<'a>,
    pub(super) objects: Vec<Object<'a>>,
}

impl<'a> Pickle<'a> {
    /// Returns the object of a value; `None` if the value is not an object.
    pub(in super::super) fn object(&self, value: Value<'a>) -> Option<&Object<'a>> {
        match value {
            Value::Object(index) => self.objects.get(index),
            _ => None,
        }
    }
}
