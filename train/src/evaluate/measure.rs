//! Scores of a single prompt. In comments, "our" mesh and "our" surface are those of the model's result.

use std::collections::HashMap;

use att3d::error::no_progress;
use att3d::mesh::Mesh;
use att3d::pipeline::{GenerateOptions, Model, ObjectField};
use att3d::surface::topology::connected_components;
use toybox::{Material, Noun, Random, Scene, SceneSpec};

use super::finish;
use super::metrics::{difference, edit_iou, iou};
use super::nouns::{COARSE, Recognised, Sight, recognise};
use super::scenes::{ATTRIBUTES, MEAN_SIDE, Question, nearest_training, occupancy, without};
use crate::TrainError;
use crate::truth::mesh_of;

/// Number of cells along each axis.
pub const RESOLUTION: u32 = 128;
/// Number of points of each kind of surface sample.
const SURFACE_POINTS: usize = 4_000;
/// Number of points on our surface with which a noun is recognized on the coarse grid.
const GLANCE_POINTS: usize = 500;
/// Largest distance between two surfaces that agree: 1.3 cells at 128³.
const NEAR: f32 = 0.02;

/// Scores of a prompt.
pub struct Score {
    pub iou: f64,
    /// Nouns whose scenes are nearest to our result.
    pub recognised: Recognised,
    pub color: f64,
    pub material: f64,
    /// Mean absolute difference of sRGB colors on small parts; NaN if the scene has none.
    pub small_color: f64,
    /// Mean angle between our normals and the true ones at our vertices, in degrees.
    pub normal: f64,
    /// Result of [`finish::spectrum`].
    pub spectrum: Vec<f64>,
    pub recall: f64,
    pub precision: f64,
    pub thin_recall: f64,
    /// Number of components of our mesh minus that of the true mesh, at least 0; NaN without a surface.
    pub strays: f64,
    /// Number of components of the true mesh at the same resolution.
    pub true_components: f64,
    pub edits: Vec<(&'static str, f64)>,
    pub mean_iou: f64,
    /// IoU of the nearest training scene; NaN if it has the same shape as the scored scene.
    pub nearest_iou: f64,
    /// Color error of the nearest training scene; NaN if it has another shape than the scored scene.
    pub nearest_color: f64,
    pub nearest_edits: Vec<(&'static str, f64)>,
}

/// Data that every score needs, computed once.
pub struct ScoringGrid {
    /// Grid points at the scored resolution.
    pub points: Vec<[f32; 3]>,
    /// Points of the coarse grid on which nouns are preselected.
    pub coarse: Vec<[f32; 3]>,
    /// Mean shape of each noun, on a grid of [`MEAN_SIDE`] cells along an edge.
    pub means: Vec<Vec<bool>>,
    /// Number of cells along the edge of a plane; 0 for a model without planes.
    pub plane_cells: usize,
}

/// Scores the model on the prompt of one scene.
pub fn score(
    model: &Model,
    question: &Question,
    scoring: &ScoringGrid,
    seed: u64,
) -> Result<Score, TrainError> {
    let spec = &question.spec;
    let mut random = Random::stream(3, seed);
    let embedding = model.embed(&[&question.prompt])?;
    let mut fields = model.fields(&embedding.latent, None)?;
    let field = fields.pop().ok_or(att3d::pipeline::PipelineError::NoPrompt)?;
    let inside = |points: &[[f32; 3]]| -> Result<Vec<bool>, TrainError> {
        let mut values = vec![0.0; points.len()];
        field.sample(points, &mut values)?;
        Ok(values.iter().map(|&value| value < 0.0).collect())
    };
    let ours = inside(&scoring.points)?;
    let side = RESOLUTION as usize;
    let truth = occupancy(spec, side);
    let near_spec = nearest_training(spec, &mut random);
    let nearest = occupancy(&near_spec, side);
    let same_shape = nearest == truth;
    let everywhere = vec![true; scoring.points.len()];
    let mut edits = Vec::new();
    let mut nearest_edits = Vec::new();
    for name in ATTRIBUTES {
        if let Some(plain) = without(spec, name) {
            let before = occupancy(&plain, side);
            edits.push((name, edit_iou(&ours, &truth, &before)));
            if !same_shape {
                nearest_edits.push((name, edit_iou(&nearest, &truth, &before)));
            }
        }
    }
    let scene = Scene::build(spec);
    let (color, material) = appearance_errors(&field, &scene, &mut random)?;
    let options = GenerateOptions { resolution: RESOLUTION, ..GenerateOptions::default() };
    let mesh = field.extract(&options, &no_progress).map(|(mesh, _)| mesh).unwrap_or_default();
    let normal = finish::normal_error(&field, &mesh, &scene, &mut random)?;
    let small_color = finish::small_part_color_error(&field, &scene, &mut random)?;
    let spectrum = finish::spectrum(&field, scoring.plane_cells, &mut random)?;
    let points = by_area(&mesh, &mut random);
    let surface = surface_scores(&mesh, &points, &scene, &mut random);
    let colors = field.appearance(&points, &no_progress)?.0;
    let few = points.len().min(GLANCE_POINTS);
    let coarse = inside(&scoring.coarse)?;
    let glance = Sight { side: COARSE, inside: &coarse, points: &points[..few], colors: &colors[..few] };
    let close = Sight { side, inside: &ours, points: &points, colors: &colors };
    let mean = Noun::all().position(|noun| noun == spec.noun).and_then(|index| scoring.means.get(index));
    Ok(Score {
        iou: iou(&ours, &truth, &everywhere),
        recognised: recognise(spec, &glance, &close),
        color,
        material,
        small_color,
        normal,
        spectrum,
        recall: surface.recall,
        precision: surface.precision,
        thin_recall: surface.thin_recall,
        strays: surface.strays,
        true_components: surface.true_components,
        edits,
        mean_iou: mean
            .map_or(f64::NAN, |mean| iou(mean, &occupancy(spec, MEAN_SIDE), &vec![true; mean.len()])),
        nearest_iou: if same_shape { f64::NAN } else { iou(&nearest, &truth, &everywhere) },
        nearest_color: if same_shape { color_between(&near_spec, &scene, &mut random) } else { f64::NAN },
        nearest_edits,
    })
}

/// Returns the mean absolute difference of sRGB color between two scenes of one shape, on the surface of this
/// shape.
fn color_between(one: &SceneSpec, scene: &Scene, random: &mut Random) -> f64 {
    let samples = toybox::sample_surface(scene, random, SURFACE_POINTS);
    let points: Vec<[f32; 3]> = samples.iter().map(|sample| sample.point).collect();
    let colors = |scene: &Scene| {
        let mut materials = vec![Material::default(); points.len()];
        scene.evaluate_materials(&points, &mut vec![0.0; points.len()], &mut materials);
        materials
    };
    let pairs = colors(scene).into_iter().zip(colors(&Scene::build(one)));
    pairs.map(|(a, b)| difference(a.color, b.color)).sum::<f64>() / points.len().max(1) as f64
}

/// Returns the mean absolute errors of sRGB color, and of metallic and roughness, at true surface points.
pub fn appearance_errors(
    field: &ObjectField,
    scene: &Scene,
    random: &mut Random,
) -> Result<(f64, f64), TrainError> {
    let points: Vec<[f32; 3]> =
        toybox::sample_surface(scene, random, SURFACE_POINTS).iter().map(|sample| sample.point).collect();
    let mut distances = vec![0.0; points.len()];
    let mut materials = vec![Material::default(); points.len()];
    scene.evaluate_materials(&points, &mut distances, &mut materials);
    let (colors, ours) = field.appearance(&points, &no_progress)?;
    let mut color = 0.0;
    let mut material = 0.0;
    for ((truth, rgb), pair) in materials.iter().zip(&colors).zip(&ours) {
        color += difference(truth.color, *rgb);
        material += f64::from((truth.metallic - pair[0]).abs() + (truth.roughness - pair[1]).abs()) / 2.0;
    }
    let count = points.len().max(1) as f64;
    Ok((color / count, material / count))
}

struct Surface {
    recall: f64,
    precision: f64,
    thin_recall: f64,
    strays: f64,
    true_components: f64,
}

/// Returns the number of components of the true scene's mesh. The number is above 1 where parts are too thin
/// or too far apart to be connected at this resolution.
fn true_components(scene: &Scene) -> f64 {
    mesh_of(scene, RESOLUTION).map_or(0.0, |mesh| connected_components(&mesh) as f64)
}

/// Computes the surface scores. `mesh` is ours, and `picked` are points on it; both are empty if there is
/// no surface.
fn surface_scores(mesh: &Mesh, picked: &[[f32; 3]], scene: &Scene, random: &mut Random) -> Surface {
    let true_components = true_components(scene);
    if mesh.triangles.is_empty() {
        return Surface { recall: 0.0, precision: 0.0, thin_recall: 0.0, strays: f64::NAN, true_components };
    }
    let cloud = mesh_points(mesh);
    let near = Neighbours::new(&cloud);
    let share = |samples: Vec<toybox::SurfacePoint>| {
        let close = samples.iter().filter(|sample| near.is_near(sample.point)).count();
        close as f64 / samples.len() as f64
    };
    let recall = share(toybox::sample_surface(scene, random, SURFACE_POINTS));
    let thin_recall = share(toybox::sample_thin_surface(scene, random, SURFACE_POINTS));
    let mut distances = vec![0.0; picked.len()];
    scene.evaluate(picked, &mut distances);
    let close = distances.iter().filter(|distance| distance.abs() <= NEAR).count();
    Surface {
        recall,
        precision: close as f64 / picked.len().max(1) as f64,
        thin_recall,
        strays: (connected_components(mesh) as f64 - true_components).max(0.0),
        true_components,
    }
}

fn corners(mesh: &Mesh, triangle: &[u32; 3]) -> [[f32; 3]; 3] {
    triangle.map(|vertex| mesh.positions[vertex as usize])
}

fn centroid([a, b, c]: [[f32; 3]; 3]) -> [f32; 3] {
    std::array::from_fn(|axis| (a[axis] + b[axis] + c[axis]) / 3.0)
}

/// Returns vertices and centroids of the mesh. Every surface point is within half a cell of one of them.
fn mesh_points(mesh: &Mesh) -> Vec<[f32; 3]> {
    let centroids = mesh.triangles.iter().map(|triangle| centroid(corners(mesh, triangle)));
    mesh.positions.iter().copied().chain(centroids).collect()
}

/// Returns centroids of triangles that are sampled by area; empty for an empty mesh.
pub fn by_area(mesh: &Mesh, random: &mut Random) -> Vec<[f32; 3]> {
    if mesh.triangles.is_empty() {
        return Vec::new();
    }
    let mut total = 0.0;
    let ends: Vec<f32> = mesh
        .triangles
        .iter()
        .map(|triangle| {
            let [a, b, c] = corners(mesh, triangle);
            let u: [f32; 3] = std::array::from_fn(|axis| b[axis] - a[axis]);
            let v: [f32; 3] = std::array::from_fn(|axis| c[axis] - a[axis]);
            let cross = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
            total += cross.iter().map(|number| number * number).sum::<f32>().sqrt();
            total
        })
        .collect();
    (0..SURFACE_POINTS)
        .map(|_| {
            let target = random.uniform() * total;
            let index = ends.partition_point(|&end| end <= target).min(ends.len() - 1);
            centroid(corners(mesh, &mesh.triangles[index]))
        })
        .collect()
}

/// Points in a hash grid with cells of width `NEAR`.
struct Neighbours {
    cells: HashMap<[i32; 3], Vec<[f32; 3]>>,
}

impl Neighbours {
    fn new(points: &[[f32; 3]]) -> Self {
        let mut cells: HashMap<[i32; 3], Vec<[f32; 3]>> = HashMap::new();
        for &point in points {
            cells.entry(point.map(|number| (number / NEAR).floor() as i32)).or_default().push(point);
        }
        Self { cells }
    }

    fn is_near(&self, point: [f32; 3]) -> bool {
        let home = point.map(|number| (number / NEAR).floor() as i32);
        (0..27).any(|index| {
            let cell = [home[0] + index % 3 - 1, home[1] + index / 3 % 3 - 1, home[2] + index / 9 - 1];
            self.cells.get(&cell).is_some_and(|points| {
                points.iter().any(|other| {
                    let squared: f32 = (0..3).map(|axis| (other[axis] - point[axis]).powi(2)).sum();
                    squared <= NEAR * NEAR
                })
            })
        })
    }
}
