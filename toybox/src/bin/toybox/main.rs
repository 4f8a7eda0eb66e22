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
    /// Writes contact sheets of the whole vocabulary: each category, activities and clothing of creatures,
    /// substances, and a mixture.
    Gallery {
        /// Folder for the pictures.
        #[arg(short)]
        output: PathBuf,
        /// Width and height of a shot in a contact sheet, in pixels.
        #[arg(long, default_value_t = 160)]
        size: usize,
        /// Write only the category of this name, for example "furniture".
        #[arg(long)]
        shelf: Option<String>,
    },
    /// Writes a picture of one prompt.
    Render {
        /// The prompt, for example "a pig riding a bicycle".
        prompt: String,
        /// PNG file to write.
        #[arg(short)]
        output: PathBuf,
        /// Width and height in pixels.
        #[arg(long, default_value_t = 512)]
        size: usize,
        /// Angle in degrees from the front toward the toy's left.
        #[arg(long, default_value_t = 28.0, allow_hyphen_values = true)]
        azimuth: f32,
        /// Angle in degrees above the horizon.
        #[arg(long, default_value_t = 14.0, allow_hyphen_values = true)]
        elevation: f32,
    },
    /// Prints the held-out prompts, one in each line.
    Holdouts,
    /// Prints the phrases of the grammar, a group in each line.
    Words {
        /// Print JSON: all single words, and a list of nouns for each category.
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
                    let shelf = toybox::catalog().iter().filter(move |entry| entry.category == category);
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
