//! Several convex hulls for one shape: one per component, or one per part of a component that is far from
//! convex.

mod join;

use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use parry3d::math::Vector;
use parry3d::transformation::vhacd::{VHACD, VHACDParameters};

use serde::{Deserialize, Serialize};

use crate::error::{Cancelled, ProgressCallback, part};
use crate::mesh::{Mesh, points_of_watched};

use super::DetailError;
use super::floaters::Components;
use super::hull::{DEFAULT_HULL_VERTICES, check_vertices, hull_of};
use super::order::by_first_use;
use super::simplify::reduced_as_far_as;
use join::join_parts;

/// Largest number of hulls of one shape.
pub const MOST_HULLS: u32 = 64;
/// Number of hulls of one shape that the command uses by default. The default of [`HullOptions`] is 1.
pub const DEFAULT_HULLS: u32 = 16;
/// Number of triangles above which a component is reduced before it is divided, to this number or as far as
/// possible. The hulls of the component's parts contain the reduced shape.
const TRIANGLES: usize = 2_000;
/// Number of voxels along the longest side of a component that is divided.
const VOXELS: u32 = 48;
/// Time between two calls of the progress callback while another thread divides a component.
const PAUSE: Duration = Duration::from_millis(10);
/// Concavity above which V-HACD divides a part, as long as its number of steps allows. The concavity is
/// (volume of the part's hull − volume of the part) / volume of the whole component's hull.
const CONCAVITY: f32 = 0.02;

/// Options of hulls for collisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HullOptions {
    /// Largest number of hulls, 1 to [`MOST_HULLS`]. With 1, the only hull is that of the whole shape.
    pub count: u32,
    /// Largest number of vertices of each hull, 8 to 255.
    pub vertices: u32,
}

impl Default for HullOptions {
    fn default() -> Self {
        Self { count: 1, vertices: DEFAULT_HULL_VERTICES }
    }
}

impl HullOptions {
    /// Checks the ranges. Errors: `Hulls`, `HullVertices`.
    pub fn check(&self) -> Result<(), DetailError> {
        if !(1..=MOST_HULLS).contains(&self.count) {
            return Err(DetailError::Hulls { found: self.count });
        }
        check_vertices(self.vertices)
    }
}

/// Returns at most `options.count` convex hulls. Together they contain the mesh, with two exceptions. A
/// component or a divided part whose points lie in one plane has no hull. Small pieces of the surface of a
/// divided component may lie outside. The hulls have only positions and triangles, counter-clockwise seen
/// from outside. The hulls of the largest component come first, unless parts were joined to meet the limit.
///
/// Each component has its own hull. If `options.count` is larger than the number of components, components
/// that are far from convex are divided (V-HACD, Mamou 2016). If it is smaller, small components share the
/// hull of the nearest large component. A component of more than 2,000 triangles is reduced before it is
/// divided. Its hulls contain the whole reduced shape, but small parts of the original surface may lie
/// outside.
///
/// # Errors
/// `Hulls`, `HullVertices`, `Mesh`, `Cancelled`, `Thread`; `Hull` if no part has a hull, because each lies in
/// a plane.
pub fn hulls(
    mesh: &Mesh,
    options: HullOptions,
    on_progress: ProgressCallback<'_>,
) -> Result<Vec<Mesh>, DetailError> {
    options.check()?;
    mesh.check()?;
    on_progress(0.0)?;
    let HullOptions { count, vertices } = options;
    if count == 1 {
        return Ok(vec![hull_of(&mesh.positions, vertices, on_progress)?]);
    }
    let components = groups(mesh, count as usize, &part(on_progress, 0.0, 0.1))?;
    let spare = count as usize - components.len();
    let parts = if spare == 0 {
        components.iter().map(|component| component.positions.clone()).collect()
    } else {
        taken_apart(&components, count as usize, &part(on_progress, 0.1, 0.8))?
    };
    let mut found = Vec::new();
    let mut refusal = None;
    for (index, positions) in parts.iter().enumerate() {
        on_progress(0.8 + 0.2 * index as f32 / parts.len() as f32)?;
        match hull_of(positions, vertices, &part(on_progress, 0.8, 0.8)) {
            Ok(hull) => found.push(hull),
            // A part in one plane has no volume for collisions, so it is left out.
            Err(error @ DetailError::Hull { .. }) => refusal = Some(error),
            Err(error) => return Err(error),
        }
    }
    match refusal {
        Some(error) if found.is_empty() => Err(error),
        _ => Ok(found),
    }
}

