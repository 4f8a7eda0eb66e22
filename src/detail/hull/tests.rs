#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use super::*;
use crate::error::no_progress;

/// Rounding can place a corner of the hull outside one of its own faces. Adding that corner again changed
/// nothing, and the search did not end. `endless.json` has such points: the corners of a generated mesh's
/// hull, scaled to a box of [-1, 1]³.
#[test]
fn a_corner_outside_its_own_hull_ends_the_search() {
    let points: Vec<[f32; 3]> = serde_json::from_str(include_str!("endless.json")).unwrap();
    let points: Vec<Vector> = points.into_iter().map(Vector::from_array).collect();
    for most in LEAST_HULL_VERTICES as usize..points.len() {
        let found = coarse(&points, most, &no_progress).unwrap();
        assert!(found.corners.len() <= most, "{most}");
    }
}
