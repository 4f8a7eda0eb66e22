//! Conversion between the two encodings of color: sRGB, which fields and images store, and linear light.

#![forbid(unsafe_code)]

use std::sync::LazyLock;

use crate::math::power;

/// Decodes one sRGB channel to linear light. Both values are in [0, 1]. Source: IEC 61966-2-1.
pub fn srgb_to_linear(encoded: f32) -> f32 {
    if encoded <= 0.04045 { encoded / 12.92 } else { power((encoded + 0.055) / 1.055, 2.4) }
}

/// Decodes one sRGB channel of an image to linear light in [0, 1]. Drawing does this for each texel, so the
/// 256 results are in a table.
pub fn srgb_level_to_linear(level: u8) -> f32 {
    static TABLE: LazyLock<[f32; 256]> =
        LazyLock::new(|| std::array::from_fn(|level| srgb_to_linear(level as f32 / 255.0)));
    TABLE[usize::from(level)]
}

/// Encodes one channel of linear light as sRGB. Both values are in [0, 1]. Source: IEC 61966-2-1.
pub fn linear_to_srgb(linear: f32) -> f32 {
    if linear <= 0.003_130_8 { linear * 12.92 } else { 1.055 * power(linear, 1.0 / 2.4) - 0.055 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_inverse() {
        for step in 0..=1000 {
            let encoded = step as f32 / 1000.0;
            assert!((linear_to_srgb(srgb_to_linear(encoded)) - encoded).abs() < 1e-5);
        }
    }

    #[test]
    fn middle_grey_is_a_fifth_of_the_light() {
        assert!((srgb_to_linear(0.5) - 0.214_04).abs() < 1e-4);
    }
}
