//! Kernels that move or sample values.

use att3d::engine::Engine;

use crate::reference::*;

#[test]
fn layout_kernels_move_values_exactly() {
    let mut numbers = Numbers(11);
    let x = numbers.array(&[2, 3, 4, 5]);
    let wide = numbers.array(&[70, 1, 90]);
    let few: Vec<_> = (2..9).map(|columns| numbers.array(&[columns, 37])).collect();
    for engine in engines() {
        for axes in
            [[0, 1, 2, 3], [3, 2, 1, 0], [0, 2, 3, 1], [1, 0, 2, 3], [0, 3, 1, 2], [2, 3, 0, 1], [0, 2, 1, 3]]
        {
            let shape = axes.map(|axis| x.shape[axis]);
            let y = call(&engine, &[&x], &shape, |v| engine.permute(v[0], &axes));
            let expected: Vec<f64> = indices(&shape)
                .iter()
                .map(|i| {
                    let mut from = [0; 4];
                    axes.iter().zip(i).for_each(|(axis, i)| from[*axis] = *i);
                    x.at(&from)
                })
                .collect();
            assert_close(&y, &expected, 0.0, "permute");
        }
        let y = call(&engine, &[&wide], &[90, 70, 1], |v| engine.permute(v[0], &[2, 0, 1]));
        let expected: Vec<f64> = indices(&[90, 70]).iter().map(|i| wide.at(&[i[1], 0, i[0]])).collect();
        assert_close(&y, &expected, 0.0, "permute wide");
        for x in &few {
            let shape = [37, x.shape[0]];
            let y = call(&engine, &[x], &shape, |v| engine.permute(v[0], &[1, 0]));
            let expected: Vec<f64> = indices(&shape).iter().map(|i| x.at(&[i[1], i[0]])).collect();
            assert_close(&y, &expected, 0.0, "permute with few columns");
        }

        for axis in 0..4 {
            let mut other_shape = x.shape.clone();
            other_shape[axis] = 2;
            let other = Numbers(5).array(&other_shape);
            let mut shape = x.shape.clone();
            shape[axis] += 2;
            let joined = call(&engine, &[&x, &other], &shape, |v| engine.concat(v, axis));
            let expected: Vec<f64> = indices(&shape)
                .iter()
                .map(|i| match i[axis].checked_sub(x.shape[axis]) {
                    Some(rest) => other.at(&with(i, axis, rest)),
                    None => x.at(i),
                })
                .collect();
            assert_close(&joined, &expected, 0.0, "concat");
            let joined = Array::new(&joined, &shape);
            let y = call(&engine, &[&joined], &other_shape, |v| engine.narrow(v[0], axis, x.shape[axis], 2));
            assert_eq!(y, other.values, "narrow");
        }

        let table = Numbers(2).array(&[10, 3]);
        let y = call(&engine, &[&table], &[4, 3], |v| engine.embedding(v[0], &[9, 0, 3, 3]));
        let expected: Vec<f64> =
            [9, 0, 3, 3].iter().flat_map(|i| (0..3).map(|j| table.at(&[*i, j]))).collect();
        assert_close(&y, &expected, 0.0, "embedding");

        let y = call(&engine, &[&x], &[2, 3, 12, 15], |v| engine.upsample_nearest(v[0], 3));
        let expected: Vec<f64> =
            indices(&[2, 3, 12, 15]).iter().map(|i| x.at(&[i[0], i[1], i[2] / 3, i[3] / 3])).collect();
        assert_close(&y, &expected, 0.0, "upsample");
    }
}

#[test]
fn triplane_samples_as_grid_sample_does() {
    for engine in engines() {
        for (batch, resolution, channels, count) in
            [(1, 5, 4, 40), (2, 3, 3, 9), (1, 1, 2, 5), (1, 16, 12, 5000)]
        {
            let mut numbers = Numbers(count as u64);
            let planes = numbers.array(&[batch, 3, resolution, resolution, channels]);
            let mut points = numbers.array(&[batch, count, 3]);
            points.values.iter_mut().for_each(|p| *p *= 1.3);
            let axis = |coordinate: f64| {
                let size = resolution as f64;
                let index = (((coordinate + 1.0) * size - 1.0) / 2.0).clamp(0.0, size - 1.0);
                let low = index.floor();
                (low as usize, ((low + 1.0).min(size - 1.0)) as usize, index - low)
            };
            let shape = [batch, count, 3 * channels];
            let expected: Vec<f64> = indices(&shape)
                .iter()
                .map(|i| {
                    let (plane, c) = (i[2] / channels, i[2] % channels);
                    let (u, v) = [(0, 1), (0, 2), (1, 2)][plane];
                    let (x0, x1, tx) = axis(points.at(&[i[0], i[1], u]));
                    let (y0, y1, ty) = axis(points.at(&[i[0], i[1], v]));
                    let at = |y, x| planes.at(&[i[0], plane, y, x, c]);
                    (at(y0, x0) * (1.0 - tx) + at(y0, x1) * tx) * (1.0 - ty)
                        + (at(y1, x0) * (1.0 - tx) + at(y1, x1) * tx) * ty
                })
                .collect();
            let y = call(&engine, &[&planes, &points], &shape, |v| engine.sample_triplane(v[0], v[1]));
            assert_close(&y, &expected, 5e-6, "triplane");
        }
    }
}

#[test]
fn voxel_grid_samples_with_corners_at_the_ends() {
    for engine in engines() {
        for (batch, resolution, channels, count) in [(1, 4, 4, 40), (2, 3, 1, 9), (1, 1, 2, 5)] {
            let mut numbers = Numbers(count as u64);
            let grid = numbers.array(&[batch, resolution, resolution, resolution, channels]);
            let mut points = numbers.array(&[batch, count, 3]);
            points.values.iter_mut().for_each(|p| *p *= 1.3);
            let axis = |coordinate: f64| {
                let last = resolution as f64 - 1.0;
                let index = ((coordinate + 1.0) / 2.0 * last).clamp(0.0, last);
                let low = index.floor();
                [(low as usize, 1.0 - (index - low)), ((low + 1.0).min(last) as usize, index - low)]
            };
            let shape = [batch, count, channels];
            let expected: Vec<f64> = indices(&shape)
                .iter()
                .map(|i| {
                    let [xs, ys, zs] = [0, 1, 2].map(|a| axis(points.at(&[i[0], i[1], a])));
                    let mut sum = 0.0;
                    for (z, wz) in zs {
                        for (y, wy) in ys {
                            for (x, wx) in xs {
                                sum += wx * wy * wz * grid.at(&[i[0], z, y, x, i[2]]);
                            }
                        }
                    }
                    sum
                })
                .collect();
            let y = call(&engine, &[&grid, &points], &shape, |v| engine.sample_voxel_grid(v[0], v[1]));
            assert_close(&y, &expected, 5e-6, "voxel grid");
        }
    }
}
