//! Decodes the images of a document.

use std::io::Cursor;

use image_webp::WebPDecoder;
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;

use crate::gltf::GltfError;
use crate::gltf::error::{invalid, unsupported};

/// Largest number of bytes to which one byte of a PNG can decode. The maximum of deflate is 1,032 bytes.
const MOST_UNFOLDED: u64 = 1_100;
/// Largest number of pixels to which one byte of a JPEG can decode: a gray block of 64 pixels takes at least
/// one bit. (Decoding a progressive JPEG takes six further bytes per pixel, about as much as a 16-bit PNG.)
const MOST_PIXELS: u64 = 512;
/// The beginning of a piece of extended XMP. At each piece, the decoder joins all earlier pieces again,
/// which takes a minute for a hundred thousand pieces. So their number is limited.
const EXTENDED_XMP: &[u8] = b"http://ns.adobe.com/xmp/extension/";
const MOST_PIECES: usize = 256;
/// Largest number of pixels to which one byte of a WebP can decode. A lossless WebP needs no bits at all for
/// uniform pixels, so a short file can hold many pixels.
const MOST_WEBP_PIXELS: u64 = 1 << 14;

/// An image of eight bits per channel (red, green, blue, alpha), row by row from the upper left corner.
#[derive(Clone, Debug)]
pub(in crate::gltf) struct Pixels {
    pub(in crate::gltf) size: [usize; 2],
    pub(in crate::gltf) rgba8: Vec<u8>,
}

/// Returns the MIME type of an image by its first bytes; `None` for a format that glTF does not know.
pub(in crate::gltf) fn mime_type(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        [0xab, b'K', b'T', b'X', b' ', b'2', b'0', ..] => Some("image/ktx2"),
        _ => None,
    }
}

/// Decodes an image, whose format is detected by its first bytes. most: the largest number of pixels. Errors:
/// `Invalid` for a damaged image and for one that claims more pixels than its bytes can encode; `Unsupported`
/// for another format and for too many pixels.
pub(in crate::gltf) fn decode(bytes: &[u8], most: u64) -> Result<Pixels, GltfError> {
    let decoded = match mime_type(bytes) {
        Some("image/png") => decode_png(bytes, most),
        Some("image/jpeg") => decode_jpeg(bytes, most),
        Some("image/webp") => decode_webp(bytes, most),
        Some(_) => Err(unsupported(
            "an image in KTX2 (KHR_texture_basisu): convert it to PNG, for example with gltf-transform's command ktxdecompress",
        )),
        None => Err(unsupported("an image that is neither PNG, JPEG nor WebP: convert it to PNG")),
    }?;
    decoded.ok_or_else(|| unsupported(format!("images of more than {most} pixels in all: make them smaller")))
}

fn decode_png(bytes: &[u8], most_pixels: u64) -> Result<Option<Pixels>, GltfError> {
    let broken = |error: png::DecodingError| invalid(format!("an image is damaged: {error}"));
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(broken)?;
    let (width, height) = reader.info().size();
    if u64::from(width) * u64::from(height) > most_pixels {
        return Ok(None);
    }
    // This check comes before memory is allocated for the size that a few bytes claim.
    if reader.info().raw_bytes() as u64 > bytes.len() as u64 * MOST_UNFOLDED {
        return Err(too_few_bytes([width as usize, height as usize], bytes));
    }
    let size = reader.output_buffer_size().ok_or_else(|| unsupported("an image too large to hold"))?;
    let mut pixels = vec![0; size];
    reader.next_frame(&mut pixels).map_err(broken)?;
    let samples = reader.output_color_type().0.samples();
    let rgba = |pixel: &[u8]| match *pixel {
        [grey] => [grey, grey, grey, u8::MAX],
        [grey, alpha] => [grey, grey, grey, alpha],
        [red, green, blue] => [red, green, blue, u8::MAX],
        [red, green, blue, alpha, ..] => [red, green, blue, alpha],
        [] => [0; 4],
    };
    let count = width as usize * height as usize;
    let rgba8 = pixels.chunks_exact(samples).take(count).flat_map(rgba).collect();
    Ok(Some(Pixels { size: [width as usize, height as usize], rgba8 }))
}

fn decode_jpeg(bytes: &[u8], most_pixels: u64) -> Result<Option<Pixels>, GltfError> {
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
    // In strict mode a truncated image is an error; otherwise its missing part would be gray.
    let options = DecoderOptions::default().set_strict_mode(true).jpeg_set_out_colorspace(ColorSpace::RGB);
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
        true => Ok(Some(Pixels { size, rgba8: opaque(&rgb8) })),
        false => Err(unsupported("a JPEG whose colors are not red, green and blue")),
    }
}

fn decode_webp(bytes: &[u8], most_pixels: u64) -> Result<Option<Pixels>, GltfError> {
    let broken = |error: image_webp::DecodingError| invalid(format!("an image is damaged: {error}"));
    let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(broken)?;
    let (width, height) = decoder.dimensions();
    let (pixels, size) = (u64::from(width) * u64::from(height), [width as usize, height as usize]);
    if pixels > most_pixels {
        return Ok(None);
    }
    if pixels > bytes.len() as u64 * MOST_WEBP_PIXELS {
        return Err(too_few_bytes(size, bytes));
    }
    let length = decoder.output_buffer_size().ok_or_else(|| unsupported("an image too large to hold"))?;
    let mut found = vec![0; length];
    decoder.read_image(&mut found).map_err(broken)?;
    let rgba8 = if decoder.has_alpha() { found } else { opaque(&found) };
    match rgba8.len() as u64 == 4 * pixels {
        true => Ok(Some(Pixels { size, rgba8 })),
        false => Err(unsupported("a WebP whose colors are not red, green and blue")),
    }
}

/// Adds an alpha of 1 to pixels of three channels.
fn opaque(rgb8: &[u8]) -> Vec<u8> {
    rgb8.as_chunks::<3>().0.iter().flat_map(|&[red, green, blue]| [red, green, blue, u8::MAX]).collect()
}

fn too_few_bytes([width, height]: [usize; 2], bytes: &[u8]) -> GltfError {
    invalid(format!(
        "an image of {width} × {height} pixels in {} bytes, which cannot hold so many",
        bytes.len()
    ))
}
