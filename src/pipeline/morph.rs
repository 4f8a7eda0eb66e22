//! Keyframes on one topology: the mesh of the first keyframe is moved with the surface from prompt to prompt.
//!
//! Between two keyframes the latent is mixed in small steps. At each step the vertices follow the field's
//! gradient onto its surface. Their displacements are then smoothed along the surface, so that the neighbors
//! of a growing part move with it. At the keyframe itself, some parts of its surface may still be far from
//! the mesh. The vertices nearest to these parts are then moved toward them, which is called a pull.

use rayon::prelude::*;

use serde::{Deserialize, Serialize};

use crate::detail::{Surroundings, faces_inwards, nearest};
use crate::engine::run_on_threads_unless;
use crate::error::{ProgressCallback, part};
use crate::mesh::{Mesh, MorphTarget};
use crate::nn::Latent;
use crate::vector::{Vector, add, dot, scale, subtract, triangle_normal};

use super::generated::{Morph, Residual};
use super::{GenerateOptions, Generated, Model, ObjectField, PipelineError, callback};

/// Settings of a morph.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MorphOptions {
    /// Number of fields from one keyframe to the next, including the field of the next keyframe; 0 counts as
    /// 1.
    pub steps: u32,
    /// Largest permitted deviation between the keyframe's surface and the morphed mesh, in object space. The
    /// measured deviations are 99th percentiles. The deviation of the first keyframe's mesh from its own
    /// surface is added to the bound.
    pub bound: f32,
}

impl Default for MorphOptions {
    fn default() -> Self {
        Self { steps: 16, bound: 0.02 }
    }
}

/// Largest number of keyframes of one mesh. Each keyframe takes as much memory as the mesh.
pub const MOST_KEYFRAMES: usize = 64;

// The constants below were tuned on six pairs of the bundled model's prompts. With them, the mesh of a pig
// follows the growth of a party hat to within 0.007 units of object space (0.08 without pulls). If a surface
// cannot be reached, the mesh stays 0.03 units or more away from it, or 8 % or more of the mesh's area folds.
// Multiplying any constant by 3 or by 1/3 changed little.

/// Number of Newton steps onto the surface before the displacements are smoothed.
const NEWTON_STEPS: usize = 2;
/// Largest length of a Newton step, object space. A longer step would reach another part of the surface.
const LONGEST_STEP: f32 = 0.08;
/// Number of rounds that smooth the displacements after each step, and that spread a pull to the neighbors.
const EVEN_ROUNDS: usize = 8;
/// Share of the difference from the neighbors' mean displacement that each round removes.
const EVENNESS: f32 = 0.5;
/// Largest number of rounds in which distant parts of the surface pull vertices.
const PULLS: usize = 60;
/// Distance from the mesh above which a surface point pulls, object space.
const PULLING: f32 = 0.01;
/// Largest number of surface points that pull.
const MOST_PULLING: usize = 6_000;
/// Largest resolution, in cells per axis, of the keyframe's surface that the mesh is compared with. At this
/// resolution a cell is no larger than the default bound.
const CHECK_RESOLUTION: u32 = 100;
/// Largest permitted share of the surface that has folded.
const FOLDED_BOUND: f32 = 0.02;

