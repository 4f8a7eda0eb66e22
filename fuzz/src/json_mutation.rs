//! Mutations of a JSON document that keep it well-formed.
//!
//! A [`Grammar`] lists the keys, texts, values and fragments that documents of a format usually have. All
//! mutations work on any JSON tree.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use crate::text_mutation::mutate_text;

/// The parts of which the documents of a format consist.
pub struct Grammar {
    /// Keys of objects.
    pub keys: &'static [&'static str],
    /// Texts.
    pub texts: &'static [&'static str],
    /// The values that a key usually has.
    pub choices: Vec<(&'static str, Vec<Value>)>,
    /// Larger values and where they belong.
    pub fragments: Vec<Fragment>,
}

/// A value that belongs to a certain key of a certain object.
pub struct Fragment {
    /// The key of the object that receives the value, or of an array of such objects. Empty for the document
    /// itself.
    pub owner: &'static str,
    /// The key that receives the value.
    pub key: &'static str,
    /// The value. If the key already has an array or an object, the elements or members of the value are
    /// usually added to the existing array or object.
    pub value: Value,
}

/// Only subtrees with fewer values than this are copied, so that documents do not grow without bound.
const LARGEST_COPY: usize = 400;

/// Changes a document by one randomly chosen operation. If the whole document is an object, it stays one. Its
/// members may become anything.
pub fn mutate(root: &mut Value, grammar: &Grammar, random: &mut Rng) {
    match random.u8(..16) {
        0..3 => change_number(root, random),
        3..5 => change_text(root, grammar, random),
        5..7 => choose_value(root, grammar, random),
        7 => change_type(root, random),
        8 => copy_subtree(root, random),
        9 => remove(root, random),
        10 => duplicate_element(root, random),
        11 => swap_elements(root, random),
        12 => insert_key(root, grammar, random),
        13 => nest(root, random),
        _ => insert_fragment(root, grammar, random),
    }
}

/// Counts the values of a tree for which `is_wanted` returns true. `key` is the key under which the tree is
/// stored. Elements of an array have the array's key.
fn count(value: &Value, key: &str, is_wanted: &dyn Fn(&str, &Value) -> bool) -> usize {
    let below: usize = match value {
        Value::Array(list) => list.iter().map(|value| count(value, key, is_wanted)).sum(),
        Value::Object(map) => map.iter().map(|(key, value)| count(value, key, is_wanted)).sum(),
        _ => 0,
    };
    below + usize::from(is_wanted(key, value))
}

/// Returns one of the values for which `is_wanted` returns true, and its key. `left` is the index of this
/// value in depth-first order.
fn nth<'a>(
    value: &'a mut Value,
    key: &str,
    left: &mut usize,
    is_wanted: &dyn Fn(&str, &Value) -> bool,
) -> Option<(String, &'a mut Value)> {
    if is_wanted(key, value) {
        if *left == 0 {
            return Some((key.to_owned(), value));
        }
        *left -= 1;
    }
    match value {
        Value::Array(list) => list.iter_mut().find_map(|value| nth(value, key, left, is_wanted)),
        Value::Object(map) => map.iter_mut().find_map(|(key, value)| nth(value, key, left, is_wanted)),
        _ => None,
    }
}

/// Returns a random value of a tree for which `is_wanted` returns true, and its key. None if there is no such
/// value.
pub fn pick<'a>(
    root: &'a mut Value,
    random: &mut Rng,
    is_wanted: &dyn Fn(&str, &Value) -> bool,
) -> Option<(String, &'a mut Value)> {
    let found = count(root, "", is_wanted);
    let mut left = (found > 0).then(|| random.usize(..found))?;
    nth(root, "", &mut left, is_wanted)
}

/// Returns how many values a tree has.
fn size(value: &Value) -> usize {
    count(value, "", &|_, _| true)
}

/// Returns whether a value is a part of a document and small enough to be copied. The whole document is not
/// a part.
fn is_small_part(key: &str, value: &Value) -> bool {
    !key.is_empty() && size(value) < LARGEST_COPY
}

/// Returns a number at which arithmetic or a limit often fails.
pub fn interesting_number(random: &mut Rng) -> Value {
    const WHOLE: [i64; 24] = [
        0,
        1,
        2,
        3,
        4,
        7,
        8,
        16,
        127,
        128,
        255,
        256,
        1000,
        32_767,
        65_535,
        65_536,
        1 << 20,
        1 << 24,
        i32::MAX as i64,
        u32::MAX as i64,
        u32::MAX as i64 + 1,
        1 << 53,
        i64::MAX,
        i64::MIN,
    ];
    const REAL: [f64; 18] = [
        0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 1.5, 2.0, 1e-9, 1e-38, 1e-45, 5e-324, 1e9, 3.4e38, -3.4e38, 1e39,
        1e308, -1e308,
    ];
    match random.u8(..8) {
        0..4 => json!(WHOLE[random.usize(..WHOLE.len())]),
        4 => json!(WHOLE[random.usize(..WHOLE.len())].wrapping_neg()),
        5 => json!(u64::MAX),
        _ => json!(REAL[random.usize(..REAL.len())]),
    }
}

