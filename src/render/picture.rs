//! Pictures as bytes: PNG files and contact sheets.

use std::path::Path;

use super::font;
use super::{MAX_SIDE, RenderError};

/// An 8-bit sRGB picture, opaque.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// Pixels a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Red, green, blue and alpha of each pixel, row by row from the top.
    pub rgba8: Vec<u8>,
}

impl Image {
    /// A picture of one colour.
    pub fn filled(width: usize, height: usize, rgba: [u8; 4]) -> Self {
        Self { width, height, rgba8: rgba.repeat(width * height) }
    }

    /// Red, green, blue and alpha of a pixel; nothing outside the picture.
    pub fn pixel(&self, x: usize, y: usize) -> Option<[u8; 4]> {
        if x >= self.width {
            return None;
        }
        let start = (y * self.width + x) * 4;
        self.rgba8.get(start..start + 4)?.try_into().ok()
    }

    /// The picture as a PNG file's bytes. Errors: `Encode`, where `rgba8` does not hold width × height pixels.
    pub fn encode_png(&self) -> Result<Vec<u8>, RenderError> {
        let side = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, side(self.width), side(self.height));
        encoder.set_color(png::ColorType::Rgba);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
        // Fast: a 512² picture in a few milliseconds instead of tens, for a file a third larger.
        encoder.set_compression(png::Compression::Fast);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.rgba8)?;
        writer.finish()?;
        Ok(bytes)
    }

    /// Writes a PNG file, whole or not at all. Errors: `Encode`, `Write` naming the path.
    pub fn write_png(&self, path: &Path) -> Result<(), RenderError> {
        Ok(crate::files::write_whole(path, &self.encode_png()?)?)
    }

    /// Copies another picture into this one; what lies outside is left.
    fn place(&mut self, other: &Self, left: usize, top: usize) {
        let width = other.width.min(self.width.saturating_sub(left));
        for row in 0..other.height.min(self.height.saturating_sub(top)) {
            let from = row * other.width * 4;
            let to = ((top + row) * self.width + left) * 4;
            self.rgba8[to..to + width * 4].copy_from_slice(&other.rgba8[from..from + width * 4]);
        }
    }

    pub(super) fn fill(&mut self, left: usize, top: usize, side: usize, rgba: [u8; 4]) {
        self.place(&Self::filled(side, side, rgba), left, top);
    }
}

const PAPER: [u8; 4] = [250, 250, 251, 255];
const INK: [u8; 4] = [60, 63, 70, 255];
/// Pixels between pictures.
const GAP: usize = 4;
/// A caption of more lines is cut.
const CAPTION_LINES: usize = 3;

/// Pictures side by side in rows of `columns` (at least one), each with its caption below.
///
/// Cells are as large as the largest picture. `captions` may be shorter than `images`, or empty. Errors: `NoImages`,
/// `Size` for a sheet beyond what [`render`](super::render) would draw.
pub fn contact_sheet(images: &[Image], columns: usize, captions: &[&str]) -> Result<Image, RenderError> {
    let width = images.iter().map(|image| image.width).max().ok_or(RenderError::NoImages)?;
    let height = images.iter().map(|image| image.height).max().ok_or(RenderError::NoImages)?;
    let columns = columns.clamp(1, images.len());
    let pixel = (width / 180).clamp(1, 4);
    let letters = width.saturating_sub(2 * GAP) / (font::ADVANCE * pixel);
    let wrap = |caption: &&str| font::wrap(caption, letters, CAPTION_LINES);
    let captions: Vec<Vec<String>> = captions.iter().take(images.len()).map(wrap).collect();
    let lines = captions.iter().map(Vec::len).max().unwrap_or(0);
    let cell = [width + GAP, height + GAP + lines * font::LINE * pixel];
    let sheet = [columns * cell[0] + GAP, images.len().div_ceil(columns) * cell[1] + GAP];
    if sheet[0] > MAX_SIDE || sheet[1] > MAX_SIDE {
        return Err(RenderError::Size { width: sheet[0], height: sheet[1] });
    }
    let mut paper = Image::filled(sheet[0], sheet[1], PAPER);
    for (index, image) in images.iter().enumerate() {
        let (left, top) = (GAP + index % columns * cell[0], GAP + index / columns * cell[1]);
        paper.place(image, left, top);
        for (number, line) in captions.get(index).into_iter().flatten().enumerate() {
            let indent = width.saturating_sub(font::width(line) * pixel) / 2;
            let top = top + height + pixel * 2 + number * font::LINE * pixel;
            font::draw(&mut paper, line, left + indent, top, pixel, INK);
        }
    }
    Ok(paper)
}
