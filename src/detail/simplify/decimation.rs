//! Edge collapses in the order of their costs.
//!
//! A collapse moves one point onto a neighbor, so every remaining vertex is a vertex of the given mesh. A
//! collapse that would change the topology is never made (link condition of Dey et al. 1999). A closed
//! manifold stays closed and manifold, and no component and no hole vanishes.
//!
//! The goal, a number of triangles, only decides where the sequence of collapses ends. The collapses before
//! that do not depend on the goal. If a number of triangles was reached once for a mesh, it is therefore
//! reached again.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::error::{Cancelled, ProgressCallback, part};
use crate::mesh::Mesh;
use crate::vector::triangle_normal;

use super::super::floaters::signed_volume as volume;
use super::cost::Costs;
use super::triangulation::{SLICE, Spoke, Triangulation, is_closed_fan};

/// Marker for no point.
const NONE: u32 = u32::MAX;
/// Number of queue entries between two calls of the progress callback, about a millisecond of work.
const ENTRIES: usize = 512;
/// Largest volume that all removed components together may have, as a share of the volume of all components.
const MOST_REMOVED: f64 = 0.05;

mod collapse;

/// Limits of what a collapse may do to the triangles around it and to the volume of its component.
struct Limits {
    /// Smallest cosine of the angle by which a triangle turns.
    turn: f32,
    /// Smallest shape of a triangle ([`collapse::shape_of`]), unless its shape was smaller before.
    shape: f32,
    /// Smallest and largest volume of a component, as shares of its initial volume.
    volume: [f64; 2],
}

/// Limits of the two stages. In the first stage, no triangle turns far or becomes a sliver. The second stage
/// allows larger changes, but no collapse turns a triangle by more than a right angle, and each component
/// keeps its orientation.
///
/// A shape limit of 0.02 in the first stage blocks collapses along the edges of boxes. With that limit, a
/// chair of 100 triangles loses its legs. With a limit of 0.001, it keeps them.
const STAGES: [Limits; 2] = [
    Limits { turn: 0.25, shape: 0.001, volume: [0.5, 1.5] },
    Limits { turn: 0.0, shape: 1e-4, volume: [0.02, 4.0] },
];

/// A part of the surface that shares no point with others.
#[derive(Clone, Copy, Default)]
struct Component {
    /// Enclosed volume at the start, negative for a cavity.
    whole: f64,
    /// Enclosed volume after the collapses so far.
    now: f64,
    is_removed: bool,
}

/// Cheapest collapse of a point.
#[derive(Clone, Copy, PartialEq)]
struct Best {
    cost: f32,
    target: u32,
}

/// Marker for a point without an allowed collapse.
const BLOCKED: Best = Best { cost: f32::INFINITY, target: NONE };

/// A mesh that loses triangles, one edge at a time.
pub(super) struct Decimation<'a> {
    mesh: &'a Mesh,
    surface: Triangulation,
    costs: Costs,
    /// One vertex of each point.
    vertex_at: Vec<u32>,
    has_seams: bool,
    /// Whether each point must stay. Points at borders and pinches of the given mesh must stay. In a slab,
    /// their neighbors must stay too.
    is_held: Vec<bool>,
    component_of: Vec<u32>,
    components: Vec<Component>,
    best: Vec<Best>,
    /// Collapses, each as (cost, point, target). A cost is stored as the bits of its `f32`. Costs are not
    /// negative, so the bits have the same order as the costs.
    queue: BinaryHeap<Reverse<(u32, u32, u32)>>,
    stage: usize,
    scratch: Scratch,
}

/// Buffers that all collapses share.
#[derive(Default)]
struct Scratch {
    star: Vec<Spoke>,
    other: Vec<Spoke>,
    ring: Vec<u32>,
    /// Number of the last search that reached each point.
    mark: Vec<u32>,
    search: u32,
    /// Pairs of a vertex of the collapsing point and the vertex that replaces it.
    becomes: Vec<[u32; 2]>,
}

