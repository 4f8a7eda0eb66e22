//! Eight f32 lanes, written once and compiled for each instruction set: AVX-512, AVX2 with FMA, and whatever the target always has.
//!
//! Work that is generic over [`Lanes`] is handed to [`Instructions::run`], which compiles it inside a function that
//! has the instruction set enabled. Everything generic must therefore be `#[inline(always)]` and free of closures
//! that touch lanes. Results are equal bit for bit within one instruction set, and between AVX2 and AVX-512; not across to the portable one.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
pub(super) mod math;
mod portable;

#[cfg(test)]
mod tests;

/// Lanes of a [`Lanes`] value.
pub(super) const LANES: usize = 8;

/// Four f32, for channel-last features.
pub(super) trait Quad: Copy {
    /// The same number four times.
    fn splat(value: f32) -> Self;
    /// Four numbers from memory.
    fn load(from: &[f32; 4]) -> Self;
    /// Four numbers to memory.
    fn store(self, to: &mut [f32; 4]);
    /// self · factor.
    fn multiply(self, factor: Self) -> Self;
    /// self − other.
    fn subtract(self, other: Self) -> Self;
    /// self · factor + addend, rounded once where the instruction set can.
    fn multiply_add(self, factor: Self, addend: Self) -> Self;
}

/// Arithmetic on each lane alone. A NaN in `self` stays a NaN through `minimum` and `maximum`.
pub(super) trait Arithmetic: Copy {
    /// Does `multiply_add` round once?
    const FUSED: bool;
    /// The same number in every lane.
    fn splat(value: f32) -> Self;
    /// self + other.
    fn add(self, other: Self) -> Self;
    /// self − other.
    fn subtract(self, other: Self) -> Self;
    /// self · other.
    fn multiply(self, other: Self) -> Self;
    /// self / other.
    fn divide(self, other: Self) -> Self;
    /// self · factor + addend, rounded once where the instruction set can.
    fn multiply_add(self, factor: Self, addend: Self) -> Self;
    /// The smaller.
    fn minimum(self, other: Self) -> Self;
    /// The larger.
    fn maximum(self, other: Self) -> Self;
    /// |self|.
    fn absolute(self) -> Self;
    /// 1 where 0 < self < limit, else 0.
    fn inside(self, limit: Self) -> Self;
    /// 2ⁿ where the low bits of self's representation hold n in [−126, 127]: self = n + 1.5 · 2²³.
    fn power_of_two(self) -> Self;
}

/// Eight f32 in a register, or what stands for one.
pub(super) trait Lanes: Arithmetic {
    /// The four-lane type of the same instruction set.
    type Quad: Quad;
    /// Its sixteen-lane type.
    type Row: Row;
    /// Eight numbers from memory.
    fn load(from: &[f32; LANES]) -> Self;
    /// Eight numbers to memory.
    fn store(self, to: &mut [f32; LANES]);
    /// √self.
    fn square_root(self) -> Self;
    /// The integer below, for 0 ≤ self < 2³¹.
    fn floor_positive(self) -> Self;
    /// Integers of lanes that hold integers of magnitude below 2³¹.
    fn to_integers(self, to: &mut [i32; LANES]);
    /// self where the divisor is not 0, divided by it; else 0.
    fn divide_or_zero(self, divisor: Self) -> Self;
    /// Four numbers of each of eight points, number by number.
    fn columns(points: &[[f32; 4]; LANES]) -> [Self; 4];
}

/// Sixteen f32, in as few registers as the set has: one row of a panel.
pub(super) trait Row: Arithmetic {
    /// Is it one register? Then a tile has room, and need, for twice the rows.
    const IS_ONE_REGISTER: bool;
    /// Sixteen numbers from memory.
    fn load(from: &[f32; 2 * LANES]) -> Self;
    /// Sixteen numbers to memory.
    fn store(self, to: &mut [f32; 2 * LANES]);
    /// Four numbers of each of sixteen points, number by number.
    fn columns(points: &[[f32; 4]; 2 * LANES]) -> [Self; 4];
}

/// Registers that go through the same arithmetic side by side. A chain such as the exponential's is twenty
/// instructions long, each waiting for the last; four chains interleaved fill the waiting (one register at a time,
/// SiLU took a quarter of a field decode; four at a time, a tenth).
#[derive(Clone, Copy)]
pub(super) struct Several<L, const N: usize>(pub(super) [L; N]);

/// Lists methods that act on each register alone.
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
        Self([L::load(&halves[0]), L::load(&halves[1])])
    }
    #[inline(always)]
    fn store(self, to: &mut [f32; 2 * LANES]) {
        let (halves, _) = to.as_chunks_mut::<LANES>();
        self.0[0].store(&mut halves[0]);
        self.0[1].store(&mut halves[1]);
    }
    #[inline(always)]
    fn columns(points: &[[f32; 4]; 2 * LANES]) -> [Self; 4] {
        let (halves, _) = points.as_chunks::<LANES>();
        let [a, b, c, d] = L::columns(&halves[0]);
        let [e, f, g, h] = L::columns(&halves[1]);
        [Self([a, e]), Self([b, f]), Self([c, g]), Self([d, h])]
    }
}

/// Work that is generic over the lanes.
pub(super) trait LaneWork {
    /// What it returns.
    type Output;
    /// Does it. Implementations must be `#[inline(always)]`.
    fn run<L: Lanes>(self) -> Self::Output;
}

/// An instruction set that this machine was found to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instructions(Set);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Set {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Instructions {
    /// The best set of this machine.
    pub fn detect() -> Self {
        Self::all().pop().unwrap_or(Self::portable())
    }

    /// All sets of this machine, the best last.
    pub fn all() -> Vec<Self> {
        let mut found = vec![Self::portable()];
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma") {
            found.push(Self(Set::Avx2));
            if std::arch::is_x86_feature_detected!("avx512f") {
                found.push(Self(Set::Avx512));
            }
        }
        found
    }

    /// What every machine of the target has.
    pub fn portable() -> Self {
        Self(Set::Portable)
    }

    /// `avx512f`, `avx2+fma` or `portable`.
    pub fn name(self) -> &'static str {
        match self.0 {
            Set::Portable => "portable",
            #[cfg(target_arch = "x86_64")]
            Set::Avx2 => "avx2+fma",
            #[cfg(target_arch = "x86_64")]
            Set::Avx512 => "avx512f",
        }
    }

    /// Runs work compiled for this set.
    pub(super) fn run<W: LaneWork>(self, work: W) -> W::Output {
        match self.0 {
            Set::Portable => work.run::<portable::Portable>(),
            #[cfg(target_arch = "x86_64")]
            // SAFETY: `Set::Avx2` is only made by `all`, after both features were found.
            Set::Avx2 => unsafe { avx2::run(work) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: `Set::Avx512` is only made by `all`, after all three features were found.
            Set::Avx512 => unsafe { avx512::run(work) },
        }
    }
}
