//! Limits and control of the work: memory, progress, cancellation and wrong packages.

use super::*;

#[test]
fn watch_stops_the_work_at_once_and_later() {
    for config in families() {
        let model = model(&config);
        for calls in [0, 3] {
            let heard = AtomicUsize::new(0);
            let on_progress = |_: f32| -> Result<(), Cancelled> {
                if heard.fetch_add(1, Ordering::Relaxed) < calls { Ok(()) } else { Err(Cancelled) }
            };
            let error = generate_with_progress(&model, "a pig", &small(), &on_progress).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Cancelled, "{error}");
            assert!(heard.load(Ordering::Relaxed) > calls);
        }
    }
}

#[test]
fn watch_hears_fractions_from_0_to_1() {
    let model = model(&tiny_model::triplane());
    let heard = std::sync::Mutex::new(Vec::new());
    let on_progress = |fraction: f32| -> Result<(), Cancelled> {
        heard.lock().unwrap().push(fraction);
        Ok(())
    };
    generate_with_progress(&model, "a pig", &small(), &on_progress).unwrap();
    let heard = heard.into_inner().unwrap();
    assert_eq!((heard.first(), heard.last()), (Some(&0.0), Some(&1.0)));
    assert!(heard.iter().all(|fraction| (0.0..=1.0).contains(fraction)));
}

#[test]
fn package_of_another_configuration_is_refused_naming_the_tensor() {
    // A copy of the package whose configuration requires one more layer than its weights have.
    let mut config = tiny_model::triplane();
    let bytes = tiny_model::package_bytes(&config);
    let package = Package::from_bytes(bytes).unwrap();
    config.text.layers += 1;
    let tokenizer = package.tokenizer_json();
    let held: Vec<_> = package
        .tensors()
        .map(|tensor| {
            let values = package.tensor(tensor.name, tensor.shape).unwrap();
            (tensor.name.to_owned(), tensor.shape.to_vec(), values)
        })
        .collect();
    let tensors: Vec<_> = held
        .iter()
        .map(|(name, shape, values)| att3d::weights::TensorData {
            name,
            shape,
            values,
            precision: att3d::weights::Precision::F32,
        })
        .collect();
    let altered = Package::from_bytes(Package::to_bytes(&config, tokenizer, &tensors).unwrap()).unwrap();
    let error = Model::from_package(&altered, &tiny_model::engine(1)).unwrap_err();
    assert!(matches!(error, PipelineError::Network(_)), "{error}");
    assert!(error.to_string().contains("encoder.layers.1"), "{error}");
}

/// Returns an engine and a model of this configuration on it. limit: memory for the engine's arrays and for
/// work, in bytes.
fn limited(config: &ModelConfig, limit: u64) -> Result<(Arc<dyn Engine>, Model), PipelineError> {
    let engine = CpuEngine::new(Some(2)).unwrap().with_budget(Budget::new(limit));
    let engine: Arc<dyn Engine> = Arc::new(engine);
    let model = Model::from_bytes(tiny_model::package_bytes(config), &engine)?;
    Ok((engine, model))
}

#[test]
fn work_that_needs_more_memory_than_its_context_may_take_is_refused() {
    for config in families() {
        let refused = |error: PipelineError| {
            assert_eq!(error.kind(), ErrorKind::OutOfMemory, "{error}");
            error.to_string()
        };
        let error = refused(limited(&config, 1000).map(|_| ()).unwrap_err());
        assert!(error.contains("the model needs") && error.contains("limit of 1000"), "{error}");
        let (engine, model) = limited(&config, 16 << 20).unwrap();
        let generated = generate(&model, "a pig", &small()).unwrap();
        let textured = GenerateOptions { texture_size: Some(1024), ..small() };
        let error = refused(generate(&model, "a pig", &textured).unwrap_err());
        assert!(error.contains("the texture needs"), "{error}");
        let fine = GenerateOptions { resolution: 900, dense: true, ..small() };
        refused(generate(&model, "a pig", &fine).unwrap_err());
        let picture = RenderOptions { width: 2048, height: 2048, ..RenderOptions::default() };
        let draw = |options| generated.picture(engine.as_ref(), &Camera::default(), &options, &no_progress);
        let error = refused(draw(picture).unwrap_err());
        assert!(error.contains("the picture needs"), "{error}");
        assert!(draw(RenderOptions { width: 64, height: 64, ..picture }).is_ok());
        // The refused work left no memory reserved.
        assert!(generate(&model, "a pig", &GenerateOptions { texture_size: Some(256), ..small() }).is_ok());
    }
}

