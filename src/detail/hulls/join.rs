//! Joins parts of a shape, if its division has more parts than the allowed number of hulls.

use std::collections::BTreeMap;

use crate::detail::DetailError;
use crate::detail::hull::hull_of;
use crate::error::{Cancelled, ProgressCallback, part};

/// Number of the nearest parts with which each part may be joined.
const NEIGHBORS: usize = 6;
/// Largest number of vertices of the hulls whose volumes are compared.
const VERTICES: u32 = 64;

/// The points of a part.
struct HullPart {
    /// Number that only this part has.
    number: usize,
    points: Vec<[f32; 3]>,
    /// Volume of the hull; 0 for points in one plane.
    volume: f64,
    middle: [f32; 3],
}

impl HullPart {
    fn new(
        number: usize,
        points: Vec<[f32; 3]>,
        on_progress: ProgressCallback<'_>,
    ) -> Result<Self, Cancelled> {
        let mut middle = [0.0; 3];
        for point in &points {
            (0..3).for_each(|axis| middle[axis] += point[axis] / points.len() as f32);
        }
        Ok(Self { number, volume: volume(&points, on_progress)?, points, middle })
    }

    fn distance(&self, other: &Self) -> f32 {
        self.middle.iter().zip(other.middle).map(|(one, other)| (one - other) * (one - other)).sum()
    }
}

/// Returns the volume of the hull of points; 0 for points in one plane. Errors: `Cancelled`.
fn volume(points: &[[f32; 3]], on_progress: ProgressCallback<'_>) -> Result<f64, Cancelled> {
    on_progress(0.0)?;
    Ok(hull_of(points, VERTICES, on_progress).map_or(0.0, |hull| hull.measures().volume))
}

/// Joins parts until there are at most `most`. Each step joins the two parts whose common hull adds the least
/// volume. Errors: `Cancelled`.
pub(super) fn join_parts(
    parts: Vec<Vec<[f32; 3]>>,
    most: usize,
    on_progress: ProgressCallback<'_>,
) -> Result<Vec<Vec<[f32; 3]>>, DetailError> {
    if parts.len() <= most {
        return Ok(parts);
    }
    let waiting = part(on_progress, 0.0, 0.0);
    let numbered = parts.into_iter().enumerate();
    let mut parts: Vec<HullPart> =
        numbered.map(|(number, points)| HullPart::new(number, points, &waiting)).collect::<Result<_, _>>()?;
    let (mut next, mut costs) = (parts.len(), BTreeMap::new());
    while parts.len() > most.max(1) {
        let Some((one, other)) = cheapest(&parts, &mut costs, &waiting)? else { break };
        // `other` is the larger index, so that its removal does not move `one`.
        let (other, one) = (parts.remove(other), parts.remove(one));
        parts.push(HullPart::new(next, [one.points, other.points].concat(), &waiting)?);
        next += 1;
    }
    Ok(parts.into_iter().map(|part| part.points).collect())
}

/// Returns the indices of the two near parts whose common hull adds the least volume, the smaller index
/// first; `None` for fewer than two parts. costs: the added volume for each pair of part numbers; the caller
/// keeps the map from step to step. Errors: `Cancelled`.
fn cheapest(
    parts: &[HullPart],
    costs: &mut BTreeMap<(usize, usize), f64>,
    on_progress: ProgressCallback<'_>,
) -> Result<Option<(usize, usize)>, Cancelled> {
    let mut best: Option<(f64, usize, usize)> = None;
    for (index, one) in parts.iter().enumerate() {
        let mut near: Vec<usize> = (0..parts.len()).filter(|&other| other != index).collect();
        near.sort_by(|&a, &b| one.distance(&parts[a]).total_cmp(&one.distance(&parts[b])));
        for other in near.into_iter().take(NEIGHBORS) {
            let (first, second) = (index.min(other), index.max(other));
            let (one, two) = (&parts[first], &parts[second]);
            let key = (one.number.min(two.number), one.number.max(two.number));
            let cost = match costs.get(&key) {
                Some(&cost) => cost,
                None => {
                    let joined = volume(&[one.points.as_slice(), &two.points].concat(), on_progress)?;
                    let cost = joined - one.volume - two.volume;
                    costs.insert(key, cost);
                    cost
                }
            };
            if best.is_none_or(|(least, ..)| cost < least) {
                best = Some((cost, first, second));
            }
        }
    }
    Ok(best.map(|(_, one, other)| (one, other)))
}
