//! Measures the bundled model's forward pass on the embedded engine and on libtorch (CPU, inference, f32).
//! The runs alternate, and both engines use the same weights, prompts and number of threads.
//!
//!     scripts/with_libtorch.sh cargo bench -p att3d-torch --bench generator
//!
//! Here, libtorch's threads sleep between its kernels (`OMP_WAIT_POLICY=passive`), since spinning threads
//! would take cores from the embedded engine. This could make libtorch slower. So libtorch is also measured
//! alone, in a process whose threads spin, and the faster of the two times counts.

use std::error::Error;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use att3d::engine::Engine;
use att3d::engine::cpu::CpuEngine;
use att3d::generator::PromptFields;
use att3d::nn::Latent;
use att3d::pipeline::Model;
use att3d::tensor::{Field, FieldParts};
use att3d_torch::TorchEngine;
use att3d_torch::tch::Device;

const PACKAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/toybox/toybox.att3d");
const PROMPTS: [&str; 4] = [
    "a pig wearing a party hat",
    "a tiger playing the guitar wearing a sweater",
    "a pig riding a bicycle made out of gold",
    "a squirrel reading a book wearing a sombrero",
];
const WARM_UP_RUNS: usize = 5;
/// Number of pairs of runs, one on each engine.
const PAIRS: usize = 41;

/// A model on one engine, and the latents of a batch on it.
struct Side {
    model: Model,
    latent: Latent,
}

impl Side {
    fn new(engine: Arc<dyn Engine>, prompts: &[&str]) -> Result<Self, Box<dyn Error>> {
        let model = Model::open(Path::new(PACKAGE), &engine)?;
        let latent = model.embed(prompts)?.latent;
        Ok(Self { model, latent })
    }

    /// Returns the milliseconds of one forward pass, and its fields.
    fn run(&self) -> Result<(f64, PromptFields), Box<dyn Error>> {
        let begun = Instant::now();
        let fields = self.model.prompt_fields(&self.latent)?;
        Ok((begun.elapsed().as_secs_f64() * 1e3, fields))
    }
}

/// Argument that makes this program measure only libtorch, for the given number of prompts, and print the
/// median.
const ALONE: &str = "--libtorch-alone";

fn main() -> Result<(), Box<dyn Error>> {
    let threads = std::thread::available_parallelism()?.get();
    let mut arguments = std::env::args().skip_while(|argument| argument != ALONE).skip(1);
    if let Some(batch) = arguments.next() {
        println!("{}", time_libtorch_alone(PROMPTS.get(..batch.parse()?).unwrap_or_default(), threads)?);
        return Ok(());
    }
    println!("Latents to planes, {threads} threads, medians of {PAIRS} pairs of runs:\n");
    println!(
        "| prompts a pass | embedded engine ms | libtorch ms | libtorch ms, alone and spinning | our speed, of libtorch's faster (bar: ≥ 0.6) | largest difference of geometry planes | of texture planes |"
    );
    println!("|---|---|---|---|---|---|---|");
    for batch in [1, PROMPTS.len()] {
        report(PROMPTS.get(..batch).unwrap_or_default(), threads)?;
    }
    Ok(())
}

fn libtorch(threads: usize) -> Result<Arc<dyn Engine>, Box<dyn Error>> {
    Ok(Arc::new(TorchEngine::new(Device::Cpu, Some(i32::try_from(threads)?))?))
}

/// Returns the median of `PAIRS` runs, in milliseconds.
fn time_libtorch_alone(prompts: &[&str], threads: usize) -> Result<f64, Box<dyn Error>> {
    let side = Side::new(libtorch(threads)?, prompts)?;
    for _ in 0..WARM_UP_RUNS {
        side.run()?;
    }
    let times: Result<Vec<f64>, _> = (0..PAIRS).map(|_| side.run().map(|(time, _)| time)).collect();
    Ok(median(times?))
}

/// Does the same as `time_libtorch_alone`, in a separate process whose threads spin while they wait.
fn time_libtorch_spinning(batch: usize) -> Result<f64, Box<dyn Error>> {
    let output = Command::new(std::env::current_exe()?)
        .args([ALONE, &batch.to_string()])
        .env("OMP_WAIT_POLICY", "active")
        .output()?;
    let printed = String::from_utf8(output.stdout)?;
    printed.trim().parse().map_err(|_| String::from_utf8_lossy(&output.stderr).into())
}

fn report(prompts: &[&str], threads: usize) -> Result<(), Box<dyn Error>> {
    let ours = Side::new(Arc::new(CpuEngine::new(Some(threads))?), prompts)?;
    let theirs = Side::new(libtorch(threads)?, prompts)?;
    for _ in 0..WARM_UP_RUNS {
        ours.run()?;
        theirs.run()?;
    }
    let spinning = time_libtorch_spinning(prompts.len())?;
    let (mut our_times, mut their_times, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for pair in 0..PAIRS {
        // The engines take turns in going first.
        let (our_time, their_time) = if pair % 2 == 0 {
            let our_time = ours.run()?.0;
            (our_time, theirs.run()?.0)
        } else {
            let their_time = theirs.run()?.0;
            (ours.run()?.0, their_time)
        };
        our_times.push(our_time);
        their_times.push(their_time);
        ratios.push(their_time.min(spinning) / our_time);
    }
    let (our_fields, their_fields) = (ours.run()?.1, theirs.run()?.1);
    println!(
        "| {} | {:.1} | {:.1} | {spinning:.1} | {:.2} | {:.1e} | {:.1e} |",
        prompts.len(),
        median(our_times),
        median(their_times),
        median(ratios),
        difference(&our_fields.geometry, &their_fields.geometry)?,
        difference(&our_fields.texture, &their_fields.texture)?,
    );
    Ok(())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Returns the largest absolute difference of two fields' planes.
fn difference(ours: &Field, theirs: &Field) -> Result<f32, Box<dyn Error>> {
    match (&ours.parts, &theirs.parts) {
        (FieldParts::Triplane(ours), FieldParts::Triplane(theirs)) => {
            let (ours, theirs) = (ours.to_vec()?, theirs.to_vec()?);
            Ok(ours.iter().zip(&theirs).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max))
        }
        _ => Err("the bundled model is not a triplane model".into()),
    }
}
