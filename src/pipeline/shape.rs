//! A shape that a model takes in addition to the prompt: points of a surface, and the keep share.

use std::sync::Arc;

use crate::generator::POINT_FEATURES;
use crate::gltf::{Document, ScenePart};
use crate::mesh::Mesh;
use crate::vector::triangle_normal;

use super::PipelineError;

#[cfg(test)]
mod tests;

/// Points of a surface in object space, for models with a shape input. Copies are cheap.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    points: Arc<[ShapePoint]>,
    keep: f32,
    frame: Option<ShapeFrame>,
}

/// A point of a surface.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ShapePoint {
    /// Position in object space.
    pub position: [f32; 3],
    /// Outward unit normal; zeros if it is not known.
    pub normal: [f32; 3],
    /// sRGB color, if it is known.
    pub color: Option<[f32; 3]>,
}

/// Position and scale of a shape in its own space. With this frame, a mesh that is made from the shape can be
/// moved to the shape's place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShapeFrame {
    /// Point that becomes the origin of object space: the center of the shape's bounding box.
    pub center: [f32; 3],
    /// Units of the shape's space per unit of object space.
    pub units: f32,
}

/// A surface from which points are sampled.
#[derive(Clone, Copy, Debug, Default)]
pub struct ShapeSurface<'a> {
    /// Positions, one per vertex.
    pub positions: &'a [[f32; 3]],
    /// Normals of any length, one per vertex; empty to use the triangles' own normals.
    pub normals: &'a [[f32; 3]],
    /// sRGB colors, one per vertex; empty if they are not known.
    pub colors: &'a [[f32; 3]],
    /// Vertex indices, counter-clockwise seen from outside.
    pub triangles: &'a [[u32; 3]],
}

/// Default keep share. A lower share mixes the given shape with the prompt's own shape, and
/// thin parts vanish in the mix.
pub const DEFAULT_KEEP: f32 = 1.0;
/// Largest number of points of a cloud. A PointNet reads each point, and more points describe a surface no
/// better.
const MOST_POINTS: usize = 1 << 18;
/// Largest absolute value of a number of a point in object space, which reaches from -1 to 1. Beyond this
/// value, a network's sums overflow, and its results are not numbers.
const FARTHEST: f32 = 1_000.0;
/// Number of points that are sampled from a mesh.
const POINTS: usize = 4_096;
/// Half of a fitted shape's longest side, object space. Models are trained on things of this size.
pub const FITTED: f32 = 0.85;
/// Steps of Roberts' low-discrepancy sequence R₃: powers -1, -2 and -3 of x = 1.2207, for which x⁴ = x + 1.
/// The sequence spreads points evenly over triangles, and it gives the same points each time.
const STEPS: [f64; 3] = [0.819_172_513_396_164_5, 0.671_043_606_703_789_2, 0.549_700_477_901_970_1];

impl Shape {
    /// Makes a shape of a point cloud in object space, without normals and colors. Errors: `ShapeTooSmall`,
    /// `ShapeTooLarge`, `NotFinite`, `TooFar` for a number beyond ±1,000.
    pub fn from_points(points: &[[f32; 3]]) -> Result<Self, PipelineError> {
        let point = |&position: &[f32; 3]| ShapePoint { position, ..ShapePoint::default() };
        Self::from_cloud(points.iter().map(point).collect())
    }

    /// Makes a shape of a point cloud, as [`Shape::from_points`] does, with the known attributes of each
    /// point. Errors: those of [`Shape::from_points`].
    pub fn from_cloud(points: Vec<ShapePoint>) -> Result<Self, PipelineError> {
        if points.is_empty() {
            return Err(PipelineError::ShapeTooSmall { what: "points", found: 0, least: 1 });
        }
        if points.len() > MOST_POINTS {
            return Err(PipelineError::ShapeTooLarge { found: points.len(), most: MOST_POINTS });
        }
        for (index, point) in points.iter().enumerate() {
            let numbers = point.position.iter().chain(&point.normal).chain(point.color.iter().flatten());
            if let Some(&found) = numbers.clone().find(|number| !number.is_finite()) {
                return Err(PipelineError::NotFinite { what: "a value of point", index, found });
            }
            check_near("a value of point", index, numbers)?;
        }
        Ok(Self { points: points.into(), keep: DEFAULT_KEEP, frame: None })
    }

