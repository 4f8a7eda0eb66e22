//! Rays of cameras, clipped to the part of space in which the object is.

use tch::{Device, Tensor};
use toybox::Random;

use super::settings::Settings;
use crate::TrainError;
use crate::camera::{Camera, Light};

/// The rays of a batch on the host: b prompts with n rays each. Rays that miss the box are only colored by
/// the background. Of each prompt, the same number of rays is kept for tracing, because a field takes the
/// same number of points for each prompt.
pub struct Rays {
    prompts: usize,
    /// Number of pixels of a view.
    pixels: usize,
    /// Position of each view's camera.
    positions: Vec<[f32; 3]>,
    /// Directions of all rays.
    directions: Vec<[f32; 3]>,
    /// Indices of the kept rays among all rays of the batch; the same number for each prompt.
    kept: Vec<usize>,
    /// Distance of each sample of the kept rays from the camera, [b, m, samples].
    distances: Vec<f32>,
    /// Length of the interval of a sample, for each kept ray. It is 0 on a ray that misses the box.
    intervals: Vec<f32>,
    samples: usize,
    radius: f32,
}

/// Inputs of tracing for m rays of each prompt.
pub struct RayTensors {
    /// Positions of the cameras, [b, m, 3].
    pub origins: Tensor,
    /// Unit directions, [b, m, 3].
    pub directions: Tensor,
    /// Distances of the samples from the camera, [b, m, samples].
    pub distances: Tensor,
    /// Length of the interval of a sample, [b, m, 1].
    pub intervals: Tensor,
    /// The light on the object.
    pub light: LightTensors,
}

/// The light on the object that each ray sees.
pub struct LightTensors {
    /// Position of the point light, [b, m, 3]; `None` if all light is ambient.
    pub positions: Option<Tensor>,
    /// Ambient share, [b, m, 1].
    pub ambient: Tensor,
    /// Share of white in the albedo, [b, m, 1]; `None` if it is 0 everywhere.
    pub whiteness: Option<Tensor>,
}

impl Rays {
    /// Makes the rays of cameras and places samples on them. The number of cameras is a multiple of the
    /// number of prompts.
    pub fn of_cameras(cameras: &[Camera], prompts: usize, settings: &Settings, random: &mut Random) -> Self {
        let pixels = settings.resolution * settings.resolution;
        let per_prompt = cameras.len() / prompts.max(1) * pixels;
        let positions: Vec<_> = cameras.iter().map(Camera::position).collect();
        let directions: Vec<_> = cameras.iter().flat_map(|camera| camera.rays(settings.resolution)).collect();
        let origin = |ray: usize| positions[ray / pixels.max(1)];
        let spans: Vec<Option<[f32; 2]>> = directions
            .iter()
            .enumerate()
            .map(|(ray, &direction)| clip(origin(ray), direction, settings.radius))
            .collect();

        let mut kept_of: Vec<Vec<usize>> = (0..prompts)
            .map(|prompt| {
                let own = prompt * per_prompt..(prompt + 1) * per_prompt;
                own.filter(|&ray| spans[ray].is_some()).collect()
            })
            .collect();
        let count = kept_of.iter().map(Vec::len).max().unwrap_or(0).max(1);
        for (prompt, kept) in kept_of.iter_mut().enumerate() {
            let own = prompt * per_prompt..(prompt + 1) * per_prompt;
            let missing = count.saturating_sub(kept.len());
            kept.extend(own.filter(|&ray| spans[ray].is_none()).take(missing));
            // In this order, the kept rays are all rays if nothing is left out; see `spread`.
            kept.sort_unstable();
        }

        let seeds: Vec<u64> = cameras.iter().map(|_| random.bits()).collect();
        let mut rays = Self {
            prompts,
            pixels,
            positions,
            directions,
            kept: kept_of.concat(),
            distances: Vec::with_capacity(prompts * count * settings.samples),
            intervals: Vec::with_capacity(prompts * count),
            samples: settings.samples,
            radius: settings.radius,
        };
        for &ray in &rays.kept {
            let [near, far] = spans[ray].unwrap_or_default();
            let interval = (far - near) / settings.samples as f32;
            let mut random = Random::stream(seeds[ray / pixels], (ray % pixels) as u64);
            let place = |index: usize, within: f32| near + (index as f32 + within) * interval;
            rays.intervals.push(interval);
            rays.distances.extend(
                (0..settings.samples)
                    .map(|index| place(index, if settings.jitter { random.uniform() } else { 0.5 })),
            );
        }
        rays
    }

    /// Returns the number of rays of each prompt that are traced.
    pub fn kept_per_prompt(&self) -> usize {
        self.kept.len() / self.prompts.max(1)
    }

