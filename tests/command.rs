//! Tests of the command: its output files are complete, it reports what it cannot do, and the exit code tells
//! the reason.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test fails by a panic"
)]

#[path = "command/answers.rs"]
mod answers;
#[path = "command/offsets.rs"]
mod offsets;
#[path = "command/outputs.rs"]
mod outputs;
#[path = "command/refusals.rs"]
mod refusals;
#[path = "support/tiny_model.rs"]
mod tiny_model;
#[path = "command/walks.rs"]
mod walks;

use std::ffi::OsStr;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use att3d::gltf::read_glb;
use att3d::weights::config::{ModelConfig, SurfaceConfig, WordGroup};
use serde_json::Value;

/// A folder with a tiny model, in which commands run.
struct Bench {
    folder: tempfile::TempDir,
}

const MODEL: &str = "model.att3d";

impl Bench {
    fn new() -> Self {
        Self::with(&tiny_model::triplane())
    }

    fn with(config: &ModelConfig) -> Self {
        let folder = tempfile::tempdir().unwrap();
        tiny_model::save(&folder.path().join(MODEL), config);
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_att3d"));
        command.args(arguments).current_dir(self.folder.path()).output().unwrap()
    }

    /// Generates a small mesh with the tiny model.
    fn generate(&self, prompt: &str, output: &str, more: &[&str]) -> Output {
        self.generate_at("16", prompt, output, more)
    }

    fn generate_at(&self, resolution: &str, prompt: &str, output: &str, more: &[&str]) -> Output {
        let arguments = ["generate", prompt, "--output", output, "--model", MODEL, "--threads", "2"];
        self.run(arguments.iter().chain(&["--resolution", resolution]).chain(more))
    }

    /// Returns the names of all files except the model.
    fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.filter(|name| name != MODEL).collect();
        names.sort();
        names
    }
}

fn printed(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn complaints(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[track_caller]
fn assert_works(output: &Output) {
    assert_eq!(output.status.code(), Some(0), "{}", complaints(output));
}

/// Asserts that the command failed with this exit code and a message that contains the given texts.
#[track_caller]
fn assert_fails(output: &Output, code: i32, named: &[&str]) {
    let complaints = complaints(output);
    assert_eq!(output.status.code(), Some(code), "{complaints}");
    for named in named {
        assert!(complaints.contains(named), "{named:?} is not in: {complaints}");
    }
    assert!(!complaints.contains("panicked"), "{complaints}");
}
