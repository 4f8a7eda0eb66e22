//! Images that are sampled between their pixels, at any size.

use std::sync::{Arc, OnceLock};

use crate::color::{linear_to_srgb, srgb_level_to_linear};
use crate::math::log2;

/// Encoding of an image's channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// Colors in sRGB with a linear alpha.
    Srgb,
    /// Linear numbers.
    Linear,
}

/// Continuation of an image outside of its bounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wrap {
    /// The image repeats.
    #[default]
    Repeat,
    /// The image repeats and is mirrored each time.
    Mirror,
    /// The pixels at the edge continue.
    Clamp,
}

/// An image of 8 bits per channel: red, green, blue and alpha.
#[derive(Clone, Debug)]
pub struct Picture {
    encoding: Encoding,
    full: Level,
    /// Mip levels, each half the size of the one before. They are computed when the image is first minified.
    smaller: OnceLock<Vec<Level>>,
}

#[derive(Clone, Debug)]
struct Level {
    size: [usize; 2],
    /// Pixels, row by row from the upper left corner.
    rgba8: Arc<[[u8; 4]]>,
}

impl Picture {
    /// Returns an image of pixels in rows from the upper left corner.
    ///
    /// Returns `None` if there are no pixels or their number does not match `size` (width, height).
    pub fn new(size: [usize; 2], rgba8: Arc<[[u8; 4]]>, encoding: Encoding) -> Option<Self> {
        let is_whole = size[0].checked_mul(size[1]) == Some(rgba8.len()) && !rgba8.is_empty();
        is_whole.then(|| Self { encoding, full: Level { size, rgba8 }, smaller: OnceLock::new() })
    }

    /// Returns width and height in pixels.
    pub fn size(&self) -> [usize; 2] {
        self.full.size
    }

    /// Samples the image at texture coordinates and decodes the result to linear numbers.
    ///
    /// `texels`: size of a sample in pixels of the image. Up to 1, the full image is sampled. Above 1, the
    /// result interpolates between the two mip levels nearest to that size.
    pub fn at(&self, uv: [f32; 2], wraps: [Wrap; 2], texels: f32, is_nearest: bool) -> [f32; 4] {
        if !(texels > 1.0 && texels.is_finite()) {
            return if is_nearest {
                self.full.nearest(uv, wraps, self.encoding)
            } else {
                self.full.between(uv, wraps, self.encoding)
            };
        }
        let levels = self.smaller.get_or_init(|| self.full.halves(self.encoding));
        let level = log2(texels).min(levels.len() as f32);
        let of = |index: usize| {
            let level = index.checked_sub(1).and_then(|index| levels.get(index)).unwrap_or(&self.full);
            level.between(uv, wraps, self.encoding)
        };
        let (first, share) = (level as usize, level.fract());
        let fine = of(first);
        if share <= 0.0 {
            return fine;
        }
        let coarse = of(first + 1);
        std::array::from_fn(|channel| fine[channel] + (coarse[channel] - fine[channel]) * share)
    }
}

fn decoded([red, green, blue, alpha]: [u8; 4], encoding: Encoding) -> [f32; 4] {
    let share = |level: u8| f32::from(level) / 255.0;
    match encoding {
        Encoding::Srgb => {
            [srgb_level_to_linear(red), srgb_level_to_linear(green), srgb_level_to_linear(blue), share(alpha)]
        }
        Encoding::Linear => [red, green, blue, alpha].map(share),
    }
}

fn encoded(pixel: [f32; 4], encoding: Encoding) -> [u8; 4] {
    let level = |share: f32| (share * 255.0 + 0.5) as u8;
    let [red, green, blue, alpha] = pixel;
    match encoding {
        Encoding::Srgb => {
            let [red, green, blue] = [red, green, blue].map(|channel| level(linear_to_srgb(channel)));
            [red, green, blue, level(alpha)]
        }
        Encoding::Linear => pixel.map(level),
    }
}

impl Level {
    fn pixel(&self, x: usize, y: usize, encoding: Encoding) -> [f32; 4] {
        decoded(self.rgba8.get(y * self.size[0] + x).copied().unwrap_or_default(), encoding)
    }

    /// Returns the pixel that contains `uv`.
    fn nearest(&self, uv: [f32; 2], wraps: [Wrap; 2], encoding: Encoding) -> [f32; 4] {
        let [x, y] = [0, 1]
            .map(|axis| wrapped((uv[axis] * self.size[axis] as f32).floor(), self.size[axis], wraps[axis]));
        self.pixel(x, y, encoding)
    }

