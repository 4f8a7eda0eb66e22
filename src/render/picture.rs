//! Encoding of pictures: PNG files, animations and contact sheets.

use super::image::Image;
use super::{MAX_SIDE, RenderError, font};

/// Encodes pictures of one size as an animated PNG that repeats forever. Programs without support for
/// animations show the first picture.
///
/// milliseconds: the time for which each picture is shown. Errors: `NoImages`, `Uneven`, `Encode`.
pub fn encode_animation(frames: &[Image], milliseconds: u16) -> Result<Vec<u8>, RenderError> {
    let first = frames.first().ok_or(RenderError::NoImages)?;
    let &Image { width, height, .. } = first;
    if let Some(other) = frames.iter().find(|frame| (frame.width, frame.height) != (width, height)) {
        return Err(RenderError::Uneven {
            width: other.width,
            height: other.height,
            expected: [width, height],
        });
    }
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
    encoder.set_animated(frames.len() as u32, 0)?;
    encoder.set_frame_delay(milliseconds, 1000)?;
    let mut writer = encoder.write_header()?;
    for frame in frames {
        writer.write_image_data(&frame.rgba8)?;
    }
    writer.finish()?;
    Ok(bytes)
}

const PAPER: [u8; 4] = [250, 250, 251, 255];
const INK: [u8; 4] = [60, 63, 70, 255];
/// Pixels between pictures.
const GAP: u32 = 4;
/// Largest number of lines of a caption; longer captions are cut.
const CAPTION_LINES: usize = 3;

/// Arranges pictures in rows of `columns` (at least one), each with its caption below.
///
/// Cells are as large as the largest picture. `captions` may be shorter than `images`, or empty. Errors:
/// `NoImages`, `Size` for a sheet larger than [`render`](super::render) would draw.
pub fn contact_sheet(images: &[Image], captions: &[&str], columns: usize) -> Result<Image, RenderError> {
    let width = images.iter().map(|image| image.width).max().ok_or(RenderError::NoImages)?;
    let height = images.iter().map(|image| image.height).max().ok_or(RenderError::NoImages)?;
    let columns = columns.clamp(1, images.len());
    let pixel = (width / 180).clamp(1, 4);
    let letters = (width.saturating_sub(2 * GAP) / (font::ADVANCE * pixel)) as usize;
    let wrap = |caption: &&str| font::wrap(caption, letters, CAPTION_LINES);
    let captions: Vec<Vec<String>> = captions.iter().take(images.len()).map(wrap).collect();
    let lines = captions.iter().map(Vec::len).max().unwrap_or(0) as u32;
    let cell = [width.saturating_add(GAP), height.saturating_add(GAP + lines * font::LINE * pixel)];
    let side = |cells: usize, cell: u32| {
        (cells as u64 * u64::from(cell) + u64::from(GAP)).try_into().unwrap_or(u32::MAX)
    };
    let sheet = [side(columns, cell[0]), side(images.len().div_ceil(columns), cell[1])];
    if sheet[0] > MAX_SIDE || sheet[1] > MAX_SIDE {
        return Err(RenderError::Size { width: sheet[0], height: sheet[1] });
    }
    let mut paper = Image::filled(sheet[0], sheet[1], PAPER);
    for (index, image) in images.iter().enumerate() {
        // Cells fit on the sheet, so their places fit in 32 bits.
        let (column, row) = ((index % columns) as u32, (index / columns) as u32);
        let (left, top) = (GAP + column * cell[0], GAP + row * cell[1]);
        paper.place(image, left, top);
        let lines = captions.get(index).into_iter().flatten();
        for (line, top) in lines.zip((top + height + pixel * 2..).step_by((font::LINE * pixel) as usize)) {
            let indent = width.saturating_sub(font::width(line) * pixel) / 2;
            font::draw(&mut paper, line, left + indent, top, pixel, INK);
        }
    }
    Ok(paper)
}
