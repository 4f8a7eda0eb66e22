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
    // A plane of 2 x 2 places with the mean 2.5. Each half of the wider patch is made of one place.
    let (values, shape) = ([1.0, 2.0, 3.0, 4.0], [4, 1, 1, 1]);
    assert_eq!(
        patches::blended("planes.expand.weight", &values, &shape, 2),
        [1.5, 0.5, -0.5, -1.5].repeat(4)
    );
    assert_eq!(patches::blended("planes.base.weight", &values, &shape, 2), [2.5]);
    assert_eq!(patches::blended("planes.base.bias", &[1.0, 2.0, 3.0, 6.0], &[4], 2), [3.0]);
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
