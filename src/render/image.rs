//! A picture, and its encoding as PNG.

use std::path::Path;

use super::RenderError;

/// An 8-bit sRGB picture, opaque.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// Pixels per row.
    pub width: u32,
    /// Number of rows.
    pub height: u32,
    /// Red, green, blue and alpha of each pixel, row by row from the top.
    pub rgba8: Vec<u8>,
}

impl Image {
    /// Returns a picture of one color.
    pub fn filled(width: u32, height: u32, rgba: [u8; 4]) -> Self {
        Self { width, height, rgba8: rgba.repeat(width as usize * height as usize) }
    }

    /// Returns red, green, blue and alpha of a pixel; `None` outside of the picture.
    pub fn pixel(&self, x: u32, y: u32) -> Option<[u8; 4]> {
        if x >= self.width {
            return None;
        }
        let start = (y as usize * self.width as usize + x as usize) * 4;
        self.rgba8.get(start..)?.first_chunk().copied()
    }

    /// Encodes the picture as PNG. Errors: `Encode` if `rgba8` does not hold width × height pixels.
    pub fn encode_png(&self) -> Result<Vec<u8>, RenderError> {
        // Fast compression encodes a 512² picture in a few milliseconds instead of tens; the file is a third
        // larger.
        self.encode(png::ColorType::Rgba, &self.rgba8, png::Compression::Fast)
    }

    fn encode(
        &self,
        color: png::ColorType,
        pixels: &[u8],
        compression: png::Compression,
    ) -> Result<Vec<u8>, RenderError> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, self.width, self.height);
        encoder.set_color(color);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
        encoder.set_compression(compression);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(pixels)?;
        writer.finish()?;
        Ok(bytes)
    }

    /// Writes a PNG file. A partial file is never left behind. Errors: `Encode`, `Write` with the path.
    pub fn write_png(&self, path: &Path) -> Result<(), RenderError> {
        Ok(crate::files::write_whole(path, &self.encode_png()?)?)
    }

    /// Writes a PNG file without alpha, for pictures that are kept. This is slower than
    /// [`write_png`](Self::write_png), and the file is smaller. Errors: `Encode`, `Write` with the path.
    pub fn write_small_png(&self, path: &Path) -> Result<(), RenderError> {
        let rgb: Vec<u8> =
            self.rgba8.chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
        let bytes = self.encode(png::ColorType::Rgb, &rgb, png::Compression::High)?;
        Ok(crate::files::write_whole(path, &bytes)?)
    }

    /// Copies another picture into this one. Parts that lie outside are left out.
    pub(super) fn place(&mut self, other: &Self, left: u32, top: u32) {
        let width = other.width.min(self.width.saturating_sub(left)) as usize * 4;
        if width == 0 {
            return;
        }
        let (row, other_row) = (self.width as usize * 4, other.width as usize * 4);
        let start = left as usize * 4;
        let rows = self.rgba8.chunks_exact_mut(row).skip(top as usize);
        for (to, from) in rows.zip(other.rgba8.chunks_exact(other_row)) {
            to[start..start + width].copy_from_slice(&from[..width]);
        }
    }

    pub(super) fn fill(&mut self, left: u32, top: u32, side: u32, rgba: [u8; 4]) {
        self.place(&Self::filled(side, side, rgba), left, top);
    }
}