impl Model {
    /// Makes the first keyframe's mesh, and the positions of its vertices at each further keyframe.
    /// keyframes: latents, each a batch of 1, and their names; at most [`MOST_KEYFRAMES`]. Errors:
    /// `NoPrompt`, `Keyframes`, `OtherTopology`, and those of [`Model::mesh_of`].
    pub fn morph(
        &self,
        keyframes: &[(Latent, String)],
        options: &GenerateOptions,
        morph: &MorphOptions,
        on_progress: ProgressCallback<'_>,
    ) -> Result<Generated, PipelineError> {
        let Some(((first, _), further)) = keyframes.split_first() else {
            return Err(PipelineError::NoPrompt);
        };
        if keyframes.len() > MOST_KEYFRAMES {
            return Err(PipelineError::Keyframes { found: keyframes.len(), most: MOST_KEYFRAMES });
        }
        let (begun, mut generated) =
            self.field_and_mesh(first, None, options, &part(on_progress, 0.0, 0.3))?;
        let mut frame = MorphedMesh::of(&generated.mesh);
        let engine = self.engine().as_ref();
        let of_mesh =
            run_on_threads_unless(engine, callback::may_wait, || astray(&begun, &generated.mesh))???;
        // The first keyframe's mesh deviates by `of_mesh` from its own surface.
        let bound = morph.bound + of_mesh;
        let mut found = Morph::default();
        let mut from = first;
        for (index, (to, name)) in further.iter().enumerate() {
            let share = |done: f32| 0.3 + 0.7 * (index as f32 + done) / further.len() as f32;
            let of_steps = part(on_progress, share(0.0), share(0.5));
            let field = self.follow(&mut frame, from, to, morph.steps, &of_steps)?;
            let of_target = part(on_progress, share(0.5), share(1.0));
            let resolution = options.resolution.min(CHECK_RESOLUTION);
            let check = GenerateOptions { resolution, ..*options };
            let (target, residual) = frame.target(&field, name, bound, &check, &of_target)?;
            found.targets.push(target);
            found.residuals.push(residual);
            from = to;
        }
        on_progress(1.0)?;
        generated.morph = Some(found);
        Ok(generated)
    }

    /// Moves a frame from one latent to another in `steps` steps; 0 counts as 1. Returns the field of the
    /// last step.
    fn follow(
        &self,
        frame: &mut MorphedMesh,
        from: &Latent,
        to: &Latent,
        steps: u32,
        on_progress: ProgressCallback<'_>,
    ) -> Result<ObjectField, PipelineError> {
        let steps = steps.max(1);
        let mut last = None;
        for step in 1..=steps {
            on_progress((step - 1) as f32 / steps as f32)?;
            let share = step as f32 / steps as f32;
            let latent = self.mix_latents(&[(from, 1.0 - share), (to, share)])?;
            let field = self.fields(&latent, None)?.into_iter().next().ok_or(PipelineError::NoPrompt)?;
            let may_wait = || -> Result<(), PipelineError> {
                callback::may_wait()?;
                Ok(on_progress((step - 1) as f32 / steps as f32)?)
            };
            run_on_threads_unless(self.engine().as_ref(), may_wait, || frame.step(&field))???;
            last = Some(field);
        }
        last.ok_or(PipelineError::NoPrompt)
    }
}

/// A mesh while it is morphed.
struct MorphedMesh {
    /// Mesh of the first keyframe.
    mesh: Mesh,
    surroundings: Surroundings,
    /// Current position of each point. Vertices at the same position are one point.
    points: Vec<Vector>,
    /// Initial position of each point.
    origins: Vec<Vector>,
}

impl MorphedMesh {
    fn of(mesh: &Mesh) -> Self {
        let surroundings = Surroundings::of(mesh);
        let points = surroundings.points(&mesh.positions);
        Self { mesh: mesh.clone(), surroundings, origins: points.clone(), points }
    }

    /// Moves the points onto the field's surface and smooths their displacements.
    fn step(&mut self, field: &ObjectField) -> Result<(), PipelineError> {
        for _ in 0..NEWTON_STEPS {
            self.land(field)?;
        }
        let normals = self.normals(field)?;
        for _ in 0..EVEN_ROUNDS {
            self.even_out(&normals);
        }
        self.land(field)
    }

    /// Smooths the displacements: moves each point along the surface towards the mean displacement of its
    /// neighbors.
    fn even_out(&mut self, normals: &[Vector]) {
        let moved: Vec<Vector> =
            self.points.iter().zip(&self.origins).map(|(&point, &origin)| subtract(point, origin)).collect();
        let means = self.surroundings.means(&moved);
        for (point, ((normal, moved), mean)) in
            self.points.iter_mut().zip(normals.iter().zip(&moved).zip(&means))
        {
            let towards = subtract(*mean, *moved);
            let along = subtract(towards, scale(*normal, dot(towards, *normal)));
            *point = add(*point, scale(along, EVENNESS));
        }
    }

