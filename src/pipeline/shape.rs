//! A shape that a model is given beside the prompt: points of a surface, and how much of it is to be kept.

use std::sync::Arc;

use crate::generator::POINT_FEATURES;
use crate::gltf::{Document, Part};
use crate::mesh::Mesh;

use super::PipelineError;

#[cfg(test)]
mod tests;

/// A surface's points in object space, for models with a shape input. Cheap to copy.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    points: Arc<[ShapePoint]>,
    keep: f32,
    frame: Option<Frame>,
}

/// A point of a surface.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ShapePoint {
    /// Object space.
    pub position: [f32; 3],
    /// Outwards, of length one; zeros where it is not known.
    pub normal: [f32; 3],
    /// sRGB, where it is known.
    pub color: Option<[f32; 3]>,
}

/// Where a shape stands in its own space: what is made of it can be put in its place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// What becomes the origin of object space: the middle of the shape's bounding box.
    pub centre: [f32; 3],
    /// The shape's units for one unit of object space.
    pub units: f32,
}

/// A surface to draw points from.
#[derive(Clone, Copy, Debug, Default)]
pub struct ShapeSurface<'a> {
    /// Of each vertex.
    pub positions: &'a [[f32; 3]],
    /// Of each vertex, of any length; empty for the triangles' own.
    pub normals: &'a [[f32; 3]],
    /// sRGB of each vertex; empty where they are not known.
    pub colors: &'a [[f32; 3]],
    /// Counter-clockwise from outside.
    pub triangles: &'a [[u32; 3]],
}

/// How much of a shape is kept unless the caller says otherwise: between two shapes thin parts vanish.
pub const DEFAULT_KEEP: f32 = 1.0;
/// Points of a cloud at most: a PointNet looks at each, and more say no more of a surface.
const MOST_POINTS: usize = 1 << 18;
/// Largest number of a point in object space, whose box reaches to 1: beyond, a network's sums overflow, and its answers are not numbers.
const FARTHEST: f32 = 1_000.0;
/// Points drawn from a mesh.
const POINTS: usize = 4_096;
/// Half of a fitted shape's longest side, object space: as large as the things that models are trained on.
pub const FITTED: f32 = 0.85;
/// A step of the plastic number's sequence: points spread evenly over triangles, the same each time.
const STEPS: [f64; 3] = [0.819_172_513_396_164_5, 0.671_043_606_703_789_2, 0.549_700_477_901_970_1];

impl Shape {
    /// A point cloud on the shape's surface, object space; normals and colors are not known. Errors: `ShapeTooSmall`,
    /// `ShapeTooLarge`, `NotFinite`, `TooFar` for a number beyond ±1,000.
    pub fn from_points(points: &[[f32; 3]]) -> Result<Self, PipelineError> {
        let point = |&position: &[f32; 3]| ShapePoint { position, ..ShapePoint::default() };
        Self::from_cloud(points.iter().map(point).collect())
    }

