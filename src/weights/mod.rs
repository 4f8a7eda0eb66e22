//! Model packages: `model.json`, `tokenizer.json`, `weights.safetensors`.

pub mod config;
