use super::*;

/// Returns a digest (FNV-1a) of the bits of a function's results at 4,001 places from `low` to `high`.
fn digest(low: f32, high: f32, function: impl Fn(f32) -> f32) -> u64 {
    (0..=4000).fold(0xcbf2_9ce4_8422_2325, |digest, step| {
        let place = low + (high - low) * (step as f32 / 4000.0);
        (digest ^ u64::from(function(place).to_bits())).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The digests are the same on every system. If a function's results change, the content of generated files
/// changes too.
#[test]
fn results_are_the_same_on_every_system() {
    let found = [
        ("sin", digest(-100.0, 100.0, sin)),
        ("cos", digest(-100.0, 100.0, cos)),
        ("tan", digest(0.0, 1.5, tan)),
        ("power", digest(0.0, 1.0, |base| power(base, 2.4))),
        ("exp2", digest(-10.0, 10.0, exp2)),
        ("log2", digest(0.01, 1e4, log2)),
        ("hypotenuse", digest(0.0, 10.0, |side| hypotenuse(side, 3.7))),
        ("sin_cos_f64", digest(0.0, 5000.0, |angle| sin_cos_f64(f64::from(angle)).1 as f32)),
    ];
    let expected = [
        ("sin", 0xfba7_43f6_82e2_d1e1),
        ("cos", 0x48f5_e953_6d09_49ed),
        ("tan", 0x3768_a261_22ac_cf31),
        ("power", 0x27a2_c587_9d19_95ba),
        ("exp2", 0xd6f4_d44b_0715_2f7e),
        ("log2", 0x3ce7_c6ac_e617_6232),
        ("hypotenuse", 0xf174_9265_c270_eb39),
        ("sin_cos_f64", 0x3f38_e300_362d_84c0),
    ];
    assert_eq!(found, expected);
}

#[test]
fn results_are_those_of_the_system_within_two_units_in_the_last_place() {
    let near = |found: f32, expected: f32| (found - expected).abs() <= expected.abs() * 2.5e-7 + 1e-38;
    for step in 1..=1000 {
        let x = step as f32 * 0.013;
        assert!(near(sin(x), x.sin()) && near(cos(x), x.cos()), "{x}");
        assert!(near(tan(x * 0.1), (x * 0.1).tan()) && near(power(x, 2.4), x.powf(2.4)), "{x}");
        assert!(near(exp2(x), x.exp2()) && near(log2(x), x.log2()), "{x}");
        assert!(near(hypotenuse(x, 3.0), x.hypot(3.0)), "{x}");
        assert_eq!(sin_cos(x), (sin(x), cos(x)), "{x}");
    }
}
