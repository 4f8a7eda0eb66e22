//! Keyframes on one topology: the first frame's mesh, moved along with the surface from prompt to prompt.
//!
//! Between two keyframes the latent is mixed in small steps. At each, the vertices follow the field's gradient onto its surface, and what
//! they have moved by is evened out along it, so that where a part grows, its neighbours come along. At the keyframe itself, the parts of
//! its surface that no vertex followed to pull the nearest ones.

use rayon::prelude::*;

use crate::detail::{Surroundings, faces_inwards, nearest};
use crate::engine::run_on_threads_unless;
use crate::error::{Watch, part};
use crate::mesh::{Mesh, MorphTarget};
use crate::nn::Latent;
use crate::vector::{Vector, add, dot, scale, subtract, triangle_normal};

use super::{GenerateOptions, Generated, Model, ObjectField, PipelineError, callback};

/// How a morph is made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MorphOptions {
    /// Fields between one keyframe and the next, the next included.
    pub steps: u32,
    /// Farthest that the keyframe's surface and the moved mesh may lie from each other, beyond what the first keyframe's mesh is from its own surface;
    /// object space, but for a hundredth of either.
    pub bound: f32,
}

impl Default for MorphOptions {
    fn default() -> Self {
        Self { steps: 16, bound: 0.02 }
    }
}

/// How well moved vertices follow a keyframe.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Residual {
    /// Mean distance of the moved vertices from the keyframe's surface, object space.
    pub mean: f32,
    /// What all but a hundredth of the keyframe's surface lies nearer to the moved mesh than, object space.
    pub uncovered: f32,
    /// What all but a hundredth of the moved mesh's triangles have their middles nearer to the keyframe's surface than, object space.
    pub astray: f32,
    /// Share of the moved mesh's surface that faces inwards: it has folded.
    pub folded: f32,
}

/// Further keyframes of a mesh, which is the first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Morph {
    /// Where its vertices lie.
    pub targets: Vec<MorphTarget>,
    /// How well each target follows.
    pub residuals: Vec<Residual>,
}

/// Most keyframes of one mesh: each takes as much memory as the mesh.
pub const MOST_KEYFRAMES: usize = 64;

// What follows was tried on six pairs of the bundled model's prompts: with these, a pig grows a party hat to 0.007 (without pulls, 0.08), and what cannot
// be reached stays at 0.03 and more, or folds by 8 % and more. A third or thrice of any of them changed little.

/// Newton steps onto the surface, each time the field has changed a little.
const NEWTON_STEPS: usize = 2;
/// A vertex moves by at most this much in one of them, object space: farther lies another part.
const LONGEST_STEP: f32 = 0.08;
/// Rounds of evening out after each step, and how far each goes.
const EVEN_ROUNDS: usize = 8;
const EVENNESS: f32 = 0.5;
/// Rounds in which parts that stayed far pull.
const PULLS: usize = 60;
/// How far they must be to pull, object space.
const PULLING: f32 = 0.01;
/// Points that pull, at most.
const MOST_PULLING: usize = 6_000;
/// Most cells along each side of the grid in which a keyframe's surface is found to compare with: one is no larger than the default bound.
const CHECK_RESOLUTION: u32 = 100;
/// Largest share of the surface that may have folded.
const FOLDED_BOUND: f32 = 0.02;

impl Model {
    /// The first keyframe's mesh, and where its vertices lie for each further one: latents of a batch of one each, and what they are
    /// called. At most [`MOST_KEYFRAMES`]. Errors: `NoPrompt`, `Keyframes`, `OtherTopology`, and those of meshes.
    pub fn morph(
        &self,
        keyframes: &[(Latent, String)],
        options: &GenerateOptions<'_>,
        morph: &MorphOptions,
    ) -> Result<Generated, PipelineError> {
        let Some(((first, _), further)) = keyframes.split_first() else {
            return Err(PipelineError::NoPrompt);
        };
        if keyframes.len() > MOST_KEYFRAMES {
            return Err(PipelineError::Keyframes { found: keyframes.len(), most: MOST_KEYFRAMES });
        }
        let watch = options.watch;
        let of_base = part(watch, 0.0, 0.3);
        let mut generated = self.mesh_of(first, &GenerateOptions { watch: &of_base, ..*options })?;
        let mut frame = Frame::of(&generated.mesh);
        let begun = self.fields(first, None)?.into_iter().next().ok_or(PipelineError::NoPrompt)?;
        let engine = self.engine().as_ref();
        let of_mesh =
            run_on_threads_unless(engine, callback::may_wait, || astray(&begun, &generated.mesh))???;
        // A coarse mesh is that far from its own surface.
        let bound = morph.bound + of_mesh;
        let mut found = Morph::default();
        let mut from = first;
        for (index, (to, name)) in further.iter().enumerate() {
            let share = |done: f32| 0.3 + 0.7 * (index as f32 + done) / further.len() as f32;
            let of_steps = part(watch, share(0.0), share(0.5));
            let field = self.follow(&mut frame, from, to, morph.steps, &of_steps)?;
            let of_target = part(watch, share(0.5), share(1.0));
            let check = GenerateOptions {
                resolution: options.resolution.min(CHECK_RESOLUTION),
                watch: &of_target,
                ..*options
            };
            let (target, residual) = frame.target(&field, name, bound, &check)?;
            found.targets.push(target);
            found.residuals.push(residual);
            from = to;
        }
        watch(1.0)?;
        generated.morph = Some(found);
        Ok(generated)
    }