    /// As [`Shape::from_points`], with what is known of each point.
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
                return Err(PipelineError::NotFinite { what: "a number of point", index, found });
            }
            check_near("a number of point", index, numbers)?;
        }
        Ok(Self { points: points.into(), keep: DEFAULT_KEEP, frame: None })
    }

    /// 4,096 points of the triangles' surface in object space, evenly by area, the same each time. Errors: `ShapeTooSmall`,
    /// `NotFinite`, `TooFar` for a coordinate beyond ±1,000, `ShapeIndex`, `ShapeAttribute`.
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

    /// As [`Shape::from_surface`], without normals or colours of the vertices.
    pub fn from_triangles(positions: &[[f32; 3]], triangles: &[[u32; 3]]) -> Result<Self, PipelineError> {
        Self::from_surface(ShapeSurface { positions, triangles, ..ShapeSurface::default() })
    }

    /// As [`Shape::from_surface`].
    pub fn from_mesh(mesh: &Mesh) -> Result<Self, PipelineError> {
        Self::from_surface(ShapeSurface::of(mesh))
    }

    /// 4,096 points of surfaces that stand anywhere and are of any size, moved and scaled into object space; the frame says how.
    /// Errors: as of [`Shape::from_surface`].
    pub fn fitted(surfaces: &[ShapeSurface<'_>]) -> Result<Self, PipelineError> {
        Self::fitted_in_colors(surfaces, &|_, _, _| None)
    }

    fn fitted_in_colors(surfaces: &[ShapeSurface<'_>], color: Color<'_>) -> Result<Self, PipelineError> {
        let drawn = drawn_from(surfaces, color)?;
        let frame = Frame::around(surfaces)?;
        let points = drawn
            .into_iter()
            .map(|(position, rest)| ShapePoint { position: frame.into_object(position), ..rest });
        Ok(Self { points: points.collect(), keep: DEFAULT_KEEP, frame: Some(frame) })
    }

    /// As [`Shape::fitted`], of all that a GLB's scene shows. Errors: `Gltf`, `ShapeTooSmall`.
    pub fn from_glb(bytes: &[u8]) -> Result<Self, PipelineError> {
        Self::of_parts(&Document::parse(bytes)?.scene()?.parts)
    }

    /// As [`Shape::fitted`], of a document's parts. Each point has the color that the part's material and textures have there.
    pub fn of_parts(parts: &[Part]) -> Result<Self, PipelineError> {
        let seen: Vec<_> = parts.iter().filter(|part| part.is_seen).collect();
        // A file of nothing but a lower level of detail is that.
        let shown = if seen.is_empty() { parts.iter().collect() } else { seen };
        let surfaces: Vec<ShapeSurface<'_>> =
            shown.iter().map(|part| ShapeSurface::of(&part.surface)).collect();
        let color = |surface: usize, triangle: usize, weights: [f64; 3]| {
            shown.get(surface).and_then(|part| part.color_at(triangle, weights))
        };
        Self::fitted_in_colors(&surfaces, &color)
    }

    /// The shape with another share of it to be kept: 0 is the prompt's own shape, 1 this one (LATTE3D's α). Errors: `Keep`.
    pub fn keeping(self, keep: f32) -> Result<Self, PipelineError> {
        if !(0.0..=1.0).contains(&keep) {
            return Err(PipelineError::Keep { found: keep });
        }
        Ok(Self { keep, ..self })
    }

    /// How much of it is to be kept.
    pub fn keep(&self) -> f32 {
        self.keep
    }

    /// The points.
    pub fn points(&self) -> &[ShapePoint] {
        &self.points
    }

    /// Where it stands in its own space; `None` for one that was given in object space.
    pub fn frame(&self) -> Option<Frame> {
        self.frame
    }

    /// Rows as a PointNet reads them: place, normal, colour less 0.5, and what is to be kept.
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

impl Frame {
    /// Around all that is given, which is finite and not all in one point.
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
        Ok(Self { centre: [0, 1, 2].map(|axis| (low[axis] / 2.0 + high[axis] / 2.0) as f32), units })
    }

    /// A point of the shape's own space in object space.
    pub fn to_object(&self, point: [f32; 3]) -> [f32; 3] {
        self.into_object(point.map(f64::from))
    }

    fn into_object(self, point: [f64; 3]) -> [f32; 3] {
        [0, 1, 2].map(|axis| ((point[axis] - f64::from(self.centre[axis])) / f64::from(self.units)) as f32)
    }
}

/// The sRGB color of a surface, by its number, at the weights of a triangle's corners; `None` where the vertices' colors are to be taken.
type Color<'a> = &'a dyn Fn(usize, usize, [f64; 3]) -> Option<[f32; 3]>;

/// Points by area over all of the surfaces, in their own space; the rest of each as it is in object space.
fn drawn_from(
    surfaces: &[ShapeSurface<'_>],
    color: Color<'_>,
) -> Result<Vec<([f64; 3], ShapePoint)>, PipelineError> {
    // Where each triangle's share of the area ends, and whose it is.
    let mut ends: Vec<(f64, usize, usize)> = Vec::new();
    let mut total = 0.0;
    for (which, surface) in surfaces.iter().enumerate() {
        surface.check()?;
        for (index, triangle) in surface.triangles.iter().enumerate() {
            let normal = face(corners(surface.positions, triangle, index)?);
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
        let Some(&(_, which, triangle)) = ends.get(chosen) else { continue };
        let Some(surface) = surfaces.get(which) else { continue };
        // A square folded onto a triangle.
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
    /// A mesh's.
    pub fn of(mesh: &'a Mesh) -> Self {
        let Mesh { positions, normals, colors, triangles, .. } = mesh;
        Self { positions, normals, colors, triangles }
    }

    /// Is it one that a mesh can be made of? Errors: `NotFinite`, `ShapeAttribute`.
    pub(super) fn check(&self) -> Result<(), PipelineError> {
        check_finite(self.positions)?;
        let vertices = self.positions.len();
        for (what, found) in [("normals", self.normals.len()), ("colours", self.colors.len())] {
            if found != 0 && found != vertices {
                return Err(PipelineError::ShapeAttribute { what, found, vertices });
            }
        }
        for (what, values) in [("a number of normal", self.normals), ("a channel of colour", self.colors)] {
            for (index, value) in values.iter().enumerate() {
                if let Some(&found) = value.iter().find(|number| !number.is_finite()) {
                    return Err(PipelineError::NotFinite { what, index, found });
                }
            }
        }
        Ok(())
    }

    /// A point of a triangle, by the weights of its corners.
    fn point(&self, index: usize, weights: [f64; 3]) -> Result<([f64; 3], ShapePoint), PipelineError> {
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
            _ => face(places),
        };
        let size = length(normal);
        let color = of_corners(self.colors).map(|color| color.map(|channel| channel.clamp(0.0, 1.0) as f32));
        let rest = ShapePoint { position: [0.0; 3], normal: normal.map(|part| (part / size) as f32), color };
        Ok((mixed(places), rest))
    }
}

/// Errors: `TooFar` for the first number beyond ±[`FARTHEST`]. What is not finite is for others to refuse.
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

/// Errors: `NotFinite` for the first coordinate that is no number.
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

/// A triangle's normal, twice as long as its area.
fn face([a, b, c]: [[f64; 3]; 3]) -> [f64; 3] {
    let edge = |to: [f64; 3]| [0, 1, 2].map(|axis| to[axis] - a[axis]);
    let (u, v) = (edge(b), edge(c));
    [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]]
}

fn length(vector: [f64; 3]) -> f64 {
    vector.iter().map(|x| x * x).sum::<f64>().sqrt()
}
