//! The grammar of `tokenizer.json` files: every kind of normalizer, pre-tokenizer and model that the crate
//! `tokenizers` reads.

use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::json_mutation::{Fragment, Grammar};

/// Words, parts of words and texts that normalizers and pre-tokenizers may search for or insert.
pub const TEXTS: [&str; 40] = [
    "",
    " ",
    "a",
    "b",
    "aa",
    "A",
    "pig",
    "a pig",
    "a red pig wearing a party hat",
    "tiger",
    "hat",
    "swine",
    "pigs",
    "dragon",
    "42",
    "3.14",
    "don't",
    "t-shirt",
    "!?",
    "##",
    "</w>",
    "<0x41>",
    "<unk>",
    "<start>",
    "<end>",
    "\u{2581}",
    "\u{120}",
    "\u{120}pig",
    "é",
    "e\u{301}",
    "ﬁ",
    "\u{fdfa}",
    "İ",
    "ß",
    "中文",
    "🐷",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "Removed",
    "Isolated",
    "MergedWithPrevious",
];

/// Regular expressions: usual ones, ones that match nothing or the empty text, and ones whose matching takes
/// long or whose compiled form is large.
pub const PATTERNS: [&str; 40] = [
    "",
    "a",
    ".",
    ".*",
    "a*",
    "a*?",
    "^",
    "$",
    "^a|b$",
    "\\b",
    "\\B",
    "\\s+",
    "\\S+",
    "\\w+|[^\\w\\s]+",
    "\\p{L}+",
    "\\p{N}{1,3}",
    "[^\\s\\p{L}\\p{N}]+",
    "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
    "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+",
    "(?i)pig",
    "(?i:[sdmt]|ll|ve|re)",
    "(?=a)",
    "(?<=a)b",
    "(?<!a)",
    "(?!.)",
    "(a)\\1",
    "(a+)+$",
    "(a|a)*b",
    "(?=a*b)c",
    "(?:a?){30}a{30}",
    "(x+x+)+y",
    "(?>a+)b",
    "a{1,1000}",
    "(a{1,100}){1,100}",
    "\\p{L}{1,500}",
    "(?=(\\w{1,200}))\\1",
    "\\K",
    "a\\Kb",
    "\\G",
    "(?:",
];

/// Keys of objects.
const KEYS: [&str; 52] = [
    "Regex",
    "String",
    "add_prefix_space",
    "added_tokens",
    "behavior",
    "byte_fallback",
    "cache_capacity",
    "clean_text",
    "content",
    "continuing_subword_prefix",
    "decoder",
    "delimiter",
    "dropout",
    "end_of_word_suffix",
    "fuse_unk",
    "handle_chinese_chars",
    "id",
    "ignore_merges",
    "individual_digits",
    "invert",
    "length",
    "lowercase",
    "lstrip",
    "max_input_chars_per_word",
    "merges",
    "model",
    "normalized",
    "normalizer",
    "normalizers",
    "padding",
    "pattern",
    "post_processor",
    "pre_tokenizer",
    "precompiled_charsmap",
    "prepend",
    "prepend_scheme",
    "pretokenizers",
    "replacement",
    "rstrip",
    "single_word",
    "special",
    "split",
    "strip_accents",
    "strip_left",
    "strip_right",
    "trim_offsets",
    "truncation",
    "type",
    "unk_id",
    "unk_token",
    "use_regex",
    "vocab",
];

/// The grammar of `tokenizer.json`.
pub static TOKENIZER: LazyLock<Grammar> =
    LazyLock::new(|| Grammar { keys: &KEYS, texts: &TEXTS, choices: choices(), fragments: fragments() });