#[test]
fn options_are_plain_data_and_an_unknown_option_is_an_error() {
    let options = GenerateOptions {
        triangles: Some(500),
        texture_size: Some(256),
        hulls: Some(HullOptions::default()),
        seed: u64::MAX,
        ..small()
    };
    let json = serde_json::to_string(&options).unwrap();
    assert_eq!(serde_json::from_str::<GenerateOptions>(&json).unwrap(), options);
    assert_eq!(serde_json::from_str::<GenerateOptions>("{}").unwrap(), GenerateOptions::default());
    let error = serde_json::from_str::<GenerateOptions>(r#"{ "texture": 64 }"#).unwrap_err().to_string();
    assert!(error.contains("texture_size"), "{error}");
    let options = ExportOptions { seconds: 0.5, is_compressed: true, ..ExportOptions::default() };
    let json = serde_json::to_string(&options).unwrap();
    assert_eq!(serde_json::from_str::<ExportOptions>(&json).unwrap(), options);
}

#[test]
fn work_that_waits_for_its_turn_reserves_no_memory() {
    let (engine, model) = limited(&tiny_model::triplane(), 16 << 20).unwrap();
    let generated = generate(&model, "a pig", &small()).unwrap();
    let left = memory_left(engine.as_ref());
    let (waits, waiting) = std::sync::mpsc::channel();
    let waiting = parking_lot::Mutex::new(waiting);
    let on_progress = |_| {
        waits.send(memory_left(engine.as_ref())).map_err(|_| Cancelled)?;
        Ok(())
    };
    let options = RenderOptions { width: 64, height: 64, ..RenderOptions::default() };
    let draw = || generated.picture(engine.as_ref(), &Camera::default(), &options, &on_progress);
    std::thread::scope(|scope| {
        let picture = run_on_threads(engine.as_ref(), || {
            let picture = scope.spawn(draw);
            // The first progress report of the picture comes while this closure occupies the engine's
            // threads.
            assert_eq!(waiting.lock().recv().unwrap(), left);
            picture
        });
        assert!(picture.unwrap().join().unwrap().is_ok());
    });
}

#[test]
fn loading_reports_its_progress_and_stops_at_every_report() {
    let package = tiny_model::package_bytes(&tiny_model::triplane());
    let engine = tiny_model::engine(1);
    let heard = std::sync::Mutex::new(Vec::new());
    let load = |on_progress: ProgressCallback<'_>| {
        Model::from_bytes_with_progress(package.clone(), &engine, on_progress)
    };
    load(&|fraction| {
        heard.lock().unwrap().push(fraction);
        Ok(())
    })
    .unwrap();
    let heard = heard.into_inner().unwrap();
    assert!(heard.is_sorted() && heard.len() > 10 && heard.last() == Some(&1.0), "{heard:?}");
    let in_use = engine.memory_in_use();
    for stop in 0..heard.len() {
        let calls = AtomicUsize::new(0);
        let on_progress =
            |_| if calls.fetch_add(1, Ordering::Relaxed) < stop { Ok(()) } else { Err(Cancelled) };
        assert_eq!(load(&on_progress).unwrap_err().kind(), ErrorKind::Cancelled, "{stop}");
    }
    engine.trim();
    assert!(engine.memory_in_use() <= in_use);
}
