//! Fused kernels against the compositions of the tensor interface.

use std::sync::Arc;

use att3d::engine::{Activation, ChannelHead, Engine, Precision, RadialBias, StoredArray};
use att3d::tensor::{Field, FieldParts, Layer, Tensor};

use crate::reference::*;

fn tensor(engine: &Arc<dyn Engine>, numbers: &mut Numbers, shape: &[usize]) -> Tensor {
    Tensor::from_slice(engine, &numbers.array(shape).values, shape).unwrap()
}

fn assert_near(found: &Tensor, expected: &Tensor) {
    assert_eq!(found.shape(), expected.shape());
    let expected: Vec<f64> = expected.to_vec().unwrap().into_iter().map(f64::from).collect();
    assert_close(&found.to_vec().unwrap(), &expected, 1e-5, "fused against composed");
}

#[test]
fn fused_attention_equals_composed_attention() {
    for engine in engines() {
        let engine: Arc<dyn Engine> = Arc::new(engine);
        for (queries, keys, causal) in [(77, 77, true), (300, 24, false), (5, 1, false)] {
            let mut numbers = Numbers(queries as u64);
            let q = tensor(&engine, &mut numbers, &[2, 3, queries, 16]);
            let k = tensor(&engine, &mut numbers, &[2, 3, keys, 16]);
            let v = tensor(&engine, &mut numbers, &[2, 3, keys, 16]);
            let hidden: Vec<f32> = (0..2 * keys).map(|i| if i % 5 == 4 { -1e9 } else { 0.0 }).collect();
            let mask = Tensor::from_slice(&engine, &hidden, &[2, keys]).unwrap();
            for mask in [None, Some(&mask)] {
                let fused = q.attention(&k, &v, mask, causal).unwrap();
                assert_near(&fused, &q.attention_composed(&k, &v, mask, causal).unwrap());
            }
        }
    }
}

#[test]
fn fused_attention_of_a_long_sequence_equals_composed_attention() {
    for engine in engines() {
        let engine: Arc<dyn Engine> = Arc::new(engine);
        let mut numbers = Numbers(5);
        let [q, k, v] = [0; 3].map(|_| tensor(&engine, &mut numbers, &[1, 1, 2_101, 12]));
        // The scores are large, so that the largest score changes from block to block.
        let q = q.affine(30.0, 0.0).unwrap();
        let hidden: Vec<f32> = (0..2_101).map(|i| if i % 5 == 4 || i < 600 { -1e9 } else { 0.0 }).collect();
        let mask = Tensor::from_slice(&engine, &hidden, &[1, 2_101]).unwrap();
        for (mask, causal) in [(None, false), (None, true), (Some(&mask), false)] {
            let fused = q.attention(&k, &v, mask, causal).unwrap();
            assert_near(&fused, &q.attention_composed(&k, &v, mask, causal).unwrap());
        }
    }
}

#[test]
fn compact_weights_give_the_same_bits_in_less_memory() {
    for engine in engines() {
        let engine: Arc<dyn Engine> = Arc::new(engine);
        let mut numbers = Numbers(11);
        let (outputs, inputs) = (600, 450);
        let narrow: Vec<u8> =
            (0..outputs * inputs).flat_map(|_| half::f16::from_f32(numbers.next()).to_le_bytes()).collect();
        for precision in [Precision::F16, Precision::Bf16] {
            let stored = StoredArray { precision, bytes: &narrow };
            let before = engine.memory_in_use();
            let compact = Tensor::from_compact(&engine, stored, &[outputs, inputs]).unwrap();
            assert!(engine.memory_in_use() - before <= narrow.len() as u64 + 4, "it has the stored size");
            let wide = Tensor::from_stored(&engine, stored, &[outputs, inputs]).unwrap();
            let same = |found: &Tensor, expected: &Tensor| {
                assert_eq!(found.shape(), expected.shape());
                let bits = |tensor: &Tensor| -> Vec<u32> {
                    tensor.to_vec().unwrap().into_iter().map(f32::to_bits).collect()
                };
                assert_eq!(bits(found), bits(expected));
            };
            let x = tensor(&engine, &mut numbers, &[3, inputs]);
            same(&x.linear(&compact, None).unwrap(), &x.linear(&wide, None).unwrap());
            let ids = [599, 0, 17, 0];
            same(&compact.embedding(&ids).unwrap(), &wide.embedding(&ids).unwrap());
            let kernel = [200, 150, 3, 3];
            let image = tensor(&engine, &mut numbers, &[1, 150, 8, 8]);
            let conv = |weight: &Tensor| image.conv2d(&weight.reshape(&kernel).unwrap(), None, 1, 1).unwrap();
            same(&conv(&compact), &conv(&wide));
            assert!(compact.to_vec().is_err(), "a compact weight is only used as a weight");
        }
        // Small weights and weights in f32 are stored as ordinary arrays.
        let small = StoredArray { precision: Precision::F16, bytes: &narrow[..64] };
        assert!(Tensor::from_compact(&engine, small, &[32]).unwrap().to_vec().is_ok());
    }
}