    /// Moves vertices toward the parts of the surface that are still far from the mesh. surface: points on
    /// the surface, in object space.
    fn pull(
        &mut self,
        field: &ObjectField,
        surface: &[Vector],
        on_progress: ProgressCallback<'_>,
    ) -> Result<(), PipelineError> {
        for round in 0..PULLS {
            on_progress(round as f32 / PULLS as f32)?;
            let found = nearest(&self.moved(), surface)?;
            let far = found.iter().filter(|found| found.distance > PULLING);
            let given = far.flat_map(|found| {
                self.mesh.triangles[found.triangle as usize].map(|corner| (corner, found.away))
            });
            let pulls = self.surroundings.gathered(given);
            if pulls.iter().all(|pull| *pull == [0.0; 3]) {
                break;
            }
            // The neighbors are pulled too. Otherwise one vertex would be moved alone and become a spike.
            let pulls = (0..EVEN_ROUNDS).fold(pulls.clone(), |smooth, _| {
                let means = self.surroundings.means(&smooth);
                smooth
                    .iter()
                    .zip(&pulls)
                    .zip(means)
                    .map(|((_, pull), mean)| {
                        std::array::from_fn(|axis| {
                            if pull[axis] == 0.0 { mean[axis] } else { pull[axis] * 0.5 + mean[axis] * 0.5 }
                        })
                    })
                    .collect()
            });
            for (point, pull) in self.points.iter_mut().zip(&pulls) {
                *point = add(*point, *pull);
            }
            self.land(field)?;
            let normals = self.normals(field)?;
            self.even_out(&normals);
            self.land(field)?;
        }
        Ok(())
    }

    /// Returns the mesh with the current positions.
    fn moved(&self) -> Mesh {
        Mesh { positions: self.surroundings.vertices(&self.points), ..self.mesh.clone() }
    }

    fn land(&mut self, field: &ObjectField) -> Result<(), PipelineError> {
        let batch = field.batch_of_points();
        self.points.par_chunks_mut(batch).try_for_each(|points| -> Result<(), PipelineError> {
            let steps = field.ways_to_surface(points)?;
            for (point, (step, _)) in points.iter_mut().zip(steps) {
                let length = dot(step, step).sqrt();
                if length.is_finite() {
                    *point = add(*point, scale(step, (LONGEST_STEP / length.max(1e-12)).min(1.0)));
                }
            }
            Ok(())
        })
    }

    fn normals(&self, field: &ObjectField) -> Result<Vec<Vector>, PipelineError> {
        let batch = field.batch_of_points();
        let blocks: Vec<Vec<Vector>> = (self.points.par_chunks(batch))
            .map(|points| Ok(field.ways_to_surface(points)?.map(|(_, normal)| normal).collect()))
            .collect::<Result<_, PipelineError>>()?;
        Ok(blocks.concat())
    }

    /// Returns the vertices at this keyframe, and how well they follow the field. Errors: `OtherTopology`
    /// where the mesh and the surface are more than `bound` apart or the mesh has folded; `Surface`,
    /// `Detail`, `Engine`, `BrokenTexture`, `InsideCallback`, `Cancelled`.
    fn target(
        &mut self,
        field: &ObjectField,
        name: &str,
        bound: f32,
        check: &GenerateOptions,
        on_progress: ProgressCallback<'_>,
    ) -> Result<(MorphTarget, Residual), PipelineError> {
        let may_wait = || -> Result<(), PipelineError> {
            callback::may_wait()?;
            Ok(on_progress(0.0)?)
        };
        let within = || self.pulled_target(field, name, check, on_progress);
        let (target, residual) = run_on_threads_unless(field.engine().as_ref(), may_wait, within)???;
        let Residual { uncovered, astray, folded, .. } = residual;
        let is_whole = target.positions.iter().flatten().all(|number| number.is_finite());
        if is_whole && uncovered <= bound && astray <= bound && folded <= FOLDED_BOUND {
            return Ok((target, residual));
        }
        let far = uncovered.max(astray);
        Err(PipelineError::OtherTopology { name: name.to_owned(), far, bound, folded, most: FOLDED_BOUND })
    }