    /// Copies the kept rays and the light on them to a device. lights: one per view.
    pub fn upload(&self, lights: &[Light], device: Device) -> Result<RayTensors, TrainError> {
        let view = |&ray: &usize| ray / self.pixels;
        let vectors = |of: &dyn Fn(&usize) -> [f32; 3]| {
            let values: Vec<[f32; 3]> = self.kept.iter().map(of).collect();
            self.tensor(values.as_flattened(), 3, device)
        };
        let numbers = |of: &dyn Fn(&Light) -> f32| {
            let values: Vec<f32> = self.kept.iter().map(|ray| of(&lights[view(ray)])).collect();
            self.tensor(&values, 1, device)
        };
        let is_lit = lights.iter().any(|light| light.ambient < 1.0);
        let is_white = lights.iter().any(|light| light.whiteness > 0.0);
        Ok(RayTensors {
            origins: vectors(&|ray| self.positions[view(ray)])?,
            directions: vectors(&|&ray| self.directions[ray])?,
            distances: self.tensor(&self.distances, self.samples, device)?,
            intervals: self.tensor(&self.intervals, 1, device)?,
            light: LightTensors {
                positions: is_lit.then(|| vectors(&|ray| lights[view(ray)].position)).transpose()?,
                ambient: numbers(&|light| light.ambient)?,
                whiteness: is_white.then(|| numbers(&|light| light.whiteness)).transpose()?,
            },
        })
    }

    /// Copies the directions of all rays to a device, [b, n, 3].
    pub fn directions(&self, device: Device) -> Result<Tensor, TrainError> {
        self.tensor(self.directions.as_flattened(), 3, device)
    }

    /// Returns the distance of the far side of the bounding sphere for all rays, [b, n, 1].
    pub fn ends(&self, device: Device) -> Result<Tensor, TrainError> {
        let length = |position: &[f32; 3]| position.iter().map(|x| x * x).sum::<f32>().sqrt();
        let ends: Vec<f32> = self
            .positions
            .iter()
            .flat_map(|position| std::iter::repeat_n(length(position) + self.radius, self.pixels))
            .collect();
        self.tensor(&ends, 1, device)
    }

    /// Spreads values of the kept rays, [b, m, c], over all rays, [b, n, c]. Other rays get 0.
    pub fn spread(&self, values: &Tensor) -> Result<Tensor, TrainError> {
        if self.kept.len() == self.directions.len() {
            return Ok(values.shallow_clone());
        }
        let (prompts, _, channels) = values.size3()?;
        let indices: Vec<i64> = self.kept.iter().map(|&ray| ray as i64).collect();
        let indices = Tensor::f_from_slice(&indices)?.f_to_device(values.device())?;
        let all = self.directions.len() as i64;
        let zeros = Tensor::f_zeros([all, channels], (values.kind(), values.device()))?;
        let flat = values.f_reshape([-1, channels])?;
        Ok(zeros.f_index_add(0, &indices, &flat)?.f_reshape([prompts, all / prompts, channels])?)
    }

    fn tensor(&self, values: &[f32], channels: usize, device: Device) -> Result<Tensor, TrainError> {
        let shape = [self.prompts as i64, -1, channels as i64];
        Ok(Tensor::f_from_slice(values)?.f_reshape(shape)?.f_to_device(device)?)
    }
}

impl RayTensors {
    /// Returns at most `length` rays of each prompt, beginning at `start`.
    pub fn narrow(&self, start: usize, length: usize) -> Result<Self, TrainError> {
        let count = self.origins.size3()?.1;
        let (start, length) = (start as i64, (length as i64).min(count - start as i64));
        let part = |tensor: &Tensor| tensor.f_narrow(1, start, length);
        Ok(Self {
            origins: part(&self.origins)?,
            directions: part(&self.directions)?,
            distances: part(&self.distances)?,
            intervals: part(&self.intervals)?,
            light: LightTensors {
                positions: self.light.positions.as_ref().map(part).transpose()?,
                ambient: part(&self.light.ambient)?,
                whiteness: self.light.whiteness.as_ref().map(part).transpose()?,
            },
        })
    }

    /// Returns the points at distances along the rays. distances: [b, m, s]. Returns [b, m · s, 3].
    pub fn points(&self, distances: &Tensor) -> Result<Tensor, TrainError> {
        let (prompts, rays, samples) = distances.size3()?;
        let points = self
            .origins
            .f_unsqueeze(2)?
            .f_addcmul(&self.directions.f_unsqueeze(2)?, &distances.f_unsqueeze(3)?)?;
        Ok(points.f_reshape([prompts, rays * samples, 3])?)
    }
}

/// Returns the distances at which a ray enters and leaves the box [-1, 1]³ inside the sphere around the
/// origin; `None` if the ray misses it. The field clamps points outside the box, so its values there mean
/// nothing.
pub fn clip(origin: [f32; 3], direction: [f32; 3], radius: f32) -> Option<[f32; 2]> {
    let (mut near, mut far) = (0f32, f32::INFINITY);
    for (start, slope) in origin.into_iter().zip(direction) {
        if slope.abs() < 1e-9 {
            if start.abs() > 1.0 {
                return None;
            }
            continue;
        }
        let (one, other) = ((-1.0 - start) / slope, (1.0 - start) / slope);
        near = near.max(one.min(other));
        far = far.min(one.max(other));
    }
    let dot = |a: [f32; 3], b: [f32; 3]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    let middle = -dot(origin, direction);
    let square = middle * middle - dot(origin, origin) + radius * radius;
    if square <= 0.0 {
        return None;
    }
    let half = square.sqrt();
    (near, far) = (near.max(middle - half), far.min(middle + half));
    (far > near).then_some([near, far])
}