    /// Samples 4,096 points from a surface in object space, evenly by area and the same each time. Errors:
    /// `ShapeTooSmall`, `NotFinite`, `TooFar` for a coordinate beyond ±1,000, `ShapeIndex`, `ShapeAttribute`.
    pub fn from_surface(surface: ShapeSurface<'_>) -> Result<Self, PipelineError> {
        for (index, position) in surface.positions.iter().enumerate() {
            check_near("a coordinate of vertex", index, position.iter())?;
        }
        let drawn = drawn_from(&[surface], &|_, _, _| None)?;
        let points = drawn
            .into_iter()
            .map(|(position, rest)| ShapePoint { position: position.map(|x| x as f32), ..rest });
        Ok(Self { points: points.collect(), keep: DEFAULT_KEEP, frame: None })
    }

    /// Makes a shape of triangles, as [`Shape::from_surface`] does, without normals and colors of the
    /// vertices. Errors: those of [`Shape::from_surface`].
    pub fn from_triangles(positions: &[[f32; 3]], triangles: &[[u32; 3]]) -> Result<Self, PipelineError> {
        Self::from_surface(ShapeSurface { positions, triangles, ..ShapeSurface::default() })
    }

    /// Makes a shape of a mesh, as [`Shape::from_surface`] does. Errors: those of [`Shape::from_surface`].
    pub fn from_mesh(mesh: &Mesh) -> Result<Self, PipelineError> {
        Self::from_surface(ShapeSurface::of(mesh))
    }

