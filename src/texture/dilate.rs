//! Colours grow over the seams, so that filtering finds them there too.

use rayon::prelude::*;

use crate::error::{Cancelled, Watch};

/// Rows between two looks at the watch.
const STRIDE: usize = 64;

/// The texels within `steps` of owned ones (diagonals count as one), nearest first: each with the neighbour it takes its
/// value from, which is owned or was named before. owned: row-major, of a square.
pub(super) fn growth(
    owned: &[bool],
    size: u32,
    steps: u32,
    watch: Watch<'_>,
) -> Result<Vec<(u32, u32)>, Cancelled> {
    let mut reached = owned.to_vec();
    let mut found: Vec<(u32, u32)> = Vec::new();
    let mut frontier = rim(owned, size as usize, watch)?;
    for step in 0..steps {
        watch(step as f32 / steps as f32)?;
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

/// The owned texels that have a neighbour which is not, in their order.
fn rim(owned: &[bool], size: usize, watch: Watch<'_>) -> Result<Vec<u32>, Cancelled> {
    let rows = (0..size).into_par_iter().map(|y| {
        if y.is_multiple_of(STRIDE) {
            watch(0.0)?;
        }
        let row = |y: usize| &owned[y * size..][..size];
        // Whether all of a column's three are owned.
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

/// The up to eight neighbours of a texel; those across an edge first.
fn around(texel: u32, size: u32) -> impl Iterator<Item = u32> {
    const STEPS: [(i64, i64); 8] = [(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1)];
    let (x, y) = (i64::from(texel % size), i64::from(texel / size));
    STEPS.iter().filter_map(move |(right, down)| {
        let (x, y) = (x + right, y + down);
        let side = 0..i64::from(size);
        (side.contains(&x) && side.contains(&y)).then(|| (y * i64::from(size) + x) as u32)
    })
}
