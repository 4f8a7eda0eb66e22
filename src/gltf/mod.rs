//! The gltf floor.
