#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use super::*;
use crate::weights::config::TextActivation;

const WORDS: [&str; 8] = ["a", "pig", "wearing", "party", "hat", "Tiger", "naïve", "t-shirt"];

fn config(vocabulary_size: usize, context_length: usize) -> TextConfig {
    TextConfig {
        vocabulary_size,
        context_length,
        width: 8,
        layers: 1,
        heads: 1,
        mlp_width: 8,
        activation: TextActivation::Gelu,
        start_token: START.into(),
        end_token: END.into(),
        unknown_token: Some(UNKNOWN.into()),
        pooling: Default::default(),
        padding_id: None,
        function_words: vec![],
    }
}

fn tokenizer() -> Tokenizer {
    Tokenizer::from_json(&word_level_json(&WORDS), &config(12, 24)).unwrap()
}

fn literal(prompt: &str) -> Reading {
    Reading { phrase: prompt.into(), is_literal: true, ..Reading::default() }
}

fn unknown(prompt: &str) -> Vec<String> {
    tokenizer().encode(prompt).unwrap().reading.left_out
}

#[test]
fn specials_come_first_then_the_words_in_order() {
    let encoded = tokenizer().encode("a pig wearing a party hat").unwrap();
    assert_eq!(
        encoded,
        Encoded { ids: vec![1, 3, 4, 5, 3, 6, 7, 2], reading: literal("a pig wearing a party hat") }
    );
    assert_eq!(tokenizer().words(), ["a", "pig", "wearing", "party", "hat", "tiger", "naïve", "t", "shirt"]);
}

#[test]
fn same_words_give_the_same_bytes() {
    assert_eq!(word_level_json(&WORDS), word_level_json(&WORDS));
    assert_eq!(word_level_json(&["pig", "Pig", "pig"]), word_level_json(&["pig"]));
}

#[test]
fn case_composition_and_punctuation_make_no_difference() {
    let expected = tokenizer().encode("a naïve tiger").unwrap().ids;
    // The second prompt spells ï as i and a combining diaeresis.
    for prompt in ["A NAÏVE Tiger", "a nai\u{308}ve tiger", "  a\tnaïve,\n\"tiger\"… "] {
        assert_eq!(tokenizer().encode(prompt).unwrap().ids, expected, "{prompt}");
    }
}

#[test]
fn unknown_words_are_left_out_and_reported_as_typed_in_order_once() {
    let encoded = tokenizer().encode("a Dragon pig, Éclair dragon Dragon hat").unwrap();
    assert_eq!(encoded.ids, [1, 3, 4, 7, 2]);
    assert_eq!(encoded.reading.left_out, ["Dragon", "Éclair", "dragon"]);
}

#[test]
fn emoji_control_characters_and_special_tokens_are_unknown_words() {
    assert_eq!(unknown("pig 🐷"), ["🐷"]);
    assert_eq!(unknown("pig\u{1b}hat \u{0}"), ["\u{1b}", "\u{0}"]);
    let encoded = tokenizer().encode("pig <end> hat <unk>").unwrap();
    assert_eq!(encoded.ids, [1, 4, 7, 2]);
    assert_eq!(encoded.reading.left_out, ["end", "unk"]);
}

#[test]
fn empty_prompts_are_refused() {
    for prompt in ["", "  \t\n", "\u{3000}\u{a0}"] {
        assert_eq!(tokenizer().encode(prompt), Err(TokenizerError::Empty));
    }
}

#[test]
fn long_prompts_are_refused_with_both_numbers() {
    let words = "pig ".repeat(10_000);
    assert_eq!(tokenizer().encode(&words), Err(TokenizerError::TooLong { found: 10_002, limit: 24 }));
    let strange: String = (0..10_000).map(|index| format!("word{index} ")).collect();
    assert_eq!(tokenizer().encode(&strange), Err(TokenizerError::TooLong { found: 10_002, limit: 24 }));
    assert!(tokenizer().encode(&"pig ".repeat(22)).is_ok());
    assert!(tokenizer().encode(&"pig ".repeat(23)).is_err());
    let found = 100_001;
    let error = tokenizer().encode(&"x".repeat(found)).unwrap_err();
    assert_eq!(error, TokenizerError::TooManyBytes { found, limit: 100_000 });
}

