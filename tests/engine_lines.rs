//! Conformance tests of engines that are called indirectly: through the table of a module, and in a worker
//! process.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by a panic"
)]

#[macro_use]
#[path = "support/conformance.rs"]
mod conformance;
#[path = "support/tiny_model.rs"]
mod tiny_model;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use att3d::engine::cpu::CpuEngine;
use att3d::engine::module::{DISABLE_VARIABLE, Module, ModuleDevice, ModuleError, ModuleOptions, file_name};
use att3d::engine::options::{EngineChoice, EngineOptions};
use att3d::engine::table::{EngineTable, serve};
use att3d::engine::worker::{WorkerEngine, WorkerError, WorkerLine};
use att3d::engine::{Engine, EngineError, EngineResult, Precision, Unary, View};
use att3d::pipeline::{ErrorKind, Model, Purpose};

/// The embedded engine behind the table of a module.
static TABLE: EngineTable = serve::<CpuEngine>();

fn module() -> &'static Module {
    Box::leak(Box::new(Module::of_table(&TABLE, PathBuf::from("linked in")).unwrap()))
}

fn handed() -> Arc<dyn Engine> {
    let options = ModuleOptions { threads: Some(2), ..ModuleOptions::default() };
    Arc::new(module().engine(ModuleDevice::Cpu, options).unwrap())
}

fn worker() -> WorkerEngine {
    let options = EngineOptions { engine: EngineChoice::Embedded, threads: 2, ..EngineOptions::default() };
    WorkerLine::start(Path::new(env!("CARGO_BIN_EXE_att3d")), options).unwrap().0
}

conformance_test!(an_engine_behind_a_table_conforms, conformance::Subject::new(handed()));
conformance_test!(an_engine_in_a_worker_conforms, conformance::Subject::new(Arc::new(worker())));

fn relu(engine: &dyn Engine, values: &[f32]) -> EngineResult<Vec<f32>> {
    let shape = [values.len()];
    let x = engine.upload(values, &shape)?;
    let y = engine.unary(Unary::Relu, View { buffer: &x, shape: &shape })?;
    engine.download(View { buffer: &y, shape: &shape })
}

#[test]
fn a_module_of_another_version_is_refused_by_its_number() {
    static OTHER: EngineTable = EngineTable { abi_version: 7, ..TABLE };
    static SHORT: EngineTable = EngineTable { struct_size: 16, ..TABLE };
    for (table, number) in [(&OTHER, 7), (&SHORT, 1)] {
        let error = Module::of_table(table, PathBuf::from("elsewhere")).unwrap_err();
        assert!(matches!(error, ModuleError::Version { found, .. } if found == number), "{error}");
        assert!(error.to_string().contains("use both from the same release"), "{error}");
    }
}

#[test]
fn what_is_no_module_is_refused_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let garbage = folder.path().join(file_name("torch"));
    std::fs::write(&garbage, b"not a library").unwrap();
    let error = Module::open(&garbage).unwrap_err();
    assert!(matches!(error, ModuleError::Open { .. }), "{error}");
    assert!(error.to_string().contains("use the embedded engine"), "{error}");

    // A library of the system that is not a module. Wine shows the libraries of Linux, which a program for
    // Windows cannot open.
    if cfg!(windows) {
        return;
    }
    let mapped = std::fs::read_to_string("/proc/self/maps").unwrap_or_default();
    if let Some(library) =
        mapped.lines().filter_map(|line| line.split_whitespace().last()).find(|path| path.contains("libc.so"))
    {
        let error = Module::open(Path::new(library)).unwrap_err();
        assert!(matches!(error, ModuleError::NoModule { .. }), "{error}");
    }
}

#[test]
fn a_missing_module_says_where_it_was_looked_for() {
    if std::env::var_os(DISABLE_VARIABLE).is_some() {
        return;
    }
    let error = Module::find("nowhere").unwrap_err();
    assert!(matches!(&error, ModuleError::Missing { searched, .. } if !searched.is_empty()), "{error}");
    assert!(error.to_string().contains(&file_name("nowhere")), "{error}");
}

#[test]
fn buffers_of_two_workers_are_not_mixed() {
    let (one, other) = (worker(), worker());
    let x = one.upload(&[1.0], &[1]).unwrap();
    let error = other.unary(Unary::Relu, View { buffer: &x, shape: &[1] }).unwrap_err();
    assert!(matches!(error, EngineError::ForeignBuffer), "{error}");
}

#[test]
fn a_worker_answers_several_threads() {
    let engine = worker();
    std::thread::scope(|scope| {
        for seed in 0..4 {
            let engine = &engine;
            scope.spawn(move || {
                for step in 0..50 {
                    let values = [seed as f32, -(step as f32)];
                    assert_eq!(relu(engine, &values).unwrap(), [seed as f32, 0.0]);
                }
            });
        }
    });
}

