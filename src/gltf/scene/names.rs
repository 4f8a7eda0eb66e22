//! Recognizes the purpose of nodes by the names that hosts give them.

/// The purpose of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A visible object.
    Shown,
    /// A lower level of detail, shown from afar in place of another node.
    LowerDetail,
    /// An object that is never drawn: a collision shape, an occluder, a navigation mesh, or a note of the
    /// artist.
    Unseen,
}

/// Prefixes of collision shapes: convex, box, capsule, sphere, and a triangle mesh. Source: Unreal Engine's
/// documentation, "FBX Static Mesh Pipeline", section "Collision". `UTM_` is from the Interchange importer.
const UNREAL_COLLISIONS: [&str; 5] = ["UCX_", "UBX_", "UCP_", "USP_", "UTM_"];

/// Suffixes of nodes that Godot does not show: collision shapes, navigation meshes, occluders, and nodes that
/// are not imported. (With `-col`, `-convcol` and `-occ` the mesh is also shown.) Source: Godot's
/// documentation, "Node type customization using name suffixes".
const GODOT_UNSEEN: [&str; 5] = ["colonly", "convcolonly", "navmesh", "occonly", "noimp"];

/// The text before the number of a level of detail. Source: Unity's documentation, "Importing LOD meshes"
/// (`_LOD0`). Unreal, Godot and this library use the same text.
const LEVEL: &str = "_lod";

/// Returns the purpose of a node with this name.
pub(super) fn purpose(name: &str) -> Purpose {
    if UNREAL_COLLISIONS.iter().any(|prefix| name.starts_with(prefix)) || is_unseen_in_godot(name) {
        return Purpose::Unseen;
    }
    let lower = without_copy_number(name).to_ascii_lowercase();
    let level = lower.rsplit_once(LEVEL).and_then(|(_, level)| level.parse::<u32>().ok());
    if level.unwrap_or(0) > 0 { Purpose::LowerDetail } else { Purpose::Shown }
}

/// Tests a name for the suffixes of [`GODOT_UNSEEN`], as Godot's importer does. The importer ignores digits,
/// dots and spaces at the end of the name, which distinguish copies. A suffix after `$` may stand anywhere in
/// the name. A suffix after `-` or `_` must stand at the end. Source: `_teststr` of Godot's
/// `editor/import/3d/resource_importer_scene.cpp`.
fn is_unseen_in_godot(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let bare = lower.trim_end_matches(|last: char| last.is_ascii_digit() || last == '.' || last <= ' ');
    GODOT_UNSEEN.iter().any(|suffix| {
        let before = bare.strip_suffix(suffix);
        before.is_some_and(|before| before.ends_with(['-', '_'])) || bare.contains(&format!("${suffix}"))
    })
}

/// Removes the number that Blender adds to the names of copies, such as `.001`.
fn without_copy_number(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((before, number)) if number.len() >= 3 && number.bytes().all(|byte| byte.is_ascii_digit()) => {
            before
        }
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_hosts_say_what_nodes_are_for() {
        for name in [
            "UCX_Rock",
            "UBX_Rock_01",
            "UCP_Rock",
            "USP_Rock",
            "UTM_Rock",
            "Rock-colonly",
            "Rock_colonly",
            "Rock$colonly",
            "Rock-ConvColOnly",
            "Rock-colonly.001",
            "Rock-navmesh",
            "Rock_NAVMESH12",
            "Rock-noimp",
            "Rock-occonly.002",
        ] {
            assert_eq!(purpose(name), Purpose::Unseen, "{name}");
        }
        for name in ["Rock_LOD1", "Rock_lod12", "Rock_Lod2.001"] {
            assert_eq!(purpose(name), Purpose::LowerDetail, "{name}");
        }
        for name in [
            "",
            "Rock",
            "Rock_LOD0",
            "Rock_lod0.003",
            "Rock_LOD",
            "Rock-col",
            "Rock-convcol",
            "Rock-occ",
            "ucx_notes",
            "colonly",
            "A_LODGE",
            "Rock.001",
            "Melodycolonly",
        ] {
            assert_eq!(purpose(name), Purpose::Shown, "{name}");
        }
    }
}
