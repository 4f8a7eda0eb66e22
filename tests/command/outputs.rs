//! The files that `generate` writes: meshes, pictures, textures, variants and game-ready parts.

use super::*;

#[test]
fn generate_writes_a_mesh_and_a_picture() {
    for config in [tiny_model::triplane(), tiny_model::voxel_grid()] {
        let bench = Bench::with(&config);
        let output = bench.generate("a pig", "pig.glb", &["--preview", "pig.png"]);
        assert_works(&output);
        assert!(printed(&output).contains("pig.glb"));
        assert_eq!(complaints(&output), "");
        assert_eq!(bench.files(), ["pig.glb", "pig.png"]);
        let asset = read_glb(&bench.path("pig.glb")).unwrap();
        assert!(!asset.mesh.triangles.is_empty());
        assert_eq!(asset.extras["prompt"], "a pig");
        assert_eq!(asset.extras["model"], "tiny");
        assert!(fs::read(bench.path("pig.png")).unwrap().starts_with(b"\x89PNG\r\n\x1a\n"));
    }
}

#[test]
fn a_textured_mesh_is_read_back_with_its_colours_and_says_what_it_cost() {
    let bench = Bench::new();
    assert_works(&bench.generate("a pig", "plain.glb", &[]));
    let output = bench.generate("a pig", "pig.glb", &["--texture-size", "256", "--json"]);
    assert_works(&output);
    let report: Value = serde_json::from_str(&printed(&output)).unwrap();
    assert_eq!(report["texture"]["size"], 256);
    assert!(report["texture"]["charts"].as_u64().unwrap() > 0);
    assert!(report["texture"]["stretch"].as_f64().unwrap() >= 1.0);
    let (plain, painted) = (bench.path("plain.glb"), bench.path("pig.glb"));
    let (plain, painted) = (read_glb(&plain).unwrap().mesh, read_glb(&painted).unwrap().mesh);
    assert_eq!(plain.triangles.len(), painted.triangles.len());
    let colors: std::collections::HashMap<_, _> = plain
        .positions
        .iter()
        .zip(&plain.colors)
        .map(|(position, color)| (position.map(f32::to_bits), color))
        .collect();
    for (position, color) in painted.positions.iter().zip(&painted.colors) {
        let expected = colors[&position.map(f32::to_bits)];
        let off = color.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(off < 0.08, "{position:?} is {color:?}, and without textures {expected:?}");
    }
    // The verb `render` reads the file too.
    assert_works(&bench.run(["render", "pig.glb", "-o", "pig.png"]));
}

#[test]
fn variants_are_files_of_their_own() {
    let mut config = tiny_model::triplane();
    let phrases = vec!["red".to_owned(), "blue".to_owned()];
    config.words.varied = vec![WordGroup { name: "colours".into(), phrases }];
    let bench = Bench::with(&config);
    let more = ["--variants", "3", "--seed", "4", "--preview", "pig.png", "--json"];
    let output = bench.generate("a pig", "pig.glb", &more);
    assert_works(&output);
    let files = ["pig-0.glb", "pig-0.png", "pig-1.glb", "pig-1.png", "pig-2.glb", "pig-2.png"];
    assert_eq!(bench.files(), files);
    let report: Value = serde_json::from_str(&printed(&output)).unwrap();
    assert_eq!(report["variants"].as_array().unwrap().len(), 3);
    assert_eq!(read_glb(&bench.path("pig-2.glb")).unwrap().extras["seed"], 6);
    assert_works(&bench.generate("a pig", "alone.glb", &["--seed", "6"]));
    let (one, other) =
        (fs::read(bench.path("pig-2.glb")).unwrap(), fs::read(bench.path("alone.glb")).unwrap());
    assert!(one == other, "a variant depends on those before it");
    let plain = Bench::new();
    assert_fails(&plain.generate("a pig", "pig.glb", &["--seed", "1"]), 4, &["seed"]);
    assert_fails(&plain.generate("a pig", "pig.glb", &["--variants", "2"]), 4, &["seed"]);
    let said = bench.generate("a red pig", "red.glb", &["--variants", "2"]);
    assert_works(&said);
    assert!(complaints(&said).contains("leaves nothing open"), "{}", complaints(&said));
    assert!(plain.files().is_empty());
}

#[test]
fn a_mesh_stands_where_and_as_large_as_it_is_asked_to() {
    let bench = Bench::new();
    let bounds = |name: &str, more: &[&str]| {
        assert_works(&bench.generate("a pig", name, more));
        let text = fs::read_to_string(bench.path(name)).unwrap();
        let vertices = text.lines().filter_map(|line| line.strip_prefix("v ")).map(|line| {
            let numbers: Vec<f32> = line.split(' ').take(3).map(|number| number.parse().unwrap()).collect();
            [numbers[0], numbers[1], numbers[2]]
        });
        att3d::mesh::bounds(&vertices.collect::<Vec<_>>())
    };
    let longest = |[low, high]: [[f32; 3]; 2]| (0..3).map(|axis| high[axis] - low[axis]).fold(0.0, f32::max);
    let [low, high] = bounds("ground.obj", &["--size", "3"]);
    assert!((longest([low, high]) - 3.0).abs() < 1e-4 && low[1].abs() < 1e-5, "{low:?} {high:?}");
    let turned = bounds("up.obj", &["--size", "3", "--up", "z"]);
    assert_eq!(turned[0][2], low[1]);
    assert_eq!((turned[0][1], turned[1][1]), (-high[2], -low[2]));
    let [low, high] = bounds("center.obj", &["--size", "3", "--pivot", "center"]);
    assert!((0..3).all(|axis| (low[axis] + high[axis]).abs() < 1e-4), "{low:?} {high:?}");
    assert_fails(&bench.generate("a pig", "pig.obj", &["--size=-1"]), 2, &["--size", "positive"]);
    assert_fails(&bench.generate("a pig", "pig.glb", &["--up", "z"]), 2, &["always +Y up"]);
    assert!(!bench.path("pig.glb").exists());
}

