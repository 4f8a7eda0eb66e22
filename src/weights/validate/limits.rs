//! Limits of sizes, and the checks that state them in an error.

use std::ops::RangeInclusive;

use crate::weights::error::ConfigError;

pub(super) const FEATURES: RangeInclusive<usize> = 1..=256;
pub(super) const HIDDEN: RangeInclusive<usize> = 1..=1024;
pub(super) const U_NET_LEVELS: RangeInclusive<usize> = 1..=8;
/// Largest product of sizes, such as the number of values in the planes of a prompt or in a parameter: 4 GiB
/// of f32. ATT3D's hyper-layer has 32.75 million values.
const MOST_VALUES: u64 = 1 << 30;

/// The result of a check. Errors: the field, its value, and what was expected.
pub(super) type Checked = Result<(), ConfigError>;

/// Checks that a size is allowed.
pub(super) fn check_size(field: &str, found: usize, allowed: RangeInclusive<usize>) -> Checked {
    if allowed.contains(&found) {
        return Ok(());
    }
    Err(ConfigError::new(field, found, format_args!("{} to {}", allowed.start(), allowed.end())))
}

/// Checks that a size divides another one.
pub(super) fn check_divides(field: &str, found: usize, whole_field: &str, whole: usize) -> Checked {
    // The remainder is `None` if `found` is 0.
    if whole.checked_rem(found) == Some(0) {
        return Ok(());
    }
    Err(ConfigError::new(field, found, format_args!("a divisor of {whole} ({whole_field})")))
}

/// Checks that a product of sizes does not exceed the largest number of values.
pub(super) fn check_product(field: &str, sizes: &[usize]) -> Checked {
    let product = sizes.iter().try_fold(1u64, |product, &size| product.checked_mul(size as u64));
    match product {
        Some(product) if product <= MOST_VALUES => Ok(()),
        Some(product) => Err(ConfigError::new(field, product, format_args!("at most {MOST_VALUES}"))),
        None => Err(ConfigError::new(field, "more than 64 bits hold", format_args!("at most {MOST_VALUES}"))),
    }
}

/// Checks that a number is in a range. A NaN is in no range.
pub(super) fn check_number(field: &str, found: f32, least: f32, most: f32) -> Checked {
    if (least..=most).contains(&found) {
        return Ok(());
    }
    Err(ConfigError::new(field, found, format_args!("a number from {least} to {most}")))
}
