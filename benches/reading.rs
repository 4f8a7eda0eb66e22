//! Times the reading of prompts, without the tokenizer and the networks.
//!
//!     cargo bench --bench reading
//!
//! Prints the time to prepare the bundled package's vocabulary, which happens once per model. Also prints the
//! mean and largest time per prompt of `src/text/reading/tests/prompts.tsv`. The largest time should be at
//! most 0.2 ms, but the program does not check this.

use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use att3d::text::reading::{Purpose, Vocabulary};
use att3d::text::tokenizer::Tokenizer;
use att3d::weights::Package;

/// Number of readings of each prompt.
const TIMES: u32 = 200;

fn main() -> Result<(), Box<dyn Error>> {
    let package =
        Package::open(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/models/toybox/toybox.att3d")))?;
    let tokenizer = Tokenizer::from_json(package.tokenizer_json(), &package.config().text)?;
    let begun = Instant::now();
    let vocabulary = Vocabulary::new(&package.config().words, tokenizer.words())
        .ok_or("the package has no word groups")?;
    let prepared = begun.elapsed();
    let lines =
        include_str!("../src/text/reading/tests/prompts.tsv").lines().filter(|line| !line.starts_with('#'));
    let prompts: Vec<&str> = lines.filter_map(|line| line.split('\t').next()).collect();
    let time = |prompt: &&str| {
        let begun = Instant::now();
        for _ in 0..TIMES {
            let _ = black_box(vocabulary.read(black_box(prompt), Purpose::Thing));
        }
        begun.elapsed() / TIMES
    };
    let times: Vec<Duration> = prompts.iter().map(time).collect();
    let count = u32::try_from(times.len())?;
    let mean = times.iter().sum::<Duration>() / count.max(1);
    let largest = times.iter().max().copied().unwrap_or_default();
    let micros = |time: Duration| time.as_secs_f64() * 1e6;
    println!("| prompts | mean, µs | largest, µs | vocabulary, ms |\n|---|---|---|---|");
    println!("| {count} | {:.1} | {:.1} | {:.1} |", micros(mean), micros(largest), micros(prepared) / 1e3);
    Ok(())
}