/// Returns the values that keys usually have.
fn choices() -> Vec<(&'static str, Vec<Value>)> {
    let all = |values: Value| values.as_array().cloned().unwrap_or_default();
    let flag = || all(json!([true, false]));
    vec![
        (
            "type",
            all(json!([
                "Bert",
                "BertNormalizer",
                "Strip",
                "StripAccents",
                "NFC",
                "NFD",
                "NFKC",
                "NFKD",
                "Sequence",
                "Lowercase",
                "Nmt",
                "Precompiled",
                "Replace",
                "Prepend",
                "ByteLevel",
                "BertPreTokenizer",
                "CharDelimiterSplit",
                "Delimiter",
                "Metaspace",
                "Whitespace",
                "Split",
                "Punctuation",
                "WhitespaceSplit",
                "Digits",
                "UnicodeScripts",
                "FixedLength",
                "WordLevel",
                "WordPiece",
                "BPE",
                "Unigram"
            ])),
        ),
        (
            "behavior",
            all(json!(["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"])),
        ),
        ("prepend_scheme", all(json!(["first", "never", "always"]))),
        ("Regex", PATTERNS.iter().map(|pattern| json!(pattern)).collect()),
        ("String", TEXTS.iter().map(|text| json!(text)).collect()),
        ("content", all(json!(["", "a", " ", "aa", "0123456789abcdef", "\u{2581}", "🐷🐷🐷🐷", "$1"]))),
        ("prepend", all(json!(["", "a", " ", "0123456789abcdef", "\u{2581}", "e\u{301}"]))),
        ("delimiter", all(json!([" ", "a", "\u{2581}", "\0", "é"]))),
        ("replacement", all(json!(["\u{2581}", " ", "a", "é", ""]))),
        ("length", all(json!([0, 1, 2, 5, 1000, u64::MAX]))),
        ("individual_digits", flag()),
        ("invert", flag()),
        ("add_prefix_space", flag()),
        ("trim_offsets", flag()),
        ("use_regex", flag()),
        ("strip_left", flag()),
        ("strip_right", flag()),
        ("clean_text", flag()),
        ("handle_chinese_chars", flag()),
        ("strip_accents", all(json!([true, false, null]))),
        ("lowercase", flag()),
        ("split", flag()),
        ("fuse_unk", flag()),
        ("byte_fallback", flag()),
        ("ignore_merges", flag()),
        ("unk_token", all(json!(["<unk>", "<end>", "a", "", "nowhere", null]))),
        ("continuing_subword_prefix", all(json!([null, "", "##", "a", "é", "0123456789abcdef"]))),
        ("end_of_word_suffix", all(json!([null, "", "</w>", "a", "é"]))),
        ("dropout", all(json!([null, 0.0, 0.5, 1.0, -1.0, 2.0]))),
        ("cache_capacity", all(json!([0, 1, 10_000, u64::MAX]))),
        (
            "precompiled_charsmap",
            all(json!(["", "AAAA", "BAAAAAAAAAA=", "/////w==", "CAAAAAEAAAABAAAAYQA="])),
        ),
    ]
}

/// Returns normalizers of every kind.
pub fn normalizers() -> Vec<Value> {
    let mut found = vec![
        json!({ "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
            "strip_accents": null, "lowercase": true }),
        json!({ "type": "Strip", "strip_left": true, "strip_right": true }),
        json!({ "type": "StripAccents" }),
        json!({ "type": "NFC" }),
        json!({ "type": "NFD" }),
        json!({ "type": "NFKC" }),
        json!({ "type": "NFKD" }),
        json!({ "type": "Lowercase" }),
        json!({ "type": "Nmt" }),
        json!({ "type": "ByteLevel" }),
        json!({ "type": "Prepend", "prepend": "\u{2581}" }),
        json!({ "type": "Prepend", "prepend": "a " }),
        json!({ "type": "Precompiled", "precompiled_charsmap": "BAAAAAAAAAA=" }),
        json!({ "type": "Sequence", "normalizers": [] }),
        json!({ "type": "Sequence", "normalizers": [{ "type": "NFKD" }, { "type": "StripAccents" }] }),
    ];
    found.extend(
        PATTERNS
            .iter()
            .map(|pattern| json!({ "type": "Replace", "pattern": { "Regex": pattern }, "content": " " })),
    );
    for (text, content) in [
        ("a", "aa"),
        ("", "a"),
        (" ", "\u{2581}"),
        ("pig", ""),
        ("``", "\""),
        ("e", "é"),
        ("b", "0123456789abcdef"),
    ] {
        found.push(json!({ "type": "Replace", "pattern": { "String": text }, "content": content }));
    }
    found
}

