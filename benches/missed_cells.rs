//! Counts the surface cells that coarse-to-fine extraction misses, and the points that it evaluates.
//!
//!     cargo bench --bench missed_cells [-- RESOLUTION …]
//!
//! Prints a line for each field and resolution, then the worst and the mean. Synthetic fields come first,
//! then fields of the bundled model for held-out prompts. Exits with 1 if a cell is missed or a mesh differs.

#[cfg(feature = "bundled-model")]
#[path = "missed_cells/bundled.rs"]
mod bundled;
#[path = "../tests/surface_scenes/mod.rs"]
mod surface_scenes;

use att3d::surface::{Bound, ExtractOptions, ScalarField, SurfaceError, extract, surface_cells};
use std::process::ExitCode;
use std::time::Instant;
use surface_scenes::{Scene, adversarial, options, random_scene, toy};

/// A field to count, and its claimed bound.
struct Case<'a> {
    name: String,
    field: &'a dyn ScalarField,
    settings: ExtractOptions<'a>,
}

/// Sums of the counts.
#[derive(Default)]
struct Totals {
    cases: usize,
    missed: usize,
    differing: usize,
    worst_share: f64,
    shares: f64,
}

/// Counts for each case the surface cells that the dense extraction finds and the extraction with the case's
/// own bound misses. Prints a table.
///
/// The column "share" is the number of evaluations, divided by the number of the dense grid's values. It
/// counts the values, the gradients, and one color for each gradient.
fn report(cases: &[Case<'_>]) -> Result<Totals, SurfaceError> {
    println!(
        "| field | cells | surface | missed | same mesh | asked | with gradients | share | dense ms | sparse ms |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    let mut totals = Totals::default();
    for case in cases {
        count(case, &mut totals)?;
    }
    let mean = 100.0 * totals.shares / totals.cases.max(1) as f64;
    println!(
        "\n{} fields: {} missed cells, {} differing meshes, share {mean:.2} % in the mean, {:.2} % at worst\n",
        totals.cases,
        totals.missed,
        totals.differing,
        100.0 * totals.worst_share
    );
    Ok(totals)
}

fn count(case: &Case<'_>, totals: &mut Totals) -> Result<(), SurfaceError> {
    let dense_settings = ExtractOptions { bound: Bound::Dense, ..case.settings };
    let start = Instant::now();
    let dense = match extract(case.field, &dense_settings) {
        Err(SurfaceError::NothingCrosses { .. }) => return Ok(()),
        found => found?,
    };
    let dense_time = start.elapsed();
    let start = Instant::now();
    let sparse = extract(case.field, &case.settings);
    let sparse_time = start.elapsed();
    let same = sparse.as_ref().is_ok_and(|sparse| sparse.mesh == dense.mesh);
    // Equal meshes have the same cells. If the meshes differ, the cells of both are found again and compared.
    let missed = if same {
        0
    } else {
        let (all, _) = surface_cells(case.field, &dense_settings)?;
        let some = surface_cells(case.field, &case.settings).map(|(cells, _)| cells).unwrap_or_default();
        let order = |&[x, y, z]: &[u16; 3]| [z, y, x];
        all.iter().filter(|cell| some.binary_search_by_key(&order(cell), order).is_err()).count()
    };
    let statistics = sparse?.statistics;
    let share = statistics.evaluation_share()
        + statistics.gradient_evaluations as f64 / statistics.lattice_points as f64;
    println!(
        "| {} | {}³ | {:.3} % | {missed} | {} | {:.3} % | {:.3} % | {:.3} % | {:.0} | {:.0} |",
        case.name,
        case.settings.resolution,
        100.0 * statistics.surface_cells as f64 / f64::from(case.settings.resolution).powi(3),
        if same { "yes" } else { "NO" },
        100.0 * statistics.point_evaluations as f64 / statistics.lattice_points as f64,
        100.0 * statistics.evaluation_share(),
        100.0 * share,
        dense_time.as_secs_f64() * 1e3,
        sparse_time.as_secs_f64() * 1e3,
    );
    totals.cases += 1;
    totals.missed += missed;
    totals.differing += usize::from(!same);
    totals.worst_share = totals.worst_share.max(share);
    totals.shares += share;
    Ok(())
}

fn main() -> ExitCode {
    let given: Vec<u32> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let resolutions = if given.is_empty() { vec![128, 256] } else { given };
    let mut missed = 0;
    for &resolution in &resolutions {
        let scenes: Vec<Scene> =
            adversarial(resolution).into_iter().chain((1..=8).map(random_scene)).chain([toy()]).collect();
        let fields: Vec<_> = scenes.iter().map(Scene::field).collect();
        let mut cases = Vec::new();
        for (scene, field) in scenes.iter().zip(&fields) {
            // Tests the true constant and twice the constant. A measured constant with a safety factor can be
            // that large.
            for factor in [1.0, 2.0] {
                let bound = Bound::Lipschitz { constant: factor * scene.lipschitz };
                let settings = ExtractOptions { bound, ..options(resolution) };
                cases.push(Case { name: format!("{}, constant × {factor}", scene.name), field, settings });
            }
        }
        match report(&cases) {
            Ok(totals) => missed += totals.missed + totals.differing,
            Err(error) => {
                eprintln!("{error}");
                return ExitCode::from(2);
            }
        }
    }
    #[cfg(feature = "bundled-model")]
    match bundled::report(&resolutions) {
        Ok(found) => missed += found,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
    }
    if missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
