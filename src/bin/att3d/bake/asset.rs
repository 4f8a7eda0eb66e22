//! The assets of a catalog: each row's prompt, options and file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use att3d::gltf::Document;
use att3d::pipeline::{GenerateOptions, MeshFormat, Model, Purpose, RestyleOptions};
use clap::builder::ArgAction;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Command, CommandFactory, FromArgMatches, Parser};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::catalog::Row;
use super::names::{self, Taken};
use crate::options::{PlacementOptions, SurfaceOptions, share};

/// Options of an asset. A column of the catalog with the name of an option sets it for a row.
#[derive(Args)]
pub struct AssetOptions {
    /// Which variant of the prompt to make; 0 is the plain result.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
    /// For rows with a mesh in the column `input`: how much of its shape is kept, 0 to 1.
    #[arg(long, value_name = "SHARE", default_value_t = att3d::pipeline::DEFAULT_KEEP, value_parser = share)]
    pub keep_shape: f32,
    /// For rows with a mesh in the column `input`: keeps the mesh and makes only new materials and textures.
    #[arg(long, conflicts_with = "keep_shape")]
    pub keep_geometry: bool,
    /// With --keep-geometry: makes new texture coordinates even if the mesh has some.
    #[arg(long, requires = "keep_geometry")]
    pub unwrap: bool,
    #[command(flatten)]
    pub surface: SurfaceOptions,
    #[command(flatten)]
    pub placement: PlacementOptions,
}

/// All columns that a row may have, as the arguments of a command. So each column has the checks and the
/// messages of the option of the same name.
#[derive(Parser)]
#[command(name = "row", disable_help_flag = true)]
struct Columns {
    #[arg(long)]
    prompt: Option<String>,
    #[arg(long)]
    name: Option<String>,
    #[arg(long)]
    input: Option<PathBuf>,
    #[command(flatten)]
    options: AssetOptions,
}

/// An asset to make.
pub struct Asset {
    /// Number of its row in the catalog, from 1, as a spreadsheet counts.
    pub row: usize,
    /// The prompt.
    pub prompt: String,
    /// Path of its files below the output folder, without an extension.
    pub path: String,
    /// Mesh to stylize, if the row has one.
    pub input: Option<PathBuf>,
    /// Its options.
    pub options: AssetOptions,
    /// Values of columns whose names begin with `_`, which are copied to the manifest.
    pub notes: BTreeMap<String, String>,
    /// Options that the row or the command sets, for the manifest.
    pub given: BTreeMap<String, String>,
}

/// A row that cannot become an asset.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// Number of the row.
    pub row: usize,
    /// The prompt; empty if the row has none.
    pub prompt: String,
    /// Reason.
    pub reason: String,
}

/// Returns the options that were given to the command, by the names of their columns. They apply to every row
/// that does not set them.
pub fn given(matches: &ArgMatches) -> BTreeMap<String, String> {
    let mut given = BTreeMap::new();
    for argument in Columns::command().get_arguments() {
        let name = argument.get_id().as_str();
        let is_known = matches.try_contains_id(name).is_ok();
        if !is_known || matches.value_source(name) != Some(ValueSource::CommandLine) {
            continue;
        }
        let raw = matches.get_raw(name).and_then(|mut values| values.next());
        let value = match argument.get_action() {
            ArgAction::SetTrue => "true".into(),
            _ => raw.unwrap_or_default().to_string_lossy().into_owned(),
        };
        given.insert(name.to_owned(), value);
    }
    given
}

/// Makes the assets of a catalog's rows.
pub struct Planner<'a> {
    /// Model that reads the prompts for `{thing}` in the pattern.
    pub model: &'a Model,
    /// Folder of the catalog, in which relative names of meshes are looked up.
    pub folder: &'a Path,
    /// Options of the command ([`given`]).
    pub given: &'a BTreeMap<String, String>,
    /// Pattern of the paths: `{thing}/{name}`.
    pub pattern: &'a Pattern,
    /// Format of the files.
    pub format: MeshFormat,
}

