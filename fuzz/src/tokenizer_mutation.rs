//! Mutations of a tokenizer and a prompt. An input consists of one byte that selects the package's
//! configuration, the text of `tokenizer.json`, a NUL byte, and the prompt.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use crate::json_mutation::{graft, interesting_number, mutate, pick};
use crate::text_mutation::mutate_text;
use crate::tokenizer_grammar::{PATTERNS, TEXTS, TOKENIZER, models, normalizers, pre_tokenizers};

/// The parts of an input.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// Selects the package's configuration.
    pub kind: u8,
    /// The text of `tokenizer.json`, or any bytes.
    pub tokenizer: &'a [u8],
    /// The prompt.
    pub prompt: &'a [u8],
}

impl<'a> Input<'a> {
    /// Splits an input. Returns None if it is empty. An input without a NUL byte has an empty prompt.
    pub fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (&kind, rest) = bytes.split_first()?;
        let end = rest.iter().position(|&byte| byte == 0).unwrap_or(rest.len());
        let prompt = rest.get(end + 1..).unwrap_or_default();
        Some(Self { kind, tokenizer: &rest[..end], prompt })
    }

    /// Returns the input's bytes.
    fn joined(kind: u8, tokenizer: &Value, prompt: &str) -> Vec<u8> {
        [&[kind][..], tokenizer.to_string().as_bytes(), &[0], prompt.as_bytes()].concat()
    }
}

/// Returns a mutated input, or None if the tokenizer is not a JSON object.
pub fn mutated(bytes: &[u8], random: &mut Rng) -> Option<Vec<u8>> {
    let Input { mut kind, tokenizer, prompt } = Input::parse(bytes)?;
    let mut json: Value = serde_json::from_slice(tokenizer).ok().filter(Value::is_object)?;
    let mut prompt = String::from_utf8_lossy(prompt).into_owned();
    for _ in 0..1 << random.u8(..4) {
        match random.u8(..24) {
            0 => kind = b'0' + random.u8(..4),
            1..5 => change_prompt(&mut prompt, &json, random),
            choice => change_tokenizer(&mut json, choice, random),
        }
    }
    if random.u8(..8) != 0 {
        repair(&mut json);
    }
    Some(Input::joined(kind, &json, &prompt))
}

/// Returns an input that combines two inputs, or None if one of the tokenizers is not a JSON object.
pub fn crossed(first: &[u8], second: &[u8], random: &mut Rng) -> Option<Vec<u8>> {
    let (first, second) = (Input::parse(first)?, Input::parse(second)?);
    let mut json: Value = serde_json::from_slice(first.tokenizer).ok().filter(Value::is_object)?;
    let mut donor: Value = serde_json::from_slice(second.tokenizer).ok().filter(Value::is_object)?;
    let chosen = if random.bool() { first.prompt } else { second.prompt };
    let prompt = String::from_utf8_lossy(chosen).into_owned();
    match random.u8(..3) {
        0 => {
            let part = random.choice(["normalizer", "pre_tokenizer", "model"]).unwrap_or("model");
            json[part] = donor[part].take();
        }
        _ => graft(&mut json, &mut donor, random),
    }
    if random.u8(..8) != 0 {
        repair(&mut json);
    }
    Some(Input::joined(first.kind, &json, &prompt))
}

/// Changes the tokenizer by one operation. `choice`, a number from 5 to 23, selects the operation.
fn change_tokenizer(json: &mut Value, choice: u8, random: &mut Rng) {
    let (part, list, catalog): (_, _, fn() -> Vec<Value>) = match random.bool() {
        true => ("normalizer", "normalizers", normalizers),
        false => ("pre_tokenizer", "pretokenizers", pre_tokenizers),
    };
    match choice {
        5..9 => {
            if let Some(step) = random.choice(catalog()) {
                insert_step(&mut json[part], list, step, random);
            }
        }
        9 => remove_step(&mut json[part], list, random),
        10 => json[part] = random.choice(catalog()).unwrap_or_default(),
        11 => change_order(&mut json[part], list, random),
        12 => json[part] = json!({ "type": "Sequence", list: [json[part].take()] }),
        13 | 14 => change_pattern(json, random),
        15 => change_vocabulary(&mut json["model"], random),
        16 => change_merges(&mut json["model"], random),
        17 => {
            if random.u8(..3) == 0 {
                json["model"] = random.choice(models()).unwrap_or_default();
            }
        }
        _ => mutate(json, &TOKENIZER, random),
    }
}

/// Inserts a step into a normalizer or a pre-tokenizer. A single step becomes a sequence first. list: the key
/// under which a sequence has its steps.
fn insert_step(part: &mut Value, list: &str, step: Value, random: &mut Rng) {
    let is_list = |key: &str, value: &Value| key == list && value.is_array();
    if part.is_null() {
        *part = step;
    } else if let Some((_, Value::Array(steps))) = pick(part, random, &is_list) {
        let copies = if random.u8(..16) == 0 { random.usize(2..40) } else { 1 };
        let place = random.usize(..=steps.len());
        steps.splice(place..place, std::iter::repeat_n(step, copies));
    } else {
        let old = part.take();
        let steps = if random.bool() { [old, step] } else { [step, old] };
        *part = json!({ "type": "Sequence", list: steps });
    }
}

