#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use super::*;

#[test]
fn a_name_asked_for_twice_is_one_variable() {
    let engine = TorchEngine::new(tch::Device::Cpu, Some(1)).unwrap().with_gradients(true);
    let store = ParameterStore::new(Arc::new(engine), 1);
    store.get("layer.bias", &[3], Init::ZEROS).unwrap();
    let again = store.get("layer.bias", &[3], Init::ZEROS).unwrap();
    let mut variable = store.variables.borrow()["layer.bias"].shallow_clone();
    tch::no_grad(|| {
        let _ = variable.fill_(4.0);
    });
    assert_eq!(again.to_vec().unwrap(), [4.0; 3]);
    assert!(store.get("layer.bias", &[4], Init::ZEROS).is_err());
}

#[test]
fn a_grown_layer_keeps_its_old_outputs_and_gets_new_ones() {
    let held = [1.0, 2.0, 3.0, 4.0];
    let values = grown(&held, &[2, 2], vec![9.0; 9], &[3, 3]);
    assert_eq!(values, [1.0, 2.0, 0.0, 3.0, 4.0, 0.0, 9.0, 9.0, 9.0]);
    assert_eq!(grown(&[5.0], &[1], vec![7.0; 2], &[2]), [5.0, 7.0]);
    assert!(
        is_narrower(&[2, 2], &[3, 2]) && !is_narrower(&[2, 2], &[2, 2]) && !is_narrower(&[4, 2], &[3, 3])
    );
    assert!(!is_narrower(&[8, 4, 3, 3], &[8, 8, 3, 3]), "a convolution's inputs may be planes side by side");
}

#[test]
fn the_vocabulary_is_read_from_the_tokenizers_file() {
    let rows = vocabulary(&att3d::text::tokenizer::word_level_json(&["pig", "red"])).unwrap();
    assert_eq!((rows.len(), rows["pig"], rows["red"]), (5, 3, 4));
    assert!(vocabulary("{}").is_err());
}

#[test]
fn a_blended_patch_repeats_the_border_of_the_old_one() {
    // Two planes with patches of 4 x 4 pixels, from two inputs. Old weight: 100 plane + pixel, and 1000 more
    // for the second input.
    let (factor, inputs) = (4, 2);
    let old = |plane: usize, row: usize, column: usize, input: usize| {
        (100 * plane + 4 * row + column + 1000 * input) as f32
    };
    let values: Vec<f32> =
        (0..2 * 16 * inputs).map(|at| old(at / 32, at / 8 % 4, at / 2 % 4, at % 2)).collect();
    let shape = [32, inputs, 1, 1];
    let means = [7.5, 1007.5, 107.5, 1107.5];
    assert_eq!(patches::blended("planes.base.weight", &values, &shape, factor), means);
    let found = patches::blended("planes.expand.weight", &values, &shape, factor);
    let weight = |plane: usize, row: usize, column: usize, input: usize, down: usize, right: usize| {
        found[(((plane * 16 + row * 4 + column) * inputs + input) * 2 + down) * 2 + right]
            + means[plane * 2 + input]
    };
    // The second half of a patch, then its margin.
    assert_eq!(weight(1, 0, 1, 1, 0, 0), old(1, 2, 3, 1));
    assert_eq!(weight(0, 3, 0, 0, 0, 0), old(0, 3, 2, 0));
    // The margin of the next patch, then its first half.
    assert_eq!(weight(0, 1, 3, 0, 1, 1), old(0, 0, 1, 0));
    assert_eq!(weight(1, 3, 2, 0, 1, 0), old(1, 1, 3, 0));
    let bias: Vec<f32> = (0..32).map(|at| (at / 16 * 100 + at % 16) as f32).collect();
    assert_eq!(patches::blended("planes.base.bias", &bias, &[32], factor), [7.5, 107.5]);
}

#[test]
fn blended_patches_begin_with_patches_side_by_side() {
    let (apart, blended, bias) = ([4, 1, 1, 1], [4, 1, 2, 2], [4]);
    let mut held: BTreeMap<&str, &[usize]> =
        BTreeMap::from([("g.planes.expand.weight", &apart[..]), ("g.planes.expand.bias", &bias[..])]);
    let found =
        |name: &str, held: &BTreeMap<&str, &[usize]>| patches::source(name, held).map(|found| found.0);
    assert_eq!(found("g.planes.base.weight", &held).unwrap(), "g.planes.expand.weight");
    assert_eq!(found("g.planes.base.bias", &held).unwrap(), "g.planes.expand.bias");
    assert_eq!(found("g.planes.refine.weight", &held), None);
    held.insert("g.planes.expand.weight", &blended[..]);
    assert_eq!(found("g.planes.expand.weight", &held), None);
}
