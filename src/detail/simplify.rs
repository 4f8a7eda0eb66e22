//! Fewer triangles, by meshoptimizer.

use meshopt::{SimplifyOptions, VertexDataAdapter, simplify_with_attributes_and_locks, typed_to_bytes};

use crate::error::Watch;
use crate::mesh::{Mesh, for_each_edge, points_of};
use crate::vector::{dot, triangle_normal};

use super::order::by_first_use;
use super::{DetailError, LEAST_TRIANGLES, MOST_LEVELS};

/// What a turn of a normal by one radian costs, in shares of the mesh's size; meshoptimizer's own examples say 0.5.
const NORMAL_WEIGHT: f32 = 0.5;
/// What a change of colour from 0 to 1 costs.
const COLOR_WEIGHT: f32 = 0.5;
/// What the whole length of a texture costs: charts stay where they are.
const UV_WEIGHT: f32 = 1.0;
/// Times that vertices around a fault are held and all is begun again.
const ATTEMPTS: usize = 12;

/// The mesh with at most `budget` triangles, or as it is where it has no more. Vertices that remain are as they were. Errors:
/// `Budget`, `OutOfReach`, `Mesh`, `Cancelled`.
pub fn reduced(mesh: Mesh, budget: u32, watch: Watch<'_>) -> Result<Mesh, DetailError> {
    if budget < LEAST_TRIANGLES {
        return Err(DetailError::Budget { budget });
    }
    if mesh.triangles.len() <= budget as usize {
        return Ok(mesh);
    }
    mesh.check()?;
    let triangles = Simplifier::of(&mesh).simplified(budget as usize, watch)?;
    if triangles.len() > budget as usize {
        return Err(DetailError::OutOfReach { budget, reached: triangles.len() });
    }
    Ok(by_first_use(&mesh, &triangles).0)
}

/// Up to `count` further levels of detail: the mesh's vertices in fewer triangles, each level with half of those of the one
/// before. There are fewer levels where the shape cannot be halved that often. Errors: `Levels`, `Mesh`, `Cancelled`.
pub fn levels(mesh: &Mesh, count: u32, watch: Watch<'_>) -> Result<Vec<Vec<[u32; 3]>>, DetailError> {
    if count > MOST_LEVELS {
        return Err(DetailError::Levels { found: count });
    }
    if count == 0 {
        return Ok(Vec::new());
    }
    mesh.check()?;
    let simplifier = Simplifier::of(mesh);
    let mut found: Vec<Vec<[u32; 3]>> = Vec::new();
    for level in 0..count {
        let of_level = |fraction: f32| watch((level as f32 + fraction) / count as f32);
        let before = found.last().unwrap_or(&mesh.triangles);
        let target = before.len() / 2;
        let triangles = simplifier.simplified(target, &of_level)?;
        // A tenth above is still a level; one that hardly differs is none.
        if target < LEAST_TRIANGLES as usize || triangles.len() > target + target / 10 {
            break;
        }
        found.push(triangles);
    }
    Ok(found)
}

/// A mesh as meshoptimizer sees it.
struct Simplifier<'a> {
    mesh: &'a Mesh,
    attributes: Vec<f32>,
    weights: Vec<f32>,
    /// The same for vertices at one place.
    point_of: Vec<u32>,
    /// Points at which the mesh itself is broken, sorted: no reduction is blamed for them.
    broken: Vec<u32>,
}

impl<'a> Simplifier<'a> {
    fn of(mesh: &'a Mesh) -> Self {
        let mut weights = Vec::new();
        let mut weigh = |is_there: bool, count: usize, weight: f32| {
            weights.extend(std::iter::repeat_n(weight, if is_there { count } else { 0 }));
        };
        weigh(!mesh.normals.is_empty(), 3, NORMAL_WEIGHT);
        // Where there is a texture, it holds the colours.
        let colors = if mesh.uvs.is_empty() { mesh.colors.as_slice() } else { &[] };
        weigh(!colors.is_empty(), 3, COLOR_WEIGHT);
        weigh(!mesh.uvs.is_empty(), 2, UV_WEIGHT);
        let mut attributes = Vec::with_capacity(weights.len() * mesh.positions.len());
        for vertex in 0..mesh.positions.len() {
            attributes.extend(mesh.normals.get(vertex).into_iter().flatten());
            attributes.extend(colors.get(vertex).into_iter().flatten());
            attributes.extend(mesh.uvs.get(vertex).into_iter().flatten());
        }
        let point_of = points_of(&mesh.positions);
        let mut found = Self { mesh, attributes, weights, point_of, broken: Vec::new() };
        found.broken = found.faulty_points(&mesh.triangles);
        found
    }

    /// The triangles reduced to `target`, or to as few as can be reached without breaking the surface more than it was. Where that
    /// does not come about at once, the nearest double that does is reduced further, step by step: what broke is not there any more.
    fn simplified(&self, target: usize, watch: Watch<'_>) -> Result<Vec<[u32; 3]>, DetailError> {
        let whole = &self.mesh.triangles;
        let mut goal = target;
        let mut found = loop {
            if goal >= whole.len() {
                break whole.clone();
            }
            if let Some(found) = self.simplified_to(whole, goal, watch)? {
                break found;
            }
            goal *= 2;
        };
        while goal > target && found.len() > target {
            let next = (found.len() - found.len() / 4).max(target);
            match self.simplified_to(&found, next, watch)? {
                Some(fewer) if fewer.len() < found.len() => found = fewer,
                _ => break,
            }
        }
        Ok(found)
    }

