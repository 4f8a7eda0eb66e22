#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by a panic")]

use std::fs;
use std::path::Path;

use safetensors::Dtype;
use safetensors::tensor::TensorView;

use super::*;

/// Writes a file with one number under the name `weight`.
fn write(folder: &Path, file: &str, value: f32) {
    let bytes = value.to_le_bytes();
    let view = TensorView::new(Dtype::F32, vec![1], &bytes).unwrap();
    fs::write(folder.join(file), safetensors::serialize([("weight", view)], None).unwrap()).unwrap();
}

fn value(folder: &Path) -> f32 {
    TensorFiles::open(folder).unwrap().get("weight").unwrap().values.to_f32()[0]
}

#[test]
fn known_names_come_first_then_others_and_half_precision_last() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    // The files are added from the last choice to the first, so each new file is chosen instead of the
    // earlier ones.
    let index = |name: &str, shard: &str| {
        fs::write(folder.join(name), format!(r#"{{"weight_map": {{"weight": "{shard}"}}}}"#)).unwrap()
    };
    write(folder, "a.fp16.safetensors", 1.0);
    assert_eq!(value(folder), 1.0);
    write(folder, "unet.fp16-00001-of-00001.safetensors", 2.0);
    index("diffusion_pytorch_model.safetensors.index.fp16.json", "unet.fp16-00001-of-00001.safetensors");
    assert_eq!(value(folder), 2.0);
    write(folder, "diffusion_pytorch_model.fp16.safetensors", 3.0);
    assert_eq!(value(folder), 3.0);
    write(folder, "diffusion_pytorch_model.non_ema.safetensors", 4.0);
    assert_eq!(value(folder), 4.0);
    write(folder, "unet-00001-of-00001.safetensors.part", 5.0);
    index("diffusion_pytorch_model.safetensors.index.json", "unet-00001-of-00001.safetensors.part");
    assert_eq!(value(folder), 5.0);
    write(folder, "diffusion_pytorch_model.safetensors", 6.0);
    assert_eq!(value(folder), 6.0);
    index("model.safetensors.index.json", "a.fp16.safetensors");
    assert_eq!(value(folder), 1.0);
    write(folder, "model.safetensors", 7.0);
    assert_eq!(value(folder), 7.0);
}

#[test]
fn a_tensor_in_two_files_is_refused_with_both_names() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "one.safetensors", 1.0);
    write(folder.path(), "two.safetensors", 2.0);
    let error = TensorFiles::open(folder.path()).err().unwrap().to_string();
    assert!(error.contains("one.safetensors") && error.contains("two.safetensors"), "{error}");
    assert!(error.contains("weight"), "{error}");
}

#[test]
fn a_file_of_torch_is_opened_by_its_content() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pytorch_model.bin");
    fs::write(&path, include_bytes!("../torch_file/tests/state_dict.pth")).unwrap();
    fs::write(folder.path().join("optimizer.pt"), b"PK\x03\x04").unwrap();
    for path in [path.as_path(), folder.path()] {
        let files = TensorFiles::open(path).unwrap();
        assert_eq!(files.shape("geometry.weight"), Some([2, 3].as_slice()));
        assert_eq!(files.get("geometry.part").unwrap().values.to_f32(), [3.0, 4.0, 5.0]);
        assert!(files.get("geometry.transposed").is_none());
        assert_eq!(files.to_f32("geometry.transposed").unwrap(), [0.0, 3.0, 1.0, 4.0, 2.0, 5.0]);
    }
    fs::write(&path, b"\x80\x02}q\x00.").unwrap();
    let error = TensorFiles::open(folder.path()).err().unwrap();
    assert!(matches!(error, TensorFilesError::Pickle { .. }), "{error}");
}
