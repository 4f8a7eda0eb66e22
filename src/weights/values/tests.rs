#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use half::{bf16, f16};

use super::{Precision, encode, first_not_finite};
use crate::engine::StoredArray;

#[test]
fn the_first_number_that_is_none_is_found_wherever_it_is() {
    let largest = [
        (Precision::F32, f32::MAX),
        (Precision::F16, f16::MAX.to_f32()),
        (Precision::Bf16, bf16::MAX.to_f32()),
    ];
    for (precision, largest) in largest {
        let mut values = vec![largest; 9_000];
        values[17] = -largest;
        let found = |values: &[f32]| {
            let mut bytes = Vec::new();
            encode(precision, values, &mut bytes);
            first_not_finite(StoredArray { precision, bytes: &bytes })
        };
        assert_eq!(found(&values), None);
        for index in [8_999, 4_096, 4_095, 0] {
            for value in [f32::NAN, f32::NEG_INFINITY, f32::INFINITY] {
                values[index] = value;
                let (place, bad) = found(&values).unwrap();
                assert_eq!(place, index);
                assert!(
                    bad.to_bits() == value.to_bits() || (bad.is_nan() && value.is_nan()),
                    "{bad} {value}"
                );
            }
        }
    }
}