/// Returns pre-tokenizers of every kind.
pub fn pre_tokenizers() -> Vec<Value> {
    let mut found = vec![
        json!({ "type": "BertPreTokenizer" }),
        json!({ "type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true }),
        json!({ "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false, "use_regex": false }),
        json!({ "type": "CharDelimiterSplit", "delimiter": " " }),
        json!({ "type": "Delimiter", "delimiter": "a" }),
        json!({ "type": "Metaspace", "replacement": "\u{2581}", "prepend_scheme": "always", "split": true }),
        json!({ "type": "Metaspace", "replacement": "\u{2581}", "prepend_scheme": "first", "split": false }),
        json!({ "type": "Metaspace", "replacement": "a", "add_prefix_space": true }),
        json!({ "type": "Whitespace" }),
        json!({ "type": "WhitespaceSplit" }),
        json!({ "type": "Digits", "individual_digits": true }),
        json!({ "type": "Digits", "individual_digits": false }),
        json!({ "type": "UnicodeScripts" }),
        json!({ "type": "FixedLength", "length": 3 }),
        json!({ "type": "FixedLength", "length": 0 }),
        json!({ "type": "Sequence", "pretokenizers": [] }),
        json!({ "type": "Sequence", "pretokenizers": [{ "type": "Whitespace" },
            { "type": "Digits", "individual_digits": true }] }),
    ];
    for behavior in ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"] {
        found.push(json!({ "type": "Punctuation", "behavior": behavior }));
        found.push(
            json!({ "type": "Split", "pattern": { "String": "a" }, "behavior": behavior, "invert": false }),
        );
    }
    found.extend(PATTERNS.iter().map(|pattern| {
        json!({ "type": "Split", "pattern": { "Regex": pattern }, "behavior": "Isolated",
            "invert": pattern.len() % 2 == 0 })
    }));
    found
}

/// Returns models of every kind. The vocabularies include the tokens that the packages of the fuzz target
/// name.
pub fn models() -> Vec<Value> {
    let vocabulary = json!({ "<unk>": 0, "<start>": 1, "<end>": 2, "a": 3, "pig": 4, "p": 5, "i": 6,
        "g": 7, "pi": 8, "##pig": 9, "g</w>": 10, "pig</w>": 11, "##i": 12, "##g": 13, "<0x70>": 14,
        "\u{120}": 15, "\u{120}a": 16, "hat": 17 });
    let bpe = |more: Value| {
        let mut model = json!({ "type": "BPE", "dropout": null, "unk_token": "<unk>",
            "continuing_subword_prefix": null, "end_of_word_suffix": null, "fuse_unk": false,
            "byte_fallback": false, "ignore_merges": false, "vocab": vocabulary,
            "merges": [["p", "i"], ["pi", "g"], ["\u{120}", "a"]] });
        if let (Some(model), Value::Object(more)) = (model.as_object_mut(), more) {
            model.extend(more);
        }
        model
    };
    vec![
        json!({ "type": "WordLevel", "vocab": vocabulary, "unk_token": "<unk>" }),
        bpe(json!({})),
        bpe(json!({ "byte_fallback": true, "fuse_unk": true })),
        bpe(json!({ "ignore_merges": true, "unk_token": null })),
        bpe(json!({ "continuing_subword_prefix": "##", "merges": ["p ##i", "p ##pig"] })),
        bpe(json!({ "end_of_word_suffix": "</w>", "merges": [["p", "i"], ["pi", "g</w>"]] })),
        bpe(json!({ "merges": [] })),
        json!({ "type": "WordPiece", "unk_token": "<unk>", "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100, "vocab": vocabulary }),
        json!({ "type": "Unigram", "unk_id": 0, "byte_fallback": false,
            "vocab": [["<unk>", 0.0], ["<start>", -1.0], ["<end>", -1.0], ["a", -2.0],
                ["pig", -3.5], ["p", -4.0]] }),
    ]
}

/// Returns larger values and where they belong.
fn fragments() -> Vec<Fragment> {
    let fragment = |owner, key, value| Fragment { owner, key, value };
    vec![
        fragment(
            "",
            "added_tokens",
            json!([{ "id": 4, "content": "pig", "special": true, "single_word": true, "lstrip": true,
            "rstrip": true, "normalized": false }]),
        ),
        fragment("", "truncation", json!({ "max_length": 0, "strategy": "LongestFirst", "stride": 5 })),
        fragment("", "padding", json!({ "strategy": { "Fixed": 1_000_000 }, "pad_id": 0, "pad_token": "a" })),
        fragment("", "post_processor", json!({ "type": "ByteLevel", "add_prefix_space": true })),
        fragment("", "normalizer", Value::Null),
        fragment("", "pre_tokenizer", Value::Null),
        fragment("model", "merges", json!([["a", "pig"]])),
        fragment("model", "merges", json!(["p i", "a a", "nowhere else", "one two three"])),
        fragment("model", "vocab", json!({ "\u{2581}a": 20, "\u{2581}": 21, "pigs": 22, "é": 23, "": 24 })),
        fragment(
            "model",
            "vocab",
            json!({ "A": 30, "PIG": 31, "red": 32, "blue": 33, "party": 34, "wearing": 35, "tiger": 36 }),
        ),
        fragment("model", "vocab", json!({ "far": 4_294_967_295u32 })),
    ]
}