#[test]
fn prompt_without_a_known_word_suggests_near_ones() {
    let error = tokenizer().encode("pigg waering").unwrap_err();
    assert_eq!(
        error,
        TokenizerError::NothingKnown {
            words: vec!["pigg".into(), "waering".into()],
            suggestions: vec!["pig".into(), "wearing".into()],
        }
    );
    assert!(error.to_string().ends_with("(pigg, waering); did you mean pig, wearing?"));
    let message = tokenizer().encode("\u{1b}[2J zzzzzzzz").unwrap_err().to_string();
    assert!(!message.contains('\u{1b}'), "a terminal must not obey a prompt: {message}");
    assert!(
        matches!(tokenizer().encode("?!"), Err(TokenizerError::NothingKnown { words, .. }) if words == ["?!"])
    );
}

#[test]
fn configuration_and_tokenizer_must_agree() {
    let json = word_level_json(&WORDS);
    let error = Tokenizer::from_json(&json, &config(11, 24)).unwrap_err();
    assert_eq!(error, TokenizerError::IdOutOfRange { token: "shirt".into(), id: 11, limit: 11 });
    let other = TextConfig { end_token: "<|endoftext|>".into(), ..config(12, 24) };
    let error = Tokenizer::from_json(&json, &other).unwrap_err();
    assert_eq!(
        error,
        TokenizerError::MissingToken { field: "text.end_token", token: "<|endoftext|>".into() }
    );
    let other = TextConfig { unknown_token: None, ..config(12, 24) };
    assert!(matches!(Tokenizer::from_json(&json, &other), Err(TokenizerError::UnknownTokenDiffers { .. })));
}

#[test]
fn function_words_alone_name_nothing() {
    let config = TextConfig { function_words: vec!["a".into(), "wearing".into()], ..config(12, 24) };
    let tokenizer = Tokenizer::from_json(&word_level_json(&WORDS), &config).unwrap();
    let encoded = tokenizer.encode("a pig wearing a dragon").unwrap();
    assert_eq!((encoded.ids.len(), encoded.reading.left_out), (6, vec!["dragon".to_owned()]));
    for (prompt, words) in [("a dragon", "dragon"), ("A wearing", "A wearing")] {
        let error = tokenizer.encode(prompt).unwrap_err();
        let TokenizerError::NothingKnown { words: found, suggestions } = error else { panic!("{error}") };
        assert_eq!(found, [words]);
        assert!(!suggestions.contains(&words.to_owned()), "{suggestions:?}");
    }
    let strange = TextConfig { function_words: vec!["the".into()], ..config };
    let error = Tokenizer::from_json(&word_level_json(&WORDS), &strange).unwrap_err();
    assert_eq!(error, TokenizerError::MissingToken { field: "text.function_words", token: "the".into() });
}