    /// Interpolates bilinearly between the four nearest pixels.
    fn between(&self, uv: [f32; 2], wraps: [Wrap; 2], encoding: Encoding) -> [f32; 4] {
        let axis = |axis: usize| {
            let place = uv[axis] * self.size[axis] as f32 - 0.5;
            let index = |place: f32| wrapped(place, self.size[axis], wraps[axis]);
            (index(place.floor()), index(place.floor() + 1.0), place - place.floor())
        };
        let ((left, right, across), (top, bottom, down)) = (axis(0), axis(1));
        let mix = |a: [f32; 4], b: [f32; 4], share: f32| -> [f32; 4] {
            // Far outside of the image a coordinate can be infinite, and then it has no fraction.
            let share = if share.is_finite() { share } else { 0.0 };
            std::array::from_fn(|channel| a[channel] + (b[channel] - a[channel]) * share)
        };
        let row = |y| mix(self.pixel(left, y, encoding), self.pixel(right, y, encoding), across);
        mix(row(top), row(bottom), down)
    }

    /// Computes all mip levels down to one pixel. Each pixel is the mean of four pixels, in linear light.
    fn halves(&self, encoding: Encoding) -> Vec<Self> {
        let mut found: Vec<Self> = Vec::new();
        loop {
            let last = found.last().unwrap_or(self);
            if last.size == [1, 1] {
                return found;
            }
            let half = last.half(encoding);
            found.push(half);
        }
    }

    fn half(&self, encoding: Encoding) -> Self {
        let size = self.size.map(|length| length.div_ceil(2));
        let mean = |index: usize| {
            let [x, y] = [index % size[0] * 2, index / size[0] * 2];
            let [right, below] = [(x + 1).min(self.size[0] - 1), (y + 1).min(self.size[1] - 1)];
            let four = [[x, y], [right, y], [x, below], [right, below]];
            let sum = four.map(|[x, y]| self.pixel(x, y, encoding));
            encoded(
                std::array::from_fn(|channel| sum.iter().map(|pixel| pixel[channel]).sum::<f32>() / 4.0),
                encoding,
            )
        };
        Self { size, rgba8: (0..size[0] * size[1]).map(mean).collect() }
    }
}

/// Maps a pixel coordinate along an axis into the image. NaN becomes 0, since casts from floats saturate.
fn wrapped(place: f32, size: usize, wrap: Wrap) -> usize {
    let (last, length) = (size.saturating_sub(1) as f32, size as f32);
    let inside = match wrap {
        Wrap::Clamp => place,
        Wrap::Mirror => {
            let within = place.rem_euclid(2.0 * length);
            within.min(2.0 * length - 1.0 - within)
        }
        Wrap::Repeat => place.rem_euclid(length),
    };
    inside.clamp(0.0, last) as usize
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

    use super::*;

    fn board(encoding: Encoding) -> Picture {
        let pixels =
            (0..64).map(|index| if (index % 8 + index / 8) % 2 == 0 { [255; 4] } else { [0, 0, 0, 255] });
        Picture::new([8, 8], pixels.collect(), encoding).unwrap()
    }

    #[test]
    fn a_minified_board_is_the_mean_of_its_light() {
        for (encoding, expected) in [(Encoding::Srgb, 0.5), (Encoding::Linear, 0.5)] {
            for texels in [2.0, 3.0, 8.0, 1e9] {
                let [red, ..] = board(encoding).at([0.3, 0.7], [Wrap::Repeat; 2], texels, false);
                assert!((red - expected).abs() < 0.01, "{encoding:?} {texels}: {red}");
            }
        }
    }

    #[test]
    fn pixels_are_met_at_their_middles_and_blended_between() {
        let board = board(Encoding::Linear);
        let at = |u: f32| board.at([u, 1.0 / 16.0], [Wrap::Clamp; 2], 0.0, false)[0];
        assert_eq!((at(1.0 / 16.0), at(3.0 / 16.0)), (1.0, 0.0));
        assert!((at(2.0 / 16.0) - 0.5).abs() < 1e-6);
        assert_eq!(board.at([2.4 / 16.0, 0.0], [Wrap::Clamp; 2], 0.0, true)[0], 0.0);
    }

    #[test]
    fn a_picture_of_another_size_than_its_pixels_is_none() {
        assert!(Picture::new([2, 2], vec![[0; 4]; 3].into(), Encoding::Srgb).is_none());
        assert!(Picture::new([0, 0], Vec::new().into(), Encoding::Srgb).is_none());
        assert!(Picture::new([usize::MAX, 2], vec![[0; 4]; 3].into(), Encoding::Srgb).is_none());
    }

    #[test]
    fn no_texture_coordinate_reaches_outside() {
        for wrap in [Wrap::Repeat, Wrap::Mirror, Wrap::Clamp] {
            for place in [f32::NAN, f32::INFINITY, -1e30, 1e30, -0.0] {
                for texels in [0.0, 5.0, f32::NAN] {
                    let found = board(Encoding::Srgb).at([place, place], [wrap; 2], texels, false);
                    assert!(found.iter().all(|part| part.is_finite()), "{wrap:?} {place} {found:?}");
                }
            }
        }
    }
}
