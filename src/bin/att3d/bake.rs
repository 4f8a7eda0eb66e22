//! `att3d bake`: makes the assets of a catalog of prompts.

mod allocator;
mod asset;
mod cache;
mod catalog;
mod folder;
mod gallery;
mod make;
mod manifest;
mod names;
mod pool;
mod rules;
mod summary;
mod text;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

use att3d::pipeline::{MeshFormat, Model};
use clap::{ArgMatches, Args, ValueEnum};
use serde_json::json;

use crate::failure::Failure;
use crate::options::{ModelOptions, jobs_on};
use crate::output::{print, warn};
use asset::{Asset, AssetOptions, Pattern, Planner, Refusal};
use cache::Cache;
use folder::Folder;
use gallery::Gallery;
use manifest::{Entry, Status};
use pool::Pool;
use rules::Rule;
use summary::{Progress, Summary};

/// Arguments of `att3d bake`.
#[derive(Args)]
#[command(after_help = CATALOGS)]
pub struct Bake {
    /// The catalog: a .csv or .tsv table with a column `prompt`, a .jsonl file, a .json template, or a .txt
    /// file with one prompt per line.
    catalog: PathBuf,
    /// The folder to write: meshes, thumbnails and manifest.jsonl. A folder with the manifest of an earlier
    /// bake is brought up to date.
    #[arg(short, long, value_name = "FOLDER")]
    output: PathBuf,
    /// The format of the meshes.
    #[arg(long, value_enum, default_value = "glb")]
    format: Format,
    /// Path of each mesh below the output folder, without its extension. It may have the placeholders {name},
    /// {thing}, {row} and {seed}.
    #[arg(long, value_name = "PATTERN", default_value = "{name}")]
    path: Pattern,
    /// Width and height of the thumbnails in pixels; 0 makes none.
    #[arg(long, value_name = "N", default_value_t = 256, value_parser = clap::value_parser!(u32).range(..=2048))]
    thumbnails: u32,
    /// The gallery: a page index.html in which the assets can be viewed, searched and filtered without a
    /// server.
    #[arg(long, value_enum, default_value = "full")]
    gallery: Gallery,
    /// A rule that assets must meet: closed, understood, or a comparison such as "triangles<=2000". May be
    /// given several times.
    #[arg(long = "require", value_name = "RULE")]
    rules: Vec<Rule>,
    /// Number of assets to make at the same time. Default: one per thread on the CPU, one on a GPU.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: Option<u16>,
    /// A folder for copies of the assets. A later bake into any folder takes its assets from there if the
    /// model, the prompt and the options are the same.
    #[arg(long, value_name = "FOLDER")]
    cache: Option<PathBuf>,
    /// Largest size of the cache in MiB. If the cache is larger before or after the bake, the least recently
    /// used assets are removed.
    #[arg(long, value_name = "MIB", default_value_t = 10_240, requires = "cache")]
    cache_limit: u32,
    /// Stops at the first asset that fails.
    #[arg(long)]
    fail_fast: bool,
    /// Prints how each row is understood, and makes nothing.
    #[arg(long)]
    dry_run: bool,
    /// Prints one line of JSON per asset.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    options: AssetOptions,
    #[command(flatten)]
    model: ModelOptions,
}

/// Numbers of engines that work at the same time.
#[derive(Clone, Copy)]
struct Jobs {
    /// Number of engines for which the first engine's share of the threads and of the memory limit was
    /// computed.
    started: u32,
    /// Largest number of engines that may work at the same time.
    most: u32,
}

/// Text at the end of the help.
const CATALOGS: &str = "Columns of a table, and keys of a line of JSON, are named like the options of an asset, such as texture_size for --texture-size. Options of the whole bake, such as --jobs, have no column. \
    They apply to their row. Further columns: `name` (the file's name), `input` (a mesh to stylize). Columns that begin with _ are \
    copied to the manifest.\n\n\
    A template makes every combination of its lists: \
    {\"prompt\": \"a {color} {animal}\", \"lists\": {\"color\": [\"red\"], \"animal\": [\"pig\", \"cat\"]}, \"options\": {\"lods\": 2}}\n\n\
    Exit codes: 1 if an asset failed, 7 if all were made but some do not meet a rule.";

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Glb,
    Obj,
    Ply,
    Stl,
}

