//! Checkpoints: folders with shards of at most 15 MiB and a small state file. A checkpoint is written under a
//! temporary name and then renamed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use att3d::weights::config::ModelConfig;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::TrainError;
use crate::assets::AssetSource;
use crate::recipe::Recipe;
use crate::run::Means;

/// Size limit of a shard, below the file size limits of most repository hosts and transfers.
const SHARD_BYTES: usize = 15 << 20;
/// Number of checkpoints to keep: the last, and the one before it in case the last is damaged.
const KEPT: usize = 2;

/// The state of a run besides its arrays.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct State {
    /// Number of completed steps.
    pub step: u64,
    /// Seconds of training so far.
    pub seconds: f64,
    /// Settings of the run.
    pub recipe: Recipe,
    /// Sizes of the network.
    pub config: ModelConfig,
    /// Text of the tokenizer file.
    pub tokenizer: String,
    /// Training provenance of the package from which the run began; empty for a run from random weights.
    #[serde(default)]
    pub begun_with: BTreeMap<String, serde_json::Value>,
    /// The assets that are learned; none for the toybox.
    #[serde(default)]
    pub assets: Option<AssetSource>,
    /// The prompts whose scenes are learned; empty for random scenes or for assets.
    #[serde(default)]
    pub prompts: Vec<String>,
    /// Means of the values since the last line of the log.
    #[serde(default)]
    pub logged: Means,
}

/// Named f32 arrays with their shapes.
pub type Arrays = BTreeMap<String, (Vec<usize>, Vec<f32>)>;

/// Writes `run/checkpoint-STEP`, then removes all checkpoints except the last two.
pub fn save(run: &Path, state: &State, arrays: &Arrays) -> Result<(), TrainError> {
    save_as(run, state.step, state, arrays)
}

/// Does the same as [`save`], with the state of another kind of run. step: number of completed steps.
pub fn save_as(run: &Path, step: u64, state: &impl Serialize, arrays: &Arrays) -> Result<(), TrainError> {
    let target = run.join(format!("checkpoint-{step:08}"));
    let beside = run.join("checkpoint.tmp");
    if beside.exists() {
        fs::remove_dir_all(&beside).map_err(|source| TrainError::io(&beside, source))?;
    }
    fs::create_dir_all(&beside).map_err(|source| TrainError::io(&beside, source))?;
    for (index, shard) in shards(arrays).into_iter().enumerate() {
        let path = beside.join(format!("shard-{index:03}.safetensors"));
        let views: Result<Vec<_>, _> = shard
            .iter()
            .map(|(name, (shape, values))| {
                let bytes = bytes_of(values);
                safetensors::tensor::TensorView::new(safetensors::Dtype::F32, shape.clone(), bytes)
                    .map(|view| ((*name).clone(), view))
            })
            .collect();
        let bytes = safetensors::serialize(views.map_err(TrainError::checkpoint)?, None)
            .map_err(TrainError::checkpoint)?;
        fs::write(&path, bytes).map_err(|source| TrainError::io(&path, source))?;
    }
    let path = beside.join("state.json");
    let text = serde_json::to_vec_pretty(state).map_err(TrainError::checkpoint)?;
    fs::write(&path, text).map_err(|source| TrainError::io(&path, source))?;
    if target.exists() {
        fs::remove_dir_all(&target).map_err(|source| TrainError::io(&target, source))?;
    }
    fs::rename(&beside, &target).map_err(|source| TrainError::io(&target, source))?;
    let all = list(run)?;
    for old in all.iter().rev().skip(KEPT) {
        fs::remove_dir_all(old).map_err(|source| TrainError::io(old, source))?;
    }
    Ok(())
}

/// Reads a checkpoint folder.
pub fn load(folder: &Path) -> Result<(State, Arrays), TrainError> {
    load_as(folder)
}

/// Does the same as [`load`], with the state of another kind of run.
pub fn load_as<S: DeserializeOwned>(folder: &Path) -> Result<(S, Arrays), TrainError> {
    let path = folder.join("state.json");
    let text = fs::read(&path).map_err(|source| TrainError::io(&path, source))?;
    let state = serde_json::from_slice(&text).map_err(TrainError::checkpoint)?;
    let mut arrays = Arrays::new();
    for index in 0.. {
        let path = folder.join(format!("shard-{index:03}.safetensors"));
        if !path.exists() {
            break;
        }
        let bytes = fs::read(&path).map_err(|source| TrainError::io(&path, source))?;
        let shard = safetensors::SafeTensors::deserialize(&bytes).map_err(TrainError::checkpoint)?;
        for (name, view) in shard.tensors() {
            let values =
                view.data().as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
            arrays.insert(name, (view.shape().to_vec(), values));
        }
    }
    Ok((state, arrays))
}

/// Returns the newest checkpoint of a run, if it has one.
pub fn newest(run: &Path) -> Result<Option<PathBuf>, TrainError> {
    Ok(list(run)?.pop())
}

/// Returns the checkpoints of a run, oldest first.
fn list(run: &Path) -> Result<Vec<PathBuf>, TrainError> {
    if !run.exists() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(run).map_err(|source| TrainError::io(run, source))? {
        let path = entry.map_err(|source| TrainError::io(run, source))?.path();
        let is_checkpoint = path
            .file_name()
            .and_then(|name| name.to_str())
            .is_some_and(|name| name.starts_with("checkpoint-"));
        if is_checkpoint && path.join("state.json").exists() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

type Shard<'a> = Vec<(&'a String, &'a (Vec<usize>, Vec<f32>))>;

fn shards(arrays: &Arrays) -> Vec<Shard<'_>> {
    let mut shards: Vec<Shard<'_>> = vec![Vec::new()];
    let mut size = 0;
    for (name, array) in arrays {
        // The header entry of a tensor takes less than 256 bytes.
        let bytes = array.1.len() * 4 + 256;
        if size + bytes > SHARD_BYTES && size > 0 {
            shards.push(Vec::new());
            size = 0;
        }
        size += bytes;
        if let Some(shard) = shards.last_mut() {
            shard.push((name, array));
        }
    }
    shards
}

fn bytes_of(values: &[f32]) -> &[u8] {
    bytemuck::cast_slice(values)
}
