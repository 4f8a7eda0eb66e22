//! A kernel call as data, for an engine in another library or another process.
//!
//! One side encodes a call ([`super::remote`]), and the other side runs it on its own engine ([`answer`]). A
//! module's C table and a worker's connection carry the same calls.

use super::array::{Buffer, View};
use super::error::{EngineError, EngineResult};
use super::{
    Activation, Binary, ChannelHead, Engine, FieldDecoder, FieldEncoding, FieldLayer, FieldSpec, RadialBias,
    Reduction, Unary,
};

/// A kernel's number. The numbers are part of the contract between libraries: a number is never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
#[allow(missing_docs, reason = "the methods of the same names in `Engine` have the documentation")]
pub enum Kernel {
    Unary = 1,
    Binary = 2,
    Affine = 3,
    Matmul = 4,
    Linear = 5,
    Conv2d = 6,
    GroupNorm = 7,
    LayerNorm = 8,
    Softmax = 9,
    Embedding = 10,
    Permute = 11,
    Concat = 12,
    Narrow = 13,
    Reduce = 14,
    UpsampleNearest = 15,
    ScatterMean = 16,
    Attention = 17,
    SampleTriplane = 18,
    SampleVoxelGrid = 19,
    PrepareField = 20,
}

impl Kernel {
    const ALL: [(Self, &'static str); 20] = [
        (Self::Unary, "unary"),
        (Self::Binary, "binary"),
        (Self::Affine, "affine"),
        (Self::Matmul, "matmul"),
        (Self::Linear, "linear"),
        (Self::Conv2d, "conv2d"),
        (Self::GroupNorm, "group_norm"),
        (Self::LayerNorm, "layer_norm"),
        (Self::Softmax, "softmax"),
        (Self::Embedding, "embedding"),
        (Self::Permute, "permute"),
        (Self::Concat, "concat"),
        (Self::Narrow, "narrow"),
        (Self::Reduce, "reduce"),
        (Self::UpsampleNearest, "upsample_nearest"),
        (Self::ScatterMean, "scatter_mean"),
        (Self::Attention, "attention"),
        (Self::SampleTriplane, "sample_triplane"),
        (Self::SampleVoxelGrid, "sample_voxel_grid"),
        (Self::PrepareField, "prepare_field"),
    ];

    /// Returns the kernel with the given number; `None` if this build does not know it.
    pub fn of(number: u32) -> Option<Self> {
        Self::ALL.iter().map(|(kernel, _)| *kernel).find(|&kernel| kernel as u32 == number)
    }

    /// Returns the name of the corresponding method of [`Engine`].
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(kernel, _)| *kernel == self).map_or("unknown", |(_, name)| name)
    }
}

/// A kernel and its arguments. The order of the arguments is that of the method's parameters.
#[derive(Clone, Debug)]
pub struct Call<'a> {
    /// The kernel.
    pub kernel: Kernel,
    /// Arrays; `None` if an optional array is absent.
    pub views: Vec<Option<View<'a>>>,
    /// Sizes, choices and flags.
    pub integers: Vec<usize>,
    /// Real parameters, such as a scale, a shift or an epsilon.
    pub numbers: Vec<f32>,
    /// Token ids or cells.
    pub indices: &'a [u32],
}

impl<'a> Call<'a> {
    /// Creates a call with arrays only.
    pub fn new(kernel: Kernel, views: impl IntoIterator<Item = View<'a>>) -> Self {
        let views = views.into_iter().map(Some).collect();
        Self { kernel, views, integers: Vec::new(), numbers: Vec::new(), indices: &[] }
    }

    /// Adds an array that may be absent.
    #[must_use]
    pub fn optional(mut self, view: Option<View<'a>>) -> Self {
        self.views.push(view);
        self
    }

    /// Adds integers.
    #[must_use]
    pub fn integers(mut self, integers: impl IntoIterator<Item = usize>) -> Self {
        self.integers.extend(integers);
        self
    }

    /// Adds numbers.
    #[must_use]
    pub fn numbers(mut self, numbers: impl IntoIterator<Item = f32>) -> Self {
        self.numbers.extend(numbers);
        self
    }

