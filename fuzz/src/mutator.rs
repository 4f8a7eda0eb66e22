//! Connects libFuzzer's calls with the mutations of a format.

use fastrand::Rng;
use libfuzzer_sys::fuzzer_mutate;

/// Number of mutations that are tried until the result is neither empty nor too long.
const TRIES: usize = 3;

/// Mutates `data[..size]` by a format's mutations. libFuzzer's mutations of bytes are used sometimes, and
/// whenever the format's mutations give no document that fits. The same seed gives the same result. Returns
/// the new size.
pub fn mutate_with(
    mutated: fn(&[u8], &mut Rng) -> Option<Vec<u8>>,
    data: &mut [u8],
    size: usize,
    max_size: usize,
    seed: u32,
) -> usize {
    let mut random = Rng::with_seed(seed.into());
    if random.u8(..16) != 0 {
        for _ in 0..TRIES {
            let Some(made) = mutated(&data[..size], &mut random) else { break };
            if (1..=max_size).contains(&made.len()) {
                data[..made.len()].copy_from_slice(&made);
                return made.len();
            }
        }
    }
    fuzzer_mutate(data, size, max_size)
}

/// Combines two inputs and writes the result to `out`. Returns its size, or 0 if no result fits.
pub fn cross_with(
    crossed: fn(&[u8], &[u8], &mut Rng) -> Option<Vec<u8>>,
    first: &[u8],
    second: &[u8],
    out: &mut [u8],
    seed: u32,
) -> usize {
    let mut random = Rng::with_seed(seed.into());
    let Some(made) = crossed(first, second, &mut random) else { return 0 };
    let Some(place) = out.get_mut(..made.len()) else { return 0 };
    place.copy_from_slice(&made);
    made.len()
}
