//! Contact sheets of the vocabulary.

use std::path::{Path, PathBuf};

use toybox::render::{Picture, PictureError, View, render};
use toybox::{
    Activity, Animal, Base, Category, Clothing, Color, Hat, Noun, Random, Scene, SceneSpec, Size, Substance,
};

/// The reason why a sheet was not written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GalleryError {
    #[error("cannot make the folder {path}: {source}")]
    Folder { path: PathBuf, source: std::io::Error },
    #[error("there is no category {found:?}; the categories are {}", Category::ALL.map(Category::name).join(", "))]
    Shelf { found: String },
    #[error(transparent)]
    Picture(#[from] PictureError),
}

const BEHIND: View = View { azimuth: 150.0, elevation: 18.0 };
const BACKGROUND: [u8; 3] = [222, 226, 232];

/// A scene and its viewpoint.
type Shot = (SceneSpec, View);

/// Writes the sheets, or only the sheet of the category `only` where it is given.
pub fn write(folder: &Path, size: usize, only: Option<&str>) -> Result<(), GalleryError> {
    if let Some(found) = only.filter(|only| Category::ALL.iter().all(|shelf| shelf.name() != *only)) {
        return Err(GalleryError::Shelf { found: found.to_owned() });
    }
    std::fs::create_dir_all(folder)
        .map_err(|source| GalleryError::Folder { path: folder.to_path_buf(), source })?;
    for category in Category::ALL {
        if only.is_none_or(|only| only == category.name()) {
            let shelf = Noun::all().filter(|noun| noun.entry().category == category);
            let rows: Vec<_> = shelf.map(variants).collect();
            sheet(&folder.join(format!("{}.png", category.name())), &rows, size)?;
        }
    }
    if only.is_some() {
        return Ok(());
    }
    sheet(&folder.join("activities.png"), &activities(), size)?;
    sheet(&folder.join("wardrobe.png"), &wardrobe(), size)?;
    sheet(&folder.join("looks.png"), &looks(), size)?;
    let mut random = Random::new(2);
    let mixed: Vec<Shot> =
        (0..60).map(|_| (toybox::random_training_spec(&mut random), View::default())).collect();
    let rows: Vec<_> = mixed.chunks(10).map(<[Shot]>::to_vec).collect();
    sheet(&folder.join("mixed.png"), &rows, size)
}

/// Returns the shots of a noun: its default form from the front and from behind, in a color, with each
/// detail, and in each proportion. If the noun has a plural, a shot of several copies follows.
fn variants(noun: Noun) -> Vec<Shot> {
    let bare = SceneSpec::bare(noun);
    let entry = noun.entry();
    let mut shots = vec![
        (bare, View::default()),
        (bare, BEHIND),
        (SceneSpec { color: Color::Blue, ..bare }, View::default()),
    ];
    for (feature, detail) in (1..).zip(entry.features) {
        let feature_color = if detail.colored { Color::Purple } else { Color::None };
        shots.push((SceneSpec { feature, feature_color, ..bare }, View::default()));
    }
    let stretched = entry.proportions.iter().map(|&proportion| SceneSpec { proportion, ..bare });
    shots.extend(stretched.map(|spec| (spec, View::default())));
    if entry.plural.is_some() {
        shots.push((SceneSpec { count: 3, ..bare }, View::default()));
    }
    shots
}

fn activities() -> Vec<Vec<Shot>> {
    let of = |animal| {
        let spec = move |&activity: &Activity| SceneSpec { activity, ..SceneSpec::bare(animal) };
        Activity::ALL[1..].iter().map(move |activity| (spec(activity), View::default())).collect()
    };
    [Animal::Pig, Animal::Robot, Animal::Elephant, Animal::Penguin].into_iter().map(of).collect()
}

fn wardrobe() -> Vec<Vec<Shot>> {
    let of = |animal| {
        let bare = SceneSpec::bare(animal);
        let clothes = Clothing::ALL[1..].iter().map(|&clothing| SceneSpec { clothing, ..bare });
        let hats = Hat::ALL[1..].iter().map(|&hat| SceneSpec { hat, ..bare });
        let all = clothes.chain(hats).chain([SceneSpec { backpack: true, ..bare }]);
        all.map(|spec| (spec, View::default())).collect()
    };
    [Animal::Rabbit, Animal::Dragon, Animal::Cow, Animal::Fox].into_iter().map(of).collect()
}

/// Returns rows of shots: substances, colors, bases and sizes, each on a few nouns.
fn looks() -> Vec<Vec<Shot>> {
    let mut nouns = Noun::all().step_by(9);
    let mut next = move || SceneSpec::bare(nouns.next().unwrap_or_default());
    let row = |specs: Vec<SceneSpec>| specs.into_iter().map(|spec| (spec, View::default())).collect();
    let mut rows = Vec::new();
    for _ in 0..3 {
        let bare = next();
        rows.push(row(Substance::ALL[1..]
            .iter()
            .map(|&substance| SceneSpec { substance, ..bare })
            .collect()));
    }
    let bare = next();
    rows.push(row(Color::ALL[1..].iter().map(|&color| SceneSpec { color, ..bare }).collect()));
    for _ in 0..2 {
        let bare = next();
        let bases =
            Base::ALL[1..].iter().map(|&base| SceneSpec { base, base_substance: Substance::Marble, ..bare });
        let sizes = Size::ALL[1..].iter().map(|&size| SceneSpec { size, ..bare });
        rows.push(row(bases.chain(sizes).collect()));
    }
    rows
}

/// Writes one picture. Each of `rows` is one row of the picture.
fn sheet(path: &Path, rows: &[Vec<Shot>], size: usize) -> Result<(), GalleryError> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut picture = Picture::filled(columns.max(1) * size, rows.len().max(1) * size, BACKGROUND);
    for (row, shots) in rows.iter().enumerate() {
        for (column, (spec, view)) in shots.iter().enumerate() {
            picture.paste(&render(&Scene::build(spec), size, *view), column * size, row * size);
        }
    }
    Ok(picture.write_png(path)?)
}