    /// As near to the target as it comes; nothing where every attempt broke the surface.
    fn simplified_to(
        &self,
        triangles: &[[u32; 3]],
        target: usize,
        watch: Watch<'_>,
    ) -> Result<Option<Vec<[u32; 3]>>, DetailError> {
        let mut locks = vec![false; self.mesh.positions.len()];
        for attempt in 0..ATTEMPTS {
            watch(attempt as f32 / ATTEMPTS as f32)?;
            let found = self.attempt(triangles, target, &locks);
            let mut faulty = self.faulty_points(&found);
            faulty.retain(|point| self.broken.binary_search(point).is_err());
            if faulty.is_empty() {
                watch(1.0)?;
                return Ok(Some(found));
            }
            self.lock_around(triangles, &faulty, &mut locks);
        }
        Ok(None)
    }

    fn attempt(&self, triangles: &[[u32; 3]], target: usize, locks: &[bool]) -> Vec<[u32; 3]> {
        let stride = size_of::<[f32; 3]>();
        // Positions are whole triples: the adapter has nothing to refuse.
        let Ok(vertices) = VertexDataAdapter::new(typed_to_bytes(&self.mesh.positions), stride, 0) else {
            return triangles.to_vec();
        };
        let found = simplify_with_attributes_and_locks(
            triangles.as_flattened(),
            &vertices,
            &self.attributes,
            &self.weights,
            self.weights.len() * size_of::<f32>(),
            locks,
            target * 3,
            f32::MAX,
            SimplifyOptions::RegularizeLight,
            None,
        );
        found.as_chunks::<3>().0.to_vec()
    }

    /// Points at edges that have not two triangles of one orientation, where two fans of triangles touch, and of triangles that
    /// face away from all of their corners' normals; sorted.
    fn faulty_points(&self, triangles: &[[u32; 3]]) -> Vec<u32> {
        let points: Vec<[u32; 3]> =
            triangles.iter().map(|triangle| triangle.map(|corner| self.point_of[corner as usize])).collect();
        let mut faulty = Vec::new();
        for_each_edge(&points, |edge| {
            if !edge.is_manifold() {
                faulty.extend(edge.uses.iter().flat_map(|one| points[one.triangle as usize]));
            }
        });
        faulty.extend(pinched_points(&points));
        let flipped = triangles
            .iter()
            .zip(&points)
            .filter(|(triangle, _)| faces_inwards(self.mesh, &self.mesh.normals, **triangle));
        faulty.extend(flipped.flat_map(|(_, points)| points));
        faulty.sort_unstable();
        faulty.dedup();
        faulty
    }

    /// Holds the vertices at faulty points and those one edge away in the mesh that was reduced.
    fn lock_around(&self, triangles: &[[u32; 3]], faulty: &[u32], locks: &mut [bool]) {
        let is_faulty = |corner: u32| faulty.binary_search(&self.point_of[corner as usize]).is_ok();
        for triangle in triangles {
            if triangle.iter().any(|&corner| is_faulty(corner)) {
                triangle.iter().for_each(|&corner| locks[corner as usize] = true);
            }
        }
        // All vertices of a place, or its seam would open.
        let mut is_held = vec![false; self.point_of.len()];
        let places = self.point_of.iter().zip(locks.iter());
        places.filter(|(_, lock)| **lock).for_each(|(&point, _)| is_held[point as usize] = true);
        locks.iter_mut().zip(&self.point_of).for_each(|(lock, &point)| *lock = is_held[point as usize]);
    }
}

/// Does a triangle face away from the normals of all of its corners? Not where the mesh has none. normals: one a vertex, or none.
pub fn faces_inwards(mesh: &Mesh, normals: &[[f32; 3]], triangle: [u32; 3]) -> bool {
    let facing = triangle_normal(triangle.map(|corner| mesh.positions[corner as usize]));
    let is_away = |corner: u32| normals.get(corner as usize).is_some_and(|&normal| dot(facing, normal) < 0.0);
    triangle.into_iter().all(is_away)
}

/// Points around which the triangles are not one fan.
fn pinched_points(triangles: &[[u32; 3]]) -> Vec<u32> {
    // For each corner of a triangle: the point, and the edge across from it.
    let mut corners: Vec<(u32, u32, u32)> =
        triangles.iter().flat_map(|&[a, b, c]| [(a, b, c), (b, c, a), (c, a, b)]).collect();
    corners.sort_unstable();
    let mut pinched = Vec::new();
    for fan in corners.chunk_by(|one, other| one.0 == other.0) {
        // From one edge on to the next, until the first again: a fan that is one has been walked whole.
        let mut at = fan[0].1;
        let mut steps = 0;
        while let Ok(found) = fan.binary_search_by_key(&at, |&(_, from, _)| from) {
            at = fan[found].2;
            steps += 1;
            if at == fan[0].1 || steps > fan.len() {
                break;
            }
        }
        if steps != fan.len() {
            pinched.push(fan[0].0);
        }
    }
    pinched
}
