#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by a panic"
)]

use super::*;
use crate::generator::tests::RandomParameters;
use crate::tensor::TensorError;

const WIDTH: usize = 8;
const LENGTH: usize = 7;
const START: u32 = 1;
const END: u32 = 2;

fn encoder(activation: TextActivation) -> TextEncoder {
    pooling(activation, Pooling::EndToken)
}

fn pooling(activation: TextActivation, pooling: Pooling) -> TextEncoder {
    let config = TextConfig {
        vocabulary_size: 10,
        context_length: LENGTH,
        width: WIDTH,
        layers: 2,
        heads: 2,
        mlp_width: 16,
        activation,
        start_token: "<start>".into(),
        end_token: "<end>".into(),
        unknown_token: None,
        pooling,
        padding_id: None,
        function_words: Vec::new(),
    };
    TextEncoder::load(&Scope::root(&RandomParameters::new(0.2)), &config).unwrap()
}

fn tokens(encoder: &TextEncoder, ids: &[u32]) -> Vec<f32> {
    encoder.forward(&[ids.to_vec()]).unwrap().tokens.to_vec().unwrap()
}

#[track_caller]
fn assert_close(found: &[f32], expected: &[f32], tolerance: f32) {
    assert_eq!(found.len(), expected.len());
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!((found - expected).abs() <= tolerance, "at {index}: {found}, expected {expected}");
    }
}

#[test]
fn later_tokens_do_not_reach_earlier_rows() {
    for activation in [TextActivation::Gelu, TextActivation::QuickGelu] {
        let encoder = encoder(activation);
        let one = tokens(&encoder, &[START, 3, 4, 5, END]);
        let other = tokens(&encoder, &[START, 3, 4, 6, END]);
        let (before, from) = (&one[..3 * WIDTH], &one[3 * WIDTH..4 * WIDTH]);
        assert_close(&other[..3 * WIDTH], before, 1e-6);
        let changed = from.iter().zip(&other[3 * WIDTH..]).any(|(one, other)| (one - other).abs() > 1e-3);
        assert!(changed, "the changed token's own row did not change");
    }
}

#[test]
fn earlier_tokens_reach_later_rows() {
    let encoder = encoder(TextActivation::Gelu);
    let one = tokens(&encoder, &[START, 3, 4, 5, END]);
    let other = tokens(&encoder, &[START, 6, 4, 5, END]);
    assert_ne!(one[3 * WIDTH..4 * WIDTH], other[3 * WIDTH..4 * WIDTH]);
}

#[test]
fn pooled_row_is_the_row_of_the_end_token() {
    let encoder = encoder(TextActivation::Gelu);
    for ids in [vec![START, END], vec![START, 3, 4, END], vec![START, 3, 4, 5, 6, 7, END]] {
        let latent = encoder.forward(std::slice::from_ref(&ids)).unwrap();
        assert_eq!(latent.tokens.shape(), [1, LENGTH, WIDTH]);
        assert_eq!(latent.pooled.shape(), [1, WIDTH]);
        let rows = latent.tokens.to_vec().unwrap();
        let end = (ids.len() - 1) * WIDTH;
        assert_eq!(latent.pooled.to_vec().unwrap(), rows[end..end + WIDTH]);
    }
}

#[test]
fn batch_equals_its_prompts_one_by_one() {
    let encoder = encoder(TextActivation::QuickGelu);
    let prompts = [vec![START, 3, END], vec![START, 4, 5, 6, 7, END], vec![START, 9, 3, END]];
    let batch = encoder.forward(&prompts).unwrap();
    assert_eq!(batch.tokens.shape(), [3, LENGTH, WIDTH]);
    for (index, prompt) in prompts.iter().enumerate() {
        let single = encoder.forward(std::slice::from_ref(prompt)).unwrap();
        for (batch, single) in [(&batch.tokens, &single.tokens), (&batch.pooled, &single.pooled)] {
            let expected = batch.narrow(0, index, 1).unwrap().to_vec().unwrap();
            assert_close(&single.to_vec().unwrap(), &expected, 1e-5);
        }
    }
}

#[test]
fn ids_beyond_the_vocabulary_are_refused() {
    let error = encoder(TextActivation::Gelu).forward(&[vec![START, 10, END]]).unwrap_err();
    assert!(matches!(error, TensorError::Index { index: 10, limit: 10, .. }), "{error}");
}

#[test]
fn mix_is_linear() {
    let encoder = encoder(TextActivation::Gelu);
    let pig = encoder.forward(&[vec![START, 3, 4, END]]).unwrap();
    let tiger = encoder.forward(&[vec![START, 5, END]]).unwrap();
    let mixed = Latent::mix(&[(&pig, 0.25), (&tiger, 0.75)]).unwrap();
    let parts = [(&mixed.tokens, &pig.tokens, &tiger.tokens), (&mixed.pooled, &pig.pooled, &tiger.pooled)];
    for (mixed, pig, tiger) in parts {
        let (pig, tiger) = (pig.to_vec().unwrap(), tiger.to_vec().unwrap());
        let expected: Vec<f32> =
            pig.iter().zip(&tiger).map(|(pig, tiger)| 0.25 * pig + 0.75 * tiger).collect();
        assert_close(&mixed.to_vec().unwrap(), &expected, 1e-6);
    }
}

#[test]
fn mix_with_all_weight_on_the_first_is_the_first() {
    let encoder = encoder(TextActivation::Gelu);
    let pig = encoder.forward(&[vec![START, 3, 4, END]]).unwrap();
    let tiger = encoder.forward(&[vec![START, 5, END]]).unwrap();
    let mixed = Latent::mix(&[(&pig, 1.0), (&tiger, 0.0)]).unwrap();
    assert_eq!(mixed.tokens.to_vec().unwrap(), pig.tokens.to_vec().unwrap());
    assert_eq!(mixed.pooled.to_vec().unwrap(), pig.pooled.to_vec().unwrap());
}

#[test]
fn mix_of_nothing_or_of_unequal_batches_is_refused() {
    assert!(matches!(Latent::mix(&[]), Err(TensorError::Empty { operation: "mix" })));
    let encoder = encoder(TextActivation::Gelu);
    let two = encoder.forward(&[vec![START, 3, END], vec![START, 4, END]]).unwrap();
    let three = encoder.forward(&vec![vec![START, 3, END]; 3]).unwrap();
    let error = Latent::mix(&[(&two, 0.5), (&three, 0.5)]).unwrap_err();
    assert!(matches!(error, TensorError::ShapeMismatch { .. }), "{error}");
}

#[test]
fn the_mean_is_taken_over_the_words_and_the_end_alone() {
    let encoder = pooling(TextActivation::Gelu, Pooling::Mean);
    let latent = encoder.forward(&[vec![START, 3, 4, END], vec![START, 5, END]]).unwrap();
    let (rows, pooled) = (latent.tokens.to_vec().unwrap(), latent.pooled.to_vec().unwrap());
    for (prompt, words) in [(0, 1..4), (1, 1..3)] {
        let count = words.len() as f32;
        let mean: Vec<f32> = (0..WIDTH)
            .map(|column| {
                words.clone().map(|row| rows[(prompt * LENGTH + row) * WIDTH + column]).sum::<f32>() / count
            })
            .collect();
        assert_close(&pooled[prompt * WIDTH..(prompt + 1) * WIDTH], &mean, 1e-5);
    }
}
