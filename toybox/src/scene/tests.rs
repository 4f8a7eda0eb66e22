#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]
use rayon::prelude::*;

use super::*;
use crate::attributes::{Activity, Animal, Base, Clothing, Hat, Proportion, Size, Substance};
use crate::catalog::Noun;
use crate::holdout::random_training_spec;
use crate::math::{add, normalize, scale};
use crate::random::Random;

/// Returns every animal with every pair of activity and clothing, and every object with each of its details
/// and proportions. Hats and backpacks of the animals change from spec to spec.
fn many_specs() -> Vec<SceneSpec> {
    let mut specs = Vec::new();
    for animal in Animal::ALL {
        for activity in Activity::ALL {
            for clothing in Clothing::ALL {
                let hat = Hat::ALL[specs.len() % Hat::ALL.len()];
                let backpack = specs.len() % 2 == 0;
                specs.push(SceneSpec { activity, clothing, hat, backpack, ..SceneSpec::bare(animal) });
            }
        }
    }
    specs.extend(object_specs());
    specs
}

/// Returns every object in its default form, with each detail, and in each proportion.
fn object_specs() -> Vec<SceneSpec> {
    let mut specs = Vec::new();
    for noun in Noun::all().filter(|noun| noun.animal().is_none()) {
        let entry = noun.entry();
        for feature in 0..=entry.features.len() as u8 {
            for &proportion in entry.proportions.iter().chain([&Proportion::None]) {
                specs.push(SceneSpec { feature, proportion, ..SceneSpec::bare(noun) });
            }
        }
    }
    specs
}

fn random_scenes(seed: u64, count: usize) -> Vec<Scene> {
    let mut random = Random::new(seed);
    (0..count).map(|_| Scene::build(&random_training_spec(&mut random))).collect()
}

#[test]
fn every_scene_stays_inside_the_box() {
    let largest = many_specs()
        .into_par_iter()
        .chain(Animal::ALL.into_par_iter().flat_map_iter(|animal| {
            Hat::ALL.into_iter().map(move |hat| SceneSpec { hat, ..SceneSpec::bare(animal) })
        }))
        .map(|spec| {
            let scene = Scene::build(&spec);
            let mut random = Random::new(1);
            let mut largest = 0.0f32;
            for part in scene.parts() {
                for _ in 0..60 {
                    let point = part.sample(&mut random);
                    let reach = point.iter().fold(0.0f32, |a, b| a.max(b.abs()));
                    assert!(reach <= 0.951, "{spec:?}: {} reaches {point:?}", part.name());
                    largest = largest.max(reach);
                }
            }
            largest
        })
        .reduce(|| 0.0, f32::max);
    assert!(largest > 0.93, "the box is used: {largest}");
}

#[test]
fn distances_change_no_faster_than_the_way() {
    let mut random = Random::new(3);
    let (mut steep, mut count, mut steepest) = (0usize, 0usize, 0.0f32);
    for scene in random_scenes(4, 24) {
        let starts: Vec<Vec3> = (0..4000).map(|_| [0; 3].map(|_| random.between(-1.0, 1.0))).collect();
        let ends: Vec<Vec3> = starts.iter().map(|p| add(*p, scale(random.direction(), 0.01))).collect();
        let (mut a, mut b) = (vec![0.0; 4000], vec![0.0; 4000]);
        scene.evaluate(&starts, &mut a);
        scene.evaluate(&ends, &mut b);
        for (a, b) in a.iter().zip(&b) {
            let slope = (a - b).abs() / 0.01;
            if slope > 3.5 {
                println!("{slope}: {}", scene.spec().prompt());
            }
            steepest = steepest.max(slope);
            steep += usize::from(slope > 1.01);
            count += 1;
        }
    }
    println!("steepest {steepest}, {steep} of {count} above 1.01");
    // Only the ellipsoid's distance is not exact. Measured: the slope is above 1.01 at 147 of 96,000 points,
    // and the largest slope is 2.8.
    assert!(steepest < 3.5 && steep * 400 < count, "{steepest}, {steep} of {count}");
}

#[test]
fn values_do_not_depend_on_the_batch() {
    let mut random = Random::new(5);
    for scene in random_scenes(6, 4) {
        let points: Vec<Vec3> = (0..1500).map(|_| [0; 3].map(|_| random.between(-1.0, 1.0))).collect();
        let mut together = vec![0.0; points.len()];
        let mut materials = vec![Material::default(); points.len()];
        scene.evaluate_materials(&points, &mut together, &mut materials);
        for (index, point) in points.iter().enumerate() {
            let (mut alone, mut material) = ([0.0], [Material::default()]);
            scene.evaluate_materials(&[*point], &mut alone, &mut material);
            // The order of the sums differs. Measured: 1.3e-5 for an ice cream, far from its surface.
            assert!((alone[0] - together[index]).abs() < 2e-5, "{point:?}");
            assert_eq!(material[0], materials[index]);
        }
    }
}