impl Planner<'_> {
    /// Returns the assets of rows in their order, and the rows that cannot become assets.
    pub fn plan(&self, rows: Vec<Row>) -> (Vec<Asset>, Vec<Refusal>) {
        let (mut taken, mut command) = (Taken::default(), Columns::command());
        let (mut assets, mut refusals) = (Vec::new(), Vec::new());
        // Given names are reserved first, so that a name that is made from a prompt never takes the given
        // name of a later row.
        let (named, unnamed): (Vec<_>, Vec<_>) =
            rows.into_iter().partition(|row| row.cells.contains_key("name"));
        for row in named.into_iter().chain(unnamed) {
            let (number, prompt) = (row.number, row.cells.get("prompt").cloned().unwrap_or_default());
            match self.asset(row, &mut taken, &mut command) {
                Ok(asset) => assets.push(asset),
                Err(reason) => refusals.push(Refusal { row: number, prompt, reason }),
            }
        }
        assets.sort_by_key(|asset| asset.row);
        refusals.sort_by_key(|refusal| refusal.row);
        (assets, refusals)
    }

    fn asset(&self, row: Row, taken: &mut Taken, command: &mut Command) -> Result<Asset, String> {
        if let Some(fault) = row.fault {
            return Err(fault);
        }
        let (notes, cells): (BTreeMap<_, _>, BTreeMap<_, _>) =
            row.cells.into_iter().partition(|(name, _)| name.starts_with('_'));
        let mut given = self.given.clone();
        if cells
            .get("keep_geometry")
            .or(given.get("keep_geometry"))
            .is_some_and(|value| flag(value) == Some(true))
        {
            // Options of the command that this row cannot use are left out for this row. They still apply to
            // other rows.
            given.retain(|name, _| OF_KEPT_GEOMETRY.contains(&name.as_str()));
        }
        given.extend(cells);
        let columns = columns(command, &given)?;
        let prompt = columns.prompt.ok_or("it has no prompt")?;
        let options = columns.options;
        self.check(&options, columns.input.is_some())?;
        if let Some(name) = &columns.name {
            names::check(name)?;
        }
        let name = columns.name.clone().unwrap_or_else(|| names::of_prompt(&prompt));
        let thing = || {
            let reading = self.model.read(&prompt, Purpose::Thing).ok()?;
            reading.thing.map(|thing| names::of_prompt(&thing))
        };
        let path = self.pattern.path(&name, row.number, options.seed, thing);
        let path = match columns.name {
            Some(name) => match taken.take(&path, row.number) {
                Ok(()) => path,
                Err(other) => return Err(format!("the name \"{name}\" is used by row {other}")),
            },
            None => taken.take_numbered(&path, row.number),
        };
        for name in ["prompt", "name", "input"] {
            given.remove(name);
        }
        let input = columns.input.map(|input| self.folder.join(input));
        Ok(Asset { row: row.number, prompt, path, input, options, notes, given })
    }

    /// Checks options against each other and against the format.
    fn check(&self, options: &AssetOptions, has_input: bool) -> Result<(), String> {
        let is_glb = self.format == MeshFormat::Glb;
        if options.placement.is_z_up() && is_glb {
            return Err(
                "`up` is z, but a GLB is always Y up; leave `up` out, or choose another --format".into()
            );
        }
        if options.keep_geometry && !has_input {
            return Err("`keep_geometry` needs a mesh in the column `input`".into());
        }
        if options.keep_geometry {
            if !is_glb {
                return Err("`keep_geometry` works only with --format glb".into());
            }
            if let Some(option) = options.surface.changes_geometry().or(options.placement.first_given()) {
                return Err(format!("{option} would change the mesh, but `keep_geometry` keeps it"));
            }
        } else if let Some(option) = options.surface.only_for_glb().filter(|_| !is_glb) {
            return Err(format!("{option} works only with --format glb"));
        }
        Ok(())
    }
}

