//! Images in memory: decoded, and read between their pixels.

use std::io::Cursor;

use gltf_json as json;
use json::texture::WrappingMode;
use json::validation::Checked::Valid;
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;

use super::{invalid, unsupported};
use crate::gltf::GltfError;

/// Bytes that a byte of a PNG can unfold to: deflate's most is 1,032.
const MOST_UNFOLDED: u64 = 1_100;
/// Pixels that a byte of a JPEG can unfold to: a grey block of 64 takes a bit at least. (A progressive one takes six bytes a pixel besides while it is
/// decoded, about as much as a PNG of 16 bits.)
const MOST_PIXELS: u64 = 512;
/// What a piece of extended XMP begins with, and how many there may be: the decoder puts all of them together at each, which takes a minute
/// for a hundred thousand.
const EXTENDED_XMP: &[u8] = b"http://ns.adobe.com/xmp/extension/";
const MOST_PIECES: usize = 256;

/// An image of eight bits a channel.
pub(super) struct Picture {
    size: [usize; 2],
    rgb8: Vec<u8>,
}

impl Picture {
    /// A PNG or a JPEG, told by its first bytes; none with more pixels than that. Errors: `Invalid` for a damaged one, or one that
    /// says it is larger than its bytes can be; `Unsupported` for another format.
    pub(super) fn decode(bytes: &[u8], most_pixels: u64) -> Result<Option<Self>, GltfError> {
        match bytes {
            [0x89, b'P', b'N', b'G', ..] => Self::decode_png(bytes, most_pixels),
            [0xff, 0xd8, 0xff, ..] => Self::decode_jpeg(bytes, most_pixels),
            _ => Err(unsupported("an image that is no PNG and no JPEG")),
        }
    }

    fn decode_png(bytes: &[u8], most_pixels: u64) -> Result<Option<Self>, GltfError> {
        let broken = |error: png::DecodingError| invalid(format!("an image is damaged: {error}"));
        let mut decoder = png::Decoder::new(Cursor::new(bytes));
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().map_err(broken)?;
        let (width, height) = reader.info().size();
        if u64::from(width) * u64::from(height) > most_pixels {
            return Ok(None);
        }
        // Before memory is taken for what a few bytes claim to be.
        if reader.info().raw_bytes() as u64 > bytes.len() as u64 * MOST_UNFOLDED {
            return Err(too_few_bytes([width as usize, height as usize], bytes));
        }
        let size = reader.output_buffer_size().ok_or_else(|| unsupported("an image too large to hold"))?;
        let mut pixels = vec![0; size];
        reader.next_frame(&mut pixels).map_err(broken)?;
        let samples = reader.output_color_type().0.samples();
        let rgb = |pixel: &[u8]| match *pixel {
            [grey] | [grey, _] => [grey; 3],
            [red, green, blue, ..] => [red, green, blue],
            [] => [0; 3],
        };
        let count = width as usize * height as usize;
        let rgb8 = pixels.chunks_exact(samples).take(count).flat_map(rgb).collect();
        Ok(Some(Self { size: [width as usize, height as usize], rgb8 }))
    }

    fn decode_jpeg(bytes: &[u8], most_pixels: u64) -> Result<Option<Self>, GltfError> {
        let broken = |error| match error {
            DecodeErrors::Unsupported(kind) => {
                unsupported(format!("a JPEG of a kind that is not read: {kind:?}"))
            }
            error => invalid(format!("an image is damaged: {error}")),
        };
        let pieces = bytes.windows(EXTENDED_XMP.len()).filter(|window| *window == EXTENDED_XMP);
        if pieces.take(MOST_PIECES + 1).count() > MOST_PIECES {
            return Err(unsupported(format!("a JPEG with more than {MOST_PIECES} pieces of extended XMP")));
        }
        // Strict: what breaks off would else be grey.
        let options =
            DecoderOptions::default().set_strict_mode(true).jpeg_set_out_colorspace(ColorSpace::RGB);
        let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
        decoder.decode_headers().map_err(broken)?;
        let size = decoder.dimensions().map(|(width, height)| [width, height]);
        let size = size.ok_or_else(|| invalid("an image without a size"))?;
        let pixels = size[0] as u64 * size[1] as u64;
        if pixels > most_pixels {
            return Ok(None);
        }
        if pixels > bytes.len() as u64 * MOST_PIXELS {
            return Err(too_few_bytes(size, bytes));
        }
        let rgb8 = decoder.decode().map_err(broken)?;
        match rgb8.len() as u64 == 3 * pixels {
            true => Ok(Some(Self { size, rgb8 })),
            false => Err(unsupported("a JPEG whose colours are not red, green and blue")),
        }
    }

    /// How many there are.
    pub(super) fn pixels(&self) -> u64 {
        self.rgb8.len() as u64 / 3
    }

    fn pixel(&self, x: usize, y: usize) -> [f32; 3] {
        let start = (y * self.size[0] + x) * 3;
        let pixel = self.rgb8.get(start..start + 3).and_then(|pixel| <[u8; 3]>::try_from(pixel).ok());
        pixel.unwrap_or_default().map(|channel| f32::from(channel) / 255.0)
    }

    /// What it says at a texture coordinate, between the four nearest pixels, as encoded: in [0, 1].
    pub(super) fn at(&self, uv: [f32; 2], wraps: [json::validation::Checked<WrappingMode>; 2]) -> [f32; 3] {
        let axis = |axis: usize| {
            let place = uv[axis] * self.size[axis] as f32 - 0.5;
            let index = |place: f32| wrapped(place, self.size[axis], wraps[axis]);
            (index(place.floor()), index(place.floor() + 1.0), place - place.floor())
        };
        let ((left, right, across), (top, bottom, down)) = (axis(0), axis(1));
        let mix = |a: [f32; 3], b: [f32; 3], share: f32| -> [f32; 3] {
            std::array::from_fn(|channel| a[channel] + (b[channel] - a[channel]) * share)
        };
        let row = |y| mix(self.pixel(left, y), self.pixel(right, y), across);
        mix(row(top), row(bottom), down)
    }
}

fn too_few_bytes([width, height]: [usize; 2], bytes: &[u8]) -> GltfError {
    invalid(format!("an image of {width} × {height} pixels in {} bytes", bytes.len()))
}

/// A pixel's number along an axis, brought inside. NaN becomes 0: casts of floats saturate.
fn wrapped(place: f32, size: usize, wrap: json::validation::Checked<WrappingMode>) -> usize {
    let (last, length) = (size.saturating_sub(1) as f32, size as f32);
    let inside = match wrap {
        Valid(WrappingMode::ClampToEdge) => place,
        Valid(WrappingMode::MirroredRepeat) => {
            let within = place.rem_euclid(2.0 * length);
            within.min(2.0 * length - 1.0 - within)
        }
        _ => place.rem_euclid(length),
    };
    inside.clamp(0.0, last) as usize
}
