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
