//! Tests of priors in TorchScript modules. Each module is an archive with its code as text and a pickle of
//! its attributes, as `torch.jit.save` writes it.

use std::io::Write;
use std::path::PathBuf;

use super::*;
use crate::prior::open::open;

/// Code of a module with the right signature. The noise that it predicts is half the latents plus the length
/// of the first prompt.
const CODE: &str = "class Prior(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  def att3d_version(self: __torch__.Prior) -> int:
    return 1
  def resolution(self: __torch__.Prior) -> int:
    return 8
  def views(self: __torch__.Prior) -> int:
    return 1
  def embed(self: __torch__.Prior,
    prompts: List[str],
    cameras: Tensor) -> Tuple[Tensor, Tensor]:
    count = torch.len(prompts)
    length = torch.len(prompts[0])
    tokens = torch.zeros([count, 4, 2])
    pooled = torch.mul(torch.ones([count, 2]), length)
    return (tokens, pooled)
  def signal(self: __torch__.Prior,
    times: Tensor) -> Tensor:
    return torch.square(torch.cos(torch.mul(times, 1.5)))
  def encode(self: __torch__.Prior,
    images: Tensor) -> Tensor:
    return torch.mul(images, 1.)
  def predict_noise(self: __torch__.Prior,
    latents: Tensor,
    times: Tensor,
    tokens: Tensor,
    pooled: Tensor,
    cameras: Tensor) -> Tensor:
    return torch.add(torch.mul(latents, 0.5), torch.mean(pooled))
";

/// Pickle of an object of the class `__torch__.Prior` with the attribute `training`.
const OBJECT: &[u8] = b"\x80\x02c__torch__\nPrior\nq\x00)\x81}(X\x08\x00\x00\x00trainingq\x01\x88ubq\x02.";
/// Pickle of an empty tuple.
const NO_CONSTANTS: &[u8] = b"\x80\x02).";

fn write_module(folder: &Path, code: &str) -> PathBuf {
    let path = folder.join("prior.pt");
    let mut archive = zip::ZipWriter::new(fs::File::create(&path).unwrap());
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let files: [(&str, &[u8]); 4] = [
        ("data.pkl", OBJECT),
        ("code/__torch__.py", code.as_bytes()),
        ("constants.pkl", NO_CONSTANTS),
        ("version", b"3\n"),
    ];
    for (name, bytes) in files {
        archive.start_file(format!("prior/{name}"), stored).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap();
    path
}

/// Returns the error of a module whose code has a replacement.
fn error_of(from: &str, to: &str) -> String {
    assert!(CODE.contains(from));
    let folder = tempfile::tempdir().unwrap();
    open(&write_module(folder.path(), &CODE.replacen(from, to, 1)), Device::Cpu).err().unwrap().to_string()
}

#[test]
fn a_module_with_the_right_signature_predicts_noise() {
    let folder = tempfile::tempdir().unwrap();
    let prior = open(&write_module(folder.path(), CODE), Device::Cpu).unwrap();
    assert_eq!((prior.resolution(), prior.views()), (8, 1));
    let images = Tensor::ones([1, 3, 8, 8], (Kind::Float, Device::Cpu)).set_requires_grad(true);
    let latents = prior.encode(&images).unwrap();
    latents.sum(Kind::Float).backward();
    assert_eq!(images.grad().mean(Kind::Float).double_value(&[]), 1.0);
    let times = Tensor::from_slice(&[0.5f32]);
    let noisy = Noisy { latents: &latents, times: &times, cameras: &[FRONT] };
    let text = prior.embed(&["a pig"], &[FRONT]).unwrap();
    for (guidance, expected) in [(0.0, 0.5), (1.0, 5.5), (2.0, 10.5)] {
        let noise = prior.predict_guided(noisy, &text, guidance).unwrap();
        assert_eq!(noise.mean(Kind::Float).double_value(&[]), expected);
        assert!(!noise.requires_grad());
    }
}

#[test]
fn a_module_with_a_wrong_signature_is_refused() {
    let missing = error_of("def signal", "def signals");
    assert!(missing.contains("signal") && missing.contains("def signal(self, times: Tensor)"), "{missing}");
    let argument = error_of("    times: Tensor,\n", "");
    assert!(argument.contains("predict_noise"), "{argument}");
    let result = error_of(
        "views(self: __torch__.Prior) -> int:\n    return 1",
        "views(self: __torch__.Prior) -> str:\n    return \"1\"",
    );
    assert!(result.contains("views") && result.contains("int"), "{result}");
    let version = error_of("return 1\n", "return 9\n");
    assert!(version.contains("version 9"), "{version}");
    let size = error_of("return 8\n", "return -8\n");
    assert!(size.contains("-8"), "{size}");
    let shape = error_of("torch.add(torch.mul(latents, 0.5), torch.mean(pooled))", "torch.mean(pooled)");
    assert!(shape.contains("predict_noise") && shape.contains("[1, 3, 8, 8]"), "{shape}");
    let pooled = error_of("return (tokens, pooled)", "return (pooled, tokens)");
    assert!(pooled.contains("embed"), "{pooled}");
}

#[test]
fn a_file_that_is_no_module_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("prior.pt");
    fs::write(&path, b"not a module").unwrap();
    let error = open(&path, Device::Cpu).err().unwrap().to_string();
    assert!(error.contains("torch.jit.save"), "{error}");
}