#[test]
fn an_asset_keeps_its_budget_and_reports_what_it_measures() {
    let bench = Bench::new();
    let more = ["--triangles", "300", "--texture-size", "64", "--lods", "1", "--collision", "hull", "--json"];
    let output = bench.generate("a pig", "pig.glb", &more);
    assert_works(&output);
    let report: Value = serde_json::from_str(&printed(&output)).unwrap();
    assert!(report["triangles"].as_u64().unwrap() <= 300, "{report}");
    let measured = &report["report"];
    assert_eq!(
        (&measured["boundary_edges"], &measured["non_manifold_edges"]),
        (&0.into(), &0.into()),
        "{report}"
    );
    assert!(measured["levels"][0].as_u64().unwrap() <= 165, "{report}");
    assert!(measured["hull_triangles"][0].as_u64().unwrap() > 3, "{report}");
    assert!(measured["hull_vertices"][0].as_u64().unwrap() <= 32, "{report}");
    assert!(measured["hausdorff"].as_f64().unwrap() > 0.0, "{report}");
    assert_eq!(
        (&measured["lost_components"], &measured["removed_components"]),
        (&0.into(), &0.into()),
        "{report}"
    );
    assert!(measured["volume"].as_f64().unwrap() > 0.0, "{report}");
    let glb = fs::read(bench.path("pig.glb")).unwrap();
    let names = |name: &str| glb.windows(name.len()).any(|bytes| bytes == name.as_bytes());
    assert!(names("a pig_LOD0") && names("a pig_LOD1") && names("UCX_a pig_LOD0") && names("normalTexture"));
}

#[test]
fn json_report_parses_and_counts_what_was_written() {
    let bench = Bench::new();
    let output = bench.generate("a dragon pig", "pig.glb", &["--json"]);
    assert_works(&output);
    let report: Value = serde_json::from_str(&printed(&output)).unwrap();
    let asset = read_glb(&bench.path("pig.glb")).unwrap();
    assert_eq!(report["output"], "pig.glb");
    assert_eq!(report["triangles"], asset.mesh.triangles.len());
    assert_eq!(report["vertices"], asset.mesh.positions.len());
    assert_eq!(report["left_out"], serde_json::json!(["dragon"]));
    assert!(report["milliseconds"]["whole"].is_u64());
}

#[test]
fn same_command_writes_the_same_bytes() {
    let bench = Bench::new();
    for name in ["one.glb", "two.glb"] {
        assert_works(&bench.generate("a red tiger", name, &[]));
    }
    let read = |name| fs::read(bench.path(name)).unwrap();
    assert!(read("one.glb") == read("two.glb"));
}

#[test]
fn the_least_budget_keeps_a_positive_volume_and_says_what_it_cost() {
    let bench = Bench::new();
    let output = bench.generate("a pig", "pig.glb", &["--triangles", "4", "--json"]);
    assert_works(&output);
    let report: Value = serde_json::from_str(&printed(&output)).unwrap();
    assert_eq!(report["triangles"], 4, "{report}");
    assert!(report["report"]["volume"].as_f64().unwrap() > 0.0, "{report}");
    assert!(complaints(&output).contains("moved the surface by up to"), "{}", complaints(&output));
}

#[test]
fn several_hulls_are_numbered_as_hosts_read_them() {
    let bench = Bench::new();
    let has = |name: &str| {
        let glb = fs::read(bench.path("pig.glb")).unwrap();
        glb.windows(name.len()).any(|bytes| bytes == name.as_bytes())
    };
    let options = ["--collision", "hulls", "--hulls", "8", "--hull-vertices", "16", "--json"];
    let output = bench.generate("a pig", "pig.glb", &options);
    assert_works(&output);
    let report: Value = serde_json::from_str(&printed(&output)).unwrap();
    let vertices = report["report"]["hull_vertices"].as_array().unwrap().clone();
    assert!((2..=8).contains(&vertices.len()), "{report}");
    assert!(vertices.iter().all(|count| count.as_u64().unwrap() <= 16), "{report}");
    assert!(has("UCX_a pig_00") && has("UCX_a pig_01"));
    assert_works(&bench.generate("a pig", "pig.glb", &[&options[..6], &["--host", "godot"]].concat()));
    assert!(has("a pig_00-convcolonly") && has("a pig_01-convcolonly"));
    assert_fails(&bench.generate("a pig", "pig.glb", &["--hull-vertices", "7"]), 2, &["--hull-vertices"]);
}