impl<'a> Decimation<'a> {
    /// Prepares a checked mesh ([`Mesh::check`]). Errors: `Cancelled`.
    pub(super) fn of(mesh: &'a Mesh, on_progress: ProgressCallback<'_>) -> Result<Self, Cancelled> {
        Self::prepared(mesh, false, on_progress)
    }

    /// Prepares a part of a surface that must fit its other parts afterwards. Points at its border stay, and
    /// so do their neighbors. Errors: `Cancelled`.
    pub(super) fn of_slab(mesh: &'a Mesh, on_progress: ProgressCallback<'_>) -> Result<Self, Cancelled> {
        Self::prepared(mesh, true, on_progress)
    }

    fn prepared(mesh: &'a Mesh, is_slab: bool, on_progress: ProgressCallback<'_>) -> Result<Self, Cancelled> {
        let surface = Triangulation::of(mesh, &part(on_progress, 0.0, 0.4))?;
        let costs = Costs::of(mesh, &surface, &part(on_progress, 0.4, 0.7))?;
        let points = surface.point_count();
        let mut vertex_at = vec![NONE; points];
        (0..).zip(&surface.point_of).for_each(|(vertex, &point)| vertex_at[point as usize] = vertex);
        let scratch = Scratch { mark: vec![0; points], ..Scratch::default() };
        let mut found = Self {
            has_seams: surface.point_of.len() > points,
            is_held: vec![false; points],
            component_of: vec![NONE; points],
            components: Vec::new(),
            best: vec![BLOCKED; points],
            queue: BinaryHeap::new(),
            stage: 0,
            mesh,
            surface,
            costs,
            vertex_at,
            scratch,
        };
        found.visit_points(&part(on_progress, 0.7, 0.8), Self::inspect)?;
        found.find_components(&part(on_progress, 0.8, 0.9))?;
        if is_slab {
            found.hold_border();
        }
        found.visit_points(&part(on_progress, 0.9, 1.0), Self::enqueue)?;
        Ok(found)
    }

    /// Returns the number of remaining triangles.
    pub(super) fn count(&self) -> usize {
        self.surface.count()
    }

    /// Returns the vertices of each remaining triangle.
    pub(super) fn triangles(&self) -> Vec<[u32; 3]> {
        self.surface.triangles()
    }

    /// Returns the number of removed components and their share of the volume.
    pub(super) fn removed(&self) -> (usize, f64) {
        let volume = |component: &Component| component.whole.abs();
        let all: f64 = self.components.iter().map(volume).sum();
        let removed = self.components.iter().filter(|component| component.is_removed);
        // An empty sum is -0, so 0 is added.
        let share = (removed.clone().map(volume).sum::<f64>() + 0.0) / all.max(f64::MIN_POSITIVE);
        (removed.count(), share)
    }

    /// Returns the number of triangles that have a point that must stay.
    pub(super) fn held_triangles(&self) -> usize {
        self.surface
            .all_points()
            .filter(|points| points.iter().any(|&point| self.is_held[point as usize]))
            .count()
    }

    /// Removes triangles until `goal` are left, or until no more can be removed within the limits of the
    /// first stage. Errors: `Cancelled`.
    pub(super) fn run_carefully(
        &mut self,
        goal: usize,
        on_progress: ProgressCallback<'_>,
    ) -> Result<(), Cancelled> {
        self.collapse_to(goal, &|_| on_progress(0.0))
    }

    /// Removes triangles until `goal` are left, or until no more can be removed. may_remove: whether whole
    /// components may be removed, the smallest first, if no collapse is left. Errors: `Cancelled`.
    pub(super) fn run(
        &mut self,
        goal: usize,
        may_remove: bool,
        on_progress: ProgressCallback<'_>,
    ) -> Result<(), Cancelled> {
        let begun = self.count();
        let all = begun.saturating_sub(goal).max(1) as f32;
        let on_progress = |left: usize| on_progress(1.0 - left.saturating_sub(goal) as f32 / all);
        while self.count() > goal {
            self.collapse_to(goal, &on_progress)?;
            if self.count() <= goal {
                break;
            }
            if self.stage + 1 < STAGES.len() {
                self.stage += 1;
            } else if !(may_remove && self.remove_smallest()) {
                break;
            }
            let left = self.count();
            self.visit_points(&|_| on_progress(left), Self::enqueue)?;
        }
        Ok(())
    }

