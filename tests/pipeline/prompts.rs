//! How prompts are understood: unknown words, lexicons, variants, batches and mixes.

use super::*;

#[test]
fn unknown_words_are_left_out_and_reported() {
    let model = model(&tiny_model::triplane());
    let embedding = model.embed(&["a dragon pig", "a tiger"]).unwrap();
    let unknown: Vec<_> = embedding.readings.iter().map(|reading| reading.left_out.clone()).collect();
    assert_eq!(unknown, [vec!["dragon".to_owned()], vec![]]);
    let generated = made(&model, "a dragon pig");
    assert_eq!(generated.origin.reading.left_out, ["dragon"]);
    assert!(bytes(&generated.mesh) == bytes(&made(&model, "a pig").mesh), "an unknown word left a trace");
    assert_eq!(model.words(), tiny_model::WORDS);
}

#[test]
fn words_of_the_lexicon_make_the_known_words_mesh_and_are_reported() {
    let lexicon = [("swine".to_owned(), "pig".to_owned())].into();
    let groups = vec![WordGroup { name: "animals".into(), phrases: vec!["pig".into(), "tiger".into()] }];
    let config = ModelConfig {
        words: WordsConfig { groups, lexicon, ..WordsConfig::default() },
        ..tiny_model::triplane()
    };
    let model = model(&config);
    let generated = made(&model, "a Swine");
    assert_eq!(generated.origin.reading.replaced[0].to_string(), "Swine → pig");
    assert!(generated.origin.reading.left_out.is_empty());
    assert!(bytes(&generated.mesh) == bytes(&made(&model, "a pig").mesh), "a swine is no pig");
    let extras = generated.origin.asset_info(generated.origin.placement()).extras;
    assert_eq!(extras["replaced"]["Swine"], "pig");
    assert_eq!(model.word_groups()[0].phrases, ["pig", "tiger"]);
}

#[test]
fn a_seed_is_another_variant_the_same_each_time_and_leaves_what_is_said() {
    let varied = vec![WordGroup { name: "colours".into(), phrases: vec!["red".into(), "blue".into()] }];
    let lexicon = [("crimson".to_owned(), "red".to_owned())].into();
    let words = WordsConfig { varied, lexicon, ..WordsConfig::default() };
    let varied = model(&ModelConfig { words, ..tiny_model::triplane() });
    let mesh = |prompt: &str, seed| {
        let options = GenerateOptions { seed, ..small() };
        bytes(&generate(&varied, prompt, &options).unwrap().mesh)
    };
    assert!(mesh("a pig", 0) == bytes(&made(&varied, "a pig").mesh), "seed 0 is not the plain result");
    assert!((1..6).all(|seed| mesh("a pig", seed) == mesh("a pig", seed)));
    let different: std::collections::BTreeSet<_> = (0..6).map(|seed| mesh("a pig", seed)).collect();
    assert_eq!(different.len(), 6, "seeds that give the same mesh");
    // The prompt names a color, so nothing can vary.
    assert!((1..6).all(|seed| mesh("a red pig", seed) == mesh("a red pig", 0)));
    assert!((1..6).all(|seed| mesh("a crimson pig", seed) == mesh("a red pig", 0)));
    assert!(varied.varies("a pig").unwrap() && !varied.varies("a crimson pig").unwrap());
    // The long prompt has no space for another word.
    let long = ["a pig"; 5].join(" ");
    assert!(!mesh(&long, 3).is_empty());
    let plain = model(&tiny_model::triplane());
    let options = GenerateOptions { seed: 1, ..small() };
    assert!(matches!(generate(&plain, "a pig", &options), Err(PipelineError::NoSeeds)));
    let latent = varied.embed(&["a pig"]).unwrap().latent;
    let source = Source::Latent { latent, prompt: String::new(), reading: Default::default() };
    assert!(matches!(
        source.generate(Some(&varied), &options, &no_progress),
        Err(PipelineError::SeedOfNoPrompt)
    ));
}

#[test]
fn a_lexicon_that_leads_to_no_word_is_refused() {
    let lexicon = [("swine".to_owned(), "hog".to_owned())].into();
    let words = WordsConfig { lexicon, ..WordsConfig::default() };
    let bytes = tiny_model::package_bytes(&ModelConfig { words, ..tiny_model::triplane() });
    let error = Model::from_bytes(bytes, &tiny_model::engine(1)).unwrap_err();
    assert!(error.to_string().contains("\"swine\" means \"hog\""), "{error}");
}

#[test]
fn prompts_that_say_nothing_are_refused() {
    let model = model(&tiny_model::triplane());
    for prompt in ["", " \n"] {
        let error = generate(&model, prompt, &small()).unwrap_err();
        assert!(matches!(error, PipelineError::Prompt(TokenizerError::Empty)), "{error}");
    }
    let error = model.embed(&["a pig", "dragon"]).unwrap_err();
    assert!(matches!(error, PipelineError::Prompt(TokenizerError::NothingKnown { .. })), "{error}");
    let error = model.embed(&["pig ".repeat(11).as_str()]).unwrap_err();
    assert!(
        matches!(error, PipelineError::Prompt(TokenizerError::TooLong { found: 13, limit: 12 })),
        "{error}"
    );
}

#[test]
fn fields_of_a_batch_are_those_of_its_prompts() {
    let points: Vec<[f32; 3]> =
        (0..200).map(|index| [7, 11, 13].map(|step| (index * step % 199) as f32 / 99.0 - 1.0)).collect();
    for config in families() {
        let model = model(&config);
        let prompts = ["a pig", "a tiger wearing a party hat"];
        let fields = model.fields(&model.embed(&prompts).unwrap().latent, None).unwrap();
        assert_eq!(fields.len(), 2);
        for (prompt, field) in prompts.iter().zip(&fields) {
            let single = model.fields(&model.embed(&[*prompt]).unwrap().latent, None).unwrap();
            let (mut found, mut expected) = (vec![f32::NAN; 200], vec![f32::NAN; 200]);
            field.sample(&points, &mut found).unwrap();
            single[0].sample(&points, &mut expected).unwrap();
            for (found, expected) in found.iter().zip(&expected) {
                let allowed = 1e-4 * expected.abs().max(1.0);
                assert!((found - expected).abs() <= allowed, "{found}, expected {expected}");
            }
        }
    }
}

#[test]
fn mix_with_all_weight_on_one_prompt_is_that_prompt() {
    for config in families() {
        let model = model(&config);
        let embedding = model.embed(&["a pig", "a blue tiger"]).unwrap();
        let mesh = |latent: &Latent| model.mesh_of(latent, &small(), &no_progress).unwrap().mesh;
        let (first, second) = (mesh(&item(&embedding.latent, 0)), mesh(&item(&embedding.latent, 1)));
        assert!(mesh(&model.mix(&embedding, &[1.0, 0.0]).unwrap()) == first);
        assert!(mesh(&model.mix(&embedding, &[0.0, 1.0]).unwrap()) == second);
        let between = mesh(&model.mix(&embedding, &[0.5, 0.5]).unwrap());
        assert!(between != first && between != second);
    }
}

#[test]
fn mix_needs_one_weight_a_prompt() {
    let model = model(&tiny_model::triplane());
    let embedding = model.embed(&["a pig", "a tiger"]).unwrap();
    for weights in [vec![], vec![1.0], vec![0.2, 0.3, 0.5]] {
        let error = model.mix(&embedding, &weights).unwrap_err();
        let PipelineError::Weights { weights: found, prompts } = error else { panic!("{error}") };
        assert_eq!((found, prompts), (weights.len(), 2));
    }
}
