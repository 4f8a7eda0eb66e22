//! Output of a verb: its results, and its lines on standard output and standard error.

use std::fmt::Display;
use std::io::{IsTerminal, Read, Write};
use std::path::Path;

use att3d::error::printable;
use att3d::files::write_whole;
use att3d::pipeline::{ExportOptions, Generated, MeshFormat, encode_mesh, write_mesh};

use crate::failure::Failure;

/// Name that means standard output in place of a file, and standard input in place of a prompt.
const STANDARD: &str = "-";
/// Largest number of bytes that are read of a prompt from standard input. Every model refuses longer prompts.
const LONGEST_PROMPT: u64 = 1 << 20;

/// Writes a line to standard output, with control characters escaped. Errors: `Output`.
pub fn print(line: impl Display) -> Result<(), Failure> {
    print_bytes(format!("{}\n", printable(&line.to_string())).as_bytes())
}

/// Writes bytes to standard output. Errors: `Output`.
pub fn print_bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut output = std::io::stdout().lock();
    output.write_all(bytes).and_then(|()| output.flush()).map_err(Failure::Output)
}

/// Writes a line to standard error, with control characters escaped. A failure to write is ignored, because
/// it cannot be reported.
pub fn warn(line: impl Display) {
    let _ = writeln!(std::io::stderr(), "{}", printable(&line.to_string()));
}

/// Returns whether a file's name means standard output.
pub fn is_standard(path: &Path) -> bool {
    path == Path::new(STANDARD)
}

/// Prints a line about a written file on standard output, or on standard error if the file itself went to
/// standard output. Errors: `Output`.
pub fn report(path: &Path, line: impl Display) -> Result<(), Failure> {
    if is_standard(path) {
        warn(line);
        return Ok(());
    }
    print(line)
}

/// Writes a mesh to a file, or to standard output. Errors: those of [`write_mesh`], `Output`.
pub fn write(
    path: &Path,
    generated: &Generated,
    format: MeshFormat,
    options: ExportOptions,
) -> Result<(), Failure> {
    if is_standard(path) {
        return print_bytes(&encode_mesh(generated, format, options)?);
    }
    Ok(write_mesh(path, generated, format, options)?)
}

/// Writes bytes to a file, or to standard output. Errors: `Write`, `Output`.
pub fn write_bytes(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if is_standard(path) {
        return print_bytes(bytes);
    }
    Ok(write_whole(path, bytes)?)
}

/// Checks, before any work, the name of a picture ([`check_png`]), and that all outputs are different files.
///
/// - `is_json`: whether a report goes to standard output.
///
/// # Errors
/// `NotPng`, `SameFile`, `StandardOutputTwice`, `PictureToStandardOutput`.
pub fn check(output: &Path, preview: Option<&Path>, is_json: bool) -> Result<(), Failure> {
    if is_standard(output) && is_json {
        return Err(Failure::StandardOutputTwice);
    }
    let Some(preview) = preview else { return Ok(()) };
    if is_standard(preview) {
        return Err(Failure::PictureToStandardOutput);
    }
    check_png(preview)?;
    if is_same(output, preview) {
        return Err(Failure::SameFile { path: preview.display().to_string() });
    }
    Ok(())
}

/// Checks that a picture's name ends with .png or .apng, or has no extension. Errors: `NotPng`.
pub fn check_png(path: &Path) -> Result<(), Failure> {
    match path.extension() {
        Some(extension)
            if !extension.eq_ignore_ascii_case("png") && !extension.eq_ignore_ascii_case("apng") =>
        {
            Err(Failure::NotPng { path: path.display().to_string() })
        }
        _ => Ok(()),
    }
}

/// Returns whether two paths name the same regular file, after links are followed, or the same file that does
/// not exist yet. A device or a pipe may be written twice, so the result for it is `false`.
pub fn is_same(one: &Path, other: &Path) -> bool {
    match (std::fs::metadata(one), std::fs::metadata(other)) {
        (Ok(one_data), Ok(other_data)) if one_data.is_file() && other_data.is_file() => {
            one.canonicalize().ok() == other.canonicalize().ok()
        }
        (Err(_), Err(_)) => place(one) == place(other),
        _ => false,
    }
}

/// Returns the path at which a file would be made: its folder with links resolved, and its name.
fn place(path: &Path) -> std::path::PathBuf {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    folder.join(path.file_name().unwrap_or_default())
}

/// Returns a prompt from the command line; `-` reads it from standard input. Errors: the reason, as
/// text.
pub fn prompt(typed: &str) -> Result<String, String> {
    if typed != STANDARD {
        return Ok(typed.to_owned());
    }
    let mut text = String::new();
    std::io::stdin()
        .take(LONGEST_PROMPT)
        .read_to_string(&mut text)
        .map_err(|error| format!("cannot read the prompt from standard input: {error}"))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// Returns a progress bar. It is hidden if `quiet` is true or standard error is not a terminal.
pub fn progress_bar(quiet: bool) -> indicatif::ProgressBar {
    if quiet || !std::io::stderr().is_terminal() {
        return indicatif::ProgressBar::hidden();
    }
    indicatif::ProgressBar::new(100)
}
