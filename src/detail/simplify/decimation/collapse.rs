//! A single collapse: whether it is allowed, and how it is made.

use super::{BLOCKED, Best, Decimation, Limits, NONE, STAGES, Scratch, volume};
use crate::detail::simplify::faces_inwards;
use crate::detail::simplify::triangulation::Spoke;
use crate::vector::{dot, subtract, triangle_normal};

impl Decimation<'_> {
    /// Returns whether a point may move onto a neighbor. `scratch.star` must hold the triangles around the
    /// point. Fills `scratch.becomes`.
    pub(super) fn is_allowed(&mut self, point: u32, target: u32) -> bool {
        self.keeps_topology(target)
            && self.maps_vertices(target)
            && self.keeps_triangles(target)
            && self.keeps_volume(point, target)
    }

    /// Checks the link condition: the ends of the edge have two neighbors in common, and no triangle becomes
    /// the back of another.
    fn keeps_topology(&mut self, target: u32) -> bool {
        let Scratch { star, other, mark, search, .. } = &mut self.scratch;
        if star.len() < 3 || star.iter().filter(|spoke| is_at(spoke, target)).count() != 2 {
            return false;
        }
        self.surface.gather(target, other);
        *search += 1;
        for spoke in other.iter() {
            mark[spoke.next as usize] = *search;
            mark[spoke.last as usize] = *search;
        }
        if star.iter().filter(|spoke| mark[spoke.next as usize] == *search).count() != 2 {
            return false;
        }
        let mut left = star.iter().filter(|spoke| !is_at(spoke, target));
        // If the point has three triangles, one of them is left. That one must not coincide with a triangle
        // of the target.
        star.len() > 3
            || left.all(|left| !other.iter().any(|spoke| is_at(spoke, left.next) && is_at(spoke, left.last)))
    }

    /// Finds the vertex that replaces each vertex of the point. Returns false if the point has a vertex of a
    /// texture chart to which the edge does not belong.
    fn maps_vertices(&mut self, target: u32) -> bool {
        let mut becomes = std::mem::take(&mut self.scratch.becomes);
        becomes.clear();
        for spoke in self.scratch.star.iter().filter(|spoke| is_at(spoke, target)) {
            let pair = [self.vertex(spoke, 0), self.vertex(spoke, if spoke.next == target { 1 } else { 2 })];
            if !becomes.contains(&pair) {
                becomes.push(pair);
            }
        }
        let is_known = |vertex: u32| becomes.iter().filter(|pair| pair[0] == vertex).count() == 1;
        let is_mapped = self.scratch.star.iter().all(|spoke| is_known(self.vertex(spoke, 0)));
        self.scratch.becomes = becomes;
        is_mapped
    }

    /// Returns whether no triangle turns too far, becomes a sliver, faces inwards or is folded in its
    /// texture.
    fn keeps_triangles(&self, target: u32) -> bool {
        let Limits { turn, shape, .. } = STAGES[self.stage];
        self.scratch.star.iter().filter(|spoke| !is_at(spoke, target)).all(|spoke| {
            let before = self.surface.vertices_of(spoke.triangle);
            let mut after = before;
            let corner = &mut after[usize::from(spoke.corner)];
            *corner = becomes(&self.scratch.becomes, *corner);
            let [old, new] = [before, after].map(|vertices| self.corners(vertices));
            let [old_normal, new_normal] = [triangle_normal(old), triangle_normal(new)];
            let lengths = dot(old_normal, old_normal).sqrt() * dot(new_normal, new_normal).sqrt();
            let (old_shape, new_shape) = (shape_of(old, old_normal), shape_of(new, new_normal));
            // A triangle without area has no direction.
            let is_turned = old_shape > 0.0 && dot(old_normal, new_normal) < turn * lengths;
            let is_sliver = new_shape < shape && new_shape <= old_shape || new_shape <= 0.0;
            let is_inward = |vertices| faces_inwards(self.mesh, &self.mesh.normals, vertices);
            !is_turned
                && !is_sliver
                && (!is_inward(after) || is_inward(before))
                && !self.folds_texture(before, after)
        })
    }

    fn folds_texture(&self, before: [u32; 3], after: [u32; 3]) -> bool {
        if self.mesh.uvs.is_empty() {
            return false;
        }
        let [old, new] = [before, after].map(|vertices| {
            let [[ax, ay], [bx, by], [cx, cy]] = vertices.map(|vertex| self.mesh.uvs[vertex as usize]);
            (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        });
        old * new < 0.0
    }

    fn keeps_volume(&self, point: u32, target: u32) -> bool {
        let component = self.components[self.component_of[point as usize] as usize];
        let after = component.now + self.volume_change(point, target);
        let [least, most] = STAGES[self.stage].volume;
        // A component that enclosed no volume has no volume to keep.
        component.whole == 0.0 || (least..=most).contains(&(after / component.whole))
    }

    /// Returns the change of the volume of a point's component. `scratch.star` must hold the triangles around
    /// the point.
    fn volume_change(&self, point: u32, target: u32) -> f64 {
        let (from, to) = (self.position(point), self.position(target));
        let change = |spoke: &Spoke| {
            let [next, last] = [spoke.next, spoke.last].map(|point| subtract(self.position(point), from));
            volume([subtract(to, from), next, last])
        };
        self.scratch.star.iter().map(change).sum()
    }

    /// Moves a point onto a neighbor, which [`Decimation::is_allowed`] has just allowed.
    pub(super) fn collapse(&mut self, point: u32, target: u32) {
        let change = self.volume_change(point, target);
        self.components[self.component_of[point as usize] as usize].now += change;
        for spoke in self.scratch.star.iter().filter(|spoke| is_at(spoke, target)) {
            self.surface.remove(spoke.triangle);
        }
        let pairs = &self.scratch.becomes;
        self.surface.merge(point, target, &self.scratch.star, |vertex| becomes(pairs, vertex));
        self.costs.merge(point, target);
        self.best[point as usize] = BLOCKED;
        self.refresh_around(point, target);
    }

    /// Updates the cheapest collapses of the points around a collapse.
    fn refresh_around(&mut self, gone: u32, target: u32) {
        self.surface.gather(target, &mut self.scratch.star);
        let mut ring = std::mem::take(&mut self.scratch.ring);
        ring.clear();
        ring.extend(self.scratch.star.iter().map(|spoke| spoke.next));
        self.enqueue(target);
        for &neighbor in &ring {
            let best = self.best[neighbor as usize];
            if best.target == gone || best.target == NONE {
                self.enqueue(neighbor);
            } else {
                let cost = self.cost(neighbor, target);
                if (cost, target) < (best.cost, best.target) && !self.is_held[neighbor as usize] {
                    self.best[neighbor as usize] = Best { cost, target };
                    self.push(neighbor);
                }
            }
        }
        self.scratch.ring = ring;
    }
}

/// Returns whether a spoke's triangle has this point as one of its two outer points.
fn is_at(spoke: &Spoke, point: u32) -> bool {
    spoke.next == point || spoke.last == point
}

fn becomes(pairs: &[[u32; 2]], vertex: u32) -> u32 {
    pairs.iter().find(|pair| pair[0] == vertex).map_or(vertex, |pair| pair[1])
}

/// Returns twice a triangle's area divided by its longest edge squared: 0.87 for equal sides, 0 for a sliver.
/// normal: normal vector of the triangle, with a length of twice the area.
pub(super) fn shape_of([a, b, c]: [[f32; 3]; 3], normal: [f32; 3]) -> f32 {
    let squared = |from, to| {
        let side = subtract(to, from);
        dot(side, side)
    };
    let longest = squared(a, b).max(squared(b, c)).max(squared(c, a));
    if longest > 0.0 { dot(normal, normal).sqrt() / longest } else { 0.0 }
}
