//! The folder of a CLIP text encoder, as `transformers` saves it.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::json::json;
use super::source::Source;
use super::{ConvertError, clip_tokenizer};
use crate::weights::config::{Pooling, TextActivation, TextConfig};
use crate::weights::tensors::TensorFiles;

/// A text encoder on disk.
pub struct TextFolder {
    /// Sizes and special tokens of the encoder.
    pub config: TextConfig,
    /// Tokenizer in the format of Hugging Face `tokenizers`.
    pub tokenizer_json: String,
    /// Tensors of the encoder, with the mapping to this library's names.
    pub source: Source,
}

/// Name of the tensor that every encoder of this kind has, without its prefix.
const TOKEN_EMBEDDING: &str = "embeddings.token_embedding.weight";

/// The fields of `config.json` that this library uses. The file of a whole CLIP model has the text encoder's
/// sizes in `text_config`.
#[derive(Deserialize)]
struct Config {
    model_type: String,
    text_config: Option<Sizes>,
    #[serde(flatten)]
    own: Option<Sizes>,
}

#[derive(Deserialize)]
struct Sizes {
    #[serde(default = "defaults::vocab_size")]
    vocab_size: usize,
    #[serde(default = "defaults::hidden_size")]
    hidden_size: usize,
    #[serde(default = "defaults::intermediate_size")]
    intermediate_size: usize,
    #[serde(default = "defaults::num_hidden_layers")]
    num_hidden_layers: usize,
    #[serde(default = "defaults::num_attention_heads")]
    num_attention_heads: usize,
    #[serde(default = "defaults::max_position_embeddings")]
    max_position_embeddings: usize,
    #[serde(default = "defaults::hidden_act")]
    hidden_act: String,
    #[serde(default = "defaults::layer_norm_eps")]
    layer_norm_eps: f64,
}

/// Default values of `transformers`, which are those of CLIP ViT-B/32. `transformers` omits a field from
/// `config.json` if the field has its default value.
mod defaults {
    pub fn vocab_size() -> usize {
        49_408
    }
    pub fn hidden_size() -> usize {
        512
    }
    pub fn intermediate_size() -> usize {
        2048
    }
    pub fn num_hidden_layers() -> usize {
        12
    }
    pub fn num_attention_heads() -> usize {
        8
    }
    pub fn max_position_embeddings() -> usize {
        77
    }
    pub fn hidden_act() -> String {
        "quick_gelu".into()
    }
    pub fn layer_norm_eps() -> f64 {
        1e-5
    }
}

/// A token in a tokenizer's files: a text, or an object that contains one.
#[derive(Deserialize)]
#[serde(untagged)]
enum Token {
    Text(String),
    Object { content: String },
}

#[derive(Default, Deserialize)]
struct TokenizerConfig {
    pad_token: Option<Token>,
}

impl TextFolder {
    /// Opens the folder of a `CLIPTextModel` or a whole `CLIPModel`. tokenizer: folder of the encoder's
    /// tokenizer; `None` means the same folder, or `tokenizer` beside it. Errors: `Io`, `Json`, `Encoder`,
    /// `Tensors`, `MissingTensor`, `NoTokenizer`, `Merges`.
    pub fn open(folder: &Path, tokenizer: Option<&Path>) -> Result<Self, ConvertError> {
        let path = folder.join("config.json");
        let config: Config = json(&path)?;
        let wrong = |field, found: String, expected| ConvertError::Encoder {
            path: path.clone(),
            field,
            found,
            expected,
        };
        if !["clip_text_model", "clip"].contains(&config.model_type.as_str()) {
            return Err(wrong("model_type", config.model_type, "clip_text_model, or clip"));
        }
        let Some(sizes) = config.text_config.or(config.own) else {
            return Err(wrong("text_config", "missing".into(), "the text encoder's sizes"));
        };
        let activation = match sizes.hidden_act.as_str() {
            "quick_gelu" => TextActivation::QuickGelu,
            "gelu" => TextActivation::Gelu,
            _ => return Err(wrong("hidden_act", sizes.hidden_act, "quick_gelu or gelu")),
        };
        if (sizes.layer_norm_eps - 1e-5).abs() > 1e-9 {
            return Err(wrong("layer_norm_eps", sizes.layer_norm_eps.to_string(), "1e-5"));
        }
        let tensors = TensorFiles::open(folder)?;
        let named = tensors.names().find_map(|name| name.strip_suffix(TOKEN_EMBEDDING));
        let Some(prefix) = named.map(str::to_owned) else {
            return Err(ConvertError::MissingTensor { name: format!("text_model.{TOKEN_EMBEDDING}") });
        };
        let tokenizer = tokenizer_folder(folder, tokenizer);
        let tokenizer_json = clip_tokenizer::read(&tokenizer)?;
        let padding_id = match padding_token(&tokenizer)? {
            Some(token) => Some(
                clip_tokenizer::id(&tokenizer_json, &token)
                    .ok_or_else(|| wrong("pad_token", token, "a token of its tokenizer"))?,
            ),
            None => None,
        };
        let config = TextConfig {
            vocabulary_size: sizes.vocab_size,
            context_length: sizes.max_position_embeddings,
            width: sizes.hidden_size,
            layers: sizes.num_hidden_layers,
            heads: sizes.num_attention_heads,
            mlp_width: sizes.intermediate_size,
            activation,
            start_token: clip_tokenizer::START.into(),
            end_token: clip_tokenizer::END.into(),
            unknown_token: None,
            padding_id,
            pooling: Pooling::EndToken,
            function_words: Vec::new(),
        };
        let source = Source { files: tensors, renames: vec![("text_model.".into(), prefix)] };
        Ok(Self { config, tokenizer_json, source })
    }
}

/// Returns the folder of the tokenizer. Stable Diffusion's folders have it beside the encoder.
fn tokenizer_folder(folder: &Path, tokenizer: Option<&Path>) -> PathBuf {
    let is_tokenizer =
        |folder: &Path| folder.join("tokenizer.json").is_file() || folder.join("vocab.json").is_file();
    let beside = folder.parent().map(|parent| parent.join("tokenizer"));
    match (tokenizer, beside) {
        (Some(named), _) => named.to_owned(),
        (None, Some(beside)) if !is_tokenizer(folder) && is_tokenizer(&beside) => beside,
        _ => folder.to_owned(),
    }
}

/// Returns the token that pads a prompt; `None` if it is the end token or if no file states it. In Stable
/// Diffusion 2 it is `!`, and only `special_tokens_map.json` states it. As in `transformers`, that file has
/// priority over `tokenizer_config.json`. Errors: `Io`, `Json`.
fn padding_token(folder: &Path) -> Result<Option<String>, ConvertError> {
    for file in ["special_tokens_map.json", "tokenizer_config.json"] {
        let path = folder.join(file);
        let config: TokenizerConfig = if path.is_file() { json(&path)? } else { TokenizerConfig::default() };
        if let Some(Token::Text(token) | Token::Object { content: token }) = config.pad_token {
            return Ok(Some(token).filter(|token| token != clip_tokenizer::END));
        }
    }
    Ok(None)
}