#[test]
fn a_weight_in_bf16_serves_each_kind_of_layer() {
    for products in Products::rounded() {
        let engine: Arc<dyn Engine> = Arc::new(products.engine);
        let mut numbers = Numbers(12);
        let (outputs, inputs) = (600, 450);
        let narrow: Vec<u8> =
            (0..outputs * inputs).flat_map(|_| half::bf16::from_f32(numbers.next()).to_le_bytes()).collect();
        let stored = StoredArray { precision: Precision::Bf16, bytes: &narrow };
        let before = engine.memory_in_use();
        let compact = Tensor::from_compact(&engine, stored, &[outputs, inputs]).unwrap();
        engine.trim();
        // Tiles are padded to 32 numbers.
        assert!(engine.memory_in_use() - before <= narrow.len() as u64 * 480 / 450 * 608 / 600 + 128);
        let wide = Tensor::from_stored(&engine, stored, &[outputs, inputs]).unwrap();
        let bits = |tensor: &Tensor| -> Vec<u32> {
            tensor.to_vec().unwrap().into_iter().map(f32::to_bits).collect()
        };
        let x = tensor(&engine, &mut numbers, &[20, inputs]);
        let image = tensor(&engine, &mut numbers, &[1, 150, 8, 8]);
        // In the second round, the plain array has been the weight of another kind of layer.
        for _ in 0..2 {
            let linear = |weight: &Tensor| bits(&x.linear(weight, None).unwrap());
            assert_eq!(linear(&compact), linear(&wide));
            let ids = [599, 0, 17, 0];
            assert_eq!(bits(&compact.embedding(&ids).unwrap()), bits(&wide.embedding(&ids).unwrap()));
            let convolved = |weight: &Tensor| {
                bits(&image.conv2d(&weight.reshape(&[200, 150, 3, 3]).unwrap(), None, 1, 1).unwrap())
            };
            assert_eq!(convolved(&compact), convolved(&wide));
        }
    }
}

#[test]
fn fused_field_equals_composed_field() {
    for engine in engines() {
        let engine: Arc<dyn Engine> = Arc::new(engine);
        let mut numbers = Numbers(8);
        let parts = [
            FieldParts::Triplane(tensor(&engine, &mut numbers, &[1, 3, 17, 17, 12])),
            FieldParts::VoxelGrids(vec![
                tensor(&engine, &mut numbers, &[1, 5, 5, 5, 16]),
                tensor(&engine, &mut numbers, &[1, 8, 8, 8, 20]),
            ]),
        ];
        for parts in parts {
            let layers = [(36, 24), (24, 24), (24, 5)]
                .map(|(inputs, outputs)| Layer {
                    weight: tensor(&engine, &mut numbers, &[outputs, inputs]).affine(0.3, 0.0).unwrap(),
                    bias: Some(tensor(&engine, &mut numbers, &[outputs])),
                    residual: inputs == outputs,
                })
                .to_vec();
            let heads = [ChannelHead::Softplus, ChannelHead::Sigmoid, ChannelHead::Identity]
                .into_iter()
                .chain([ChannelHead::Sigmoid; 2])
                .collect();
            let field = Field {
                parts,
                layers,
                activation: Activation::Silu,
                radial_bias: Some(RadialBias { constant: 1.0, slope: -2.0 }),
                heads,
            };
            let count = 1000;
            let mut host = numbers.array(&[1, count, 3]).values;
            host.iter_mut().for_each(|coordinate| *coordinate *= 1.2);
            let points = Tensor::from_slice(&engine, &host, &[1, count, 3]).unwrap();
            let mut values = vec![0.0; 5 * count];
            field.decoder().unwrap().decode(host.as_chunks::<3>().0, &mut values).unwrap();
            let fused = Tensor::from_slice(&engine, &values, &[1, count, 5]).unwrap();
            assert_near(&fused, &field.evaluate(&points).unwrap());
        }
    }
}
