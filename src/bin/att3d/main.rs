//! The `att3d` command: one module per verb.

#![deny(unsafe_code)]

mod bake;
mod completions;
mod convert;
mod devices;
mod failure;
mod generate;
mod info;
mod interpolate;
mod library;
mod models;
mod options;
mod output;
mod published;
mod read;
mod render;
mod report;
mod stylize;
mod walk;
mod words;
mod worker;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

/// Turns a prompt into a colored 3D mesh, on this machine, in one forward pass.
#[derive(Parser)]
#[command(name = "att3d", version, about, arg_required_else_help = true, after_help = EXIT_CODES, subcommand_help_heading = "Verbs", subcommand_value_name = "VERB")]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

/// Text at the end of the help.
const EXIT_CODES: &str = "Exit codes: 0 done, 1 failed, 2 wrong arguments, 3 a prompt that can't be used, \
    4 a model package that can't be used, 5 a file that can't be read or written, 6 no surface, 7 a rule of bake that is not met, 130 cancelled, 141 standard \
    output was closed by its reader.";

#[derive(Subcommand)]
enum Verb {
    /// Makes a mesh of a prompt.
    Generate(generate::Generate),
    /// Makes meshes between prompts: a mesh and a picture per step, and a contact sheet.
    Interpolate(interpolate::Interpolate),
    /// Makes the assets of a catalog of prompts, in a folder that later runs bring up to date.
    Bake(bake::Bake),
    /// Changes your own mesh as a prompt describes.
    Stylize(stylize::Stylize),
    /// Prints what a model is and what it can do.
    Info(info::Info),
    /// Lists the packages of a folder and what each can do.
    Models(models::Models),
    /// Prints how prompts are understood, one line each, without making meshes.
    Read(read::Read),
    /// Lists the words that a model knows.
    Words(words::Words),
    /// Draws a picture of a glTF file (.glb, or .gltf with its other files beside it).
    Render(render::Render),
    /// Converts another program's model to a package.
    Convert(convert::Convert),
    /// Lists the engines and devices of this machine.
    Devices(devices::Devices),
    /// Prints a script that completes this command's arguments in a shell.
    Completions(completions::Completions),
    /// Prints the manual page, for man: `att3d man | man -l -`.
    Man(completions::Manual),
    /// Runs an engine for a host process; libatt3d starts it.
    #[command(hide = true)]
    Worker(worker::Worker),
}

fn main() -> ExitCode {
    att3d::error::silence_expected_panics();
    let matches = Arguments::command().get_matches();
    let arguments = match Arguments::from_arg_matches(&matches) {
        Ok(arguments) => arguments,
        Err(error) => error.exit(),
    };
    let verb_matches = matches.subcommand().map(|(_, matches)| matches).unwrap_or(&matches);
    let result = match arguments.verb {
        Verb::Bake(verb) => verb.run(verb_matches),
        Verb::Generate(verb) => verb.run(),
        Verb::Interpolate(verb) => verb.run(),
        Verb::Stylize(verb) => verb.run(),
        Verb::Info(verb) => verb.run(),
        Verb::Models(verb) => verb.run(),
        Verb::Read(verb) => verb.run(),
        Verb::Words(verb) => verb.run(),
        Verb::Render(verb) => verb.run(),
        Verb::Convert(verb) => verb.run(),
        Verb::Devices(verb) => verb.run(),
        Verb::Completions(verb) => verb.run(Arguments::command()),
        Verb::Man(verb) => verb.run(Arguments::command()),
        Verb::Worker(verb) => verb.run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        // The reader of standard output has closed it, because it needs no more lines. So there is no
        // message, as with commands that SIGPIPE ends.
        Err(failure) if failure.is_closed_pipe() => ExitCode::from(failure.exit_code()),
        Err(failure) => {
            output::warn(format_args!("error: {}", failure.message()));
            ExitCode::from(failure.exit_code())
        }
    }
}