#[test]
fn the_same_spec_is_the_same_scene() {
    for scene in random_scenes(7, 5) {
        let again = Scene::build(scene.spec());
        let points: Vec<Vec3> =
            (0..500).map(|i| normalize([i as f32 - 250.0, 77.0, 300.0 - i as f32])).collect();
        let (mut a, mut b) = (vec![0.0; 500], vec![0.0; 500]);
        scene.evaluate(&points, &mut a);
        again.evaluate(&points, &mut b);
        assert_eq!(a, b);
    }
}

#[test]
fn materials_are_in_range_everywhere() {
    let mut random = Random::new(8);
    for substance in Substance::ALL {
        for spec in many_specs().into_iter().step_by(61) {
            let scene = Scene::build(&SceneSpec { substance, ..spec });
            let points: Vec<Vec3> = (0..512).map(|_| [0; 3].map(|_| random.between(-1.0, 1.0))).collect();
            let mut distance = vec![0.0; points.len()];
            let mut materials = vec![Material::default(); points.len()];
            scene.evaluate_materials(&points, &mut distance, &mut materials);
            assert!(distance.iter().all(|d| d.is_finite()));
            for material in materials {
                let [r, g, b] = material.color;
                assert!(
                    [r, g, b, material.metallic, material.roughness].iter().all(|v| (0.0..=1.0).contains(v))
                );
                if substance == Substance::Gold {
                    assert_eq!(material.metallic, 1.0);
                }
            }
        }
    }
}

const GRID: usize = 128;
const BRICK: usize = 8;

fn node(index: usize) -> f32 {
    (index as f32 + 0.5) * 2.0 / GRID as f32 - 1.0
}

/// Returns the number of connected components of the inside on a 128³ grid.
fn component_count(scene: &Scene) -> usize {
    let mut inside = vec![false; GRID * GRID * GRID];
    let bricks = GRID / BRICK;
    for brick in 0..bricks * bricks * bricks {
        let corner = [brick % bricks, brick / bricks % bricks, brick / bricks / bricks].map(|i| i * BRICK);
        let center = corner.map(|i| 0.5 * (node(i) + node(i + BRICK - 1)));
        let mut distance = [0.0];
        scene.evaluate(&[center], &mut distance);
        if distance[0] > 0.12 {
            continue;
        }
        let nodes: Vec<[usize; 3]> = (0..BRICK * BRICK * BRICK)
            .map(|n| [corner[0] + n % BRICK, corner[1] + n / BRICK % BRICK, corner[2] + n / BRICK / BRICK])
            .collect();
        let points: Vec<Vec3> = nodes.iter().map(|n| n.map(node)).collect();
        let mut distance = vec![0.0; points.len()];
        scene.evaluate(&points, &mut distance);
        for ([x, y, z], d) in nodes.into_iter().zip(distance) {
            inside[(z * GRID + y) * GRID + x] = d <= 0.0;
        }
    }
    let mut count = 0;
    let mut stack = Vec::new();
    for start in 0..inside.len() {
        if !std::mem::take(&mut inside[start]) {
            continue;
        }
        count += 1;
        stack.push(start);
        while let Some(cell) = stack.pop() {
            for step in [1, GRID, GRID * GRID] {
                for next in [cell.checked_sub(step), Some(cell + step)].into_iter().flatten() {
                    if next < inside.len() && std::mem::take(&mut inside[next]) {
                        stack.push(next);
                    }
                }
            }
        }
    }
    count
}

#[test]
fn every_scene_is_one_piece() {
    let mut specs: Vec<_> = many_specs().into_iter().step_by(37).collect();
    specs.extend(object_specs());
    specs.extend(
        Noun::all()
            .zip(Base::ALL[1..].iter().cycle())
            .map(|(noun, &base)| SceneSpec { base, ..SceneSpec::bare(noun) }),
    );
    specs.extend(Animal::ALL.into_iter().enumerate().map(|(index, animal)| SceneSpec {
        activity: Activity::ALL[index % Activity::ALL.len()],
        hat: Hat::ALL[1 + index % 5],
        ..SceneSpec::bare(animal)
    }));
    let broken: Vec<_> = specs
        .into_par_iter()
        .filter(|spec| component_count(&Scene::build(spec)) != 1)
        .map(|spec| spec.prompt())
        .collect();
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn at_its_largest_no_part_is_thinner_than_two_cells_of_128() {
    for spec in many_specs() {
        let size = if spec.noun.animal().is_some() { Size::Big } else { Size::None };
        for part in Scene::build(&SceneSpec { size, ..spec }).parts() {
            assert!(part.thickness() >= 0.03, "{}: {}: {}", spec.prompt(), part.name(), part.thickness());
        }
    }
}