/// Returns the child processes of this test, which are the workers.
#[cfg(target_os = "linux")]
fn children() -> Vec<i32> {
    let own = std::process::id();
    let tasks = std::fs::read_dir(format!("/proc/{own}/task")).unwrap();
    tasks
        .filter_map(|task| std::fs::read_to_string(task.unwrap().path().join("children")).ok())
        .flat_map(|list| list.split_whitespace().map(|pid| pid.parse().unwrap()).collect::<Vec<_>>())
        .collect()
}

#[cfg(target_os = "linux")]
#[test]
fn a_killed_worker_is_an_error_and_the_host_goes_on() {
    let engine = worker();
    assert_eq!(relu(&engine, &[1.0]).unwrap(), [1.0]);
    for pid in children() {
        // SAFETY: the signal goes to a child process of this test.
        unsafe { libc::kill(pid, libc::SIGKILL) };
    }
    for _ in 0..2 {
        let error = relu(&engine, &[1.0]).unwrap_err();
        assert!(matches!(error, EngineError::WorkerEnded { .. }), "{error}");
        assert!(error.to_string().contains("make a new context"), "{error}");
    }
    drop(engine);
    assert!(children().is_empty(), "no process is left");
    assert_eq!(relu(&worker(), &[2.0]).unwrap(), [2.0]);
}

#[test]
fn a_program_that_is_no_worker_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("att3d");
    let start =
        |program: &Path| WorkerLine::start(program, EngineOptions::default()).map(|_| ()).unwrap_err();
    assert!(matches!(start(&missing), WorkerError::Start { .. }));
    if Path::new("/bin/true").exists() {
        let error = start(Path::new("/bin/true"));
        assert!(matches!(error, WorkerError::Ended { .. }), "{error}");
    }
}

#[test]
fn a_worker_refuses_what_it_cannot_run_in_its_own_words() {
    let options = EngineOptions {
        engine: EngineChoice::Embedded,
        precision: Precision::F16,
        ..EngineOptions::default()
    };
    let error = WorkerLine::start(Path::new(env!("CARGO_BIN_EXE_att3d")), options).map(|_| ()).unwrap_err();
    assert!(matches!(error, WorkerError::Refused { .. }), "{error}");
    assert!(error.to_string().contains("computes in F32"), "{error}");
}

/// Returns the `tokenizer.json` of the tiny models with another normalizer.
fn tokenizer_with(normalizer: &serde_json::Value) -> String {
    let words = att3d::text::tokenizer::word_level_json(&tiny_model::WORDS);
    let mut json: serde_json::Value = serde_json::from_str(&words).unwrap();
    json["normalizer"] = normalizer.clone();
    json.to_string()
}

#[test]
fn prompts_are_read_in_the_worker_as_in_this_process() {
    let package = tiny_model::package_bytes(&tiny_model::triplane());
    let away: Arc<dyn Engine> = Arc::new(worker());
    let model = Model::from_bytes(package.clone(), &away).unwrap();
    let here = Model::from_bytes(package, &tiny_model::engine(1)).unwrap();
    for prompt in ["a Pig wearing a sombrero", "a blue tiger", "pig, pig, PIG", "quark", "", "é\u{301}"] {
        let read = |model: &Model| model.read(prompt, Purpose::Thing).map_err(|error| error.to_string());
        assert_eq!(read(&model), read(&here), "{prompt}");
    }
    assert_eq!(model.words(), here.words());
    assert_eq!(model.complete("a pig wea"), here.complete("a pig wea"));
}

#[test]
fn a_tokenizer_that_is_refused_is_refused_in_the_worker_with_the_same_error() {
    let grows = serde_json::json!({ "type": "Prepend", "prepend": "a".repeat(17) });
    let away: Arc<dyn Engine> = Arc::new(worker());
    for json in [tokenizer_with(&grows), "{".to_owned()] {
        let package = tiny_model::package_with_tokenizer(&tiny_model::triplane(), &json);
        let load = |engine| Model::from_bytes(package.clone(), engine).unwrap_err();
        let (found, expected) = (load(&away), load(&tiny_model::engine(1)));
        assert_eq!(found.kind(), ErrorKind::Format);
        assert_eq!(found.to_string(), expected.to_string());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_prompt_after_the_worker_was_killed_is_an_error_of_the_engine() {
    let away: Arc<dyn Engine> = Arc::new(worker());
    let model = Model::from_bytes(tiny_model::package_bytes(&tiny_model::triplane()), &away).unwrap();
    assert!(model.read("a pig", Purpose::Thing).is_ok());
    for pid in children() {
        // SAFETY: the signal goes to a child process of this test.
        unsafe { libc::kill(pid, libc::SIGKILL) };
    }
    let error = model.read("a pig", Purpose::Thing).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Engine, "{error}");
    assert!(error.to_string().contains("make a new context"), "{error}");
}
