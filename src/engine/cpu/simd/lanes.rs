//! Arithmetic on lanes, which every instruction set implements.

/// Number of lanes of a [`Lanes`] value.
pub(in crate::engine::cpu) const LANES: usize = 8;

/// Four f32 of channel-last features.
pub(in crate::engine::cpu) trait Quad: Copy {
    /// Returns the same number four times.
    fn splat(value: f32) -> Self;
    /// Loads four numbers from memory.
    fn load(from: &[f32; 4]) -> Self;
    /// Stores four numbers to memory.
    fn store(self, to: &mut [f32; 4]);
    /// Computes self · factor.
    fn multiply(self, factor: Self) -> Self;
    /// Computes self − other.
    fn subtract(self, other: Self) -> Self;
    /// Computes self · factor + addend, rounded once if the instruction set has a fused operation.
    fn multiply_add(self, factor: Self, addend: Self) -> Self;
}

/// Arithmetic on each lane separately. A NaN in `self` stays a NaN in `minimum` and `maximum`.
pub(in crate::engine::cpu) trait Arithmetic: Copy {
    /// Whether `multiply_add` rounds once.
    const FUSED: bool;
    /// Returns the same number in every lane.
    fn splat(value: f32) -> Self;
    /// Computes self + other.
    fn add(self, other: Self) -> Self;
    /// Computes self − other.
    fn subtract(self, other: Self) -> Self;
    /// Computes self · other.
    fn multiply(self, other: Self) -> Self;
    /// Computes self / other.
    fn divide(self, other: Self) -> Self;
    /// Computes self · factor + addend, rounded once if the instruction set has a fused operation.
    fn multiply_add(self, factor: Self, addend: Self) -> Self;
    /// Returns the smaller value.
    fn minimum(self, other: Self) -> Self;
    /// Returns the larger value.
    fn maximum(self, other: Self) -> Self;
    /// Computes |self|.
    fn absolute(self) -> Self;
    /// Returns 1 where 0 < self < limit, and 0 elsewhere.
    fn inside(self, limit: Self) -> Self;
    /// Computes 2ⁿ, where the low bits of self's representation hold n in [−126, 127]: self = n + 1.5 · 2²³.
    fn power_of_two(self) -> Self;
}

/// Eight f32 in a register, or in an array in its place.
pub(in crate::engine::cpu) trait Lanes: Arithmetic {
    /// The four-lane type of the same instruction set.
    type Quad: Quad;
    /// The sixteen-lane type of the same instruction set.
    type Row: Row;
    /// Loads eight numbers from memory.
    fn load(from: &[f32; LANES]) -> Self;
    /// Stores eight numbers to memory.
    fn store(self, to: &mut [f32; LANES]);
    /// Computes √self.
    fn square_root(self) -> Self;
    /// Returns the largest integer that is not above self, for 0 ≤ self < 2³¹.
    fn floor_positive(self) -> Self;
    /// Stores lanes as integers. The lanes must hold integers of magnitude below 2³¹.
    fn to_integers(self, to: &mut [i32; LANES]);
    /// Returns self / divisor where the divisor is not 0, and 0 elsewhere.
    fn divide_or_zero(self, divisor: Self) -> Self;
    /// Transposes four numbers of each of eight points.
    fn columns(points: &[[f32; 4]; LANES]) -> [Self; 4];
}

/// Sixteen f32 in as few registers as the instruction set allows: one row of a panel.
pub(in crate::engine::cpu) trait Row: Arithmetic {
    /// Whether a row is one register. If it is, a tile has twice as many rows: there are enough registers for
    /// them, and that many sums are needed to hide the latency of the additions.
    const IS_ONE_REGISTER: bool;
    /// Loads sixteen numbers from memory.
    fn load(from: &[f32; 2 * LANES]) -> Self;
    /// Loads eight numbers from each of two places in memory.
    fn load_halves(first: &[f32; LANES], second: &[f32; LANES]) -> Self;
    /// Stores sixteen numbers to memory.
    fn store(self, to: &mut [f32; 2 * LANES]);
    /// Computes start + rows · panel for pairs of bf16 numbers, whose first number is in the lower half. Call
    /// it only in work that [`Instructions::run_with_pairs`](super::Instructions::run_with_pairs) runs.
    fn add_pairs<const R: usize>(
        rows: [&[u32]; R],
        panel: &[[u32; 2 * LANES]],
        start: [Self; R],
    ) -> [Self; R];
    /// Transposes four numbers of each of sixteen points.
    fn columns(points: &[[f32; 4]; 2 * LANES]) -> [Self; 4];
    /// Transposes C columns of sixteen numbers. In the result, the first numbers of all columns come first,
    /// then the second numbers.
    fn interleave<const C: usize>(columns: [Self; C]) -> [Self; C];
}

