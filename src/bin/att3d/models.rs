//! `att3d models`: lists the packages of a folder and what each can do.

use std::fs;
use std::path::{Path, PathBuf};

use att3d::error::one_line;
use att3d::pipeline::Description;
use clap::Args;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::info::family;
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
    /// Runs the verb. A package that cannot be read is listed with the reason. The weights are read only if a
    /// package folder states no checksum of them. Errors: `Input` for a folder that cannot be read, `Output`.
    pub fn run(&self) -> Result<(), Failure> {
        let paths = packages(&self.folder)?;
        let opened = paths.iter().map(|path| (path, Description::open(path)));
        if self.json {
            let list: Vec<Value> = opened
                .map(|(path, model)| match model {
                    Ok(model) => described(path, &model),
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
        for (path, model) in opened {
            let name = one_line(&path.file_name().unwrap_or_default().to_string_lossy());
            match model {
                Ok(model) => print(format_args!("{name}: {}", sentence(&model)))?,
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

fn described(path: &Path, model: &Description) -> Value {
    let config = model.config();
    json!({
        "path": shown(path), "name": config.name, "digest": model.digest(), "license": config.license,
        "family": family(config), "known_things": model.thing_count(), "known_words": known_words(model),
        "has_variants": model.has_seeds(), "predicts_material": model.has_materials(),
        "takes_shape": model.has_shape_input(), "bytes": model.tensor_bytes(),
    })
}

/// Returns what a package is and what it can do, in one line.
fn sentence(model: &Description) -> String {
    let config = model.config();
    let known = match (model.thing_count(), known_words(model)) {
        (Some(count), _) => format!("It knows {count} things."),
        (None, Some(count)) => format!("It knows {count} words."),
        (None, None) => "It takes any prompt.".to_owned(),
    };
    let more = [
        (model.has_materials(), "metallic and roughness"),
        (model.has_seeds(), "variants by --seed"),
        (model.has_shape_input(), "your own shapes (stylize)"),
    ];
    let more: Vec<&str> = more.into_iter().filter(|(has, _)| *has).map(|(_, what)| what).collect();
    let supported =
        if more.is_empty() { String::new() } else { format!(" It supports {}.", more.join(", ")) };
    format!(
        "{} ({}, {:.0} MB, {}). {known}{supported}",
        one_line(&config.name),
        family(config),
        model.tensor_bytes() as f64 / 1e6,
        one_line(&config.license),
    )
}

/// Returns the number of words of a package whose tokenizer knows whole words; `None` for tokenizers that
/// compose words of pieces.
fn known_words(model: &Description) -> Option<usize> {
    Some(model.words().len()).filter(|count| *count > 0)
}
