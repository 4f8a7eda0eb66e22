//! `toybox`: pictures and lists of the procedural world.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use toybox::render::{Picture, PictureError, View, render};
use toybox::{Activity, Animal, Clothing, Hat, Random, Scene, SceneSpec, Substance};

/// The toybox: procedural scenes with exact ground truth.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Contact sheets of every animal, activity, garment and hat.
    Gallery {
        /// Folder for the pictures.
        #[arg(short)]
        output: PathBuf,
        /// Pixels of one picture.
        #[arg(long, default_value_t = 220)]
        size: usize,
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
    Words,
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Prompt(#[from] toybox::ParseError),
    #[error(transparent)]
    Picture(#[from] PictureError),
    #[error("cannot make the folder {path}: {source}")]
    Folder { path: PathBuf, source: std::io::Error },
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
        Command::Gallery { output, size } => gallery(&output, size),
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
        Command::Words => {
            println!("{}", toybox::vocabulary().words.join("\n"));
            Ok(())
        }
    }
}

fn gallery(folder: &Path, size: usize) -> Result<(), Failure> {
    std::fs::create_dir_all(folder)
        .map_err(|source| Failure::Folder { path: folder.to_path_buf(), source })?;
    let front = View { azimuth: 0.0, elevation: 8.0 };
    let back = View { azimuth: 150.0, elevation: 18.0 };
    let each =
        |change: &dyn Fn(SceneSpec) -> SceneSpec| Animal::ALL.map(|animal| change(SceneSpec::bare(animal)));
    let bare = each(&|spec| spec).to_vec();
    sheet(&folder.join("animals.png"), &bare, 5, size, &[View::default(), front, back])?;
    let activities: Vec<_> = Activity::ALL[1..]
        .iter()
        .zip(Animal::ALL.into_iter().cycle().skip(2))
        .map(|(&activity, animal)| SceneSpec { activity, ..SceneSpec::bare(animal) })
        .collect();
    sheet(&folder.join("activities.png"), &activities, 4, size, &[View::default(), front, back])?;
    let mut clothes: Vec<_> = Clothing::ALL[1..]
        .iter()
        .zip([Animal::Rabbit, Animal::Pig, Animal::Raccoon, Animal::Lion, Animal::Tiger])
        .map(|(&clothing, animal)| SceneSpec { clothing, ..SceneSpec::bare(animal) })
        .collect();
    clothes.push(SceneSpec { backpack: true, ..SceneSpec::bare(Animal::Squirrel) });
    sheet(&folder.join("clothes.png"), &clothes, 6, size, &[View::default(), front, back])?;
    let hats: Vec<_> = [Animal::Pig, Animal::Rabbit, Animal::Robot, Animal::Lion]
        .into_iter()
        .flat_map(|animal| Hat::ALL[1..].iter().map(move |&hat| SceneSpec { hat, ..SceneSpec::bare(animal) }))
        .collect();
    sheet(&folder.join("hats.png"), &hats, 5, size, &[View::default()])?;
    let substances: Vec<_> = Substance::ALL[1..]
        .iter()
        .flat_map(|&substance| Animal::ALL.map(|animal| SceneSpec { substance, ..SceneSpec::bare(animal) }))
        .enumerate()
        .map(|(index, spec)| SceneSpec { activity: Activity::ALL[index % Activity::ALL.len()], ..spec })
        .collect();
    sheet(&folder.join("substances.png"), &substances, 5, size, &[View::default()])?;
    let mut random = Random::new(2);
    let mixed: Vec<_> = (0..30).map(|_| toybox::random_training_spec(&mut random)).collect();
    sheet(&folder.join("mixed.png"), &mixed, 6, size, &[View::default()])
}

/// All scenes from all views, a block of rows for each view.
fn sheet(
    path: &Path,
    specs: &[SceneSpec],
    columns: usize,
    size: usize,
    views: &[View],
) -> Result<(), Failure> {
    let rows = specs.len().div_ceil(columns);
    let mut picture = Picture::filled(columns * size, rows * views.len() * size, [222, 226, 232]);
    for (block, view) in views.iter().enumerate() {
        for (index, spec) in specs.iter().enumerate() {
            let (row, column) = (block * rows + index / columns, index % columns);
            picture.paste(&render(&Scene::build(spec), size, *view), column * size, row * size);
        }
    }
    Ok(picture.write_png(path)?)
}
