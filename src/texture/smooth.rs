//! Normals evened out over a field's own cells.

use crate::error::{Cancelled, Watch};
use crate::vector::normalized;

/// Rows between two looks at the watch.
const STRIDE: usize = 64;

/// Each owned texel of a normal map becomes the mean of the owned ones within `radius` of it to either side (a square window). image, owned:
/// row-major, of a square of `side` texels.
pub(super) fn smooth(
    image: &mut [[u8; 3]],
    owned: &[bool],
    side: usize,
    radius: usize,
    watch: Watch<'_>,
) -> Result<(), Cancelled> {
    if radius == 0 || image.is_empty() {
        return Ok(());
    }
    // Sums and counts along rows; 255 × 257 texels are the most that 16 bits hold.
    let radius = radius.min(128);
    let mut along = vec![[0u16; 4]; image.len()];
    for (row, (image, owned)) in image.chunks_exact(side).zip(owned.chunks_exact(side)).enumerate() {
        if row.is_multiple_of(STRIDE) {
            watch(0.5 * row as f32 / side as f32)?;
        }
        let value = |x: usize| match owned[x] {
            true => [u16::from(image[x][0]), u16::from(image[x][1]), u16::from(image[x][2]), 1],
            false => [0; 4],
        };
        let mut sum = [0u16; 4];
        (0..radius.min(side)).for_each(|x| add(&mut sum, value(x)));
        for x in 0..side {
            if x + radius < side {
                add(&mut sum, value(x + radius));
            }
            if x > radius {
                subtract(&mut sum, value(x - radius - 1));
            }
            along[row * side + x] = sum;
        }
    }
    let mut sums = vec![[0u32; 4]; side];
    let take = |row: usize, is_added: bool, sums: &mut [[u32; 4]]| {
        for (sum, along) in sums.iter_mut().zip(&along[row * side..]) {
            for (sum, along) in sum.iter_mut().zip(along) {
                let along = u32::from(*along);
                *sum = if is_added { *sum + along } else { *sum - along };
            }
        }
    };
    (0..radius.min(side)).for_each(|row| take(row, true, &mut sums));
    for row in 0..side {
        if row.is_multiple_of(STRIDE) {
            watch(0.5 + 0.5 * row as f32 / side as f32)?;
        }
        if row + radius < side {
            take(row + radius, true, &mut sums);
        }
        if row > radius {
            take(row - radius - 1, false, &mut sums);
        }
        let places = row * side..(row + 1) * side;
        for ((texel, _), sum) in
            image[places.clone()].iter_mut().zip(&owned[places]).zip(&sums).filter(|((_, owned), _)| **owned)
        {
            let mean = [0, 1, 2].map(|channel| sum[channel] as f32 / sum[3].max(1) as f32 / 127.5 - 1.0);
            *texel = normalized(mean).map(|part| ((part * 0.5 + 0.5) * 255.0).round() as u8);
        }
    }
    Ok(())
}

fn add(sum: &mut [u16; 4], value: [u16; 4]) {
    (0..4).for_each(|channel| sum[channel] += value[channel]);
}

fn subtract(sum: &mut [u16; 4], value: [u16; 4]) {
    (0..4).for_each(|channel| sum[channel] -= value[channel]);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::error::unwatched;

    #[test]
    fn ripples_of_one_window_vanish_and_slopes_and_strangers_stay() {
        let side = 64;
        let encoded =
            |normal: [f32; 3]| normalized(normal).map(|part| ((part * 0.5 + 0.5) * 255.0).round() as u8);
        let ripple = |x: usize| encoded([0.3 * (x as f32 * std::f32::consts::TAU / 9.0).sin(), 0.2, 1.0]);
        let mut image: Vec<[u8; 3]> = (0..side * side).map(|texel| ripple(texel % side)).collect();
        // The left half is owned; the right holds what must neither be changed nor be mixed in.
        let owned: Vec<bool> = (0..side * side).map(|texel| texel % side < 32).collect();
        let stranger = [1, 2, 3];
        image.iter_mut().zip(&owned).filter(|(_, owned)| !**owned).for_each(|(texel, _)| *texel = stranger);
        smooth(&mut image, &owned, side, 4, &unwatched).unwrap();
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
        smooth(&mut image, &owned, side, 0, &unwatched).unwrap();
        assert_eq!(image, before);
    }

    #[test]
    fn windows_wider_than_the_image_are_its_mean() {
        let mut image = vec![[100, 120, 240]; 16];
        smooth(&mut image, &[true; 16], 4, 500, &unwatched).unwrap();
        assert!(image.iter().all(|texel| *texel == image[0]));
    }
}