/// Options that apply if the geometry of a given mesh is kept.
const OF_KEPT_GEOMETRY: [&str; 4] = ["seed", "keep_geometry", "unwrap", "texture_size"];

/// Returns the value of a flag; `None` for any other text.
fn flag(value: &str) -> Option<bool> {
    match value.to_lowercase().as_str() {
        "true" | "yes" | "1" => Some(true),
        "false" | "no" | "0" => Some(false),
        _ => None,
    }
}

/// Parses a row's values. command: the command of [`Columns`], which is costly to make for each row. Errors:
/// the reason, as text.
fn columns(command: &mut Command, values: &BTreeMap<String, String>) -> Result<Columns, String> {
    if let Some(unknown) =
        values.keys().find(|name| command.get_arguments().all(|known| known.get_id() != *name))
    {
        let known: Vec<_> = command.get_arguments().map(|known| known.get_id().as_str()).collect();
        return Err(format!(
            "there is no option for the column `{unknown}`; expected one of {}; the name of a column of notes begins with _",
            known.join(", ")
        ));
    }
    let mut arguments = vec!["row".to_owned()];
    for argument in command.get_arguments() {
        let name = argument.get_id().as_str();
        let Some(value) = values.get(name) else { continue };
        let long = argument.get_long().unwrap_or(name);
        match argument.get_action() {
            ArgAction::SetTrue => match flag(value) {
                Some(true) => arguments.push(format!("--{long}")),
                Some(false) => {}
                None => return Err(format!("`{name}` is \"{value}\"; expected true or false")),
            },
            _ => arguments.push(format!("--{long}={value}")),
        }
    }
    let matches = command.try_get_matches_from_mut(arguments);
    matches.and_then(|matches| Columns::from_arg_matches(&matches)).map_err(|error| {
        // The first paragraph has the reason; the others explain the command line.
        let text = error.to_string();
        let reason = text.split("\n\n").next().unwrap_or_default().trim_start_matches("error: ");
        reason.lines().map(str::trim).collect::<Vec<_>>().join(" ")
    })
}

impl Asset {
    /// Returns the options for the generation of a mesh.
    pub fn generate_options(&self) -> GenerateOptions {
        GenerateOptions { seed: self.options.seed, ..self.options.surface.generate_options() }
    }

    /// Returns the options for new materials on the given mesh.
    pub fn restyle_options(&self) -> RestyleOptions {
        let texture_size = self.options.surface.texture_size().unwrap_or(crate::stylize::TEXTURE_SIZE);
        RestyleOptions { texture_size, unwrap: self.options.unwrap, seed: self.options.seed }
    }

    /// Returns a digest of everything that determines the asset's files: the model, the prompt, the options,
    /// the given mesh and the version of this library. Errors: the given mesh cannot be read.
    pub fn key(
        &self,
        model: &Model,
        extension: &str,
        thumbnail: u32,
        has_viewer: bool,
    ) -> Result<String, String> {
        let options = &self.options;
        let mut parts = Map::from_iter([
            ("version".to_owned(), json!([env!("CARGO_PKG_VERSION"), REVISION])),
            ("model".to_owned(), json!(model.digest())),
            ("prompt".to_owned(), json!(self.prompt)),
            ("generate".to_owned(), json!(self.generate_options())),
            (
                "export".to_owned(),
                json!(options.surface.export_options(options.placement.apply(<_>::default()))),
            ),
            ("has_placement".to_owned(), json!(options.placement.first_given())),
            ("format".to_owned(), json!(extension)),
            ("thumbnail".to_owned(), json!(thumbnail)),
            ("has_viewer".to_owned(), json!(has_viewer)),
        ]);
        if let Some(input) = &self.input {
            let bytes = std::fs::read(input).map_err(|error| format!("{}: {error}", input.display()))?;
            parts.insert("input".into(), json!([sha_256(&bytes), named_files(input, &bytes)]));
            parts.insert("keep".into(), json!([options.keep_shape, options.keep_geometry, options.unwrap]));
        }
        Ok(sha_256(Value::Object(parts).to_string().as_bytes()))
    }
}

