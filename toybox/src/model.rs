//! Construction of scenes from parts, which a [`Builder`] collects.
//!
//! Modules: `creatures` (a common skeleton, poses, clothing and held things), `objects` (one module for each
//! category), and `layout` (sizes, proportions, counts, and the bases under things). The left side of a thing
//! is +X.

pub(crate) mod builder;
mod creatures;
mod layout;
pub(crate) mod objects;
mod palette;

use std::ops::Range;

use crate::catalog::{Kind, Look};
use crate::part::Part;
use crate::spec::SceneSpec;
use builder::Builder;

/// Returns all parts of a scene and their groups.
pub(crate) fn assemble(spec: &SceneSpec) -> (Vec<Part>, Vec<(f32, Range<usize>)>) {
    let mut builder = Builder::default();
    match &spec.noun.entry().kind {
        Kind::Creature(animal) => creatures::build(&mut builder, *animal, spec),
        Kind::Object(build) => {
            let look = Look {
                color: spec.color.rgb(),
                feature: spec.feature,
                feature_color: spec.feature_color.rgb(),
            };
            build(&mut builder, &look);
        }
    }
    layout::arrange(&mut builder, spec);
    builder.groups.retain(|(_, range)| !range.is_empty());
    (builder.parts, builder.groups)
}
