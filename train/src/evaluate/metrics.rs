//! Metrics of occupancies and colors.

/// Returns the intersection over union of two shapes within a region. NaN where both are empty there.
pub fn iou(a: &[bool], b: &[bool], region: &[bool]) -> f64 {
    let mut both = 0u64;
    let mut either = 0u64;
    for ((&a, &b), &counted) in a.iter().zip(b).zip(region) {
        both += u64::from(a && b && counted);
        either += u64::from((a || b) && counted);
    }
    if either == 0 { f64::NAN } else { both as f64 / either as f64 }
}

/// Returns how much of an edit was made. Where the edit adds to the shape, the score is the IoU of the
/// inside. Where the edit removes from the shape, the score is the IoU of the outside. Both scores are
/// limited to the region where the true scenes before and after differ. The two scores are weighted by the
/// sizes of the added and removed regions.
pub fn edit_iou(ours: &[bool], truth: &[bool], before: &[bool]) -> f64 {
    let region: Vec<bool> = before.iter().zip(truth).map(|(before, after)| before != after).collect();
    let not = |shape: &[bool]| shape.iter().map(|inside| !inside).collect::<Vec<_>>();
    let added = truth.iter().zip(&region).filter(|(after, changed)| **after && **changed).count() as f64;
    let taken = region.iter().filter(|changed| **changed).count() as f64 - added;
    let of = |share: f64, iou: f64| if share > 0.0 { share * iou } else { 0.0 };
    (of(added, iou(ours, truth, &region)) + of(taken, iou(&not(ours), &not(truth), &region)))
        / (added + taken)
}

/// Returns the mean absolute difference of the channels of two colors.
pub fn difference(one: [f32; 3], other: [f32; 3]) -> f64 {
    one.iter().zip(other).map(|(a, b)| f64::from((a - b).abs())).sum::<f64>() / 3.0
}