/// Revision of the results within one version of the library. It is raised when the same options give other
/// files than before.
const REVISION: u32 = 2;

/// Returns the size of each file that a mesh names, and the time of its last change in nanoseconds since
/// 1970. A file that cannot be found has `None`. The contents are not read, because large textures may belong
/// to many rows.
fn named_files(input: &Path, bytes: &[u8]) -> Vec<Option<(u64, String)>> {
    let state = |path: PathBuf| {
        let found = std::fs::metadata(path).ok()?;
        let changed = found.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        Some((found.len(), changed.as_nanos().to_string()))
    };
    Document::named_files(input, bytes).into_iter().map(state).collect()
}

/// Returns the SHA-256 digest of bytes in hexadecimal digits.
pub fn sha_256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A pattern of the paths of assets, such as `{thing}/{name}`.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern(String);

/// Placeholders of a pattern.
const PLACEHOLDERS: [&str; 4] = ["{name}", "{thing}", "{row}", "{seed}"];

impl std::str::FromStr for Pattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut plain = text.to_owned();
        for placeholder in PLACEHOLDERS {
            plain = plain.replace(placeholder, "x");
        }
        if plain.contains(['{', '}']) {
            return Err(format!("expected only the placeholders {}", PLACEHOLDERS.join(", ")));
        }
        for part in plain.split('/') {
            if part.is_empty() {
                return Err("expected a path below the output folder, such as {thing}/{name}".into());
            }
            names::check(part)?;
        }
        Ok(Self(text.to_owned()))
    }
}

impl Pattern {
    fn path(&self, name: &str, row: usize, seed: u64, thing: impl FnOnce() -> Option<String>) -> String {
        let mut path = self.0.clone();
        if path.contains("{thing}") {
            path = path.replace("{thing}", thing().as_deref().unwrap_or("other"));
        }
        path.replace("{row}", &row.to_string()).replace("{seed}", &seed.to_string()).replace("{name}", name)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

    use super::*;

    fn of<const N: usize>(values: [(&str, &str); N]) -> Result<Columns, String> {
        columns(
            &mut Columns::command(),
            &values.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        )
    }

    #[test]
    fn columns_are_checked_like_the_options_of_generate() {
        let columns =
            of([("prompt", "--a pig"), ("texture_size", "512"), ("dense", "Yes"), ("seed", "7")]).unwrap();
        assert_eq!(columns.prompt.as_deref(), Some("--a pig"));
        assert_eq!(columns.options.surface.texture_size(), Some(512));
        assert_eq!(columns.options.seed, 7);
        assert!(columns.options.surface.generate_options().dense);
        for (name, value, reason) in [
            ("texture_size", "5", "64..=4096"),
            ("seed", "1.5", "invalid digit"),
            ("dense", "maybe", "expected true or false"),
            ("triangels", "5", "no option for the column `triangels`"),
            ("collision", "box", "hulls"),
        ] {
            let error = of([("prompt", "a pig"), (name, value)]).err().unwrap();
            assert!(error.contains(reason), "{error}");
        }
    }

    #[test]
    fn patterns_stay_below_the_output_folder() {
        for text in
            ["../{name}", "/{name}", "{name}/", "a//b", "{animal}", "{name", "con/{name}", "a\\{name}"]
        {
            assert!(text.parse::<Pattern>().is_err(), "{text}");
        }
        let pattern: Pattern = "{thing}/{row}-{name}-{seed}".parse().unwrap();
        assert_eq!(pattern.path("a-pig", 3, 7, || Some("pig".into())), "pig/3-a-pig-7");
        assert_eq!(pattern.path("a-pig", 3, 7, || None), "other/3-a-pig-7");
    }
}