/// Returns the two bf16 numbers of a pair.
#[inline(always)]
fn halves(pair: u32) -> [f32; 2] {
    [f32::from_bits(pair << 16), f32::from_bits(pair & 0xffff_0000)]
}

/// Several registers that go through the same arithmetic side by side. A chain such as the exponential's has
/// twenty instructions, and each waits for the previous one. Four interleaved chains fill these waits. With
/// one register at a time, SiLU took a quarter of the time of a field decode; with four registers, it took a
/// tenth.
#[derive(Clone, Copy)]
pub(in crate::engine::cpu) struct Several<L, const N: usize>(pub(in crate::engine::cpu) [L; N]);

/// Defines methods that act on each register separately.
macro_rules! side_by_side {
    ($($name:ident($($operand:ident),*);)*) => {
        $(
            #[inline(always)]
            fn $name(self $(, $operand: Self)*) -> Self {
                let mut result = self;
                for index in 0..N {
                    result.0[index] = self.0[index].$name($($operand.0[index]),*);
                }
                result
            }
        )*
    };
}

impl<L: Arithmetic, const N: usize> Arithmetic for Several<L, N> {
    const FUSED: bool = L::FUSED;

    #[inline(always)]
    fn splat(value: f32) -> Self {
        Self([L::splat(value); N])
    }
    side_by_side! {
        add(other);
        subtract(other);
        multiply(other);
        divide(other);
        multiply_add(factor, addend);
        minimum(other);
        maximum(other);
        absolute();
        inside(limit);
        power_of_two();
    }
}

impl<L: Lanes> Row for Several<L, 2> {
    const IS_ONE_REGISTER: bool = false;

    #[inline(always)]
    fn load(from: &[f32; 2 * LANES]) -> Self {
        let (halves, _) = from.as_chunks::<LANES>();
        Self::load_halves(&halves[0], &halves[1])
    }
    #[inline(always)]
    fn load_halves(first: &[f32; LANES], second: &[f32; LANES]) -> Self {
        Self([L::load(first), L::load(second)])
    }
    #[inline(always)]
    fn store(self, to: &mut [f32; 2 * LANES]) {
        let (halves, _) = to.as_chunks_mut::<LANES>();
        self.0[0].store(&mut halves[0]);
        self.0[1].store(&mut halves[1]);
    }
    #[inline(always)]
    fn add_pairs<const R: usize>(
        rows: [&[u32]; R],
        panel: &[[u32; 2 * LANES]],
        start: [Self; R],
    ) -> [Self; R] {
        let mut sums = start;
        for (depth, columns) in panel.iter().enumerate() {
            let mut numbers = [[0.0; 2 * LANES]; 2];
            let [first, second] = &mut numbers;
            for ((first, second), pair) in first.iter_mut().zip(second).zip(columns) {
                [*first, *second] = halves(*pair);
            }
            let [first, second] = [<Self as Row>::load(&numbers[0]), <Self as Row>::load(&numbers[1])];
            for (sum, row) in sums.iter_mut().zip(rows) {
                let [low, high] = halves(row[depth]);
                let product = Self::splat(low).multiply_add(first, *sum);
                *sum = Self::splat(high).multiply_add(second, product);
            }
        }
        sums
    }
    #[inline(always)]
    fn columns(points: &[[f32; 4]; 2 * LANES]) -> [Self; 4] {
        let (halves, _) = points.as_chunks::<LANES>();
        let [a, b, c, d] = L::columns(&halves[0]);
        let [e, f, g, h] = L::columns(&halves[1]);
        [Self([a, e]), Self([b, f]), Self([c, g]), Self([d, h])]
    }
    #[inline(always)]
    fn interleave<const C: usize>(columns: [Self; C]) -> [Self; C] {
        let mut numbers = [[0.0; 2 * LANES]; C];
        for (numbers, column) in numbers.iter_mut().zip(columns) {
            column.store(numbers);
        }
        let mut interleaved = [[0.0; 2 * LANES]; C];
        for (index, to) in interleaved.as_flattened_mut().iter_mut().enumerate() {
            *to = numbers[index % C][index / C];
        }
        let mut rows = columns;
        for (row, numbers) in rows.iter_mut().zip(&interleaved) {
            *row = <Self as Row>::load(numbers);
        }
        rows
    }
}

/// Work that is generic over the lanes.
pub(in crate::engine::cpu) trait LaneWork {
    /// Type of the result.
    type Output;
    /// Does the work. Implementations must be `#[inline(always)]`.
    fn run<L: Lanes>(self) -> Self::Output;
}
