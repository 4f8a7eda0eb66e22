//! `att3d models`: lists the packages of a folder and what each can do.

use std::fs;
use std::path::{Path, PathBuf};

use att3d::error::one_line;
use att3d::text::Tokenizer;
use att3d::weights::Package;
use clap::Args;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::info::Abilities;
use crate::output::print;

/// Arguments of `att3d models`.
#[derive(Args)]
pub struct Models {
    /// Folder with packages: `.att3d` files, and folders that contain a `model.json`.
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

impl Models {
    /// Runs the verb. A damaged package is listed with the reason. Errors: `Input` for a folder that cannot
    /// be read, `Output`.
    pub fn run(&self) -> Result<(), Failure> {
        let paths = packages(&self.folder)?;
        let opened = paths.iter().map(|path| (path, Package::open(path)));
        if self.json {
            let list: Vec<Value> = opened
                .map(|(path, package)| match package {
                    Ok(package) => described(path, &package),
                    Err(error) => json!({ "path": shown(path), "error": error.to_string() }),
                })
                .collect();
            return print(format_args!("{:#}", json!(list)));
        }
        if paths.is_empty() {
            let folder = self.folder.display();
            return print(format_args!(
                "{folder} holds no package (a .att3d file, or a folder with a model.json)"
            ));
        }
        for (path, package) in opened {
            let name = one_line(&path.file_name().unwrap_or_default().to_string_lossy());
            match package {
                Ok(package) => print(format_args!("{name}: {}", sentence(&package)))?,
                Err(error) => {
                    print(format_args!("{name}: cannot be used: {}", one_line(&error.to_string())))?
                }
            }
        }
        Ok(())
    }
}

/// Returns the packages of a folder, sorted by name. Errors: `Input`.
fn packages(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let refused = |error: std::io::Error| Failure::Input {
        path: folder.display().to_string(),
        reason: format!("cannot list the folder: {error}"),
    };
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(refused)? {
        let path = entry.map_err(refused)?.path();
        let is_package = match path.is_dir() {
            true => path.join("model.json").is_file(),
            false => path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("att3d")),
        };
        if is_package {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Returns a path as text. What is not UTF-8 in it is replaced.
fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn described(path: &Path, package: &Package) -> Value {
    let config = package.config();
    let Abilities { family, things, has_material, takes_shape } = Abilities::of(config);
    json!({
        "path": shown(path), "name": config.name, "digest": package.digest(), "license": config.license,
        "family": family, "known_things": things, "known_words": known_words(package),
        "has_variants": has_variants(package), "predicts_material": has_material, "takes_shape": takes_shape,
        "bytes": package.tensor_bytes(),
    })
}

/// Returns what a package is and what it can do, in one line.
fn sentence(package: &Package) -> String {
    let config = package.config();
    let Abilities { family, things, has_material, takes_shape } = Abilities::of(config);
    let known = match (things, known_words(package)) {
        (Some(count), _) => format!("It knows {count} things."),
        (None, Some(count)) => format!("It knows {count} words."),
        (None, None) => "It takes any prompt.".to_owned(),
    };
    let more = [
        (has_material, "metallic and roughness"),
        (has_variants(package), "variants by --seed"),
        (takes_shape, "your own shapes (stylize)"),
    ];
    let more: Vec<&str> = more.into_iter().filter(|(has, _)| *has).map(|(_, what)| what).collect();
    let supported =
        if more.is_empty() { String::new() } else { format!(" It supports {}.", more.join(", ")) };
    format!(
        "{} ({family}, {:.0} MB, {}). {known}{supported}",
        one_line(&config.name),
        package.tensor_bytes() as f64 / 1e6,
        one_line(&config.license),
    )
}

/// Returns the number of words of a package whose tokenizer knows whole words; `None` for tokenizers that
/// compose words of pieces.
fn known_words(package: &Package) -> Option<usize> {
    let tokenizer = Tokenizer::from_json(package.tokenizer_json(), &package.config().text).ok()?;
    Some(tokenizer.words().len()).filter(|count| *count > 0)
}

/// Returns whether `--seed` makes other results of the same prompt.
fn has_variants(package: &Package) -> bool {
    let config = package.config();
    let has_noise = matches!(config.generator, att3d::weights::config::GeneratorConfig::LatentDiffusion(_));
    has_noise || !config.words.varied.is_empty()
}
