//! How much of a mesh is kept: a budget of triangles, levels of detail, a convex hull for collisions, and the order in which
//! a graphics card likes its triangles.
//!
//! It knows meshes alone. A reduced mesh keeps the places and attributes of vertices that it had before.
//!
//! - `simplify`: fewer triangles, by meshoptimizer, never opening a closed surface;
//! - `order`: triangles in the order of vertex caches, vertices in the order of their use;
//! - `hull`: the convex hull, of few enough corners for physics;
//! - `surroundings`: vertices as points with neighbours, for meshes that move.

#![forbid(unsafe_code)]

mod hull;
mod order;
mod simplify;
mod surroundings;
#[cfg(test)]
mod tests;

pub use hull::hull;
pub use order::ordered;
pub use simplify::{faces_inwards, levels, reduced};
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
        "a budget of {budget} triangles: {reached} are the fewest that this shape was reduced to without opening it; give at least that many"
    )]
    OutOfReach {
        /// What was asked for.
        budget: u32,
        /// The fewest.
        reached: usize,
    },
    /// More levels than are made.
    #[error("{found} levels of detail: give at most {MOST_LEVELS}")]
    Levels {
        /// What was asked for.
        found: u32,
    },
    /// No hull around points that lie in one plane.
    #[error("no convex hull: {what}")]
    Hull {
        /// Why.
        what: String,
    },
}
