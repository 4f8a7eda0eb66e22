//! Options of generation as a resource with hints for the inspector.

use godot::classes::{IResource, Resource};
use godot::meta::conv::ByValue;
use godot::meta::error::ConvertError;
use godot::meta::shape::GodotShape;
use godot::meta::{FromGodot, GodotConvert, GodotImmutable, ToGodot};
use godot::prelude::*;

use crate::library::Failure;
use crate::settings::{LARGEST_SIZE, Options};

/// Options of generation. The properties have the names and meanings of att3d.h.
#[derive(GodotClass)]
#[class(tool, base = Resource)]
pub struct Att3DOptions {
    #[export(range = (2.0, 1024.0, 1.0))]
    resolution: i64,
    #[export(range = (0.0, 10_000_000.0, 1.0, or_greater))]
    triangle_budget: i64,
    #[export(range = (0.0, 1.0, 0.0001))]
    min_component: f32,
    #[export]
    seed: i64,
    #[export(range = (0.0, 100.0, 0.01, or_greater, suffix = "m"))]
    size: f32,
    #[export(enum = (Ground = 0, Center = 1, Origin = 2))]
    pivot: i64,
    #[export_group(name = "Textures")]
    #[export(range = (0.0, 4096.0, 64.0))]
    texture_size: i64,
    #[export]
    unwrap: bool,
    #[export_group(name = "Levels of Detail")]
    #[export(range = (0.0, 8.0, 1.0))]
    level_count: i64,
    #[export_group(name = "Collision")]
    #[export(range = (0.0, 64.0, 1.0))]
    hull_count: i64,
    #[export(range = (8.0, 255.0, 1.0))]
    hull_vertex_count: i64,
    #[export_group(name = "Morph", prefix = "morph_")]
    #[export(range = (1.0, 1000.0, 1.0))]
    morph_step_count: i64,
    #[export(range = (0.001, 1.0, 0.001))]
    morph_bound: f32,
    #[export_group(name = "Memory")]
    #[export(range = (0.0, 17_179_869_184.0, 1.0, or_greater, suffix = "B"))]
    memory_limit: i64,
    base: Base<Resource>,
}

#[godot_api]
impl IResource for Att3DOptions {
    fn init(base: Base<Resource>) -> Self {
        Self {
            resolution: 128,
            triangle_budget: 0,
            min_component: 0.001,
            seed: 0,
            size: 0.0,
            pivot: 0,
            texture_size: 0,
            unwrap: false,
            level_count: 0,
            hull_count: 0,
            hull_vertex_count: 32,
            morph_step_count: 16,
            morph_bound: 0.02,
            memory_limit: 0,
            base,
        }
    }
}

impl Att3DOptions {
    /// Copies the options for a thread, and checks what the library cannot check.
    pub fn plain(&self) -> Result<Options, Failure> {
        let number = |name: &str, value: i64, range: std::ops::RangeInclusive<i64>| {
            if range.contains(&value) {
                return Ok(value as u32);
            }
            let (low, high) = (range.start(), range.end());
            Err(Failure::invalid(format!("{name} is {value}; expected a number from {low} to {high}")))
        };
        if !(self.size >= 0.0 && self.size <= LARGEST_SIZE) {
            return Err(Failure::invalid(format!(
                "size is {}; expected 0 for the model's own scale, or meters up to {LARGEST_SIZE}",
                self.size
            )));
        }
        let largest = i64::from(u32::MAX);
        Ok(Options {
            resolution: number("resolution", self.resolution, 2..=1024)?,
            texture_size: number("texture_size", self.texture_size, 0..=4096)?,
            triangle_budget: number("triangle_budget", self.triangle_budget, 0..=largest)?,
            level_count: number("level_count", self.level_count, 0..=8)?,
            hull_count: number("hull_count", self.hull_count, 0..=64)?,
            hull_vertex_count: number("hull_vertex_count", self.hull_vertex_count, 8..=255)?,
            // Here, 0 keeps all components. In the library, 0 selects the default, and -1 keeps all.
            min_component: if self.min_component == 0.0 { -1.0 } else { self.min_component },
            seed: self.seed as u64,
            memory_limit: number_of_bytes(self.memory_limit)?,
            pivot: number("pivot", self.pivot, 0..=2)?,
            size: self.size,
            step_count: number("morph_step_count", self.morph_step_count, 1..=1000)?,
            bound: self.morph_bound,
            unwrap: self.unwrap,
        })
    }
}

/// Options as the last argument of a method, which may be left out.
#[derive(Clone, Debug)]
pub struct Chosen(pub Option<Gd<Att3DOptions>>);

impl Chosen {
    /// Returns the default of the argument.
    pub fn none() -> Self {
        Self(None)
    }
}

impl GodotConvert for Chosen {
    type Via = Option<Gd<Att3DOptions>>;

    fn godot_shape() -> GodotShape {
        Self::Via::godot_shape()
    }
}

impl ToGodot for Chosen {
    type Pass = ByValue;

    fn to_godot(&self) -> Self::Via {
        self.0.clone()
    }
}

impl FromGodot for Chosen {
    fn try_from_godot(via: Self::Via) -> Result<Self, ConvertError> {
        Ok(Self(via))
    }
}

// SAFETY: the only default is null, which is immutable.
unsafe impl GodotImmutable for Chosen {}

fn number_of_bytes(bytes: i64) -> Result<u64, Failure> {
    let message = || format!("memory_limit is {bytes}; expected a number of bytes, or 0 for 2 GiB");
    u64::try_from(bytes).map_err(|_| Failure::invalid(message()))
}