    /// Moves a frame from one latent to another; gives the last field.
    fn follow(
        &self,
        frame: &mut Frame,
        from: &Latent,
        to: &Latent,
        steps: u32,
        watch: Watch<'_>,
    ) -> Result<ObjectField, PipelineError> {
        let steps = steps.max(1);
        let mut last = None;
        for step in 1..=steps {
            watch((step - 1) as f32 / steps as f32)?;
            let share = step as f32 / steps as f32;
            let latent = self.mix_latents(&[(from, 1.0 - share), (to, share)])?;
            let field = self.fields(&latent, None)?.into_iter().next().ok_or(PipelineError::NoPrompt)?;
            let may_wait = || -> Result<(), PipelineError> {
                callback::may_wait()?;
                Ok(watch((step - 1) as f32 / steps as f32)?)
            };
            run_on_threads_unless(self.engine().as_ref(), may_wait, || frame.step(&field))???;
            last = Some(field);
        }
        last.ok_or(PipelineError::NoPrompt)
    }
}

/// A mesh on its way.
struct Frame {
    /// The first keyframe's.
    mesh: Mesh,
    surroundings: Surroundings,
    /// Where each point is now: vertices at one place move as one.
    points: Vec<Vector>,
    /// Where each began.
    origins: Vec<Vector>,
}

impl Frame {
    fn of(mesh: &Mesh) -> Self {
        let surroundings = Surroundings::of(mesh);
        let points = surroundings.points(&mesh.positions);
        Self { mesh: mesh.clone(), surroundings, origins: points.clone(), points }
    }

    /// Onto the field's surface, evenly.
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

    /// What points have moved by becomes more like what their neighbours have, along the surface.
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

    /// The surface's parts that stayed far from the mesh pull what is nearest to them. surface: points on it.
    fn pull(
        &mut self,
        field: &ObjectField,
        surface: &[Vector],
        watch: Watch<'_>,
    ) -> Result<(), PipelineError> {
        for round in 0..PULLS {
            watch(round as f32 / PULLS as f32)?;
            let found = nearest(&self.moved(), surface)?;
            let far = found.iter().filter(|found| found.distance > PULLING);
            let given = far.flat_map(|found| {
                self.mesh.triangles[found.triangle as usize].map(|corner| (corner, found.away))
            });
            let pulls = self.surroundings.gathered(given);
            if pulls.iter().all(|pull| *pull == [0.0; 3]) {
                break;
            }
            // The neighbours come along, or one vertex alone would be drawn out to a needle.
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

    /// The mesh as it is now.
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

    /// The vertices as they are now, and how well they follow the field. Errors: `OtherTopology` where a part of its surface is far.
    fn target(
        &mut self,
        field: &ObjectField,
        name: &str,
        bound: f32,
        check: &GenerateOptions<'_>,
    ) -> Result<(MorphTarget, Residual), PipelineError> {
        let may_wait = || -> Result<(), PipelineError> {
            callback::may_wait()?;
            Ok((check.watch)(0.0)?)
        };
        let within = || self.pulled_target(field, name, check);
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
        check: &GenerateOptions<'_>,
    ) -> Result<(MorphTarget, Residual), PipelineError> {
        let watch = check.watch;
        let of_surface = part(watch, 0.0, 0.2);
        let (surface, _) = field.extract(&GenerateOptions { watch: &of_surface, ..*check })?;
        let stride = surface.positions.len().div_ceil(MOST_PULLING);
        let pulling: Vec<Vector> = surface.positions.iter().copied().step_by(stride.max(1)).collect();
        self.pull(field, &pulling, &part(watch, 0.2, 0.9))?;
        let steps: Vec<_> = field.ways_to_surface(&self.points)?.collect();
        let mean = steps.iter().map(|(step, _)| length(*step)).sum::<f32>() / steps.len().max(1) as f32;
        let normals: Vec<Vector> = steps.into_iter().map(|(_, normal)| normal).collect();
        let (colors, _) = field.appearance(&self.points, &part(watch, 0.9, 0.95))?;
        let moved = self.moved();
        let uncovered =
            nearly_all(nearest(&moved, &surface.positions)?.into_iter().map(|found| found.distance));
        let astray = astray(field, &moved)?;
        let normals = self.surroundings.vertices(&normals);
        let folded = folded(&moved, &normals);
        watch(1.0)?;
        let target = MorphTarget {
            name: name.to_owned(),
            positions: moved.positions,
            normals,
            colors: self.surroundings.vertices(&colors),
        };
        Ok((target, Residual { mean, uncovered, astray, folded }))
    }
}

/// How far a point is from the surface that a step leads to; infinitely, where the field says nothing.
fn length(step: Vector) -> f32 {
    let length = dot(step, step).sqrt();
    if length.is_finite() { length } else { f32::INFINITY }
}

/// What all but a hundredth of the values are at most.
fn nearly_all(values: impl Iterator<Item = f32>) -> f32 {
    let mut values: Vec<f32> = values.collect();
    values.sort_unstable_by(f32::total_cmp);
    values.get(values.len() * 99 / 100).copied().unwrap_or(0.0)
}

/// What all but a hundredth of a mesh's triangles have their middles nearer to the field's surface than.
fn astray(field: &ObjectField, mesh: &Mesh) -> Result<f32, PipelineError> {
    let middles: Vec<Vector> = (mesh.triangles.iter())
        .map(|triangle| {
            let [a, b, c] = triangle.map(|corner| mesh.positions[corner as usize]);
            scale(add(a, add(b, c)), 1.0 / 3.0)
        })
        .collect();
    Ok(nearly_all(field.ways_to_surface(&middles)?.map(|(step, _)| length(step))))
}

/// The share of a mesh's surface whose triangles face away from all of their corners' normals.
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
