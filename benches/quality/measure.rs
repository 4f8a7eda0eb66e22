//! One prompt's scores.

use std::collections::HashMap;

use att3d::error::unwatched;
use att3d::mesh::Mesh;
use att3d::pipeline::{GenerateOptions, Model, ObjectField};
use att3d::surface::topology::connected_components;
use att3d::surface::{BatchedField, Bound, ExtractOptions, extract};
use toybox::{Material, Random, Scene, SceneSpec};

use crate::scenes::{ATTRIBUTES, animal_index, grid, nearest_training, occupancy, without};

/// Cells along each axis.
const RESOLUTION: u32 = 128;
/// Points a kind of surface sample.
const SURFACE_POINTS: usize = 4_000;
/// How near two surfaces must be to agree: 1.3 cells at 128³.
const NEAR: f32 = 0.02;

/// What one prompt scored.
pub struct Score {
    pub iou: f64,
    pub color: f64,
    pub material: f64,
    pub recall: f64,
    pub precision: f64,
    pub thin_recall: f64,
    /// Components of our mesh beyond those of the true one.
    pub strays: f64,
    /// Components of the true mesh at the same resolution.
    pub true_components: f64,
    pub edits: Vec<(&'static str, f64)>,
    pub mean_iou: f64,
    pub nearest_iou: f64,
    pub nearest_edits: Vec<(&'static str, f64)>,
}

/// Scores the model on one scene's prompt.
pub fn score(model: &Model, spec: &SceneSpec, means: &[Vec<bool>], seed: u64) -> Score {
    let mut random = Random::stream(3, seed);
    let points = grid();
    let embedding = model.embed(&[&spec.prompt()]).unwrap();
    let field = model.fields(&embedding.latent, None).unwrap().remove(0);
    let mut values = vec![0.0; points.len()];
    field.sample(&points, &mut values).unwrap();
    let ours: Vec<bool> = values.iter().map(|&value| value < 0.0).collect();
    let truth = occupancy(spec, &points);
    let nearest = occupancy(&nearest_training(spec, &mut random), &points);
    let everywhere = vec![true; points.len()];
    let mut edits = Vec::new();
    let mut nearest_edits = Vec::new();
    for name in ATTRIBUTES {
        if let Some(plain) = without(spec, name) {
            let region: Vec<bool> = occupancy(&plain, &points)
                .iter()
                .zip(&truth)
                .map(|(before, after)| before != after)
                .collect();
            edits.push((name, iou(&ours, &truth, &region)));
            nearest_edits.push((name, iou(&nearest, &truth, &region)));
        }
    }
    let scene = Scene::build(spec);
    let (color, material) = appearance_errors(&field, &scene, &mut random);
    let surface = surface_scores(&field, &scene, &mut random);
    Score {
        iou: iou(&ours, &truth, &everywhere),
        color,
        material,
        recall: surface.recall,
        precision: surface.precision,
        thin_recall: surface.thin_recall,
        strays: surface.strays,
        true_components: surface.true_components,
        edits,
        mean_iou: iou(&means[animal_index(spec.animal)], &truth, &everywhere),
        nearest_iou: iou(&nearest, &truth, &everywhere),
        nearest_edits,
    }
}

fn iou(a: &[bool], b: &[bool], region: &[bool]) -> f64 {
    let mut both = 0u64;
    let mut either = 0u64;
    for ((&a, &b), &counted) in a.iter().zip(b).zip(region) {
        both += u64::from(a && b && counted);
        either += u64::from((a || b) && counted);
    }
    if either == 0 { f64::NAN } else { both as f64 / either as f64 }
}

/// Mean absolute errors of sRGB colour, and of metallic and roughness, at true surface points.
fn appearance_errors(field: &ObjectField, scene: &Scene, random: &mut Random) -> (f64, f64) {
    let points: Vec<[f32; 3]> =
        toybox::sample_surface(scene, random, SURFACE_POINTS).iter().map(|sample| sample.point).collect();
    let mut distances = vec![0.0; points.len()];
    let mut materials = vec![Material::default(); points.len()];
    scene.evaluate_materials(&points, &mut distances, &mut materials);
    let (colors, ours) = field.appearance(&points, &unwatched).unwrap();
    let mut color = 0.0;
    let mut material = 0.0;
    for ((truth, rgb), pair) in materials.iter().zip(&colors).zip(&ours) {
        color += truth.color.iter().zip(rgb).map(|(a, b)| f64::from((a - b).abs())).sum::<f64>() / 3.0;
        material += f64::from((truth.metallic - pair[0]).abs() + (truth.roughness - pair[1]).abs()) / 2.0;
    }
    let count = points.len().max(1) as f64;
    (color / count, material / count)
}

struct Surface {
    recall: f64,
    precision: f64,
    thin_recall: f64,
    strays: f64,
    true_components: f64,
}

/// Components of the true scene's mesh: what parts are too thin or too far apart to hang together at this resolution.
fn true_components(scene: &Scene) -> f64 {
    let field = BatchedField {
        values: |points: &[[f32; 3]], values: &mut [f32]| {
            scene.evaluate(points, values);
            Ok(())
        },
        gradients: |points: &[[f32; 3]], normals: &mut [[f32; 3]]| {
            scene.evaluate_normals(points, &mut vec![0.0; points.len()], normals);
            Ok(())
        },
    };
    // Scaled and bent parts are steeper than a distance, and none twice as steep.
    let bound = Bound::Lipschitz { constant: 2.0 };
    let options = ExtractOptions { resolution: RESOLUTION, bound, ..ExtractOptions::default() };
    extract(&field, &options).map_or(0.0, |found| connected_components(&found.mesh) as f64)
}

fn surface_scores(field: &ObjectField, scene: &Scene, random: &mut Random) -> Surface {
    let true_components = true_components(scene);
    let Ok((mesh, _)) =
        field.extract(&GenerateOptions { resolution: RESOLUTION, ..GenerateOptions::default() })
    else {
        return Surface { recall: 0.0, precision: 0.0, thin_recall: 0.0, strays: 0.0, true_components };
    };
    let cloud = mesh_points(&mesh);
    let near = Neighbours::new(&cloud);
    let share = |samples: Vec<toybox::SurfacePoint>| {
        let close = samples.iter().filter(|sample| near.is_near(sample.point)).count();
        close as f64 / samples.len() as f64
    };
    let recall = share(toybox::sample_surface(scene, random, SURFACE_POINTS));
    let thin_recall = share(toybox::sample_thin_surface(scene, random, SURFACE_POINTS));
    let picked = by_area(&mesh, random);
    let mut distances = vec![0.0; picked.len()];
    scene.evaluate(&picked, &mut distances);
    let close = distances.iter().filter(|distance| distance.abs() <= NEAR).count();
    Surface {
        recall,
        precision: close as f64 / picked.len().max(1) as f64,
        thin_recall,
        strays: (connected_components(&mesh) as f64 - true_components).max(0.0),
        true_components,
    }
}

fn corners(mesh: &Mesh, triangle: &[u32; 3]) -> [[f32; 3]; 3] {
    triangle.map(|vertex| mesh.positions[vertex as usize])
}

fn centroid([a, b, c]: [[f32; 3]; 3]) -> [f32; 3] {
    std::array::from_fn(|axis| (a[axis] + b[axis] + c[axis]) / 3.0)
}

/// Vertices and centroids: no surface point is farther than half a cell from one.
fn mesh_points(mesh: &Mesh) -> Vec<[f32; 3]> {
    let centroids = mesh.triangles.iter().map(|triangle| centroid(corners(mesh, triangle)));
    mesh.positions.iter().copied().chain(centroids).collect()
}

/// Centroids of triangles picked by area.
fn by_area(mesh: &Mesh, random: &mut Random) -> Vec<[f32; 3]> {
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

/// Points by cells as wide as `NEAR`.
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
