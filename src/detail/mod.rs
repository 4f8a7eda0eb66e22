//! How much of a mesh is kept: a budget of triangles, levels of detail, a convex hull for collisions, and the order in which
//! a graphics card likes its triangles.
//!
//! It knows meshes alone. A reduced mesh keeps the places and attributes of vertices that it had before.
//!
//! - `simplify`: fewer triangles, by edge collapses that keep a closed manifold one;
//! - `deviation`: how far two surfaces are from each other;
//! - `floaters`: small components removed;
//! - `order`: triangles in the order of vertex caches, vertices in the order of their use;
//! - `hull`: the convex hull, of few enough corners for physics; `hulls`: several, one for each part;
//! - `surroundings`: vertices as points with neighbours, for meshes that move.

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

/// Fewest triangles of a closed surface.
pub const LEAST_TRIANGLES: u32 = 4;
/// Most further levels of detail; each has half the triangles of the one before.
pub const MOST_LEVELS: u32 = 8;

/// Why a mesh could not be reduced.
#[derive(Debug, thiserror::Error)]
pub enum DetailError {
    /// The mesh is empty or inconsistent.
    #[error(transparent)]
    Mesh(#[from] crate::mesh::MeshFault),
    /// The work was stopped.
    #[error(transparent)]
    Cancelled(#[from] crate::error::Cancelled),
    /// Fewer triangles than a closed surface has.
    #[error("a budget of {budget} triangles: a closed surface has at least {LEAST_TRIANGLES}")]
    Budget {
        /// What was asked for.
        budget: u32,
    },
    /// The shape needs more triangles: its holes and pieces take some each.
    #[error(
        "a budget of {budget} triangles is too small for this shape: its parts and holes need {reached}; give at least that many"
    )]
    OutOfReach {
        /// What was asked for.
        budget: u32,
        /// The fewest.
        reached: usize,
    },
    /// A share that is none.
    #[error(
        "the least share of a component's volume is {found}; expected a number from 0 (all components stay) to 1"
    )]
    MinComponent {
        /// What was asked for.
        found: f32,
    },
    /// More levels than are made.
    #[error("{found} levels of detail: give at most {MOST_LEVELS}")]
    Levels {
        /// What was asked for.
        found: u32,
    },
    /// A limit of corners that no hull has.
    #[error("a hull of {found} vertices; expected {LEAST_HULL_VERTICES} to {MOST_HULL_VERTICES}")]
    HullVertices {
        /// What was asked for.
        found: u32,
    },
    /// A count of hulls that is not made.
    #[error("{found} hulls; expected 1 to {MOST_HULLS}")]
    Hulls {
        /// What was asked for.
        found: u32,
    },
    /// The system gave no thread.
    #[error("cannot start a thread: {0}")]
    Thread(std::io::Error),
    /// No hull around points that lie in one plane.
    #[error("no convex hull: {what}")]
    Hull {
        /// Why.
        what: String,
    },
}
