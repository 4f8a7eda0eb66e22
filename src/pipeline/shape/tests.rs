#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use super::*;

const SQUARE: [[f32; 3]; 4] = [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [0.0, 1.0, 0.0]];
const HALVES: [[u32; 3]; 2] = [[0, 1, 2], [0, 2, 3]];

#[test]
fn points_of_a_square_spread_evenly_over_it() {
    let shape = Shape::from_triangles(&SQUARE, &HALVES).unwrap();
    for (x, y) in (0..4).flat_map(|y| (0..4).map(move |x| (x, y))) {
        let inside = |value: f32, cell: i32| (value * 4.0).floor() as i32 == cell;
        let is_there = |point: &&ShapePoint| inside(point.position[0], x) && inside(point.position[1], y);
        let found = shape.points().iter().filter(is_there).count();
        assert!((200..313).contains(&found), "{found} of 4096 points in cell {x}, {y}");
    }
    for point in shape.points() {
        assert_eq!((point.position[2], point.normal, point.color), (0.0, [0.0, 0.0, 1.0], None));
    }
}

#[test]
fn broken_shapes_are_refused() {
    assert!(matches!(Shape::from_points(&[]), Err(PipelineError::ShapeTooSmall { .. })));
    let wrong = [[0.0, f32::NAN, 0.0]];
    assert!(matches!(Shape::from_points(&wrong), Err(PipelineError::NotFinite { .. })));
    for far in [1e4, -1e12, f32::MAX] {
        let points = [[0.0; 3], [far, 0.0, 0.0], [0.0, 1.0, 0.0]];
        assert!(matches!(Shape::from_points(&points), Err(PipelineError::TooFar { index: 1, .. })));
        let surface = Shape::from_triangles(&points, &[[0, 1, 2]]);
        assert!(matches!(surface, Err(PipelineError::TooFar { index: 1, .. })));
    }
    assert!(matches!(Shape::from_triangles(&SQUARE, &[]), Err(PipelineError::ShapeTooSmall { .. })));
    assert!(matches!(Shape::from_triangles(&SQUARE, &[[0, 1, 1]]), Err(PipelineError::ShapeTooSmall { .. })));
    assert!(matches!(
        Shape::from_triangles(&SQUARE, &[[0, 1, 4]]),
        Err(PipelineError::ShapeIndex { vertex: 4, vertices: 4, .. })
    ));
    let lacking =
        ShapeSurface { positions: &SQUARE, colors: &[[0.0; 3]], triangles: &HALVES, ..Default::default() };
    assert!(matches!(
        Shape::from_surface(lacking),
        Err(PipelineError::ShapeAttribute { what: "colors", found: 1, vertices: 4 })
    ));
    for keep in [-0.1, 1.1, f32::NAN] {
        let shape = Shape::from_triangles(&SQUARE, &HALVES).unwrap();
        assert!(matches!(shape.keeping(keep), Err(PipelineError::Keep { .. })));
    }
}

#[test]
fn a_fitted_shape_fills_object_space_wherever_it_stands_and_its_frame_leads_back() {
    for (scale, shift) in [(1.0, 0.0), (1e-20, 0.0), (250.0, -4e3), (1e30, 2e30)] {
        let positions = SQUARE.map(|position| position.map(|part| part * scale + shift));
        let surface = ShapeSurface { positions: &positions, triangles: &HALVES, ..Default::default() };
        let shape = Shape::fitted(&[surface]).unwrap();
        let widest = shape.points().iter().map(|point| point.position[0].abs()).fold(0.0, f32::max);
        assert!((0.84..=0.851).contains(&widest), "{widest} at {scale}");
        let frame = shape.frame().unwrap();
        for position in positions {
            let object = frame.to_object(position);
            for axis in 0..3 {
                let back = object[axis] * frame.units + frame.center[axis];
                assert!((back - position[axis]).abs() <= 2e-6 * (scale + shift.abs()), "{back} {position:?}");
            }
        }
    }
}

#[test]
fn a_row_holds_place_normal_color_and_what_is_kept() {
    let colors = [[0.75, 0.5, 0.25]; 4];
    let surface =
        ShapeSurface { positions: &SQUARE, colors: &colors, triangles: &HALVES, ..Default::default() };
    let shape = Shape::from_surface(surface).unwrap().keeping(0.3).unwrap();
    let rows = shape.rows();
    assert_eq!(rows.len(), 4096 * POINT_FEATURES);
    for part in [(rows[6], 0.25), (rows[7], 0.0), (rows[8], -0.25), (rows[9], 0.3)] {
        assert!((part.0 - part.1).abs() < 1e-6, "{part:?}");
    }
    assert_eq!(rows[3..6], [0.0, 0.0, 1.0]);
}
