//! Files of other authors.

use super::*;

/// Returns meshes from other authors, which `scripts/fetch_models.sh` fetches. Empty if they are missing,
/// unless `ATT3D_REQUIRE_MODELS=1` is set.
fn others() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(".cache/models");
    let entries = fs::read_dir(&folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    let mut found: Vec<_> = entries
        .filter(|path| path.extension().is_some_and(|extension| extension == "glb"))
        .map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap()))
        .collect();
    found.sort();
    let required = std::env::var_os("ATT3D_REQUIRE_MODELS").is_some();
    assert!(!found.is_empty() || !required, "{} is empty: run scripts/fetch_models.sh", folder.display());
    found
}

#[test]
fn assets_of_others_are_read_and_keep_their_geometry() {
    let model = model();
    for (name, glb) in others() {
        let options = RestyleOptions { texture_size: 128, ..RestyleOptions::default() };
        let made = restyle(&model, "a pig", &glb, &options, &no_progress)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let ((before, old), (after, new)) = (split(&glb), split(&made.glb));
        assert!(new[..old.len()] == *old, "{name}: the binary chunk");
        assert!(before["nodes"] == after["nodes"] && before["skins"] == after["skins"], "{name}");
        if made.repainted.iter().all(|repainted| !repainted.is_unwrapped) {
            assert!(geometry(&before) == geometry(&after), "{name}: its geometry");
        }
        let (was, is) = (parse_parts(&glb).unwrap(), parse_parts(&made.glb).unwrap());
        assert_eq!(was.len(), is.len(), "{name}");
        for (was, is) in was.iter().zip(&is) {
            assert_eq!(was.surface.triangles.len(), is.surface.triangles.len(), "{name}");
        }
    }
}
