#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use super::*;
use crate::vector::triangle_normal;
use std::collections::HashMap;

fn corner_position(corner: u8) -> [f64; 3] {
    [0, 1, 2].map(|axis| f64::from(corner >> axis & 1))
}

fn middle(edge: u8) -> [f64; 3] {
    let (corner, axis) = EDGES[edge as usize];
    let mut position = corner_position(corner);
    position[axis as usize] += 0.5;
    position
}

fn normal([a, b, c]: [u8; 3]) -> [f64; 3] {
    triangle_normal([middle(a), middle(b), middle(c)])
}

/// Returns the directed triangle sides that have no opposite side in the cell.
fn boundary(signs: u8) -> Vec<(u8, u8)> {
    let mut sides: HashMap<(u8, u8), i32> = HashMap::new();
    for [a, b, c] in triangles(signs) {
        for side in [(a, b), (b, c), (c, a)] {
            *sides.entry(side).or_default() += 1;
        }
    }
    assert!(sides.values().all(|&times| times == 1), "case {signs:08b} has a side twice");
    let mut open: Vec<_> = sides.keys().copied().filter(|&(a, b)| !sides.contains_key(&(b, a))).collect();
    open.sort_unstable();
    open
}

#[test]
fn faces_list_corners_counter_clockwise_from_outside() {
    for face in FACES {
        let [a, b, c, d] = face.map(corner_position);
        let normal = triangle_normal([a, b, c]);
        let outward = [0, 1, 2].map(|i| (a[i] + b[i] + c[i] + d[i]) / 4.0 - 0.5);
        assert!((0..3).map(|i| normal[i] * outward[i]).sum::<f64>() > 0.0, "{face:?}");
    }
}

#[test]
fn every_polygon_is_cut_whole_without_a_diagonal_in_a_face() {
    for signs in 0..=255 {
        let expected: usize = polygons(signs).iter().map(|polygon| polygon.len() - 2).sum();
        let found = triangles(signs);
        assert_eq!(found.len(), expected, "case {signs:08b}");
        let open = boundary(signs);
        for [a, b, c] in found {
            for (from, to) in [(a, b), (b, c), (c, a)] {
                assert!(open.contains(&(from, to)) || !share_a_face(from, to), "case {signs:08b}");
            }
        }
    }
}

#[test]
fn open_sides_are_exactly_the_face_segments() {
    for signs in 0..=255 {
        let mut drawn: Vec<_> = FACES.iter().flat_map(|&face| face_segments(signs, face)).collect();
        drawn.sort_unstable();
        assert_eq!(boundary(signs), drawn, "case {signs:08b}");
    }
}

#[test]
fn neighbors_draw_the_same_segments_the_other_way_on_their_common_face() {
    for axis in 0..3_u8 {
        let bit = 1 << axis;
        let high = FACES.iter().copied().find(|face| face.iter().all(|c| c & bit != 0)).unwrap();
        let low = FACES.iter().copied().find(|face| face.iter().all(|c| c & bit == 0)).unwrap();
        for signs in 0..=255_u8 {
            // The loop tests all neighbor cells at the high face: the signs on the shared face are equal, and
            // the signs behind it are arbitrary.
            let shared: u8 = (0..8).filter(|c| c & bit == 0).map(|c| (signs >> (c | bit) & 1) << c).sum();
            for behind in 0..=255_u8 {
                let free: u8 = (0..8).filter(|c| c & bit != 0).map(|c| behind & (1 << c)).sum();
                let lift = |edge: u8| {
                    edge_between(EDGES[edge as usize].0 | bit, {
                        let (corner, along) = EDGES[edge as usize];
                        corner | bit | 1 << along
                    })
                };
                let mut here = face_segments(signs, high);
                let mut there: Vec<_> = face_segments(shared | free, low)
                    .into_iter()
                    .map(|(from, to)| (lift(to), lift(from)))
                    .collect();
                here.sort_unstable();
                there.sort_unstable();
                assert_eq!(here, there);
            }
        }
    }
}

#[test]
fn every_sign_change_has_one_vertex_and_nothing_else_has() {
    for signs in 0..=255_u8 {
        let mut used: Vec<u8> = triangles(signs).into_iter().flatten().collect();
        used.sort_unstable();
        used.dedup();
        let crossing: Vec<u8> = (0..12)
            .filter(|&edge| {
                let (corner, axis) = EDGES[edge as usize];
                inside(signs, corner) != inside(signs, corner | 1 << axis)
            })
            .collect();
        assert_eq!(used, crossing, "case {signs:08b}");
    }
}

#[test]
fn triangles_of_a_single_corner_face_away_from_it() {
    for corner in 0..8_u8 {
        let outward = corner_position(corner).map(|x| 0.5 - x);
        for (signs, side) in [(1_u8 << corner, 1.0), (!(1_u8 << corner), -1.0)] {
            let [triangle] = triangles(signs)[..] else { panic!("one corner makes one triangle") };
            let along: f64 = (0..3).map(|i| normal(triangle)[i] * outward[i]).sum();
            assert!(along * side > 0.0);
        }
    }
}

#[test]
fn inside_corners_of_an_ambiguous_face_are_joined() {
    assert_eq!(polygons(0b0000_1001).len(), 1);
    assert_eq!(polygons(!0b0000_1001).len(), 2);
}
