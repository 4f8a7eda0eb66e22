//! Comparison of a base model's files with the published ones.

use std::fs::File;
use std::io::{Read, Result};
use std::path::Path;

use sha2::{Digest, Sha256};

/// A file of Stable Diffusion 2.1-base. Its size and checksum are from the Git LFS pointer in a copy of the
/// model's repository.
struct Published {
    path: &'static str,
    bytes: u64,
    sha256: &'static str,
}

const FILES: [Published; 3] = [
    Published {
        path: "text_encoder/model.safetensors",
        bytes: 1_361_597_018,
        sha256: "cce6febb0b6d876ee5eb24af35e27e764eb4f9b1d0b7c026c8c3333d4cfc916c",
    },
    Published {
        path: "unet/diffusion_pytorch_model.safetensors",
        bytes: 3_463_726_498,
        sha256: "6dfae3e5f7d459b50f4b0850ead945972c75bb0e1897628933e169eb43974214",
    },
    Published {
        path: "vae/diffusion_pytorch_model.safetensors",
        bytes: 334_643_276,
        sha256: "a1d993488569e928462932c8c38a0760b874d166399b14414135bd9c42df5815",
    },
];

/// Returns the files of a base model that are missing or differ from the published ones. Only files of the
/// same size are read.
pub fn other_files(base: &Path) -> Vec<&'static str> {
    let is_other = |file: &&Published| !is_published(base, file).unwrap_or(false);
    FILES.iter().filter(is_other).map(|file| file.path).collect()
}

fn is_published(base: &Path, published: &Published) -> Result<bool> {
    let mut file = File::open(base.join(published.path))?;
    Ok(file.metadata()?.len() == published.bytes && checksum(&mut file)? == published.sha256)
}

/// Returns the SHA-256 of a file that may not fit in memory, as hexadecimal digits.
fn checksum(file: &mut File) -> Result<String> {
    let mut digest = Sha256::new();
    let mut piece = vec![0; 1 << 20];
    loop {
        match file.read(&mut piece)? {
            0 => break,
            count => digest.update(piece.get(..count).unwrap_or_default()),
        }
    }
    Ok(digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

    use super::*;

    #[test]
    fn files_are_compared_by_size_and_content() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("abc"), "abc").unwrap();
        // The example of FIPS 180-4.
        let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let published = |path, bytes, sha256| Published { path, bytes, sha256 };
        assert!(is_published(folder.path(), &published("abc", 3, sha256)).unwrap());
        assert!(!is_published(folder.path(), &published("abc", 4, sha256)).unwrap());
        assert!(!is_published(folder.path(), &published("abc", 3, FILES[0].sha256)).unwrap());
        assert_eq!(other_files(folder.path()).len(), FILES.len());
    }
}