/// Removes a step of a sequence. A single step that is no sequence becomes null.
fn remove_step(part: &mut Value, list: &str, random: &mut Rng) {
    let is_list =
        |key: &str, value: &Value| key == list && value.as_array().is_some_and(|steps| !steps.is_empty());
    match pick(part, random, &is_list) {
        Some((_, Value::Array(steps))) => {
            steps.remove(random.usize(..steps.len()));
        }
        _ => *part = Value::Null,
    }
}

/// Changes the order of a sequence's steps.
fn change_order(part: &mut Value, list: &str, random: &mut Rng) {
    if let Some((_, Value::Array(steps))) = pick(part, random, &|key, value| key == list && value.is_array())
    {
        random.shuffle(steps);
    }
}

/// Replaces or changes the pattern of a step.
fn change_pattern(json: &mut Value, random: &mut Rng) {
    let is_pattern = |key: &str, value: &Value| key == "pattern" && value.is_object();
    let Some((_, pattern)) = pick(json, random, &is_pattern) else { return };
    match random.u8(..4) {
        0 => *pattern = json!({ "String": random.choice(TEXTS).unwrap_or_default() }),
        1 => *pattern = json!({ "Regex": random.choice(PATTERNS).unwrap_or_default() }),
        2 => {
            let mut any = || random.choice(PATTERNS).unwrap_or_default();
            let (first, second) = (any(), any());
            let joint = random.choice(["|", "", "+", "*", "{2,9}"]).unwrap_or_default();
            *pattern = json!({ "Regex": format!("(?:{first}){joint}{second}") });
        }
        _ => {
            if let Some((_, Value::String(text))) = pick(pattern, random, &|_, value| value.is_string()) {
                mutate_text(text, &PATTERNS, random);
            }
        }
    }
}

/// Returns the vocabulary of a model that maps tokens to ids.
fn vocabulary(model: &mut Value) -> Option<&mut Map<String, Value>> {
    model.get_mut("vocab")?.as_object_mut()
}

/// Returns a token of a vocabulary.
fn token(vocabulary: &Map<String, Value>, random: &mut Rng) -> Option<String> {
    (!vocabulary.is_empty()).then(|| vocabulary.keys().nth(random.usize(..vocabulary.len())).cloned())?
}

/// Adds, removes or renames a token, or changes its id.
fn change_vocabulary(model: &mut Value, random: &mut Rng) {
    let Some(vocabulary) = vocabulary(model) else { return };
    let next = vocabulary.len();
    let Some(mut chosen) = token(vocabulary, random) else { return };
    match random.u8(..6) {
        0 => {
            vocabulary.remove(&chosen);
        }
        1 => {
            vocabulary.insert(chosen, interesting_number(random));
        }
        2 => {
            vocabulary.insert(chosen, json!(random.usize(..next)));
        }
        3 => {
            let id = vocabulary.remove(&chosen);
            mutate_text(&mut chosen, &TEXTS, random);
            vocabulary.insert(chosen, id.unwrap_or_default());
        }
        _ => {
            mutate_text(&mut chosen, &TEXTS, random);
            vocabulary.entry(chosen).or_insert(json!(next));
        }
    }
}

/// Adds, removes or reorders merges. For most added merges, the merged token is also added to the vocabulary.
fn change_merges(model: &mut Value, random: &mut Rng) {
    let prefix =
        model.get("continuing_subword_prefix").and_then(Value::as_str).unwrap_or_default().to_owned();
    let Some(vocabulary) = vocabulary(model) else { return };
    let next = vocabulary.len();
    let (Some(first), Some(second)) = (token(vocabulary, random), token(vocabulary, random)) else { return };
    let merged = format!("{first}{}", second.strip_prefix(&prefix).unwrap_or(&second));
    let change = random.u8(..6);
    if change > 2 && merged.len() < 256 {
        vocabulary.entry(merged).or_insert(json!(next));
    }
    let Some(Value::Array(merges)) = model.get_mut("merges") else { return };
    match change {
        0 if !merges.is_empty() => {
            merges.remove(random.usize(..merges.len()));
        }
        1 => random.shuffle(merges),
        _ => {
            let place = random.usize(..=merges.len());
            let is_legacy = merges.first().is_some_and(Value::is_string);
            merges.insert(
                place,
                if is_legacy { json!(format!("{first} {second}")) } else { json!([first, second]) },
            );
        }
    }
}

/// Changes the prompt as a text, or appends a token of the vocabulary.
fn change_prompt(prompt: &mut String, json: &Value, random: &mut Rng) {
    let known = json.get("model").and_then(|model| model.get("vocab")).and_then(Value::as_object);
    match known.and_then(|known| token(known, random)).filter(|_| random.u8(..3) == 0) {
        Some(token) => {
            prompt.push_str(random.choice([" ", "", "\u{2581}"]).unwrap_or_default());
            prompt.push_str(&token);
        }
        None => mutate_text(prompt, &TEXTS, random),
    }
}

/// Adds the tokens that the package's configuration names to the vocabulary. A package without them is
/// refused.
fn repair(json: &mut Value) {
    let Some(model) = json.get_mut("model") else { return };
    if model.get("type").and_then(Value::as_str) == Some("WordLevel") {
        model["unk_token"] = json!("<unk>");
    }
    let Some(vocabulary) = vocabulary(model) else { return };
    for special in ["<unk>", "<start>", "<end>", "a", "pig"] {
        let next = vocabulary.len().min(255);
        vocabulary.entry(special).or_insert(json!(next));
    }
}
