//! Averages a normal map over the cells of a field.

use rayon::prelude::*;

use crate::error::{Cancelled, ProgressCallback, progress_counter};
use crate::vector::normalized;

/// Rows between two calls of `on_progress`.
const STRIDE: usize = 64;

/// Four 16-bit sums in one integer: the three components of normals, and the number of normals. A row of a
/// window has at most 257 texels, so the largest sum is 255 × 257, which just fits in 16 bits.
type Packed = u64;

/// Mask of the 16-bit sums 0 and 2.
const HALVES: u64 = 0x0000_ffff_0000_ffff;

/// Replaces each owned texel of a normal map by the mean of the owned texels in a square window. radius:
/// texels of the window to either side, of which at most 128 are used; image, owned: row-major, of a square
/// of `side` texels.
pub(super) fn smooth(
    image: &mut [[u8; 3]],
    owned: &[bool],
    side: usize,
    radius: usize,
    on_progress: ProgressCallback<'_>,
) -> Result<(), Cancelled> {
    if radius == 0 || image.is_empty() {
        return Ok(());
    }
    let radius = radius.min(128);
    let begun = progress_counter(on_progress, 2 * side);
    let mut along: Vec<Packed> = vec![0; image.len()];
    let rows = along.par_chunks_mut(side * STRIDE).zip(image.par_chunks(side * STRIDE));
    rows.zip(owned.par_chunks(side * STRIDE)).try_for_each(|((along, image), owned)| {
        begun(image.len() / side)?;
        let rows = along.chunks_exact_mut(side).zip(image.chunks_exact(side)).zip(owned.chunks_exact(side));
        rows.for_each(|((along, image), owned)| sum_along(image, owned, radius, along));
        Ok(())
    })?;
    let bands = image.par_chunks_mut(side * STRIDE).zip(owned.par_chunks(side * STRIDE)).enumerate();
    bands.try_for_each(|(band, (image, owned))| {
        begun(image.len() / side)?;
        mean_across(image, owned, &along, side, radius, band * STRIDE);
        Ok(())
    })
}

/// Computes, for each texel of a row, the sum of the owned texels within `radius` to the left and to the
/// right.
fn sum_along(image: &[[u8; 3]], owned: &[bool], radius: usize, along: &mut [Packed]) {
    let packed = |(&[x, y, z], &is_owned): (&[u8; 3], &bool)| {
        let number = u64::from(x) | u64::from(y) << 16 | u64::from(z) << 32 | 1 << 48;
        if is_owned { number } else { 0 }
    };
    let values: Vec<Packed> = image.iter().zip(owned).map(packed).collect();
    let mut sum: Packed = values.iter().take(radius).sum();
    let entering = values.iter().skip(radius).copied().chain(std::iter::repeat(0));
    let leaving = std::iter::repeat_n(0, radius + 1).chain(values.iter().copied());
    for ((along, enters), leaves) in along.iter_mut().zip(entering).zip(leaving) {
        // Each 16-bit sum is at least as large as the value that leaves it, so the subtraction never borrows
        // from the next sum.
        sum = sum + enters - leaves;
        *along = sum;
    }
}

