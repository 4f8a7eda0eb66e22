//! A studio's own assets as ground truth: GLB files with captions.
//!
//! Each asset is fitted into the box as the library fits a given shape. Its signed distance comes from
//! [`solid::Solid`], and its colors and materials from its textures. Points are drawn once, when the assets
//! are read, since distances to meshes are slower than a training step.

mod captions;
mod pool;
pub mod samples;
mod solid;
#[cfg(test)]
mod tests;
mod winding;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use att3d::gltf::{Document, Part};
use att3d::pipeline::Shape;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

pub use captions::vocabulary;
pub use pool::Pool;
use solid::{Kind, Solid};
use winding::{Corners, half_normal};

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

/// Parses a share of captions on the command line. Errors: a number that is not from 0 to 1.
pub fn share(text: &str) -> Result<f32, String> {
    let share: f32 = text.parse().map_err(|error| format!("{error}; expected a number from 0 to 1"))?;
    if (0.0..=1.0).contains(&share) { Ok(share) } else { Err("expected a number from 0 to 1".into()) }
}

/// Reasons why assets cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AssetError {
    /// The file of captions cannot be used.
    #[error("{}: {reason}", path.display())]
    Captions {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// An asset cannot be used.
    #[error("{}: {reason}", path.display())]
    Asset {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// All captions are held out.
    #[error("all {0} captions are held out, so nothing is left to train; give a smaller --held-out")]
    NothingLeft(usize),
}

/// An asset in object space.
pub struct Asset {
    parts: Vec<Part>,
    solid: Solid,
    /// Triangles that can be seen: index of the part, index of the triangle, corners.
    seen: Vec<(usize, usize, Corners)>,
}

/// A point on the surface of an asset.
#[derive(Clone, Copy, Debug)]
pub struct AssetPoint {
    /// Position in object space.
    pub point: [f32; 3],
    /// Unit normal of the triangle.
    pub normal: [f32; 3],
    /// sRGB red, green, blue, metallic, roughness.
    pub material: [f32; 5],
}

impl Asset {
    /// Reads a GLB file. Errors: `Asset` for a file that cannot be read, or that has no surface or no
    /// readable colors.
    pub fn open(path: &Path) -> Result<Self, AssetError> {
        let refused = |reason: String| AssetError::Asset { path: path.to_owned(), reason };
        let document = Document::open(path).map_err(|error| refused(error.to_string()))?;
        let parts = document.scene().map_err(|error| refused(error.to_string()))?.parts;
        let shape = Shape::of_parts(&parts).map_err(|error| refused(error.to_string()))?;
        if let Some(reason) = parts.iter().find_map(|part| part.unread.as_ref()) {
            return Err(refused(format!("its colors cannot be read: {reason}")));
        }
        let shown: Vec<Part> = if parts.iter().any(|part| part.is_seen) {
            parts.into_iter().filter(|part| part.is_seen).collect()
        } else {
            parts
        };
        let Some(frame) = shape.frame() else { return Err(refused("it has no extent".into())) };
        let mut triangles = Vec::new();
        for (which, part) in shown.iter().enumerate() {
            for (index, corners) in part.surface.triangles.iter().enumerate() {
                let at = |corner: u32| part.surface.positions.get(corner as usize).copied();
                let [Some(a), Some(b), Some(c)] = corners.map(at) else { continue };
                let corners = [a, b, c].map(|corner| frame.to_object(corner));
                if area(&corners) > 0.0 {
                    triangles.push((which, index, corners));
                }
            }
        }
        let corners: Vec<Corners> = triangles.iter().map(|(_, _, corners)| *corners).collect();
        let (solid, kinds) = Solid::new(&corners);
        if !solid.has_surface() {
            return Err(refused("it has no surface that can be seen".into()));
        }
        let seen = triangles.into_iter().zip(kinds);
        let seen = seen.filter(|(_, kind)| *kind != Kind::Hidden).map(|(triangle, _)| triangle).collect();
        Ok(Self { parts: shown, solid, seen })
    }

    /// Returns the signed distance at a point of object space.
    pub fn distance(&self, point: [f32; 3]) -> f32 {
        self.solid.distance(point)
    }

    /// Returns random points of the surface that can be seen. by_part: whether all parts have the same
    /// probability; otherwise points are distributed by area.
    pub fn surface(&self, random: &mut toybox::Random, count: usize, by_part: bool) -> Vec<AssetPoint> {
        let mut of_parts: BTreeMap<usize, f32> = BTreeMap::new();
        for (part, _, corners) in &self.seen {
            *of_parts.entry(*part).or_default() += area(corners);
        }
        let mut ends = Vec::with_capacity(self.seen.len());
        let mut total = 0.0f64;
        for (part, _, corners) in &self.seen {
            let whole = if by_part { of_parts.get(part).copied().unwrap_or(1.0) } else { 1.0 };
            total += f64::from(area(corners) / whole);
            ends.push(total);
        }
        let draw = |_| {
            let place = f64::from(random.uniform()) * total;
            let chosen = ends.partition_point(|end| *end <= place).min(self.seen.len() - 1);
            let (u, v) = (random.uniform().sqrt(), random.uniform());
            self.point(chosen, [1.0 - u, u * (1.0 - v), u * v])
        };
        (0..count).map(draw).collect()
    }

    /// Returns the point of a seen triangle with these barycentric weights.
    fn point(&self, seen: usize, weights: [f32; 3]) -> AssetPoint {
        let (part, triangle, corners) = &self.seen[seen];
        let normal = half_normal(corners);
        let length = normal.iter().map(|x| x * x).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
        let point = [0, 1, 2].map(|axis| (0..3).map(|corner| weights[corner] * corners[corner][axis]).sum());
        let part = &self.parts[*part];
        let weights = weights.map(f64::from);
        let [red, green, blue] = part.color_at(*triangle, weights).unwrap_or([0.5; 3]);
        let [metallic, roughness] = part.metallic_roughness_at(*triangle, weights).unwrap_or([0.0, 1.0]);
        AssetPoint {
            point,
            normal: normal.map(|x| x / length),
            material: [red, green, blue, metallic.clamp(0.0, 1.0), roughness.clamp(0.0, 1.0)],
        }
    }
}

fn area(corners: &Corners) -> f32 {
    half_normal(corners).iter().map(|x| x * x).sum::<f32>().sqrt()
}

/// A caption and the asset that it names.
pub struct Captioned {
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
            captions.push(Captioned { caption: row.caption.clone(), asset, is_held_out });
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