    /// Collapses edges in the order of their costs.
    fn collapse_to(
        &mut self,
        goal: usize,
        on_progress: &dyn Fn(usize) -> Result<(), Cancelled>,
    ) -> Result<(), Cancelled> {
        let (mut entries, mut collapses) = (0, 0);
        while self.surface.count() > goal {
            if entries % ENTRIES == 0 {
                on_progress(self.surface.count())?;
            }
            entries += 1;
            let Some(Reverse((cost, point, target))) = self.queue.pop() else {
                // A collapse may have unblocked points that were not put back into the queue.
                if std::mem::take(&mut collapses) == 0 {
                    return Ok(());
                }
                for point in 0..self.best.len() as u32 {
                    if (point as usize).is_multiple_of(SLICE) {
                        on_progress(self.surface.count())?;
                    }
                    if self.best[point as usize] == BLOCKED {
                        self.enqueue(point);
                    }
                }
                continue;
            };
            if self.best[point as usize] != (Best { cost: f32::from_bits(cost), target }) {
                continue;
            }
            self.surface.gather(point, &mut self.scratch.star);
            if self.is_allowed(point, target) {
                self.collapse(point, target);
                collapses += 1;
            } else {
                self.try_others(point);
            }
        }
        Ok(())
    }

    /// Calls a function for each point. Errors: `Cancelled`.
    fn visit_points(
        &mut self,
        on_progress: ProgressCallback<'_>,
        visit: impl Fn(&mut Self, u32),
    ) -> Result<(), Cancelled> {
        let points = self.best.len();
        for point in 0..points {
            if point % SLICE == 0 {
                on_progress(point as f32 / points as f32)?;
            }
            visit(self, point as u32);
        }
        Ok(())
    }

    /// Determines whether a point must stay, and adds the costs of moving the edges of texture charts at it.
    fn inspect(&mut self, point: u32) {
        self.surface.gather(point, &mut self.scratch.star);
        self.is_held[point as usize] = !is_closed_fan(&self.scratch.star);
        if !self.has_seams {
            return;
        }
        for spoke in &self.scratch.star {
            // Each edge is visited from both of its ends. The cost of a seam is added in the visit from the
            // end with the lower number.
            let ends = [0, 1].map(|step| self.vertex(spoke, step));
            let other = self.scratch.star.iter().find(|other| other.last == spoke.next);
            let is_seam = other.is_none_or(|other| [0, 2].map(|step| self.vertex(other, step)) != ends);
            if is_seam && point < spoke.next {
                let corners = self.corners(self.surface.vertices_of(spoke.triangle));
                let ends = ends.map(|vertex| self.mesh.positions[vertex as usize]);
                self.costs.add_seam([point, spoke.next], ends, triangle_normal(corners));
            }
        }
    }

    /// Holds the neighbors of held points. A component with such points does not enclose a volume by itself,
    /// so its volume is ignored.
    fn hold_border(&mut self) {
        let border: Vec<u32> =
            (0..).zip(&self.is_held).filter(|(_, held)| **held).map(|(point, _)| point).collect();
        for point in border {
            if let Some(component) = self.components.get_mut(self.component_of[point as usize] as usize) {
                *component = Component::default();
            }
            self.surface.gather(point, &mut self.scratch.star);
            for spoke in &self.scratch.star {
                self.is_held[spoke.next as usize] = true;
                self.is_held[spoke.last as usize] = true;
            }
        }
    }

    /// Returns the vertex of a spoke's triangle that is `step` corners after the point.
    fn vertex(&self, spoke: &Spoke, step: usize) -> u32 {
        self.surface.vertices_of(spoke.triangle)[(usize::from(spoke.corner) + step) % 3]
    }

    fn corners(&self, vertices: [u32; 3]) -> [[f32; 3]; 3] {
        vertices.map(|vertex| self.mesh.positions[vertex as usize])
    }

    fn position(&self, point: u32) -> [f32; 3] {
        self.mesh.positions[self.vertex_at[point as usize] as usize]
    }

