//! Asks the field in batches, on all threads, and counts.

use super::field::ScalarField;
use super::lattice::{Lattice, LatticePoint};
use super::options::{ExtractOptions, SurfaceError};
use crate::error::{counted, part};
use rayon::prelude::*;
use std::ops::Range;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

/// A field, the lattice over it, and what has been asked so far.
pub(super) struct Sampler<'a> {
    field: &'a dyn ScalarField,
    pub(super) options: &'a ExtractOptions<'a>,
    pub(super) lattice: Lattice,
    pub(super) point_evaluations: AtomicU64,
    pub(super) gradient_evaluations: AtomicU64,
    lowest: AtomicI64,
    highest: AtomicI64,
}

/// An integer that orders as the number does.
fn order(value: f32) -> i64 {
    let bits = value.to_bits() as i32;
    i64::from(bits ^ ((bits >> 31) & i32::MAX))
}

fn number(order: i64) -> f32 {
    let bits = order as i32;
    f32::from_bits((bits ^ ((bits >> 31) & i32::MAX)) as u32)
}

impl<'a> Sampler<'a> {
    pub(super) fn new(field: &'a dyn ScalarField, options: &'a ExtractOptions<'a>, lattice: Lattice) -> Self {
        Self {
            field,
            options,
            lattice,
            point_evaluations: AtomicU64::new(0),
            gradient_evaluations: AtomicU64::new(0),
            lowest: AtomicI64::new(order(f32::INFINITY)),
            highest: AtomicI64::new(order(f32::NEG_INFINITY)),
        }
    }

    /// Tells the watch how far the work is.
    pub(super) fn report(&self, fraction: f32) -> Result<(), SurfaceError> {
        Ok((self.options.watch)(fraction)?)
    }

    /// Fails where the work holds more than it may.
    pub(super) fn afford(&self, needed: u64) -> Result<(), SurfaceError> {
        let limit = self.options.memory_limit;
        let resolution = u32::from(self.lattice.resolution);
        if needed > limit { Err(SurfaceError::Memory { resolution, needed, limit }) } else { Ok(()) }
    }

    /// Keeps a range of values for the message of [`SurfaceError::NothingCrosses`].
    pub(super) fn note_range(&self, lowest: f32, highest: f32) {
        self.lowest.fetch_min(order(lowest), Ordering::Relaxed);
        self.highest.fetch_max(order(highest), Ordering::Relaxed);
    }

    /// The error of a field without a surface.
    pub(super) fn nothing_crosses(&self) -> SurfaceError {
        SurfaceError::NothingCrosses {
            lowest: number(self.lowest.load(Ordering::Relaxed)),
            highest: number(self.highest.load(Ordering::Relaxed)),
            iso_level: self.options.iso_level,
        }
    }

    /// Oriented values at lattice points: negative inside, never inside on the walls, which close the mesh.
    pub(super) fn values(
        &self,
        points: &[LatticePoint],
        progress: Range<f32>,
    ) -> Result<Vec<f32>, SurfaceError> {
        let mut out = vec![0.0; points.len()];
        self.in_batches(points, &mut out, progress, |points, out| {
            crate::error::fault("surface");
            let positions: Vec<_> = points.iter().map(|&point| self.lattice.position(point)).collect();
            self.field.values(&positions, out).map_err(SurfaceError::Field)?;
            self.orient(points, &positions, out)
        })?;
        self.point_evaluations.fetch_add(points.len() as u64, Ordering::Relaxed);
        Ok(out)
    }

    fn orient(
        &self,
        points: &[LatticePoint],
        positions: &[[f32; 3]],
        values: &mut [f32],
    ) -> Result<(), SurfaceError> {
        let (mut lowest, mut highest) = (f32::INFINITY, f32::NEG_INFINITY);
        for ((value, &point), &position) in values.iter_mut().zip(points).zip(positions) {
            if value.is_nan() {
                return Err(SurfaceError::NotANumber { point: position });
            }
            lowest = lowest.min(*value);
            highest = highest.max(*value);
            *value = self.options.polarity.orient(*value, self.options.iso_level);
            if *value < 0.0 && self.lattice.on_wall(point) {
                *value = 0.0;
            }
        }
        self.note_range(lowest, highest);
        Ok(())
    }

    /// The field's gradients at object-space positions.
    pub(super) fn gradients(
        &self,
        positions: &[[f32; 3]],
        progress: Range<f32>,
    ) -> Result<Vec<[f32; 3]>, SurfaceError> {
        let mut out = vec![[0.0; 3]; positions.len()];
        self.in_batches(positions, &mut out, progress, |positions, out| {
            self.field.gradients(positions, out).map_err(SurfaceError::Field)
        })?;
        self.gradient_evaluations.fetch_add(positions.len() as u64, Ordering::Relaxed);
        Ok(out)
    }

    fn in_batches<P: Sync, V: Send>(
        &self,
        points: &[P],
        out: &mut [V],
        progress: Range<f32>,
        ask: impl Fn(&[P], &mut [V]) -> Result<(), SurfaceError> + Sync,
    ) -> Result<(), SurfaceError> {
        let stage = part(self.options.watch, progress.start, progress.end);
        let begun = counted(&stage, points.len());
        let batch = self.field.batch().max(1);
        points.par_chunks(batch).zip(out.par_chunks_mut(batch)).try_for_each(|(points, values)| {
            begun(points.len())?;
            ask(points, values)
        })
    }
}
