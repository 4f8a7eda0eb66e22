//! Packs rectangles into a square, as large as possible.

use guillotiere::{AtlasAllocator, size2};

use super::TextureError;
use crate::error::ProgressCallback;

/// Relative precision of the search for the largest scale.
const PRECISION: f32 = 0.01;
/// Largest number of scales that are tried, from the largest possible scale down to a millionth of it. If
/// none fits, `Crowded` is returned.
const TRIES: usize = 40;

/// The place of each rectangle at a scale: the texel of its upper left corner, without the margin.
pub(super) struct Packing {
    /// Texels per unit.
    pub scale: f32,
    /// One place per rectangle.
    pub places: Vec<[u32; 2]>,
}

/// Returns the texels that a side of this length takes at a scale, without its margin.
pub(super) fn texels(length: f32, scale: f32) -> u32 {
    // Casts of floats saturate.
    ((length * scale).ceil() as u32).max(1)
}

/// Packs rectangles (width and height in units) with `margin` texels around each. Errors: `Crowded`,
/// `Cancelled`.
pub(super) fn pack(
    rectangles: &[[f32; 2]],
    size: u32,
    margin: u32,
    on_progress: ProgressCallback<'_>,
) -> Result<Packing, TextureError> {
    let crowded = TextureError::Crowded { charts: rectangles.len(), size };
    let longest = rectangles.iter().flatten().copied().fold(0.0, f32::max);
    let area: f64 = rectangles.iter().map(|&[width, height]| f64::from(width) * f64::from(height)).sum();
    let mut order: Vec<usize> = (0..rectangles.len()).collect();
    // Tall rectangles come first, and short ones fill the gaps.
    order.sort_by(|&a, &b| rectangles[b][1].total_cmp(&rectangles[a][1]).then(a.cmp(&b)));
    let try_at = |scale: f32| place(rectangles, &order, size, margin, scale);
    // `high` is an upper bound of the scale: the scale without margins and gaps.
    let side = f64::from(size);
    let mut high = (side / area.sqrt()).min(side / f64::from(longest)) as f32;
    if !high.is_finite() {
        // All rectangles are points, so any scale fits.
        return try_at(1.0).map(|places| Packing { scale: 1.0, places }).ok_or(crowded);
    }
    let mut best: Option<Packing> = None;
    for _ in 0..TRIES {
        on_progress(0.0)?;
        let low = best.as_ref().map_or(0.0, |best| best.scale);
        if high - low <= PRECISION * high {
            break;
        }
        let scale = if low == 0.0 { high * 0.7 } else { (low + high) * 0.5 };
        match try_at(scale) {
            Some(places) => best = Some(Packing { scale, places }),
            None => high = scale,
        }
    }
    best.ok_or(crowded)
}

fn place(
    rectangles: &[[f32; 2]],
    order: &[usize],
    size: u32,
    margin: u32,
    scale: f32,
) -> Option<Vec<[u32; 2]>> {
    let mut atlas = AtlasAllocator::new(size2(size as i32, size as i32));
    let mut places = vec![[0; 2]; rectangles.len()];
    for &index in order {
        let [width, height] =
            rectangles[index].map(|length| texels(length, scale).saturating_add(margin.saturating_mul(2)));
        if width > size || height > size {
            return None;
        }
        let found = atlas.allocate(size2(width as i32, height as i32))?.rectangle.min;
        places[index] = [found.x as u32 + margin, found.y as u32 + margin];
    }
    Some(places)
}
