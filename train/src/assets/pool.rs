//! Random points of assets, which are sampled once before the training, and batches of these points.

use toybox::Random;

use super::asset::{Asset, AssetPoint};
use super::error::AssetError;
use super::source::{AssetSource, Assets};
use crate::data::nearby::{NEAR_SIGMA, PAIR, moved};

/// Number of distance points of an asset. A third of them have a neighbor.
const DISTANCES: usize = 49_152;
/// Number of color points of each kind per asset: by area, and with equal shares of the parts.
const COLORS: usize = 16_384;
/// Share of the distance points that are uniform in the box. This share and the deviations are those of the
/// toybox's points.
const UNIFORM: f32 = 0.25;
/// Share of the other points that get the smaller deviation.
const NEAR: f32 = 0.6;
/// Standard deviations of the distance points around the surface, in object space.
const SIGMAS: [f32; 2] = [0.02, 0.08];
/// Largest number of tries to draw a point where the sign of the distance is certain.
const DRAWS: usize = 8;

/// The points of all assets of a run.
pub struct Pool {
    assets: Vec<Points>,
    /// Captions that are trained, with the index of the asset.
    captions: Vec<(String, usize)>,
}

/// The points of an asset.
struct Points {
    /// Points with their signed distances.
    distances: Vec<([f32; 3], f32)>,
    /// A neighbor of each of the first points of `distances`, in the same order, with its signed distance.
    neighbors: Vec<([f32; 3], f32)>,
    /// Color points near the surface: by area, and with equal shares of the parts.
    colors: [Vec<AssetPoint>; 2],
}

/// Points of one prompt of a batch.
pub struct Drawn<'a> {
    points: &'a Points,
}

impl Pool {
    /// Reads the assets of a source and draws their points. Errors: those of [`Assets::open`] and
    /// [`Assets::read_each`].
    pub fn open(source: &AssetSource, seed: u64) -> Result<Self, AssetError> {
        let assets = Assets::open(source)?;
        let points =
            assets.read_each(|index, asset| Points::of(&asset, &mut Random::stream(seed, index as u64)))?;
        let trained = assets.trained().map(|row| (row.caption.clone(), row.asset)).collect();
        Ok(Self { assets: points, captions: trained })
    }

    /// Draws a caption, and the points of its asset.
    pub fn draw(&self, random: &mut Random) -> (&str, Drawn<'_>) {
        let (caption, asset) = &self.captions[random.below(self.captions.len())];
        (caption, Drawn { points: &self.assets[*asset] })
    }
}

impl Points {
    fn of(asset: &Asset, random: &mut Random) -> Self {
        let surface = asset.surface(random, DISTANCES, false);
        let place = |random: &mut Random, on_surface: &AssetPoint| {
            if random.chance(UNIFORM) {
                return [0; 3].map(|_| random.between(-1.0, 1.0));
            }
            let sigma = SIGMAS[usize::from(!random.chance(NEAR))];
            moved(on_surface.point, sigma * random.normal_pair().0, random.direction())
        };
        let certain = |point: [f32; 3]| asset.certain_distance(point).map(|distance| (point, distance));
        let mut distances = Vec::with_capacity(DISTANCES);
        let mut neighbors = Vec::with_capacity(DISTANCES / 3);
        for on_surface in &surface {
            let drawn = (0..DRAWS).find_map(|_| certain(place(random, on_surface)));
            // A point of the surface itself is always certain.
            let (point, distance) = drawn.unwrap_or((on_surface.point, asset.distance(on_surface.point)));
            distances.push((point, distance));
            if neighbors.len() < DISTANCES / 3 {
                let next =
                    |random: &mut Random| moved(point, random.between(PAIR[0], PAIR[1]), random.direction());
                let drawn = (0..DRAWS).find_map(|_| certain(next(random)));
                neighbors.push(drawn.unwrap_or((point, distance)));
            }
        }
        let colors = [false, true].map(|by_part| {
            let mut points = asset.surface(random, COLORS, by_part);
            for seen in &mut points {
                seen.point = moved(seen.point, NEAR_SIGMA * random.normal_pair().0, random.direction());
            }
            points
        });
        Self { distances, neighbors, colors }
    }
}

impl Drawn<'_> {
    /// Returns `count` points with their signed distances. The last quarter are neighbors of the quarter
    /// before, in the same order.
    pub fn distances(&self, random: &mut Random, count: usize) -> Vec<([f32; 3], f32)> {
        let Points { distances, neighbors, .. } = self.points;
        let pairs = count / 4;
        let mut drawn: Vec<_> =
            (0..count - 2 * pairs).map(|_| distances[random.below(distances.len())]).collect();
        let chosen: Vec<usize> = (0..pairs).map(|_| random.below(neighbors.len())).collect();
        drawn.extend(chosen.iter().map(|&index| distances[index]));
        drawn.extend(chosen.iter().map(|&index| neighbors[index]));
        drawn
    }

    /// Returns `count` color points near the surface. part_share: share of the points that are drawn with
    /// equal probability for all parts. The others are drawn by area.
    pub fn colors(&self, random: &mut Random, count: usize, part_share: f32) -> Vec<AssetPoint> {
        let by_part = (count as f32 * part_share.clamp(0.0, 1.0)).round() as usize;
        let draw = |index: usize| {
            let kind = &self.points.colors[usize::from(index >= count - by_part)];
            kind[random.below(kind.len())]
        };
        (0..count).map(draw).collect()
    }
}
