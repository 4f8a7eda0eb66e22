//! Shapes that guide score distillation (LATTE3D, stage 1). For each prompt of a run, the shape of a list is
//! retrieved whose own prompt has the nearest embedding. Its silhouettes regularize the renders, and its
//! point cloud can be an input of the network.

use att3d::generator::{POINT_FEATURES, dummy_sphere};
use tch::{Kind, Tensor};
use toybox::{Random, Scene, sample_cloud};

use super::error::DistillError;
use super::targets::Item;
use super::text::Embedded;
use crate::TrainError;
use crate::prior::{scene_of, silhouette};

/// The retrieved shapes of a run.
pub struct Shapes {
    scenes: Vec<Scene>,
    /// For each prompt of the run, the index of its shape.
    nearest: Vec<usize>,
}

impl Shapes {
    /// Retrieves a shape for each prompt. list: prompts of the shapes, not empty. listed, prompts: embeddings
    /// of the list and of the run's prompts. Errors: `Prompt` for a shape that the toybox cannot draw.
    pub fn retrieve(list: &[String], listed: &Embedded, prompts: &Embedded) -> Result<Self, TrainError> {
        if list.is_empty() {
            let expected = "one or more prompts of shapes";
            return Err(DistillError::Setting { name: "shapes", found: "none".into(), expected }.into());
        }
        let scenes: Result<Vec<Scene>, _> = list.iter().map(|prompt| scene_of("shapes", prompt)).collect();
        let similar = unit(prompts.pooled())?.f_matmul(&unit(listed.pooled())?.f_transpose(0, 1)?)?;
        let nearest = Vec::<i64>::try_from(similar.f_argmax(1, false)?)?;
        Ok(Self { scenes: scenes?, nearest: nearest.into_iter().map(|index| index as usize).collect() })
    }

    /// Returns how many of the shapes some prompt retrieves.
    pub fn used(&self) -> usize {
        self.nearest.iter().collect::<std::collections::BTreeSet<_>>().len()
    }

    fn scene(&self, item: &Item) -> &Scene {
        &self.scenes[self.nearest[item.nearest_prompt()]]
    }

    /// Returns the silhouettes of the shapes in the views of the items, [n, 1, r, r].
    pub fn silhouettes(&self, items: &[Item], resolution: usize) -> Result<Tensor, TrainError> {
        let values: Vec<f32> = items
            .iter()
            .flat_map(|item| item.views.iter().map(move |view| (item, view)))
            .flat_map(|(item, view)| silhouette(self.scene(item), &view.camera, resolution))
            .collect();
        let edge = resolution as i64;
        Ok(Tensor::f_from_slice(&values)?.f_reshape([-1, 1, edge, edge])?)
    }

    /// Returns the input clouds of the items, `items · count` rows of [`POINT_FEATURES`]: the cloud of the
    /// retrieved shape with α in its last column, or the dummy sphere.
    pub fn clouds(&self, items: &[Item], count: usize, random: &mut Random) -> Vec<f32> {
        let mut rows = Vec::with_capacity(items.len() * count * POINT_FEATURES);
        for item in items {
            let points =
                if item.has_cloud { sample_cloud(self.scene(item), random, count) } else { Vec::new() };
            if points.is_empty() {
                for point in dummy_sphere(count) {
                    rows.extend(point);
                    rows.extend([0.0; POINT_FEATURES - 3]);
                }
                continue;
            }
            for seen in points.iter().cycle().take(count) {
                rows.extend(seen.point);
                rows.extend(seen.normal);
                rows.extend(seen.color.map(|channel| channel - 0.5));
                rows.push(item.shape_weight as f32);
            }
        }
        rows
    }
}

/// Returns the rows of a matrix with a length of 1.
fn unit(rows: &Tensor) -> Result<Tensor, TrainError> {
    let lengths = rows.f_norm_scalaropt_dim(2.0, [1i64].as_slice(), true)?.f_clamp_min(1e-12)?;
    Ok(rows.f_to_kind(Kind::Float)?.f_div(&lengths)?)
}

#[cfg(test)]
mod tests;