#[test]
fn clip_like_pieces_are_encoded_between_start_and_end() {
    let json = serde_json::json!({
        "added_tokens": [{ "id": 6, "content": "<|end|>", "special": true, "single_word": false, "lstrip": false,
            "rstrip": false, "normalized": true }],
        "normalizer": { "type": "Sequence", "normalizers": [{ "type": "NFC" }, { "type": "Lowercase" }] },
        "pre_tokenizer": { "type": "Sequence", "pretokenizers": [
            { "type": "Split", "pattern": { "Regex": "<\\|start\\|>|[\\p{L}]+|[^\\s\\p{L}]+" },
              "behavior": "Removed", "invert": true },
            { "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true }
        ] },
        "post_processor": { "type": "an unknown one, never read" },
        "model": { "type": "BPE", "dropout": null, "unk_token": "<|end|>", "continuing_subword_prefix": "",
            "end_of_word_suffix": "</w>", "fuse_unk": false, "byte_fallback": false,
            "vocab": { "p": 0, "i": 1, "g</w>": 2, "pi": 3, "pig</w>": 4, "<|start|>": 5, "<|end|>": 6 },
            "merges": [["p", "i"], ["pi", "g</w>"]] }
    });
    let mut config = config(7, 10);
    config.start_token = "<|start|>".into();
    config.end_token = "<|end|>".into();
    config.unknown_token = Some("<|end|>".into());
    let tokenizer = Tokenizer::from_json(&json.to_string(), &config).unwrap();
    assert!(tokenizer.words().is_empty());
    assert_eq!(tokenizer.encode("Pig").unwrap(), Encoded { ids: vec![5, 4, 6], reading: literal("Pig") });
    let encoded = tokenizer.encode("pig piñg").unwrap();
    assert_eq!(encoded.reading.left_out, ["piñg"]);
    assert!(!encoded.ids[1..encoded.ids.len() - 1].contains(&6));

    let mut random = json;
    random["model"]["dropout"] = serde_json::json!(0.5);
    let error = Tokenizer::from_json(&random.to_string(), &config).unwrap_err();
    assert!(matches!(&error, TokenizerError::Unsupported { part, .. } if part == "model"));
}

/// Returns a tokenizer whose only word is "a", with this normalizer and this pre-tokenizer.
fn with_parts(
    normalizer: &serde_json::Value,
    pre_tokenizer: &serde_json::Value,
) -> Result<Tokenizer, TokenizerError> {
    let mut json: serde_json::Value = serde_json::from_str(&word_level_json(&["a"])).unwrap();
    json["normalizer"] = normalizer.clone();
    json["pre_tokenizer"] = pre_tokenizer.clone();
    Tokenizer::from_json(&json.to_string(), &config(4, 24))
}

fn replace(content: &str) -> serde_json::Value {
    serde_json::json!({ "type": "Replace", "pattern": { "String": "a" }, "content": content })
}

fn sequence(normalizers: Vec<serde_json::Value>) -> serde_json::Value {
    serde_json::json!({ "type": "Sequence", "normalizers": normalizers })
}

#[test]
fn normalizers_that_could_grow_a_text_without_end_are_refused() {
    let none = serde_json::Value::Null;
    let lower = serde_json::json!({ "type": "Lowercase" });
    let prepend = serde_json::json!({ "type": "Prepend", "prepend": "a".repeat(17) });
    let long_pattern = serde_json::json!({
        "type": "Replace", "pattern": { "Regex": "a".repeat(1025) }, "content": "" });
    let refused = [
        replace(&"a".repeat(10_000_000)),
        sequence(vec![sequence(vec![lower; 33])]),
        sequence(vec![replace("aa"); 17]),
        prepend,
        long_pattern,
    ];
    for normalizer in refused {
        let error = with_parts(&normalizer, &none).unwrap_err();
        assert!(matches!(error, TokenizerError::Unsupported { .. }), "{error}");
    }
    let split = serde_json::json!({ "type": "Split", "pattern": { "Regex": "a{1,2000}".repeat(200) },
        "behavior": "Removed", "invert": false });
    let error = with_parts(&none, &split).unwrap_err();
    assert!(matches!(&error, TokenizerError::Unsupported { part, .. } if part == "pre_tokenizer"), "{error}");
}

#[test]
fn steps_that_cost_much_while_they_are_read_are_refused_before() {
    let none = serde_json::Value::Null;
    let split = |pattern: String| {
        serde_json::json!({ "type": "Split", "pattern": { "Regex": pattern }, "behavior": "Removed",
            "invert": false })
    };
    let steps =
        |steps: Vec<serde_json::Value>| serde_json::json!({ "type": "Sequence", "pretokenizers": steps });
    let bytes = serde_json::json!({ "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true,
        "use_regex": false });
    let refused = [
        // This pattern takes 927 MB and 6.5 s to compile.
        split(r"(?=\w{1,200})".repeat(78)),
        split(r"(?=\w{1,20})".repeat(4)),
        split("a{99999999999999999999999}".into()),
        split("a{65,}".into()),
        // These steps could multiply the length of a text by 2²⁰.
        steps(vec![bytes.clone(); 20]),
        steps(vec![steps(vec![bytes.clone()]), bytes.clone()]),
        steps(vec![serde_json::json!({ "type": "Whitespace" }); 17]),
    ];
    for pre_tokenizer in refused {
        let error = with_parts(&none, &pre_tokenizer).unwrap_err();
        let is_right = matches!(&error, TokenizerError::Unsupported { part, .. } if part == "pre_tokenizer");
        assert!(is_right, "{error}");
    }
    let accepted = steps(vec![split(r"\p{N}{1,3}|a{2}|{x}".into()), bytes]);
    assert!(with_parts(&none, &accepted).is_ok());
    // The table's first four bytes ask for 8.6 GB.
    let table = serde_json::json!({ "type": "Precompiled", "precompiled_charsmap": "/////w==" });
    let untagged = serde_json::json!({ "precompiled_charsmap": "/////w==" });
    for normalizer in [table.clone(), untagged, sequence(vec![table])] {
        let error = with_parts(&normalizer, &none).unwrap_err();
        assert!(error.to_string().contains("Precompiled is refused"), "{error}");
    }
}

#[test]
fn a_prompt_that_normalizers_grow_or_patterns_search_for_long_is_refused() {
    let none = serde_json::Value::Null;
    let doubling = with_parts(&sequence(vec![replace("aa"); 16]), &none).unwrap();
    assert_eq!(doubling.encode("b").unwrap_err().to_string(), tokenizer_error("b"));
    let error = doubling.encode("aaaa").unwrap_err();
    assert!(error.to_string().contains("more than 100000 bytes"), "{error}");
    assert!(matches!(doubling.token_ids("aaaa"), Err(TokenizerError::Failed { .. })));
    // A search begins at every letter and goes to the end of the text.
    let search = serde_json::json!({ "type": "Split", "pattern": { "Regex": "(?=a*b)c" },
        "behavior": "Removed", "invert": false });
    let searching = with_parts(&none, &search).unwrap();
    assert_eq!(searching.encode("a").unwrap().ids.len(), 3);
    let error = searching.encode(&"a".repeat(100_000)).unwrap_err();
    assert!(error.to_string().contains("longer than 2 s"), "{error}");
}

/// Returns the message for a prompt that consists of one unknown word.
fn tokenizer_error(word: &str) -> String {
    TokenizerError::NothingKnown { words: vec![word.into()], suggestions: vec![] }.to_string()
}

#[test]
fn broken_json_is_an_error_at_every_length_and_for_every_flipped_byte() {
    let json = word_level_json(&["a", "pig"]);
    let config = config(5, 24);
    for length in 0..json.trim_end().len() {
        assert!(Tokenizer::from_json(&json[..length], &config).is_err(), "{length}");
    }
    for index in 0..json.len() {
        for bit in [1, 4, 32] {
            let mut bytes = json.clone().into_bytes();
            bytes[index] ^= bit;
            if let Ok(text) = String::from_utf8(bytes) {
                // Success and an error are both right, but a panic is not.
                let _ = Tokenizer::from_json(&text, &config).map(|tokenizer| tokenizer.encode("a pig 🐷"));
            }
        }
    }
}

#[test]
fn words_of_the_lexicon_are_read_as_known_ones_and_reported_once() {
    let lexicon = [("swine", "pig"), ("boar", "pig")].map(|(word, known)| (word.into(), known.into())).into();
    let tokenizer = tokenizer().with_lexicon(&lexicon).unwrap();
    let plain = tokenizer.encode("a pig a pig").unwrap();
    let read = tokenizer.encode("a Swine a swine dragon Swine").unwrap();
    assert_eq!(read.ids[..5], plain.ids[..5]);
    let found: Vec<_> = read.reading.replaced.iter().map(ToString::to_string).collect();
    assert_eq!(found, ["Swine → pig", "swine → pig"]);
    assert_eq!(read.reading.left_out, ["dragon"]);
    for (several, one) in [("boars", "pig"), ("tigers", "tiger"), ("partyes", "party"), ("parties", "party")]
    {
        assert_eq!(tokenizer.encode(several).unwrap().reading.replaced[0].known, one, "{several}");
    }
    assert_eq!(tokenizer.encode("as pig").unwrap().reading.left_out, ["as"]);
}

#[test]
fn a_lexicon_that_leads_nowhere_is_refused() {
    for known in ["dragon", "<end>", "<unk>", ""] {
        let lexicon = [("swine".to_owned(), known.to_owned())].into();
        assert!(
            matches!(tokenizer().with_lexicon(&lexicon), Err(TokenizerError::BadLexicon { .. })),
            "{known}"
        );
    }
}
