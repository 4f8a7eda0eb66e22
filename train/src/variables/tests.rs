#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

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