impl Format {
    fn mesh_format(self) -> MeshFormat {
        match self {
            Self::Glb => MeshFormat::Glb,
            Self::Obj => MeshFormat::Obj,
            Self::Ply => MeshFormat::Ply,
            Self::Stl => MeshFormat::Stl,
        }
    }

    /// Returns the extension of its files.
    fn extension(self) -> &'static str {
        match self {
            Self::Glb => "glb",
            Self::Obj => "obj",
            Self::Ply => "ply",
            Self::Stl => "stl",
        }
    }
}

impl Bake {
    /// Runs the verb. matches: the arguments of this verb, which tell which options were given. Errors:
    /// `Catalog`, `Folder`, `FolderInUse`, `ForeignFile`, `Write`, `Output`, `AssetsFailed`, `RulesUnmet`,
    /// and those of the model.
    pub fn run(&self, matches: &ArgMatches) -> Result<(), Failure> {
        allocator::keep_memory();
        let rows = catalog::read(&self.catalog)
            .map_err(|reason| Failure::Catalog { path: self.catalog.display().to_string(), reason })?;
        let jobs = self.model.jobs(self.jobs, rows.len());
        let (model, device) = self.model.load_share(jobs)?;
        let most = if self.jobs.is_some() { jobs } else { jobs_on(device, jobs) };
        let planner = Planner {
            model: &model,
            folder: self.catalog.parent().unwrap_or(Path::new("")),
            given: &asset::given(matches),
            pattern: &self.path,
            format: self.format.mesh_format(),
        };
        let (assets, refusals) = planner.plan(rows);
        if self.dry_run {
            return summary::print_plan(&model, &assets, &refusals, self.format.extension(), self.json);
        }
        self.bake(model, &assets, &refusals, Jobs { started: jobs, most })
    }

    fn bake(&self, model: Model, assets: &[Asset], refusals: &[Refusal], jobs: Jobs) -> Result<(), Failure> {
        let begun = Instant::now();
        let paths: Vec<String> =
            assets.iter().map(|asset| format!("{}.{}", asset.path, self.format.extension())).collect();
        let limit = u64::from(self.cache_limit) << 20;
        let cache = self.cache.as_deref().map(|cache| Cache::open(cache, limit)).transpose()?;
        let mut folder = Folder::open(&self.output, &paths)?;
        for line in &folder.manifest.unreadable {
            warn(format_args!(
                "{}: line {line} cannot be read; its asset is made again",
                folder.path.join(manifest::NAME).display()
            ));
        }
        let mut summary = Summary::new(self.rules.clone());
        let (mut entries, todo) = self.sort_out(&model, assets, &paths, &folder, &mut summary);
        let mut refused: Vec<Entry> = refusals
            .iter()
            .map(|refusal| summary.fail(refusal.row, &refusal.prompt, refusal.reason.clone()))
            .collect();
        let known = entries.iter().flatten().chain(&refused);
        let failed = known.filter(|entry| entry.status == Status::Failed);
        for entry in failed {
            summary::print_entry(entry, self.json)?;
        }
        let models = self.models(model, jobs, todo.len())?;
        let pool = Pool {
            models,
            cache: cache.as_ref(),
            folder: &folder.place(),
            assets,
            paths: &paths,
            format: self.format.mesh_format(),
            thumbnail: self.thumbnails,
            has_viewer: self.has_viewer(),
        };
        let progress = Progress::new(todo.len(), self.json);
        let is_stopped = self.fail_fast && summary.failed > 0;
        let todo = if is_stopped { Vec::new() } else { todo };
        pool.run(todo, |index, made| {
            let entry = match made {
                Ok(entry) => summary.made(entry),
                Err(reason) => summary.fail(assets[index].row, &assets[index].prompt, reason),
            };
            folder.manifest.append(&entry)?;
            progress.add();
            progress.suspend(|| summary::print_entry(&entry, self.json))?;
            let is_failed = entry.status == Status::Failed;
            entries[index] = Some(entry);
            Ok(!(self.fail_fast && is_failed))
        })?;
        progress.finish();
        if let Some(Err(reason)) = cache.as_ref().map(Cache::trim) {
            warn(format_args!("the cache cannot be made smaller: {reason}"));
        }
        let listed: HashSet<&str> = paths.iter().map(String::as_str).collect();
        let unlisted = folder.manifest.files().filter(|file| !listed.contains(file)).count();
        let is_whole = entries.iter().all(Option::is_some);
        let mut entries: Vec<Entry> = entries.into_iter().flatten().collect();
        entries.append(&mut refused);
        entries.sort_by_key(|entry| entry.row);
        // If --fail-fast left assets unmade, the gallery and the final manifest are not written. The manifest
        // then keeps the older entries of these assets.
        if is_whole {
            let title = self.catalog.file_stem().unwrap_or_default().to_string_lossy();
            gallery::write(&folder.place(), self.gallery, &title, &entries)?;
            folder.finish(&entries)?;
        }
        self.report(&summary, unlisted, begun)
    }