    /// Numbers the components of the surface and measures their volumes. Errors: `Cancelled`.
    fn find_components(&mut self, on_progress: ProgressCallback<'_>) -> Result<(), Cancelled> {
        let mut open = Vec::new();
        let points = self.best.len() as u32;
        let mut visited = 0;
        for begin in 0..points {
            if self.component_of[begin as usize] != NONE || self.surface.is_gone(begin) {
                continue;
            }
            let number = self.components.len() as u32;
            self.components.push(Component::default());
            self.component_of[begin as usize] = number;
            open.push(begin);
            while let Some(point) = open.pop() {
                if visited % SLICE == 0 {
                    on_progress(visited as f32 / points as f32)?;
                }
                visited += 1;
                self.surface.gather(point, &mut self.scratch.star);
                for spoke in &self.scratch.star {
                    for neighbor in [spoke.next, spoke.last] {
                        if self.component_of[neighbor as usize] == NONE {
                            self.component_of[neighbor as usize] = number;
                            open.push(neighbor);
                        }
                    }
                    // Each triangle occurs at three points, but it is added once.
                    if point < spoke.next.min(spoke.last) {
                        let corners = [point, spoke.next, spoke.last].map(|point| self.position(point));
                        let component = &mut self.components[number as usize];
                        component.whole += volume(corners);
                        component.now = component.whole;
                    }
                }
            }
        }
        Ok(())
    }

    /// Finds a point's cheapest collapse and puts it into the queue.
    fn enqueue(&mut self, point: u32) {
        self.best[point as usize] = BLOCKED;
        if self.is_held[point as usize] || self.surface.is_gone(point) {
            return;
        }
        self.surface.gather(point, &mut self.scratch.star);
        for index in 0..self.scratch.star.len() {
            let target = self.scratch.star[index].next;
            let cost = self.cost(point, target);
            let best = &mut self.best[point as usize];
            if (cost, target) < (best.cost, best.target) {
                *best = Best { cost, target };
            }
        }
        self.push(point);
    }

    fn push(&mut self, point: u32) {
        let Best { cost, target } = self.best[point as usize];
        if target != NONE {
            self.queue.push(Reverse((cost.to_bits(), point, target)));
        }
    }

    fn cost(&self, point: u32, target: u32) -> f32 {
        self.costs.of_move(point, self.position(point), self.position(target))
    }

    /// Puts the cheapest allowed collapse of a point into the queue. The collapse that was just refused is
    /// skipped. `scratch.star` must hold the triangles around the point.
    fn try_others(&mut self, point: u32) {
        let targets = self.scratch.star.iter().map(|spoke| spoke.next);
        let mut others: Vec<(u32, u32)> =
            targets.map(|target| (self.cost(point, target).to_bits(), target)).collect();
        others.sort_unstable();
        let refused = self.best[point as usize].target;
        let found =
            others.into_iter().find(|&(_, target)| target != refused && self.is_allowed(point, target));
        self.best[point as usize] =
            found.map_or(BLOCKED, |(cost, target)| Best { cost: f32::from_bits(cost), target });
        self.push(point);
    }

    /// Removes the component with the smallest volume, if that volume is small enough and another component
    /// remains. Returns whether a component was removed.
    fn remove_smallest(&mut self) -> bool {
        let left = (0..).zip(&self.components).filter(|(_, component)| !component.is_removed);
        let Some((smallest, component)) =
            left.clone().min_by(|(_, one), (_, other)| one.whole.abs().total_cmp(&other.whole.abs()))
        else {
            return false;
        };
        let all: f64 = self.components.iter().map(|component| component.whole.abs()).sum();
        if left.count() < 2 || component.whole.abs() > (MOST_REMOVED - self.removed().1) * all {
            return false;
        }
        self.components[smallest].is_removed = true;
        for point in 0..self.best.len() as u32 {
            if self.component_of[point as usize] as usize == smallest && !self.surface.is_gone(point) {
                self.surface.gather(point, &mut self.scratch.star);
                for spoke in &self.scratch.star {
                    self.surface.remove(spoke.triangle);
                }
            }
        }
        true
    }
}
