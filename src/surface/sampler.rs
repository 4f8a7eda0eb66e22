//! Evaluation of the field in batches on all threads, with counts.

use super::field::ScalarField;
use super::lattice::{Lattice, LatticePoint};
use super::options::{ExtractOptions, SurfaceError};
use crate::error::{part, progress_counter};
use rayon::prelude::*;
use std::ops::Range;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

/// A field with its lattice and counts of its evaluations.
pub(super) struct Sampler<'a> {
    field: &'a dyn ScalarField,
    pub(super) options: &'a ExtractOptions<'a>,
    pub(super) lattice: Lattice,
    pub(super) point_evaluations: AtomicU64,
    pub(super) gradient_evaluations: AtomicU64,
    lowest: AtomicI64,
    highest: AtomicI64,
}

/// Maps a number to an integer so that larger numbers have larger integers. [`number`] is the inverse.
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

    /// Reports the fraction of work that is done to the progress callback. Errors: `Cancelled`.
    pub(super) fn report(&self, fraction: f32) -> Result<(), SurfaceError> {
        Ok((self.options.on_progress)(fraction)?)
    }

    /// Checks that the work may hold this many bytes. Errors: `Memory`.
    pub(super) fn afford(&self, needed: u64) -> Result<(), SurfaceError> {
        let limit = self.options.memory_limit;
        let resolution = u32::from(self.lattice.resolution);
        if needed > limit { Err(SurfaceError::Memory { resolution, needed, limit }) } else { Ok(()) }
    }

    /// Records a range of values for the message of [`SurfaceError::NothingCrosses`].
    pub(super) fn note_range(&self, lowest: f32, highest: f32) {
        self.lowest.fetch_min(order(lowest), Ordering::Relaxed);
        self.highest.fetch_max(order(highest), Ordering::Relaxed);
    }

    /// Returns the error of a field without a surface.
    pub(super) fn nothing_crosses(&self) -> SurfaceError {
        SurfaceError::NothingCrosses {
            lowest: number(self.lowest.load(Ordering::Relaxed)),
            highest: number(self.highest.load(Ordering::Relaxed)),
            iso_level: self.options.iso_level,
        }
    }

    /// Returns oriented values at lattice points, negative inside. Points on the walls of the box are never
    /// inside, which closes the mesh. Errors: `Field`, `NotANumber`, `Cancelled`.
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

    /// Returns the field's gradients at object-space positions. Errors: `Field`, `Cancelled`.
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
        let stage = part(self.options.on_progress, progress.start, progress.end);
        let begun = progress_counter(&stage, points.len());
        let batch = self.field.batch().max(1);
        points.par_chunks(batch).zip(out.par_chunks_mut(batch)).try_for_each(|(points, values)| {
            begun(points.len())?;
            ask(points, values)
        })
    }
}