    /// Returns two lists. The first has one item per asset: the entry if the asset is up to date or cannot be
    /// made, otherwise `None`. The second has the index and the key of each asset that must be made. paths:
    /// paths of the meshes.
    fn sort_out(
        &self,
        model: &Model,
        assets: &[Asset],
        paths: &[String],
        folder: &Folder,
        summary: &mut Summary,
    ) -> (Vec<Option<Entry>>, Vec<(usize, String)>) {
        let mut entries: Vec<Option<Entry>> = vec![None; assets.len()];
        let mut todo = Vec::new();
        for (index, (asset, path)) in assets.iter().zip(paths).enumerate() {
            match asset.key(model, self.format.extension(), self.thumbnails, self.has_viewer()) {
                Ok(key) => match folder.up_to_date(path, &key) {
                    Some(entry) => entries[index] = Some(summary.keep(Entry { row: asset.row, ..entry })),
                    None => todo.push((index, key)),
                },
                Err(reason) => entries[index] = Some(summary.fail(asset.row, &asset.prompt, reason)),
            }
        }
        (entries, todo)
    }

    /// Returns whether the gallery shows meshes in 3D. The viewer reads only GLB files.
    fn has_viewer(&self) -> bool {
        self.gallery == Gallery::Full && matches!(self.format, Format::Glb)
    }

    /// Returns at most `jobs.most` models, at most one per asset, and at least one. assets: number of the
    /// assets to make.
    fn models(&self, first: Model, jobs: Jobs, assets: usize) -> Result<Vec<Model>, Failure> {
        let count = jobs.most.min(u32::try_from(assets).unwrap_or(u32::MAX)).max(1);
        let mut models = Vec::new();
        if count == jobs.started {
            models.push(first);
        } else {
            // There are fewer engines than planned. All engines are started again, so that each gets a larger
            // share of the threads and of the memory limit.
            drop(first);
        }
        for _ in models.len()..count as usize {
            models.push(self.model.load_share(count)?.0);
        }
        Ok(models)
    }

    fn report(&self, summary: &Summary, unlisted: usize, begun: Instant) -> Result<(), Failure> {
        let seconds = begun.elapsed().as_secs_f64();
        if self.json {
            print(json!({
                "made": summary.made, "up_to_date": summary.up_to_date, "failed": summary.failed,
                "unmet": summary.unmet, "seconds": (seconds * 1e3).round() / 1e3,
            }))?;
        } else {
            print(format_args!("{}: {}", self.output.display(), summary.sentence(seconds)))?;
        }
        if unlisted > 0 {
            warn(format_args!(
                "{unlisted} meshes of earlier bakes belong to no asset of the catalog; they stay in the folder"
            ));
        }
        let all = summary.made + summary.up_to_date + summary.failed;
        if summary.failed > 0 {
            return Err(Failure::AssetsFailed { failed: summary.failed, all });
        }
        if summary.unmet > 0 {
            return Err(Failure::RulesUnmet { unmet: summary.unmet, all });
        }
        Ok(())
    }
}