/// Replaces a number by an interesting number, or by a number near the old one.
fn change_number(root: &mut Value, random: &mut Rng) {
    let Some((_, value)) = pick(root, random, &|_, value| value.is_number()) else { return };
    if random.u8(..3) == 0 {
        *value = interesting_number(random);
        return;
    }
    *value = match (value.as_i64(), value.as_f64()) {
        (Some(number), _) => json!(match random.u8(..6) {
            0 => number.wrapping_add(1),
            1 => number.wrapping_sub(1),
            2 => number.wrapping_mul(2),
            3 => number / 2,
            4 => number.wrapping_add(random.i64(-16..=16)),
            _ => random.i64(0..=number.clamp(1, 1 << 20)),
        }),
        (None, Some(number)) => json!(match random.u8(..5) {
            0 => -number,
            1 => number * 1e3,
            2 => number * 1e-3,
            3 => number.trunc(),
            _ => number + f64::from(random.f32()) - 0.5,
        }),
        _ => interesting_number(random),
    };
}

/// Changes a text.
fn change_text(root: &mut Value, grammar: &Grammar, random: &mut Rng) {
    if let Some((_, Value::String(text))) = pick(root, random, &|_, value| value.is_string()) {
        mutate_text(text, grammar.texts, random);
    }
}

/// Replaces a value by one that its key usually has.
fn choose_value(root: &mut Value, grammar: &Grammar, random: &mut Rng) {
    let values =
        |key: &str| grammar.choices.iter().find(|(known, _)| *known == key).map(|(_, values)| values);
    let Some((key, value)) = pick(root, random, &|key, value| !value.is_object() && values(key).is_some())
    else {
        return;
    };
    if let Some(chosen) = values(&key).and_then(|values| random.choice(values)) {
        *value = chosen.clone();
    }
}

/// Replaces a value by one of another type.
fn change_type(root: &mut Value, random: &mut Rng) {
    let Some((_, value)) = pick(root, random, &is_small_part) else { return };
    *value = match random.u8(..7) {
        0 => Value::Null,
        1 => json!(random.bool()),
        2 => interesting_number(random),
        3 => json!(value.to_string().chars().take(64).collect::<String>()),
        4 => json!([]),
        5 => json!({}),
        _ => json!(""),
    };
}

/// Replaces a value by a copy of another, most often of one with the same key.
fn copy_subtree(root: &mut Value, random: &mut Rng) {
    let Some((key, source)) = pick(root, random, &is_small_part) else { return };
    let copy = source.clone();
    let same_key = random.u8(..4) != 0;
    if let Some((_, target)) =
        pick(root, random, &|other, _| if same_key { other == key } else { !other.is_empty() })
    {
        *target = copy;
    }
}

/// Removes a member of an object or elements of an array.
fn remove(root: &mut Value, random: &mut Rng) {
    let is_filled = |_: &str, value: &Value| match value {
        Value::Array(list) => !list.is_empty(),
        Value::Object(map) => !map.is_empty(),
        _ => false,
    };
    match pick(root, random, &is_filled) {
        Some((_, Value::Array(list))) => {
            let first = random.usize(..list.len());
            let end = if random.u8(..4) == 0 { random.usize(first..list.len()) + 1 } else { first + 1 };
            list.drain(first..end);
        }
        Some((_, Value::Object(map))) => {
            if let Some(key) = map.keys().nth(random.usize(..map.len())).cloned() {
                map.remove(&key);
            }
        }
        _ => {}
    }
}

/// Inserts copies of an element of an array into the array.
fn duplicate_element(root: &mut Value, random: &mut Rng) {
    let is_filled = |_: &str, value: &Value| value.as_array().is_some_and(|list| !list.is_empty());
    let Some((_, Value::Array(list))) = pick(root, random, &is_filled) else { return };
    let element = list[random.usize(..list.len())].clone();
    if size(&element) > LARGEST_COPY {
        return;
    }
    let copies = if random.u8(..4) == 0 { random.usize(2..20) } else { 1 };
    let place = random.usize(..=list.len());
    list.splice(place..place, std::iter::repeat_n(element, copies));
}

