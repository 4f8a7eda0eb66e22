//! Measures the time to make a training batch of 12 prompts with 4096 points each. `cargo run --release -p
//! toybox --example throughput`.

use std::time::Instant;

use toybox::{Material, Random, SampleMix, Scene, random_training_spec, sample_points};

fn main() {
    const STEPS: usize = 10;
    let (prompts, count) = (12, 4096);
    let mut random = Random::new(1);
    let mut spent = [0.0f64; 4];
    let mut parts = 0;
    for _ in 0..STEPS * prompts {
        let start = Instant::now();
        let scene = Scene::build(&random_training_spec(&mut random));
        let built = Instant::now();
        let points = sample_points(&scene, &mut random, count, &SampleMix::default());
        let sampled = Instant::now();
        let mut distance = vec![0.0; count];
        scene.evaluate(&points, &mut distance);
        let evaluated = Instant::now();
        let mut materials = vec![Material::default(); count];
        scene.evaluate_materials(&points, &mut distance, &mut materials);
        let end = Instant::now();
        for (slot, time) in
            spent.iter_mut().zip([built - start, sampled - built, evaluated - sampled, end - evaluated])
        {
            *slot += time.as_secs_f64();
        }
        parts += scene.parts().len();
    }
    println!(
        "{prompts} prompts x {count} points a step, one thread, {} parts a scene",
        parts / (STEPS * prompts)
    );
    for (name, time) in ["build", "sample", "distances", "distances and materials"].iter().zip(spent) {
        let rate = (STEPS * prompts * count) as f64 / time / 1e6;
        println!("{name:>24}: {:6.2} ms a step, {rate:6.2} M points/s", 1e3 * time / STEPS as f64);
    }
}
