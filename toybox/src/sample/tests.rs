#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]
use super::*;
use crate::grammar::parse;

fn scene(prompt: &str) -> Scene {
    Scene::build(&parse(prompt).unwrap().spec)
}

#[test]
fn surface_samples_lie_on_the_surface() {
    let scene = scene("a pig holding a blue balloon wearing a cape and a sombrero");
    let samples = sample_surface(&scene, &mut Random::new(1), 3000);
    assert_eq!(samples.len(), 3000);
    let points: Vec<_> = samples.iter().map(|s| s.point).collect();
    let mut distance = vec![0.0; points.len()];
    scene.evaluate(&points, &mut distance);
    assert!(distance.iter().all(|d| d.abs() < 1e-3));
}

#[test]
fn thin_samples_are_on_thin_parts() {
    let scene = scene("a lion riding a bicycle");
    let samples = sample_thin_surface(&scene, &mut Random::new(2), 1000);
    assert_eq!(samples.len(), 1000);
    assert!(samples.iter().all(|s| scene.parts()[s.part as usize].is_thin()));
    assert!(samples.iter().any(|s| scene.parts()[s.part as usize].name() == "spoke"));
}

#[test]
fn thin_parts_get_many_training_points() {
    for (prompt, least) in [
        ("a lion riding a bicycle", 0.18),
        ("a bear wielding a katana", 0.07),
        ("a pig holding a blue balloon", 0.07),
    ] {
        let scene = scene(prompt);
        let points = sample_points(&scene, &mut Random::new(3), 8000, &SampleMix::default());
        assert_eq!(points.len(), 8000);
        assert!(points.iter().flatten().all(|v| v.abs() <= 1.0));
        let (mut distance, mut parts) = (vec![0.0; 8000], vec![0; 8000]);
        scene.evaluate_parts(&points, &mut distance, &mut parts);
        let thin =
            (0..8000).filter(|&i| distance[i].abs() < 0.05 && scene.parts()[parts[i] as usize].is_thin());
        let share = thin.count() as f32 / 8000.0;
        println!("{prompt}: {share} of the points are near thin parts");
        assert!(share > least, "{prompt}: {share}");
    }
}

#[test]
fn samples_are_the_same_for_the_same_seed() {
    let scene = scene("a robot playing the guitar");
    let draw = || sample_points(&scene, &mut Random::stream(9, 4), 500, &SampleMix::default());
    assert_eq!(draw(), draw());
    assert_eq!(
        sample_surface(&scene, &mut Random::new(5), 200),
        sample_surface(&scene, &mut Random::new(5), 200)
    );
}
