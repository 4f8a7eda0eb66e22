//! What nodes are for, by the names that hosts give them.

/// What a node is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To be seen.
    Shown,
    /// To be seen from afar in place of another: a lower level of detail.
    LowerDetail,
    /// For the program alone: a shape for collisions or for hiding what lies behind it, a navigation mesh, a note of the artist.
    Unseen,
}

/// Prefixes of shapes for collisions: convex, box, capsule, sphere, and a triangle mesh.
/// Source: Unreal Engine's documentation, "FBX Static Mesh Pipeline", section "Collision"; `UTM_` is the Interchange importer's.
const UNREAL_COLLISIONS: [&str; 5] = ["UCX_", "UBX_", "UCP_", "USP_", "UTM_"];

/// Suffixes of nodes that Godot does not show: shapes for collisions, navigation meshes, occluders, and what is not imported. (With `-col`,
/// `-convcol` and `-occ` the mesh is shown as well.)
/// Source: Godot's documentation, "Node type customization using name suffixes".
const GODOT_UNSEEN: [&str; 5] = ["colonly", "convcolonly", "navmesh", "occonly", "noimp"];

/// What precedes the number of a level of detail.
/// Source: Unity's documentation, "Importing LOD meshes" (`_LOD0`); Unreal, Godot and this library write the same.
const LEVEL: &str = "_lod";

/// What a node of this name is for.
pub(super) fn purpose(name: &str) -> Purpose {
    if UNREAL_COLLISIONS.iter().any(|prefix| name.starts_with(prefix)) || is_unseen_in_godot(name) {
        return Purpose::Unseen;
    }
    let lower = without_copy_number(name).to_ascii_lowercase();
    let level = lower.rsplit_once(LEVEL).and_then(|(_, level)| level.parse::<u32>().ok());
    if level.unwrap_or(0) > 0 { Purpose::LowerDetail } else { Purpose::Shown }
}

/// As Godot's importer tests a name: numbers, dots and spaces at its end are those of copies, `$` may stand anywhere, `-` and `_` before the end.
/// Source: `_teststr` of Godot's `editor/import/3d/resource_importer_scene.cpp`.
fn is_unseen_in_godot(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let bare = lower.trim_end_matches(|last: char| last.is_ascii_digit() || last == '.' || last <= ' ');
    GODOT_UNSEEN.iter().any(|suffix| {
        let before = bare.strip_suffix(suffix);
        before.is_some_and(|before| before.ends_with(['-', '_'])) || bare.contains(&format!("${suffix}"))
    })
}

/// A name without the number that Blender gives to copies: `.001`.
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
