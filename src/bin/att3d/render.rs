//! `att3d render`: draws a picture of a glTF file.

use std::path::PathBuf;

use att3d::engine::cpu::CpuEngine;
use att3d::engine::run_on_threads;
use att3d::error::no_progress;
use att3d::gltf::{Document, GltfError, Warning};
use att3d::pipeline::{Generated, Model};
use att3d::render::{Camera, Image, RenderOptions, encode_animation, is_turned_away, render_scene};
use clap::Args;

use crate::failure::Failure;
use crate::output::{check_png, report, write_bytes};

/// Arguments of `att3d render`.
#[derive(Args)]
pub struct Render {
    /// The glTF file: a .glb, or a .gltf with its files beside it.
    file: PathBuf,
    /// The picture to write; `-` writes it to standard output.
    #[arg(short, long, value_name = "FILE.png")]
    output: PathBuf,
    /// Width and height in pixels.
    #[arg(long, default_value_t = 512, value_parser = clap::value_parser!(u32).range(16..=8192))]
    size: u32,
    /// Degrees by which the camera is turned around the object, from its front towards its left.
    #[arg(long, allow_hyphen_values = true)]
    yaw: Option<f32>,
    /// Writes an animated PNG of one turn around the object, with N pictures in 2.5 seconds.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(2..=360))]
    turntable: Option<u16>,
}

/// Default number of pixels along a side.
const PICTURE: u32 = 512;
/// Largest number of bytes of all pictures of a turntable.
const MOST_BYTES: u64 = 1 << 30;
/// Duration of one turn of the turntable, in milliseconds.
const TURN_MILLISECONDS: u16 = 2500;

impl Render {
    /// Runs the verb. Errors: `NotPng`, `Gltf`, `Input`, `Engine`, `Turntable`, `Render`, `Write`, `Output`.
    pub fn run(&self) -> Result<(), Failure> {
        check_png(&self.output)?;
        let about = |reason: String| Failure::Input { path: self.file.display().to_string(), reason };
        let document = Document::open(&self.file).map_err(|error| match error {
            error @ GltfError::Open { .. } => Failure::from(error),
            error => about(error.to_string()),
        })?;
        let view = document.scene().map_err(|error| about(error.to_string()))?;
        warn(&view.warnings);
        let scene = view.drawn();
        let engine = CpuEngine::new(None)?;
        let mut camera = Camera::default();
        if let Some(yaw) = self.yaw {
            camera.yaw_degrees = yaw;
        }
        let options = RenderOptions { width: self.size, height: self.size, ..RenderOptions::default() };
        let picture = |camera: &Camera| {
            run_on_threads(&engine, || {
                render_scene(&scene, camera, &options).map_err(|error| about(error.to_string()))
            })
        };
        if let Some(count) = self.turntable {
            if u64::from(count) * u64::from(self.size).pow(2) * 4 > MOST_BYTES {
                return Err(Failure::Turntable { count, size: self.size });
            }
            let turned = |index: u16| Camera {
                yaw_degrees: camera.yaw_degrees + 360.0 * f32::from(index) / f32::from(count),
                ..camera
            };
            let frames: Vec<Image> =
                (0..count).map(|index| picture(&turned(index))?).collect::<Result<_, Failure>>()?;
            write_bytes(&self.output, &encode_animation(&frames, TURN_MILLISECONDS / count)?)?;
        } else {
            let image = picture(&camera)??;
            if is_turned_away(&scene, &camera).unwrap_or(false) {
                crate::output::warn(
                    "warning: the picture is empty: every triangle faces away from the camera, and no material is double-sided; give another --yaw",
                );
            }
            write_bytes(&self.output, &image.encode_png()?)?;
        }
        report(&self.output, self.output.display())
    }
}

/// Prints the warnings about a file on standard error.
pub fn warn(warnings: &[Warning]) {
    /// Largest number of warnings that are printed.
    const MOST: usize = 20;
    for warning in warnings.iter().take(MOST) {
        crate::output::warn(format_args!("warning: {warning}"));
    }
    if let Some(more) = warnings.len().checked_sub(MOST).filter(|more| *more > 0) {
        crate::output::warn(format_args!("warning: there are {more} more warnings"));
    }
}

/// Draws what a document shows, on the model's threads. size: pixels along a side; `None` means 512. Errors:
/// `Gltf`, `Engine`, `Render`.
pub fn picture_of(model: &Model, document: &Document, size: Option<u32>) -> Result<Image, Failure> {
    let scene = document.scene()?.drawn();
    let size = size.unwrap_or(PICTURE);
    let options = RenderOptions { width: size, height: size, ..RenderOptions::default() };
    Ok(run_on_threads(model.engine().as_ref(), || render_scene(&scene, &Camera::default(), &options))??)
}

/// Draws a generated mesh with its textures, on the model's threads. size: pixels along a side; `None` means
/// 512. Errors: `Pipeline`.
pub fn picture(model: &Model, made: &Generated, size: Option<u32>) -> Result<Image, Failure> {
    let size = size.unwrap_or(PICTURE);
    let options = RenderOptions { width: size, height: size, ..RenderOptions::default() };
    Ok(made.picture(model.engine().as_ref(), &Camera::default(), &options, &no_progress)?)
}