/// Returns the components as separate meshes, largest first. The largest components are kept, at most `most`
/// of them. Each other component is joined to the nearest component that is kept. Errors: `Cancelled`.
fn groups(mesh: &Mesh, most: usize, on_progress: ProgressCallback<'_>) -> Result<Vec<Mesh>, Cancelled> {
    let components = Components::of(mesh, on_progress)?;
    let count = components.volumes.len();
    let mut order: Vec<usize> = (0..count).filter(|&component| components.triangles[component] > 0).collect();
    order.sort_by(|&one, &other| components.volumes[other].abs().total_cmp(&components.volumes[one].abs()));
    let mut middles = vec![([0.0f32; 3], 0u32); count];
    for (&component, position) in components.of_vertex.iter().zip(&mesh.positions) {
        let (sum, vertices) = &mut middles[component as usize];
        (0..3).for_each(|axis| sum[axis] += position[axis]);
        *vertices += 1;
    }
    let middle = |component: usize| middles[component].0.map(|sum| sum / middles[component].1.max(1) as f32);
    let away = |one: usize, other: usize| -> f32 {
        middle(one).iter().zip(middle(other)).map(|(one, other)| (one - other) * (one - other)).sum()
    };
    let kept = &order[..order.len().min(most)];
    let mut group_of = vec![0; count];
    for (place, &component) in order.iter().enumerate() {
        let near = |one: &usize, other: &usize| {
            away(component, kept[*one]).total_cmp(&away(component, kept[*other]))
        };
        debug_assert!(!kept.is_empty(), "none of the {count} components is kept; expected at least one");
        group_of[component] =
            if place < kept.len() { place } else { (0..kept.len()).min_by(near).unwrap_or_default() };
    }
    // Vertices at the same position are merged, because hulls need neither attributes nor texture charts.
    let point_of = points_of_watched(&mesh.positions, &part(on_progress, 1.0, 1.0))?;
    let mut places = vec![[0.0; 3]; point_of.len()];
    point_of.iter().zip(&mesh.positions).for_each(|(&point, &position)| places[point as usize] = position);
    let places = Mesh { positions: places, ..Mesh::default() };
    let mut triangles: Vec<Vec<[u32; 3]>> = vec![Vec::new(); kept.len()];
    for triangle in &mesh.triangles {
        let group = group_of[components.of_vertex[triangle[0] as usize] as usize];
        triangles[group].push(triangle.map(|vertex| point_of[vertex as usize]));
    }
    Ok(triangles.into_iter().map(|triangles| by_first_use(&places, &triangles).0).collect())
}

/// Divides the components into at most `most` parts, and returns the points of each part. Errors: `Thread`,
/// `Cancelled`.
fn taken_apart(
    components: &[Mesh],
    most: usize,
    on_progress: ProgressCallback<'_>,
) -> Result<Vec<Vec<[f32; 3]>>, DetailError> {
    // Each component gets one part. The remaining parts are distributed in proportion to each component's
    // excess: the volume of its hull minus its own volume.
    let mut excess = Vec::new();
    for component in components {
        on_progress(0.0)?;
        let volume = component.measures().volume.abs();
        let hull = hull_of(&component.positions, 64, &part(on_progress, 0.0, 0.0));
        excess.push(hull.map_or(0.0, |hull| (hull.measures().volume - volume).max(0.0)));
    }
    let whole: f64 = excess.iter().sum::<f64>().max(f64::MIN_POSITIVE);
    let spare = (most - components.len()) as f64;
    let mut parts = Vec::new();
    for (index, (component, excess)) in components.iter().zip(&excess).enumerate() {
        let from = index as f32 / components.len() as f32;
        let on_progress = part(on_progress, from, from + 1.0 / components.len() as f32);
        let count = 1 + (spare * excess / whole) as usize;
        if count == 1 {
            parts.push(component.positions.clone());
        } else {
            parts.extend(convex_parts(component, count, &on_progress)?);
        }
    }
    // In each step, V-HACD divides every part whose concavity exceeds `CONCAVITY` into two parts. So it may
    // return more parts than requested.
    join_parts(parts, most, &part(on_progress, 1.0, 1.0))
}

/// Divides a component into nearly convex parts and returns the points of each. V-HACD may return up to four
/// times `count` parts. Errors: `Thread`, `Cancelled`.
fn convex_parts(
    component: &Mesh,
    count: usize,
    on_progress: ProgressCallback<'_>,
) -> Result<Vec<Vec<[f32; 3]>>, DetailError> {
    let reduced = reduced_as_far_as(component, TRIANGLES, &part(on_progress, 0.0, 0.3))?;
    let points: Vec<Vector> = reduced.positions.iter().map(|&point| Vector::from_array(point)).collect();
    let parameters = VHACDParameters {
        resolution: VOXELS,
        concavity: CONCAVITY,
        max_convex_hulls: count as u32,
        ..VHACDParameters::default()
    };
    on_progress(0.3)?;
    let (sender, receiver) = mpsc::channel();
    let work = move || {
        let found = VHACD::decompose(&parameters, &points, &reduced.triangles, true);
        // The receiver of a canceled job is gone, so sending may fail.
        let _ = sender.send(found.compute_primitive_intersections(&points, &reduced.triangles));
    };
    // V-HACD cannot be interrupted. It runs on a separate thread, which a canceled job does not wait for.
    // After a cancellation, the thread continues until V-HACD ends, and its result is dropped.
    std::thread::Builder::new().name("att3d-hulls".into()).spawn(work).map_err(DetailError::Thread)?;
    let mut waited = 0.0f32;
    loop {
        match receiver.recv_timeout(PAUSE) {
            Ok(parts) => {
                let places = |part: Vec<Vector>| part.into_iter().map(|point| point.to_array()).collect();
                return Ok(parts.into_iter().map(places).collect());
            }
            Err(RecvTimeoutError::Timeout) => {
                waited += 0.01;
                on_progress(0.3 + 0.5 * waited.min(1.0))?;
            }
            // The thread panicked, so the component is not divided.
            Err(RecvTimeoutError::Disconnected) => return Ok(vec![component.positions.clone()]),
        }
    }
}
