//! `toybox`: pictures and lists of the procedural world.

mod gallery;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use toybox::render::{PictureError, View, render};
use toybox::{Category, Scene};

/// The toybox: procedural scenes with exact ground truth.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Contact sheets of the whole vocabulary: a shelf each, what creatures do and wear, substances, and a mixture.
    Gallery {
        /// Folder for the pictures.
        #[arg(short)]
        output: PathBuf,
        /// Pixels of one picture.
        #[arg(long, default_value_t = 160)]
        size: usize,
        /// Only the shelf of this name, as "furniture".
        #[arg(long)]
        shelf: Option<String>,
    },
    /// A picture of one prompt.
    Render {
        /// As "a pig riding a bicycle".
        prompt: String,
        /// PNG file.
        #[arg(short)]
        output: PathBuf,
        /// Pixels.
        #[arg(long, default_value_t = 512)]
        size: usize,
        /// Degrees from the front towards the toy's left.
        #[arg(long, default_value_t = 28.0, allow_hyphen_values = true)]
        azimuth: f32,
        /// Degrees above the horizon.
        #[arg(long, default_value_t = 14.0, allow_hyphen_values = true)]
        elevation: f32,
    },
    /// The held-out prompts, one a line.
    Holdouts,
    /// The words of the grammar.
    Words {
        /// As JSON: all single words, and the names of each noun by shelf.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Prompt(#[from] toybox::ParseError),
    #[error(transparent)]
    Picture(#[from] PictureError),
    #[error(transparent)]
    Gallery(#[from] gallery::GalleryError),
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    match arguments.command {
        Command::Gallery { output, size, shelf } => Ok(gallery::write(&output, size, shelf.as_deref())?),
        Command::Render { prompt, output, size, azimuth, elevation } => {
            let parsed = toybox::parse(&prompt)?;
            if !parsed.unknown_words.is_empty() {
                eprintln!("unknown words: {}", parsed.unknown_words.join(", "));
            }
            let picture = render(&Scene::build(&parsed.spec), size, View { azimuth, elevation });
            Ok(picture.write_png(&output)?)
        }
        Command::Holdouts => {
            print!("{}", toybox::holdouts_text());
            Ok(())
        }
        Command::Words { json } => {
            let vocabulary = toybox::vocabulary();
            if json {
                let names = |category| {
                    let shelf = toybox::catalogue().iter().filter(move |entry| entry.category == category);
                    shelf.map(|entry| entry.name).collect::<Vec<_>>()
                };
                let nouns: Vec<_> = Category::ALL.into_iter().map(names).collect();
                println!("{}", serde_json::json!({ "words": vocabulary.words, "nouns": nouns }));
            } else {
                for (name, phrases) in vocabulary.groups {
                    println!("{name}: {}", phrases.join(", "));
                }
            }
            Ok(())
        }
    }
}
