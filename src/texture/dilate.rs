//! Extends the charts' values over the seams, for texture filtering.

use rayon::prelude::*;

use crate::error::{Cancelled, ProgressCallback};

/// Rows between two calls of `on_progress`.
const STRIDE: usize = 64;

/// Returns the texels within `steps` of owned ones (a diagonal is one step), nearest first. Each is paired
/// with the neighbor whose value it copies. That neighbor is owned or comes earlier in the list. owned:
/// whether each texel of a square is owned, row by row.
pub(super) fn growth(
    owned: &[bool],
    size: u32,
    steps: u32,
    on_progress: ProgressCallback<'_>,
) -> Result<Vec<(u32, u32)>, Cancelled> {
    let mut reached = owned.to_vec();
    let mut found: Vec<(u32, u32)> = Vec::new();
    let mut frontier = rim(owned, size as usize, on_progress)?;
    for step in 0..steps {
        on_progress(step as f32 / steps as f32)?;
        let mut next = Vec::new();
        for &texel in &frontier {
            for beyond in around(texel, size) {
                if !std::mem::replace(&mut reached[beyond as usize], true) {
                    found.push((beyond, texel));
                    next.push(beyond);
                }
            }
        }
        frontier = next;
    }
    Ok(found)
}

/// Returns the owned texels with a neighbor that is not owned, in their order.
fn rim(owned: &[bool], size: usize, on_progress: ProgressCallback<'_>) -> Result<Vec<u32>, Cancelled> {
    let rows = (0..size).into_par_iter().map(|y| {
        if y.is_multiple_of(STRIDE) {
            on_progress(0.0)?;
        }
        let row = |y: usize| &owned[y * size..][..size];
        // Whether all three texels of a column are owned.
        let mut whole = row(y).to_vec();
        for beside in [y.saturating_sub(1), (y + 1).min(size - 1)] {
            whole.iter_mut().zip(row(beside)).for_each(|(whole, beside)| *whole &= beside);
        }
        let touches = |x: usize| !(whole[x.saturating_sub(1)] & whole[x] & whole[(x + 1).min(size - 1)]);
        let found = (0..size).filter(|&x| row(y)[x] && touches(x));
        Ok(found.map(|x| (y * size + x) as u32).collect())
    });
    Ok(rows.collect::<Result<Vec<Vec<u32>>, Cancelled>>()?.concat())
}

/// Returns the neighbors of a texel, at most eight. The neighbors that share an edge with it come first.
fn around(texel: u32, size: u32) -> impl Iterator<Item = u32> {
    const STEPS: [(i64, i64); 8] = [(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1)];
    let (x, y) = (i64::from(texel % size), i64::from(texel / size));
    STEPS.iter().filter_map(move |(right, down)| {
        let (x, y) = (x + right, y + down);
        let side = 0..i64::from(size);
        (side.contains(&x) && side.contains(&y)).then(|| (y * i64::from(size) + x) as u32)
    })
}
