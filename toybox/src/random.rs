//! A small counter-based random generator, so that a seed means the same scenes on every machine.

/// SplitMix64 (Steele, Lea, Flood 2014): the state is a counter, the output a hash of it.
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
    /// The stream that belongs to `seed`.
    pub fn new(seed: u64) -> Self {
        Self { counter: hash(seed.wrapping_add(STEP)) }
    }

    /// The `index`-th of many independent streams of one seed: one for each step, or each prompt.
    pub fn stream(seed: u64, index: u64) -> Self {
        Self { counter: hash(hash(seed.wrapping_add(STEP)) ^ hash(index.wrapping_mul(STEP).wrapping_add(1))) }
    }

    /// 64 uniform bits.
    pub fn bits(&mut self) -> u64 {
        self.counter = self.counter.wrapping_add(STEP);
        hash(self.counter)
    }

    /// Uniform in [0, 1).
    pub fn uniform(&mut self) -> f32 {
        (self.bits() >> 40) as f32 * (1.0 / 16_777_216.0)
    }

    /// Uniform in [low, high).
    pub fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.uniform()
    }

    /// Uniform in 0..count; 0 when count is 0.
    pub fn below(&mut self, count: usize) -> usize {
        ((u128::from(self.bits()) * count as u128) >> 64) as usize
    }

    /// True with this probability.
    pub fn chance(&mut self, probability: f32) -> bool {
        self.uniform() < probability
    }

    /// Two independent standard normal values (Box and Muller).
    pub fn normal_pair(&mut self) -> (f32, f32) {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        let (sine, cosine) = (std::f32::consts::TAU * self.uniform()).sin_cos();
        (radius * cosine, radius * sine)
    }

    /// A uniform direction.
    pub fn direction(&mut self) -> [f32; 3] {
        let z = self.between(-1.0, 1.0);
        let radius = (1.0 - z * z).max(0.0).sqrt();
        let (sine, cosine) = (std::f32::consts::TAU * self.uniform()).sin_cos();
        [radius * cosine, radius * sine, z]
    }
}