    fn pulled_target(
        &mut self,
        field: &ObjectField,
        name: &str,
        check: &GenerateOptions,
        on_progress: ProgressCallback<'_>,
    ) -> Result<(MorphTarget, Residual), PipelineError> {
        let (surface, _) = field.extract(check, &part(on_progress, 0.0, 0.2))?;
        let stride = surface.positions.len().div_ceil(MOST_PULLING);
        let pulling: Vec<Vector> = surface.positions.iter().copied().step_by(stride.max(1)).collect();
        self.pull(field, &pulling, &part(on_progress, 0.2, 0.9))?;
        let steps: Vec<_> = field.ways_to_surface(&self.points)?.collect();
        let mean = steps.iter().map(|(step, _)| length(*step)).sum::<f32>() / steps.len().max(1) as f32;
        let normals: Vec<Vector> = steps.into_iter().map(|(_, normal)| normal).collect();
        let (colors, _) = field.appearance(&self.points, &part(on_progress, 0.9, 0.95))?;
        let moved = self.moved();
        let uncovered =
            nearly_all(nearest(&moved, &surface.positions)?.into_iter().map(|found| found.distance));
        let astray = astray(field, &moved)?;
        let normals = self.surroundings.vertices(&normals);
        let folded = folded(&moved, &normals);
        on_progress(1.0)?;
        let target = MorphTarget {
            name: name.to_owned(),
            positions: moved.positions,
            normals,
            colors: self.surroundings.vertices(&colors),
        };
        Ok((target, Residual { mean, uncovered, astray, folded }))
    }
}

/// Returns the length of a step to the surface; infinity if the step is not finite.
fn length(step: Vector) -> f32 {
    let length = dot(step, step).sqrt();
    if length.is_finite() { length } else { f32::INFINITY }
}

/// Returns the 99th percentile of the values; 0 if there are no values.
fn nearly_all(values: impl Iterator<Item = f32>) -> f32 {
    let mut values: Vec<f32> = values.collect();
    values.sort_unstable_by(f32::total_cmp);
    values.get(values.len() * 99 / 100).copied().unwrap_or(0.0)
}

/// Returns the 99th percentile of the distance from the centers of a mesh's triangles to the field's surface.
fn astray(field: &ObjectField, mesh: &Mesh) -> Result<f32, PipelineError> {
    let middles: Vec<Vector> = (mesh.triangles.iter())
        .map(|triangle| {
            let [a, b, c] = triangle.map(|corner| mesh.positions[corner as usize]);
            scale(add(a, add(b, c)), 1.0 / 3.0)
        })
        .collect();
    Ok(nearly_all(field.ways_to_surface(&middles)?.map(|(step, _)| length(step))))
}

/// Returns the share of a mesh's area whose triangles face away from the normals of all their corners.
fn folded(mesh: &Mesh, normals: &[Vector]) -> f32 {
    let (mut inwards, mut all) = (0.0, 0.0);
    for triangle in &mesh.triangles {
        let facing = triangle_normal(triangle.map(|corner| mesh.positions[corner as usize]));
        let area = dot(facing, facing).sqrt();
        all += area;
        if faces_inwards(mesh, normals, *triangle) {
            inwards += area;
        }
    }
    inwards / all.max(f32::MIN_POSITIVE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearly_all_leaves_out_a_hundredth_and_never_what_is_unknown() {
        assert_eq!(nearly_all((0..100).map(|value| value as f32)), 99.0);
        assert_eq!(nearly_all((0..1000).rev().map(|value| value as f32)), 990.0);
        assert_eq!(nearly_all(std::iter::empty()), 0.0);
        let unknown = (0..100).map(|index| length(if index < 50 { [f32::NAN; 3] } else { [0.0; 3] }));
        assert_eq!(nearly_all(unknown), f32::INFINITY);
    }

    #[test]
    fn folded_is_the_share_of_surface_that_faces_inwards() {
        let positions = vec![[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [3.0, 0.0, 0.0]];
        let normals = vec![[0.0, 0.0, 1.0]; 4];
        let mesh =
            |triangles: Vec<[u32; 3]>| Mesh { positions: positions.clone(), triangles, ..Mesh::default() };
        assert_eq!(folded(&mesh(vec![[0, 1, 2]]), &normals), 0.0);
        assert_eq!(folded(&mesh(vec![[0, 1, 2], [0, 2, 1]]), &normals), 0.5);
        assert_eq!(folded(&mesh(vec![[0, 1, 2], [0, 2, 3]]), &normals), 0.75);
    }
}