/// Replaces the owned texels of some rows by the means over the rows within `radius`. along: all rows' sums;
/// first: the first of these rows.
fn mean_across(
    image: &mut [[u8; 3]],
    owned: &[bool],
    along: &[Packed],
    side: usize,
    radius: usize,
    first: usize,
) {
    // For each column: the 32-bit sums of components 0 and 2, and those of components 1 and 3.
    let mut sums = vec![[0u64; 2]; side];
    let take = |row: usize, is_added: bool, sums: &mut [[u64; 2]]| {
        for ([even, odd], along) in sums.iter_mut().zip(&along[row * side..]) {
            let (evens, odds) = (along & HALVES, along >> 16 & HALVES);
            (*even, *odd) =
                if is_added { (*even + evens, *odd + odds) } else { (*even - evens, *odd - odds) };
        }
    };
    (first.saturating_sub(radius)..(first + radius).min(side)).for_each(|row| take(row, true, &mut sums));
    let rows = image.chunks_exact_mut(side).zip(owned.chunks_exact(side));
    for (row, (image, owned)) in (first..).zip(rows) {
        if row + radius < side {
            take(row + radius, true, &mut sums);
        }
        if row > radius && row > first {
            take(row - radius - 1, false, &mut sums);
        }
        for ((texel, [even, odd]), _) in image.iter_mut().zip(&sums).zip(owned).filter(|(_, owned)| **owned) {
            let [x, z, y, count] = [*even as u32, (even >> 32) as u32, *odd as u32, (odd >> 32) as u32];
            let share = 1.0 / (count.max(1) as f32 * 127.5);
            let mean = [x, y, z].map(|sum| sum as f32 * share - 1.0);
            *texel = normalized(mean).map(|part| (part * 127.5 + 128.0) as u8);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

    use super::*;
    use crate::error::no_progress;

    #[test]
    fn ripples_of_one_window_vanish_and_slopes_and_strangers_stay() {
        let side = 64;
        let encoded =
            |normal: [f32; 3]| normalized(normal).map(|part| ((part * 0.5 + 0.5) * 255.0).round() as u8);
        let ripple = |x: usize| encoded([0.3 * (x as f32 * std::f32::consts::TAU / 9.0).sin(), 0.2, 1.0]);
        let mut image: Vec<[u8; 3]> = (0..side * side).map(|texel| ripple(texel % side)).collect();
        // The left half is owned. The right half must neither change nor influence the means.
        let owned: Vec<bool> = (0..side * side).map(|texel| texel % side < 32).collect();
        let stranger = [1, 2, 3];
        image.iter_mut().zip(&owned).filter(|(_, owned)| !**owned).for_each(|(texel, _)| *texel = stranger);
        smooth(&mut image, &owned, side, 4, &no_progress).unwrap();
        let straight = encoded([0.0, 0.2, 1.0]);
        for (texel, found) in image.iter().enumerate() {
            let x = texel % side;
            if x >= 32 {
                assert_eq!(*found, stranger);
            } else if (4..28).contains(&x) {
                assert!((0..3).all(|part| found[part].abs_diff(straight[part]) <= 3), "{found:?} at {x}");
            }
        }
        assert!(smooth(&mut image, &owned, side, 4, &|_| Err(Cancelled)).is_err());
        let before = image.clone();
        smooth(&mut image, &owned, side, 0, &no_progress).unwrap();
        assert_eq!(image, before);
    }

    #[test]
    fn bands_of_rows_are_as_one() {
        // There are more than two bands, and the last one is not full.
        let side = 150;
        let mut random = 1u32;
        let mut next = || {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            random >> 24
        };
        let image: Vec<[u8; 3]> = (0..side * side).map(|_| [0; 3].map(|_| next() as u8)).collect();
        let owned: Vec<bool> = (0..side * side).map(|_| next() > 60).collect();
        for radius in [1, 70, 128] {
            let mut found = image.clone();
            smooth(&mut found, &owned, side, radius, &no_progress).unwrap();
            for texel in (0..side * side).step_by(997).filter(|&texel| owned[texel]) {
                let (x, y) = (texel % side, texel / side);
                let span = |middle: usize| middle.saturating_sub(radius)..(middle + radius + 1).min(side);
                let near = span(y).flat_map(|y| span(x).map(move |x| y * side + x));
                let near: Vec<usize> = near.filter(|&texel| owned[texel]).collect();
                let mean = [0, 1, 2].map(|channel| {
                    let sum: f32 = near.iter().map(|&texel| f32::from(image[texel][channel])).sum();
                    sum / near.len() as f32 / 127.5 - 1.0
                });
                let expected = normalized(mean).map(|part| part * 127.5 + 127.5);
                for channel in 0..3 {
                    let off = (f32::from(found[texel][channel]) - expected[channel]).abs();
                    assert!(off < 2.0, "radius {radius}, {x}, {y}: {found:?}", found = found[texel]);
                }
            }
        }
    }

    #[test]
    fn windows_wider_than_the_image_are_its_mean() {
        let mut image = vec![[100, 120, 240]; 16];
        smooth(&mut image, &[true; 16], 4, 500, &no_progress).unwrap();
        assert!(image.iter().all(|texel| *texel == image[0]));
    }
}
