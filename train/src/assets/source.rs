//! The assets of a run: their files and captions.

use std::path::PathBuf;

use att3d::text::tokenizer::Tokenizer;
use clap::Args;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::asset::Asset;
use super::captions::{self, vocabulary};
use super::error::AssetError;

/// Where the assets of a run are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AssetSource {
    /// Folder of the GLB files.
    pub folder: PathBuf,
    /// CSV file with the columns `file` and `caption`.
    pub captions: PathBuf,
    /// Share of the captions that are not trained.
    pub held_out: f32,
}

/// The options that select assets.
#[derive(Args, Clone, Debug, Default)]
pub struct AssetOptions {
    /// Folder with your own assets (.glb), which are learned or scored instead of the toybox.
    #[arg(long, requires = "captions")]
    pub assets: Option<PathBuf>,
    /// CSV file with the columns file and caption, a row per caption.
    #[arg(long, requires = "assets")]
    pub captions: Option<PathBuf>,
    /// Share of the captions that is kept for the evaluation and not trained.
    #[arg(long, default_value_t = 0.0, value_parser = share, requires = "assets")]
    pub held_out: f32,
}

impl AssetOptions {
    /// Returns the selected assets, if there are any.
    pub fn source(&self) -> Option<AssetSource> {
        let (folder, captions) = (self.assets.clone()?, self.captions.clone()?);
        Some(AssetSource { folder, captions, held_out: self.held_out })
    }
}

/// Parses a share of captions on the command line. Errors: a number that is not from 0 to 1.
fn share(text: &str) -> Result<f32, String> {
    let share: f32 = text.parse().map_err(|error| format!("{error}; expected a number from 0 to 1"))?;
    if (0.0..=1.0).contains(&share) { Ok(share) } else { Err("expected a number from 0 to 1".into()) }
}

/// A caption and the asset that it names.
pub struct Captioned {
    /// Line of the file of captions.
    pub line: u64,
    /// The caption.
    pub caption: String,
    /// Index of the asset in [`Assets::paths`].
    pub asset: usize,
    /// Whether it is held out of the training.
    pub is_held_out: bool,
}

/// All captions of a source and the files of their assets.
pub struct Assets {
    /// Files of the assets, without repetition.
    pub paths: Vec<PathBuf>,
    /// The captions, in the order of the file.
    pub captions: Vec<Captioned>,
    /// Words of all captions, in alphabetical order.
    pub words: Vec<String>,
}

impl Assets {
    /// Reads the captions. The assets are read by [`Assets::read_each`]. Errors: `Captions`, also for a
    /// caption whose asset does not exist; `NothingLeft`.
    pub fn open(source: &AssetSource) -> Result<Self, AssetError> {
        let rows = captions::read(&source.captions)?;
        let is_held_out = captions::held_out(&rows, source.held_out);
        if is_held_out.iter().all(|is_held_out| *is_held_out) {
            return Err(AssetError::NothingLeft(rows.len()));
        }
        let mut paths: Vec<PathBuf> = Vec::new();
        let mut missing = Vec::new();
        let mut captions = Vec::new();
        for (row, is_held_out) in rows.iter().zip(is_held_out) {
            let path = source.folder.join(&row.file);
            if !path.is_file() {
                missing.push(row.file.clone());
                continue;
            }
            let known = paths.iter().position(|known| *known == path);
            let asset = known.unwrap_or_else(|| {
                paths.push(path);
                paths.len() - 1
            });
            captions.push(Captioned { line: row.line, caption: row.caption.clone(), asset, is_held_out });
        }
        if let Some(first) = missing.first() {
            let folder = source.folder.display();
            let reason = match missing.len() {
                1 => format!("the file {first} is not in {folder}"),
                count => format!("{count} files are not in {folder}, among them {first}"),
            };
            return Err(AssetError::Captions { path: source.captions.clone(), reason });
        }
        Ok(Self { paths, captions, words: vocabulary(&rows) })
    }

    /// Returns the captions that are trained.
    pub fn trained(&self) -> impl Iterator<Item = &Captioned> {
        self.captions.iter().filter(|row| !row.is_held_out)
    }

    /// Checks that the tokenizer can encode each caption. Errors: `Captions` with the line.
    pub fn check(&self, source: &AssetSource, tokenizer: &Tokenizer) -> Result<(), AssetError> {
        for row in &self.captions {
            tokenizer.encode(&row.caption).map_err(|error| AssetError::Captions {
                path: source.captions.clone(),
                reason: format!(
                    "line {}: the caption {:?} cannot be learned: {error}",
                    row.line, row.caption
                ),
            })?;
        }
        Ok(())
    }

    /// Reads each asset and applies a function to it, several at a time, with a progress bar. A file that
    /// cannot be read stops the work. Errors: `Asset`.
    pub fn read_each<T: Send>(&self, work: impl Fn(usize, Asset) -> T + Sync) -> Result<Vec<T>, AssetError> {
        let bar = indicatif::ProgressBar::new(self.paths.len() as u64);
        let style = indicatif::ProgressStyle::with_template("{bar:30} {pos}/{len} assets (left {eta})");
        bar.set_style(style.unwrap_or_else(|_| indicatif::ProgressStyle::default_bar()));
        let one = |(index, path): (usize, &PathBuf)| {
            let result = work(index, Asset::open(path)?);
            bar.inc(1);
            Ok(result)
        };
        let results = self.paths.par_iter().enumerate().map(one).collect();
        bar.finish_and_clear();
        results
    }
}