    /// Samples 4,096 points from surfaces of any position and size, and moves and scales them into object
    /// space. [`Shape::frame`] returns the center and the scale. Errors: those of [`Shape::from_surface`]
    /// except `TooFar`; `ShapeExtent`.
    pub fn fitted(surfaces: &[ShapeSurface<'_>]) -> Result<Self, PipelineError> {
        Self::fitted_in_colors(surfaces, &|_, _, _| None)
    }

    fn fitted_in_colors(surfaces: &[ShapeSurface<'_>], color: Color<'_>) -> Result<Self, PipelineError> {
        let drawn = drawn_from(surfaces, color)?;
        let frame = ShapeFrame::around(surfaces)?;
        let points = drawn
            .into_iter()
            .map(|(position, rest)| ShapePoint { position: frame.into_object(position), ..rest });
        Ok(Self { points: points.collect(), keep: DEFAULT_KEEP, frame: Some(frame) })
    }

    /// Makes a shape of all that a GLB's scene shows, as [`Shape::fitted`] does. Errors: `Gltf`, and those of
    /// [`Shape::fitted`].
    pub fn from_glb(bytes: &[u8]) -> Result<Self, PipelineError> {
        Self::of_parts(&Document::parse(bytes)?.scene()?.parts)
    }

    /// Makes a shape of a document's parts, as [`Shape::fitted`] does. Each point has the color of the part's
    /// material and textures there. Errors: those of [`Shape::fitted`].
    pub fn of_parts(parts: &[ScenePart]) -> Result<Self, PipelineError> {
        let seen: Vec<_> = parts.iter().filter(|part| part.is_seen).collect();
        // Where a file contains only lower levels of detail, they are used.
        let shown = if seen.is_empty() { parts.iter().collect() } else { seen };
        let surfaces: Vec<ShapeSurface<'_>> =
            shown.iter().map(|part| ShapeSurface::of(&part.surface)).collect();
        let color = |surface: usize, triangle: usize, weights: [f64; 3]| {
            shown.get(surface).and_then(|part| part.color_at(triangle, weights))
        };
        Self::fitted_in_colors(&surfaces, &color)
    }

    /// Returns the shape with another keep share, from 0 to 1: 0 is the prompt's own shape, 1 is this
    /// shape (LATTE3D's α). Errors: `Keep`.
    pub fn keeping(self, keep: f32) -> Result<Self, PipelineError> {
        if !(0.0..=1.0).contains(&keep) {
            return Err(PipelineError::Keep { found: keep });
        }
        Ok(Self { keep, ..self })
    }

    /// Returns the keep share, from 0 to 1.
    pub fn keep(&self) -> f32 {
        self.keep
    }

    /// Returns the points.
    pub fn points(&self) -> &[ShapePoint] {
        &self.points
    }

    /// Returns the frame of the shape in its own space; `None` for a shape that was given in object space.
    pub fn frame(&self) -> Option<ShapeFrame> {
        self.frame
    }

    /// Returns rows of [`POINT_FEATURES`] numbers for a PointNet: position, normal, color minus 0.5 (zeros if
    /// it is not known), and the keep share.
    pub(super) fn rows(&self) -> Vec<f32> {
        let mut rows = Vec::with_capacity(self.points.len() * POINT_FEATURES);
        for point in self.points.iter() {
            rows.extend(point.position);
            rows.extend(point.normal);
            rows.extend(point.color.map_or([0.0; 3], |color| color.map(|channel| channel - 0.5)));
            rows.push(self.keep);
        }
        rows
    }
}

impl ShapeFrame {
    /// Computes the frame around the corners of all triangles, which are finite and not all at one point.
    /// Errors: `ShapeExtent`.
    fn around(surfaces: &[ShapeSurface<'_>]) -> Result<Self, PipelineError> {
        let mut low = [f64::INFINITY; 3];
        let mut high = [f64::NEG_INFINITY; 3];
        let used = surfaces.iter().flat_map(|surface| {
            let corner = |&corner: &u32| surface.positions.get(corner as usize);
            surface.triangles.iter().flatten().filter_map(corner)
        });
        for position in used {
            for axis in 0..3 {
                low[axis] = low[axis].min(position[axis].into());
                high[axis] = high[axis].max(position[axis].into());
            }
        }
        let longest = (0..3).map(|axis| high[axis] - low[axis]).fold(0.0, f64::max);
        let units = (longest / 2.0 / f64::from(FITTED)) as f32;
        if !units.is_normal() {
            return Err(PipelineError::ShapeExtent { found: longest });
        }
        Ok(Self { center: [0, 1, 2].map(|axis| (low[axis] / 2.0 + high[axis] / 2.0) as f32), units })
    }

    /// Converts a point of the shape's own space to object space.
    pub fn to_object(&self, point: [f32; 3]) -> [f32; 3] {
        self.into_object(point.map(f64::from))
    }

    fn into_object(self, point: [f64; 3]) -> [f32; 3] {
        [0, 1, 2].map(|axis| ((point[axis] - f64::from(self.center[axis])) / f64::from(self.units)) as f32)
    }
}

/// A function from the index of a surface, the index of a triangle and the weights of its corners to an sRGB
/// color. `None` means that the vertices' colors are used.
type Color<'a> = &'a dyn Fn(usize, usize, [f64; 3]) -> Option<[f32; 3]>;

/// Samples points evenly by area over all surfaces. Returns each position in the surfaces' own space, and the
/// point's other attributes.
fn drawn_from(
    surfaces: &[ShapeSurface<'_>],
    color: Color<'_>,
) -> Result<Vec<([f64; 3], ShapePoint)>, PipelineError> {
    // For each triangle with area: the end of its interval of the cumulated area, its surface, and its index.
    let mut ends: Vec<(f64, usize, usize)> = Vec::new();
    let mut total = 0.0;
    for (which, surface) in surfaces.iter().enumerate() {
        surface.check()?;
        for (index, triangle) in surface.triangles.iter().enumerate() {
            let normal = triangle_normal(corners(surface.positions, triangle, index)?);
            let area = length(normal) / 2.0;
            if area > 0.0 {
                total += area;
                ends.push((total, which, index));
            }
        }
    }
    if total <= 0.0 {
        return Err(PipelineError::ShapeTooSmall { what: "triangles with area", found: 0, least: 1 });
    }
    let mut points = Vec::with_capacity(POINTS);
    for index in 0..POINTS {
        let [along, u, v] = STEPS.map(|step| (0.5 + step * (index as f64 + 1.0)).fract());
        let chosen = ends.partition_point(|&(end, ..)| end <= along * total).min(ends.len() - 1);
        let found =
            ends.get(chosen).and_then(|&(_, which, triangle)| Some((surfaces.get(which)?, which, triangle)));
        let Some((surface, which, triangle)) = found else {
            debug_assert!(false, "point {index} has no triangle among {}", ends.len());
            continue;
        };
        // The unit square is folded onto the triangle.
        let (u, v) = if u + v > 1.0 { (1.0 - u, 1.0 - v) } else { (u, v) };
        let weights = [1.0 - u - v, u, v];
        let (position, mut rest) = surface.point(triangle, weights)?;
        if let Some(color) = color(which, triangle, weights) {
            rest.color = Some(color);
        }
        points.push((position, rest));
    }
    Ok(points)
}

impl<'a> ShapeSurface<'a> {
    /// Returns the surface of a mesh.
    pub fn of(mesh: &'a Mesh) -> Self {
        let Mesh { positions, normals, colors, triangles, .. } = mesh;
        Self { positions, normals, colors, triangles }
    }

    /// Checks positions, normals and colors. Errors: `NotFinite`, `ShapeAttribute`.
    pub(super) fn check(&self) -> Result<(), PipelineError> {
        check_finite(self.positions)?;
        let vertices = self.positions.len();
        for (what, found) in [("normals", self.normals.len()), ("colors", self.colors.len())] {
            if found != 0 && found != vertices {
                return Err(PipelineError::ShapeAttribute { what, found, vertices });
            }
        }
        for (what, values) in [("a component of normal", self.normals), ("a channel of color", self.colors)] {
            for (index, value) in values.iter().enumerate() {
                if let Some(&found) = value.iter().find(|number| !number.is_finite()) {
                    return Err(PipelineError::NotFinite { what, index, found });
                }
            }
        }
        Ok(())
    }

    /// Returns a point of a triangle for the given weights of its corners. Errors: `ShapeIndex`.
    fn point(&self, index: usize, weights: [f64; 3]) -> Result<([f64; 3], ShapePoint), PipelineError> {
        debug_assert!(index < self.triangles.len(), "triangle {index} of {}", self.triangles.len());
        let triangle = self.triangles.get(index).copied().unwrap_or_default();
        let places = corners(self.positions, &triangle, index)?;
        let mixed = |values: [[f64; 3]; 3]| -> [f64; 3] {
            [0, 1, 2].map(|axis| (0..3).map(|corner| weights[corner] * values[corner][axis]).sum())
        };
        let of_corners = |values: &[[f32; 3]]| {
            let value = |corner: u32| values.get(corner as usize).map(|value| value.map(f64::from));
            let [a, b, c] = triangle.map(value);
            Some(mixed([a?, b?, c?]))
        };
        let normal = match of_corners(self.normals) {
            Some(normal) if length(normal) > 1e-6 => normal,
            _ => triangle_normal(places),
        };
        let size = length(normal);
        let color = of_corners(self.colors).map(|color| color.map(|channel| channel.clamp(0.0, 1.0) as f32));
        let rest = ShapePoint { position: [0.0; 3], normal: normal.map(|part| (part / size) as f32), color };
        Ok((mixed(places), rest))
    }
}

/// Checks that all finite numbers lie within ±[`FARTHEST`]. Other checks refuse numbers that are not finite.
/// Errors: `TooFar` for the first number beyond this range.
fn check_near<'a>(
    what: &'static str,
    index: usize,
    mut numbers: impl Iterator<Item = &'a f32>,
) -> Result<(), PipelineError> {
    match numbers.find(|number| number.is_finite() && number.abs() > FARTHEST) {
        Some(&found) => Err(PipelineError::TooFar { what, index, found, most: FARTHEST }),
        None => Ok(()),
    }
}

/// Checks that all coordinates are finite. Errors: `NotFinite` for the first coordinate that is not finite.
pub fn check_finite(points: &[[f32; 3]]) -> Result<(), PipelineError> {
    for (index, point) in points.iter().enumerate() {
        if let Some(&found) = point.iter().find(|coordinate| !coordinate.is_finite()) {
            return Err(PipelineError::NotFinite { what: "a coordinate of point", index, found });
        }
    }
    Ok(())
}

fn corners(
    positions: &[[f32; 3]],
    triangle: &[u32; 3],
    index: usize,
) -> Result<[[f64; 3]; 3], PipelineError> {
    let corner = |vertex: u32| {
        positions
            .get(vertex as usize)
            .map(|position| position.map(f64::from))
            .ok_or(PipelineError::ShapeIndex { triangle: index, vertex, vertices: positions.len() })
    };
    Ok([corner(triangle[0])?, corner(triangle[1])?, corner(triangle[2])?])
}

fn length(vector: [f64; 3]) -> f64 {
    vector.iter().map(|x| x * x).sum::<f64>().sqrt()
}
