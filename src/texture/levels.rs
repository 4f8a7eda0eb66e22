//! The 256 levels of the numbers in an image.

use wide::f32x8;

/// Number of values that are rounded together.
pub(super) const LANES: usize = 8;

/// Rounds numbers in [0, 1] to the nearest level. Others are clamped.
pub(super) fn levels(values: f32x8) -> [u8; LANES] {
    // Adding a half and truncating rounds to the nearest level. `round` would be slower on processors without
    // SSE 4.1, for which the library is built.
    let scaled = values.max(f32x8::ZERO).min(f32x8::ONE) * 255.0 + 0.5;
    scaled.fast_trunc_int().to_array().map(|level| level as u8)
}

/// Rounds any number of values, as [`levels`] does.
pub(super) fn levels_of(values: &[f32]) -> Vec<u8> {
    let mut found = Vec::with_capacity(values.len());
    for some in values.chunks(LANES) {
        let mut lanes = [0.0; LANES];
        lanes[..some.len()].copy_from_slice(some);
        found.extend_from_slice(&levels(f32x8::new(lanes))[..some.len()]);
    }
    found
}
