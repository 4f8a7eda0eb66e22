//! What a verb writes: its results, and what it says on standard output and standard error.

use std::fmt::Display;
use std::io::{Read, Write};
use std::path::Path;

use att3d::error::printable;
use att3d::files::write_whole;
use att3d::pipeline::{ExportOptions, Generated, MeshFormat, encode_mesh, write_mesh};

use crate::failure::Failure;

/// Stands for standard output in place of a file's name, and for standard input in place of a prompt.
const STANDARD: &str = "-";
/// Most bytes of a prompt that is read from standard input: longer ones are refused by every model.
const LONGEST_PROMPT: u64 = 1 << 20;

/// Writes a line to standard output, control characters escaped. Errors: `Output`.
pub fn print(line: impl Display) -> Result<(), Failure> {
    print_bytes(format!("{}\n", printable(&line.to_string())).as_bytes())
}

/// Writes bytes to standard output. Errors: `Output`.
pub fn print_bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut output = std::io::stdout().lock();
    output.write_all(bytes).and_then(|()| output.flush()).map_err(Failure::Output)
}

/// Writes a line to standard error, control characters escaped. Where nobody reads that, there is nobody to tell.
pub fn warn(line: impl Display) {
    let _ = writeln!(std::io::stderr(), "{}", printable(&line.to_string()));
}

/// Whether a file's name stands for standard output.
pub fn is_standard(path: &Path) -> bool {
    path == Path::new(STANDARD)
}

/// Says what was written, on standard output unless the file itself went there. Errors: `Output`.
pub fn report(path: &Path, line: impl Display) -> Result<(), Failure> {
    if is_standard(path) {
        warn(line);
        return Ok(());
    }
    print(line)
}

/// Writes a mesh to a file, or to standard output. Errors: those of [`write_mesh`]; `Output`.
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

/// Checks, before any work, that a picture's name asks for a PNG and that no two outputs are one file.
///
/// - `is_json`: a report goes to standard output.
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

/// Checks that a picture's name ends with .png, or has no ending. Errors: `NotPng`.
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

/// Whether two names are one regular file, links followed. A device or a pipe may be written twice.
pub fn is_same(one: &Path, other: &Path) -> bool {
    match (std::fs::metadata(one), std::fs::metadata(other)) {
        (Ok(one_data), Ok(other_data)) if one_data.is_file() && other_data.is_file() => {
            one.canonicalize().ok() == other.canonicalize().ok()
        }
        (Err(_), Err(_)) => place(one) == place(other),
        _ => false,
    }
}

/// Where a file would be made: its folder without links, and its name.
fn place(path: &Path) -> std::path::PathBuf {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    folder.join(path.file_name().unwrap_or_default())
}

/// A prompt as it is typed; `-` reads it from standard input.
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
