//! Level of detail of meshes: a budget of triangles, levels of detail, hulls for collisions, and orders for
//! vertex caches.
//!
//! This module uses meshes alone. A reduced mesh keeps the positions and attributes of its remaining
//! vertices.
//!
//! - `simplify`: fewer triangles, by edge collapses that keep a closed manifold closed and manifold;
//! - `deviation`: the distance between two surfaces;
//! - `floaters`: removal of small components;
//! - `order`: triangles in an order that suits vertex caches, vertices in the order of their first use;
//! - `hull`: the convex hull, with few enough corners for physics; `hulls`: several, one for each part;
//! - `surroundings`: vertices as points with neighbors, for meshes that move.

#![forbid(unsafe_code)]

mod deviation;
mod floaters;
mod hull;
mod hulls;
mod order;
mod simplify;
mod surroundings;
#[cfg(test)]
mod tests;

pub use deviation::hausdorff;
pub use floaters::{DEFAULT_MIN_COMPONENT, Floaters, without_floaters};
pub use hull::{DEFAULT_HULL_VERTICES, LEAST_HULL_VERTICES, MOST_HULL_VERTICES, hull};
pub use hulls::{DEFAULT_HULLS, HullOptions, MOST_HULLS, hulls};
pub use order::ordered;
pub use simplify::{Loss, faces_inwards, levels, reduced};
pub use surroundings::{Nearest, Surroundings, nearest};

/// Smallest number of triangles of a closed surface.
pub const LEAST_TRIANGLES: u32 = 4;
/// Largest number of further levels of detail. Each has about half the triangles of the previous one.
pub const MOST_LEVELS: u32 = 8;

/// Reasons why a mesh could not be reduced, or why its hulls could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DetailError {
    /// The mesh is empty or inconsistent.
    #[error(transparent)]
    Mesh(#[from] crate::mesh::MeshFault),
    /// The caller canceled the work.
    #[error(transparent)]
    Cancelled(#[from] crate::error::Cancelled),
    /// The budget has fewer triangles than a closed surface.
    #[error("the budget is {budget} triangles; a closed surface needs at least {LEAST_TRIANGLES}")]
    Budget {
        /// Requested number of triangles.
        budget: u32,
    },
    /// The shape needs more triangles, because each of its holes and components needs some.
    #[error(
        "a budget of {budget} triangles is too small for this shape: the smallest number that was reached is {reached}; give at least {reached}"
    )]
    OutOfReach {
        /// Requested number of triangles.
        budget: u32,
        /// Smallest number of triangles that was reached.
        reached: usize,
    },
    /// The smallest share of a component's volume is not a number from 0 to 1.
    #[error(
        "the smallest share of a component's volume is {found}; expected a number from 0 (all components stay) to 1"
    )]
    MinComponent {
        /// Requested share.
        found: f32,
    },
    /// Too many levels of detail are requested.
    #[error("{found} levels of detail are requested; expected at most {MOST_LEVELS}")]
    Levels {
        /// Requested number.
        found: u32,
    },
    /// The largest number of vertices of a hull is out of range.
    #[error("a hull is limited to {found} vertices; expected {LEAST_HULL_VERTICES} to {MOST_HULL_VERTICES}")]
    HullVertices {
        /// Requested number.
        found: u32,
    },
    /// The number of hulls is out of range.
    #[error("{found} hulls are requested; expected 1 to {MOST_HULLS}")]
    Hulls {
        /// Requested number.
        found: u32,
    },
    /// The operating system could not start a thread.
    #[error("the system could not start a thread: {0}; end other jobs or programs, and try again")]
    Thread(std::io::Error),
    /// The points have no convex hull, for example because they lie in one plane.
    #[error("there is no convex hull: {what}")]
    Hull {
        /// Reason.
        what: String,
    },
}