    /// Sets the indices.
    #[must_use]
    pub fn indices(mut self, indices: &'a [u32]) -> Self {
        self.indices = indices;
        self
    }

    fn lacks(&self, what: &'static str, place: usize) -> EngineError {
        EngineError::Malformed { kernel: self.kernel.name(), what, place }
    }

    fn view(&self, place: usize) -> EngineResult<View<'a>> {
        self.optional_view(place).ok_or_else(|| self.lacks("array", place))
    }

    fn optional_view(&self, place: usize) -> Option<View<'a>> {
        self.views.get(place).copied().flatten()
    }

    fn integer(&self, place: usize) -> EngineResult<usize> {
        self.integers.get(place).copied().ok_or_else(|| self.lacks("integer", place))
    }

    fn number(&self, place: usize) -> EngineResult<f32> {
        self.numbers.get(place).copied().ok_or_else(|| self.lacks("number", place))
    }

    fn choice<T: Copy>(&self, place: usize, choices: &[T]) -> EngineResult<T> {
        choices.get(self.integer(place)?).copied().ok_or_else(|| self.lacks("known choice", place))
    }
}

/// Returns the number that stands for a choice in a call: the position of the choice in `choices`.
pub(super) fn number_of<T: PartialEq>(choices: &[T], choice: &T) -> usize {
    let found = choices.iter().position(|other| other == choice);
    debug_assert!(found.is_some(), "a choice is missing in the list of its numbers");
    found.unwrap_or(usize::MAX)
}

/// Unary functions in the order of their numbers; a new function goes to the end.
pub(super) const UNARIES: [Unary; 9] = [
    Unary::Relu,
    Unary::Silu,
    Unary::Gelu,
    Unary::QuickGelu,
    Unary::Sigmoid,
    Unary::Softplus,
    Unary::Sqrt,
    Unary::Sin,
    Unary::Cos,
];
/// Binary functions, in the order of their numbers.
pub(super) const BINARIES: [Binary; 4] = [Binary::Add, Binary::Subtract, Binary::Multiply, Binary::Divide];
/// Reductions, in the order of their numbers.
pub(super) const REDUCTIONS: [Reduction; 3] = [Reduction::Sum, Reduction::Mean, Reduction::Maximum];
/// Activations, in the order of their numbers.
const ACTIVATIONS: [Activation; 2] = [Activation::Relu, Activation::Silu];
/// Heads, in the order of their numbers.
const HEADS: [ChannelHead; 3] = [ChannelHead::Identity, ChannelHead::Softplus, ChannelHead::Sigmoid];

/// Runs a call on an engine. Returns `None` if the kernel is optional and the engine lacks it. Errors:
/// `Malformed`, and those of the kernel.
pub fn answer(engine: &dyn Engine, call: &Call<'_>) -> EngineResult<Option<Buffer>> {
    let x = || call.view(0);
    let bias = || call.optional_view(2);
    match call.kernel {
        Kernel::Unary => engine.unary(call.choice(0, &UNARIES)?, x()?),
        Kernel::Binary => {
            let shape = call.integers.get(1..).unwrap_or_default();
            engine.binary(call.choice(0, &BINARIES)?, x()?, call.view(1)?, shape)
        }
        Kernel::Affine => engine.affine(x()?, call.number(0)?, call.number(1)?),
        Kernel::Matmul => engine.matmul(x()?, call.view(1)?, call.integer(0)? != 0),
        Kernel::Linear => engine.linear(x()?, call.view(1)?, bias()),
        Kernel::Conv2d => engine.conv2d(x()?, call.view(1)?, bias(), call.integer(0)?, call.integer(1)?),
        Kernel::GroupNorm => {
            engine.group_norm(x()?, call.integer(0)?, call.view(1)?, call.view(2)?, call.number(0)?)
        }
        Kernel::LayerNorm => engine.layer_norm(x()?, call.view(1)?, call.view(2)?, call.number(0)?),
        Kernel::Softmax => engine.softmax(x()?),
        Kernel::Embedding => engine.embedding(x()?, call.indices),
        Kernel::Permute => engine.permute(x()?, &call.integers),
        Kernel::Concat => {
            let parts: Vec<_> = call.views.iter().copied().flatten().collect();
            engine.concat(&parts, call.integer(0)?)
        }
        Kernel::Narrow => engine.narrow(x()?, call.integer(0)?, call.integer(1)?, call.integer(2)?),
        Kernel::Reduce => engine.reduce(call.choice(0, &REDUCTIONS)?, x()?, call.integer(1)?),
        Kernel::UpsampleNearest => engine.upsample_nearest(x()?, call.integer(0)?),
        Kernel::ScatterMean => engine.scatter_mean(x()?, call.indices, call.integer(0)?),
        Kernel::Attention => {
            let mask = call.optional_view(3);
            return engine.attention(x()?, call.view(1)?, call.view(2)?, mask, call.integer(0)? != 0);
        }
        Kernel::SampleTriplane => engine.sample_triplane(x()?, call.view(1)?),
        Kernel::SampleVoxelGrid => engine.sample_voxel_grid(x()?, call.view(1)?),
        Kernel::PrepareField => return Err(call.lacks("result that is an array", 0)),
    }
    .map(Some)
}

