//! Random tests: arbitrary bytes never cause a panic in the reader, and values are preserved in a package.

use super::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutated_packages_never_panic(
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in any::<prop::sample::Index>(),
        cuts in prop::bool::weighted(0.2),
    ) {
        let mut bytes = small();
        for (index, value) in edits {
            let place = index.index(bytes.len());
            bytes[place] = value;
        }
        if cuts {
            bytes.drain(cut.index(bytes.len())..);
        }
        let _ = ask(bytes);
    }

    // A wrong checksum would prevent the test of the header. Therefore this test mutates the header and
    // computes a correct checksum.
    #[test]
    fn mutated_tensor_lists_never_panic(
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let good = r#"{"x":{"dtype":"F16","shape":[2,2],"data_offsets":[0,8]},"y":{"dtype":"F32","shape":[],"data_offsets":[8,12]}}"#;
        let mut weights = safetensors(good, &[0; 12]);
        for (index, value) in edits {
            let place = index.index(weights.len());
            weights[place] = value;
        }
        let _ = ask(with_weights(&weights));
    }

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = ask(with_weights(&bytes));
        let _ = ask(bytes);
    }

    #[test]
    fn precisions_keep_what_they_can(values in prop::collection::vec(-60_000.0f32..60_000.0, 1..70)) {
        let shape = [values.len()];
        let save = |precision| {
            let tensor = TensorData { name: "x", shape: &shape, values: &values, precision };
            let bytes = Package::to_bytes(&config(), TOKENIZER, &[tensor]).unwrap();
            Package::from_bytes(bytes).unwrap().tensor("x", &shape).unwrap()
        };
        prop_assert_eq!(&save(Precision::F32), &values);
        for (precision, error) in [(Precision::F16, 1.0 / 2048.0), (Precision::Bf16, 1.0 / 256.0)] {
            for (read, value) in save(precision).iter().zip(&values) {
                prop_assert!((read - value).abs() <= value.abs() * error + 1e-7, "{} {} {}", precision, read, value);
            }
        }
    }
}
