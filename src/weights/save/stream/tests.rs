#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use std::fs;

use super::*;
use crate::weights::TensorData;
use crate::weights::config::FORMAT_VERSION;

fn config() -> ModelConfig {
    let config = include_str!("../../../../fuzz/seeds/package/model.json");
    let mut config: ModelConfig = serde_json::from_str(config).unwrap();
    config.format_version = FORMAT_VERSION;
    config
}

/// Returns names, shapes and precisions of tensors. Their order in a file differs from their order here.
fn specs() -> Vec<TensorSpec> {
    let spec = |name: &str, shape: &[usize], precision| TensorSpec {
        name: name.into(),
        shape: shape.into(),
        precision,
    };
    vec![
        spec("c", &[3], Precision::F32),
        spec("b", &[5, 7], Precision::F16),
        spec("a", &[16, 8], Precision::Bf16),
        spec("d", &[32, 4], Precision::F32),
    ]
}

fn values(index: usize) -> Vec<f32> {
    let count = specs()[index].shape.iter().product::<usize>();
    (0..count).map(|number| number as f32 + 100.0 * index as f32).collect()
}

#[test]
fn each_tensor_alone_gives_the_same_bytes_as_all_together() {
    let folder = tempfile::tempdir().unwrap();
    let (each, all) = (folder.path().join("each.att3d"), folder.path().join("all.att3d"));
    let (config, specs) = (config(), specs());
    let made: Vec<_> = (0..specs.len()).map(values).collect();
    let data: Vec<_> = specs
        .iter()
        .zip(&made)
        .map(|(spec, values)| TensorData {
            name: &spec.name,
            shape: &spec.shape,
            values,
            precision: spec.precision,
        })
        .collect();
    let one = |index| Ok::<_, PackageError>(values(index));
    Package::save_file(&all, &config, "{}", &data).unwrap();
    Package::save_each(&each, false, &config, "{}", None, &specs, one).unwrap();
    assert_eq!(fs::read(&each).unwrap(), fs::read(&all).unwrap());
    assert_eq!(Package::open(&each).unwrap().tensor("b", &[5, 7]).unwrap(), values(1));

    let (each, all) = (folder.path().join("each"), folder.path().join("all"));
    Package::save_folder(&all, &config, "{}", &data).unwrap();
    Package::save_each(&each, true, &config, "{}", None, &specs, one).unwrap();
    for file in [MODEL_FILE, TOKENIZER_FILE, WEIGHTS_FILE] {
        assert_eq!(fs::read(each.join(file)).unwrap(), fs::read(all.join(file)).unwrap(), "{file}");
    }
    Package::open(&each).unwrap();
}

#[test]
fn an_error_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.att3d");
    for is_folder in [false, true] {
        let stopped = |index: usize| match index {
            1 => Err(PackageError::new("made", Problem::FolderInUse { found: "a problem".into() })),
            _ => Ok(values(index)),
        };
        let error =
            Package::save_each(&path, is_folder, &config(), "{}", None, &specs(), stopped).unwrap_err();
        assert!(error.to_string().contains("a problem"), "{error}");
        let short = |index: usize| Ok::<_, PackageError>(values(index)[1..].to_vec());
        let error = Package::save_each(&path, is_folder, &config(), "{}", None, &specs(), short).unwrap_err();
        assert!(matches!(*error.problem, Problem::WrongCount { .. }), "{error}");
        let infinite = |index: usize| Ok::<_, PackageError>(vec![f32::INFINITY; values(index).len()]);
        let error =
            Package::save_each(&path, is_folder, &config(), "{}", None, &specs(), infinite).unwrap_err();
        assert!(matches!(*error.problem, Problem::NotFinite { .. }), "{error}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_package_that_the_disk_cannot_hold_is_refused_before_any_work() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out");
    let huge = TensorSpec { name: "huge".into(), shape: vec![1 << 30, 1 << 25], precision: Precision::F16 };
    let never = |_| -> Result<Vec<f32>, PackageError> { panic!("values are made") };
    let error = Package::save_each(&path, true, &config(), "{}", None, &[huge], never).unwrap_err();
    assert!(matches!(*error.problem, Problem::DiskFull { bytes, .. } if bytes > 1 << 55), "{error}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_file_of_more_than_4_gib_is_refused_before_any_work() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.att3d");
    let large = TensorSpec { name: "large".into(), shape: vec![1 << 20, 1 << 10], precision: Precision::F32 };
    let never = |_| -> Result<Vec<f32>, PackageError> { panic!("values are made") };
    let error = Package::save_each(&path, false, &config(), "{}", None, &[large], never).unwrap_err();
    assert!(matches!(*error.problem, Problem::BeyondFile { .. }), "{error}");
    assert!(error.to_string().contains("half precision") && error.to_string().contains("folder"), "{error}");
}
