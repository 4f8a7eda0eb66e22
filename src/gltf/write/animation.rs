//! Animations in a GLB: morphs, and frames that are shown one after another.

use gltf_json as json;
use json::accessor::Type;
use json::animation::{Animation, Channel, Interpolation, Property, Sampler, Target};
use json::validation::Checked::Valid;

use super::document::{AccessorIndex, Builder, check_seconds};
use super::encode_parts;
use super::info::AssetInfo;
use crate::gltf::GltfError;
use crate::mesh::{Mesh, MeshFault, MorphTarget, Up};

/// A mesh of an animation, and its name.
#[derive(Debug, Clone, Copy)]
pub struct AnimationFrame<'a> {
    /// The mesh. It is checked when it is written.
    pub mesh: &'a Mesh,
    /// Name of its node.
    pub name: &'a str,
}

/// Encodes frames that are shown one after another. Each has a node, whose scale an animation sets to 1 while
/// the frame is shown and to 0 otherwise. Hosts without animations show the first frame. All frames have the
/// scale and pivot of the first one.
///
/// seconds: the time for which each frame is shown. Errors: those of [`super::encode_glb`]; `NoFrames`,
/// `Seconds`.
pub fn encode_frames(
    frames: &[AnimationFrame<'_>],
    seconds: f32,
    info: &AssetInfo,
) -> Result<Vec<u8>, GltfError> {
    frames_of(frames, seconds, info, false)
}

/// Encodes like [`encode_frames`], with the compression of [`super::encode_asset_compressed`]. Errors: those
/// of [`encode_frames`].
pub fn encode_frames_compressed(
    frames: &[AnimationFrame<'_>],
    seconds: f32,
    info: &AssetInfo,
) -> Result<Vec<u8>, GltfError> {
    frames_of(frames, seconds, info, true)
}

fn frames_of(
    frames: &[AnimationFrame<'_>],
    seconds: f32,
    info: &AssetInfo,
    is_compressed: bool,
) -> Result<Vec<u8>, GltfError> {
    let first = frames.first().ok_or(GltfError::NoFrames)?;
    if info.placement.up != Up::Y {
        return Err(GltfError::UpAxis);
    }
    check_seconds(seconds, frames.len())?;
    let mut document = Builder::default();
    let mut nodes = Vec::with_capacity(frames.len());
    let shown = |index: usize, at: usize| if index == at { [1.0; 3] } else { [0.0; 3] };
    for (index, frame) in frames.iter().enumerate() {
        let node = encode_parts(&mut document, (frame.mesh, frame.name), first.mesh, info)?;
        document.root.nodes[node.value()].scale = Some(shown(index, 0));
        nodes.push(node);
    }
    // There is one key more than frames, so that the last frame is shown as long as the others.
    let times: Vec<[f32; 1]> = (0..=frames.len()).map(|key| [key as f32 * seconds]).collect();
    let input = document.times(&times);
    let tracks = nodes.iter().enumerate().map(|(index, &node)| {
        let last = frames.len() - 1;
        let scales: Vec<[f32; 3]> = (0..=frames.len()).map(|key| shown(index, key.min(last))).collect();
        (node, scales)
    });
    let tracks: Vec<_> = tracks.collect();
    let mut animation = empty("frames");
    for (node, scales) in tracks {
        let output = document.animated(&scales, Type::Vec3);
        push(
            &mut animation,
            Sampler {
                input,
                output,
                interpolation: Valid(Interpolation::Step),
                extensions: None,
                extras: None,
            },
            node,
            Property::Scale,
        );
    }
    document.root.push(animation);
    document.finish(nodes, info, is_compressed)
}

fn empty(name: &str) -> Animation {
    Animation {
        name: Some(name.into()),
        channels: Vec::new(),
        samplers: Vec::new(),
        extensions: None,
        extras: None,
    }
}

fn push(animation: &mut Animation, sampler: Sampler, node: json::Index<json::Node>, path: Property) {
    let index = json::Index::new(animation.samplers.len() as u32);
    animation.samplers.push(sampler);
    let target = Target { node, path: Valid(path), extensions: None, extras: None };
    animation.channels.push(Channel { sampler: index, target, extensions: None, extras: None });
}

impl Builder {
    fn times(&mut self, times: &[[f32; 1]]) -> AccessorIndex {
        let view = self.plain_floats(times);
        let ends = times.first().zip(times.last()).map(|(first, last)| (first.to_vec(), last.to_vec()));
        self.plain_accessor(view, times.len(), Type::Scalar, ends)
    }

    fn animated<const N: usize>(&mut self, values: &[[f32; N]], shape: Type) -> AccessorIndex {
        let view = self.plain_floats(values);
        self.plain_accessor(view, values.len(), shape, None)
    }

    /// Encodes the displacements of the vertices from a mesh to its targets. positions: positions of the mesh
    /// in meters; placed: positions of each target in meters.
    pub(super) fn morph_targets(
        &mut self,
        mesh: &Mesh,
        positions: &[[f32; 3]],
        placed: &[Vec<[f32; 3]>],
        targets: &[MorphTarget],
    ) -> Result<Vec<json::mesh::MorphTarget>, GltfError> {
        let normals = mesh.unit_normals();
        let way = |to: &[[f32; 3]], from: &[[f32; 3]]| -> Vec<[f32; 3]> {
            to.iter().zip(from).map(|(to, from)| std::array::from_fn(|axis| to[axis] - from[axis])).collect()
        };
        let mut found = Vec::with_capacity(targets.len());
        for (target, placed) in targets.iter().zip(placed) {
            check(target, positions.len())?;
            let moved = self.positions(&way(placed, positions));
            let turned = (!normals.is_empty() && !target.normals.is_empty())
                .then(|| self.floats(&way(&target.normals, &normals), Type::Vec3, None));
            found.push(json::mesh::MorphTarget { positions: Some(moved), normals: turned, tangents: None });
        }
        Ok(found)
    }

    /// Adds an animation from the mesh to each target in turn. seconds: the time of each step.
    pub(super) fn walk(&mut self, nodes: &[json::Index<json::Node>], targets: usize, seconds: f32) {
        let times: Vec<[f32; 1]> = (0..=targets).map(|key| [key as f32 * seconds]).collect();
        let weights: Vec<[f32; 1]> = (0..=targets)
            .flat_map(|key| (0..targets).map(move |target| [if key == target + 1 { 1.0 } else { 0.0 }]))
            .collect();
        let input = self.times(&times);
        let output = self.animated(&weights, Type::Scalar);
        let mut animation = empty("morph");
        for &node in nodes {
            let sampler = Sampler {
                input,
                output,
                interpolation: Valid(Interpolation::Linear),
                extensions: None,
                extras: None,
            };
            push(&mut animation, sampler, node, Property::MorphTargetWeights);
        }
        self.root.push(animation);
    }
}

fn check(target: &MorphTarget, vertices: usize) -> Result<(), MeshFault> {
    let lists =
        [("positions of a morph target", &target.positions), ("normals of a morph target", &target.normals)];
    for (attribute, values) in lists {
        if values.len() != vertices && !(values.is_empty() && attribute.starts_with("normals")) {
            return Err(MeshFault::AttributeLength { attribute, found: values.len(), vertices });
        }
        if let Some(vertex) = values.iter().position(|value| value.iter().any(|number| !number.is_finite())) {
            return Err(MeshFault::NotFinite { attribute, vertex });
        }
    }
    Ok(())
}
