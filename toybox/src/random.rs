//! A small counter-based random generator. A seed gives the same scenes on every machine.

/// A SplitMix64 generator (Steele, Lea, Flood 2014): the state is a counter, and the output is a hash of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Random {
    counter: u64,
}

const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

pub(crate) fn hash(value: u64) -> u64 {
    let mut z = value;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Random {
    /// Returns the generator for `seed`.
    pub fn new(seed: u64) -> Self {
        Self { counter: hash(seed.wrapping_add(STEP)) }
    }

    /// Returns the `index`-th of many independent generators for one seed, for example one for each step or
    /// prompt.
    pub fn stream(seed: u64, index: u64) -> Self {
        Self { counter: hash(hash(seed.wrapping_add(STEP)) ^ hash(index.wrapping_mul(STEP).wrapping_add(1))) }
    }

    /// Returns 64 uniform bits.
    pub fn bits(&mut self) -> u64 {
        self.counter = self.counter.wrapping_add(STEP);
        hash(self.counter)
    }

    /// Returns a uniform value in [0, 1).
    pub fn uniform(&mut self) -> f32 {
        (self.bits() >> 40) as f32 * (1.0 / 16_777_216.0)
    }

    /// Returns a uniform value in [low, high).
    pub fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.uniform()
    }

    /// Returns a uniform value in 0..count, or 0 where `count` is 0.
    pub fn below(&mut self, count: usize) -> usize {
        ((u128::from(self.bits()) * count as u128) >> 64) as usize
    }

    /// Returns true with the given probability.
    pub fn chance(&mut self, probability: f32) -> bool {
        self.uniform() < probability
    }

    /// Returns two independent standard normal values (Box and Muller).
    pub fn normal_pair(&mut self) -> (f32, f32) {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        let (sine, cosine) = (std::f32::consts::TAU * self.uniform()).sin_cos();
        (radius * cosine, radius * sine)
    }

    /// Returns a unit vector of uniform direction.
    pub fn direction(&mut self) -> [f32; 3] {
        let z = self.between(-1.0, 1.0);
        let radius = (1.0 - z * z).max(0.0).sqrt();
        let (sine, cosine) = (std::f32::consts::TAU * self.uniform()).sin_cos();
        [radius * cosine, radius * sine, z]
    }
}