/// Encodes a field as a call.
///
/// views: planes or levels, then weight and bias of each layer. integers: 0 for planes or 1 for grids, number
/// of levels, number of layers, activation, one flag per layer (residual), one head per channel. numbers:
/// constant and slope of the radial bias; empty without a bias.
pub fn field_call<'a>(field: &FieldSpec<'a>) -> Call<'a> {
    let (kind, levels) = match &field.encoding {
        FieldEncoding::Triplane { planes } => (0, vec![*planes]),
        FieldEncoding::VoxelGrids { levels } => (1, levels.clone()),
    };
    let counts = [kind, levels.len(), field.layers.len(), number_of(&ACTIVATIONS, &field.activation)];
    let mut call = Call::new(Kernel::PrepareField, levels).integers(counts);
    for layer in &field.layers {
        call = call.optional(Some(layer.weight)).optional(layer.bias).integers([usize::from(layer.residual)]);
    }
    call.integers(field.heads.iter().map(|head| number_of(&HEADS, head)))
        .numbers(field.radial_bias.iter().flat_map(|bias| [bias.constant, bias.slope]))
}

/// Prepares the field that a call of [`field_call`] describes. Returns `None` if the engine has no fused
/// decoder. Errors: `Malformed`, and those of the engine.
pub fn answer_field(engine: &dyn Engine, call: &Call<'_>) -> EngineResult<Option<Box<dyn FieldDecoder>>> {
    let (levels, layers) = (call.integer(1)?, call.integer(2)?);
    let grids = (0..levels).map(|place| call.view(place)).collect::<EngineResult<Vec<_>>>()?;
    let encoding = match (call.integer(0)?, grids.first()) {
        (0, Some(&planes)) => FieldEncoding::Triplane { planes },
        (1, Some(_)) => FieldEncoding::VoxelGrids { levels: grids },
        _ => return Err(call.lacks("known encoding", 0)),
    };
    let layer = |index: usize| {
        let place = levels.saturating_add(2 * index);
        Ok(FieldLayer {
            weight: call.view(place)?,
            bias: call.optional_view(place + 1),
            residual: call.integer(4 + index)? != 0,
        })
    };
    let heads = layers.saturating_add(4)..call.integers.len();
    let radial_bias = match call.numbers.as_slice() {
        [] => None,
        [constant, slope] => Some(RadialBias { constant: *constant, slope: *slope }),
        _ => return Err(call.lacks("pair of numbers", 0)),
    };
    engine.prepare_field(&FieldSpec {
        encoding,
        layers: (0..layers).map(layer).collect::<EngineResult<_>>()?,
        activation: call.choice(3, &ACTIVATIONS)?,
        radial_bias,
        heads: heads.map(|place| call.choice(place, &HEADS)).collect::<EngineResult<_>>()?,
    })
}
