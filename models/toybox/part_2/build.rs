//! Writes this crate's half of the model's file. In the repository, the file is in the folder above this one.
//! A published crate contains its half as the file `half`, which `scripts/package_crates.sh` makes.

use std::{env, error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let folder = env::var("CARGO_MANIFEST_DIR")?;
    let (whole, half) = (Path::new(&folder).join("../toybox.att3d"), Path::new(&folder).join("half"));
    let bytes = if whole.exists() {
        println!("cargo::rerun-if-changed={}", whole.display());
        let mut bytes = fs::read(&whole)?;
        let second = bytes.split_off(bytes.len() / 2);
        if env::var("CARGO_PKG_NAME")?.ends_with('2') { second } else { bytes }
    } else {
        println!("cargo::rerun-if-changed={}", half.display());
        fs::read(&half).map_err(|error| {
            format!(
                "{}: {error}; expected this file, or the whole model at {}",
                half.display(),
                whole.display()
            )
        })?
    };
    fs::write(Path::new(&env::var("OUT_DIR")?).join("half"), bytes)?;
    Ok(())
}
