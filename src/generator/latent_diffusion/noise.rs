//! Normally distributed numbers from a seed, equal to PyTorch's on a CPU.

use rand_mt::Mt;

use crate::math::{ln, sin_cos};

/// Numbers that PyTorch makes together: eight pairs of the transform of Box and Muller (1958).
const BLOCK: usize = 16;

/// Returns the numbers of `torch.randn(count, generator=torch.Generator().manual_seed(seed))`. The last few
/// bits may differ. count: at least 16, because PyTorch makes fewer numbers in another way; for a smaller
/// count, the first `count` of 16 numbers are returned.
///
/// PyTorch draws a uniform number for each result, and transforms the uniform numbers in blocks of 16. If the
/// last block is not full, the last 16 results are made again from 16 new uniform numbers. Only the lower 32
/// bits of the seed are used, as in PyTorch.
pub fn normal_numbers(seed: u64, count: usize) -> Vec<f32> {
    let mut source = Mt::new(seed as u32);
    let mut uniform = || (source.next_u32() & 0xff_ffff) as f32 / (1 << 24) as f32;
    let mut numbers: Vec<f32> = (0..count.max(BLOCK)).map(|_| uniform()).collect();
    let (blocks, rest) = numbers.as_chunks_mut::<BLOCK>();
    let is_full = rest.is_empty();
    blocks.iter_mut().for_each(transform);
    if !is_full && let Some(last) = numbers.last_chunk_mut::<BLOCK>() {
        last.iter_mut().for_each(|number| *number = uniform());
        transform(last);
    }
    numbers.truncate(count);
    numbers
}

/// Transforms uniform numbers in [0, 1) to normally distributed numbers. The first half gives the radii, the
/// second half the angles.
fn transform(block: &mut [f32; BLOCK]) {
    let (radii, angles) = block.split_at_mut(BLOCK / 2);
    for (first, second) in radii.iter_mut().zip(angles) {
        let radius = (-2.0 * ln(1.0 - *first)).sqrt();
        let (sine, cosine) = sin_cos(std::f32::consts::TAU * *second);
        (*first, *second) = (radius * cosine, radius * sine);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_close(found: &[f32], expected: &[f32]) {
        for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
            assert!((found - expected).abs() < 1e-6, "number {index}: {found}, expected {expected}");
        }
    }

    #[test]
    fn the_numbers_are_those_of_pytorch() {
        // torch.randn(16, generator=torch.Generator().manual_seed(42))
        assert_close(&normal_numbers(42, 1536), &[1.926_915_3, 1.487_284_1, 0.900_717_2, -2.105_521]);
    }

    #[test]
    fn a_partial_block_is_made_again() {
        let (whole, longer) = (normal_numbers(7, 16), normal_numbers(7, 17));
        assert_eq!(whole[0], longer[0], "only the last 16 numbers are made again");
        assert!(whole.iter().skip(1).zip(&longer[1..]).all(|(a, b)| a != b));
        assert_eq!((longer.len(), normal_numbers(7, 3)), (17, whole[..3].to_vec()));
    }

    #[test]
    fn seeds_differ_and_the_numbers_are_normally_distributed() {
        let numbers = normal_numbers(1, 24_576);
        assert_ne!(numbers, normal_numbers(2, 24_576));
        let count = numbers.len() as f64;
        let mean = numbers.iter().map(|&x| f64::from(x)).sum::<f64>() / count;
        let variance = numbers.iter().map(|&x| (f64::from(x) - mean).powi(2)).sum::<f64>() / count;
        assert!(mean.abs() < 0.02 && (variance - 1.0).abs() < 0.03, "mean {mean}, variance {variance}");
        assert!(numbers.iter().all(|x| x.is_finite()));
    }
}