/// Exchanges two elements of an array, or the values of two members of an object.
fn swap_elements(root: &mut Value, random: &mut Rng) {
    let has_two = |_: &str, value: &Value| match value {
        Value::Array(list) => list.len() > 1,
        Value::Object(map) => map.len() > 1,
        _ => false,
    };
    match pick(root, random, &has_two) {
        Some((_, Value::Array(list))) => {
            let (first, second) = (random.usize(..list.len()), random.usize(..list.len()));
            list.swap(first, second);
        }
        Some((_, Value::Object(map))) => {
            let (first, second) = (random.usize(..map.len()), random.usize(..map.len()));
            let mut values: Vec<Value> = map.values().cloned().collect();
            values.swap(first, second);
            for (held, value) in map.values_mut().zip(values) {
                *held = value;
            }
        }
        _ => {}
    }
}

/// Adds a key of the grammar to an object, with a plausible value or a value of any type. Alternatively,
/// renames an existing key to the key of the grammar.
fn insert_key(root: &mut Value, grammar: &Grammar, random: &mut Rng) {
    let Some(&key) = random.choice(grammar.keys) else { return };
    let known = grammar.choices.iter().find(|(known, _)| *known == key);
    let plausible = known.and_then(|(_, values)| random.choice(values)).cloned();
    let Some((_, Value::Object(map))) = pick(root, random, &|_, value| value.is_object()) else { return };
    let old = if random.bool() && !map.is_empty() {
        map.keys().nth(random.usize(..map.len())).cloned()
    } else {
        None
    };
    let renamed = old.and_then(|old| map.remove(&old));
    let value = renamed.or(plausible).unwrap_or_else(|| match random.u8(..5) {
        0 => json!({}),
        1 => json!([]),
        2 => json!(random.bool()),
        3 => json!(random.choice(grammar.texts).copied().unwrap_or_default()),
        _ => json!(random.u8(..4)),
    });
    map.insert(key.to_owned(), value);
}

/// Wraps a value in a new array or object, once or many times. Alternatively, replaces an array or an object
/// by a value that it contains.
fn nest(root: &mut Value, random: &mut Rng) {
    let depth = if random.u8(..8) == 0 { random.usize(2..60) } else { 1 };
    let Some((key, value)) = pick(root, random, &|key, _| !key.is_empty()) else { return };
    match random.u8(..3) {
        0 => {
            for _ in 0..depth {
                *value = json!([value.take()]);
            }
        }
        1 => {
            for _ in 0..depth {
                *value = Value::Object(Map::from_iter([(key.clone(), value.take())]));
            }
        }
        _ => {
            let inner = match value {
                Value::Array(list) if !list.is_empty() => Some(list.swap_remove(random.usize(..list.len()))),
                Value::Object(map) if !map.is_empty() => map.values().nth(random.usize(..map.len())).cloned(),
                _ => None,
            };
            if let Some(inner) = inner {
                *value = inner;
            }
        }
    }
}

/// Inserts a fragment of the grammar where it belongs.
pub fn insert_fragment(root: &mut Value, grammar: &Grammar, random: &mut Rng) {
    let Some(fragment) = random.choice(&grammar.fragments) else { return };
    let is_owner = |key: &str, value: &Value| key == fragment.owner && value.is_object();
    let owner = match fragment.owner {
        "" => Some(root),
        _ => pick(root, random, &is_owner).map(|(_, owner)| owner),
    };
    let Some(Value::Object(owner)) = owner else { return };
    match (owner.get_mut(fragment.key), &fragment.value) {
        (Some(Value::Array(list)), Value::Array(more)) if random.u8(..8) != 0 => {
            list.extend(more.iter().cloned())
        }
        (Some(Value::Object(held)), Value::Object(more)) if random.u8(..8) != 0 => held.extend(more.clone()),
        _ => {
            owner.insert(fragment.key.to_owned(), fragment.value.clone());
        }
    }
}

/// Moves a random subtree of another document to a place with the same key. If there is no such place, any
/// place is used.
pub fn graft(root: &mut Value, donor: &mut Value, random: &mut Rng) {
    let Some((key, source)) = pick(donor, random, &is_small_part) else { return };
    let copy = source.take();
    let target = match count(root, "", &|other, _| other == key) {
        0 => pick(root, random, &|key, _| !key.is_empty()),
        _ => pick(root, random, &|other, _| other == key),
    };
    match target {
        Some((_, Value::Array(list))) if random.bool() => match copy {
            Value::Array(more) => list.extend(more),
            copy => list.push(copy),
        },
        Some((_, target)) => *target = copy,
        None => {}
    }
}
