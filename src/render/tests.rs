#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use super::*;
use crate::error::no_progress;
use crate::mesh::Mesh;

/// Returns a sphere, made of rings from pole to pole.
fn ball(center: [f32; 3], radius: f32, color: [f32; 3], metallic_roughness: [f32; 2], rings: u32) -> Mesh {
    let mut mesh = Mesh::default();
    let sides = rings * 2;
    for ring in 0..=rings {
        for side in 0..sides {
            let polar = std::f32::consts::PI * ring as f32 / rings as f32;
            let around = std::f32::consts::TAU * side as f32 / sides as f32;
            let normal = [polar.sin() * around.sin(), polar.cos(), polar.sin() * around.cos()];
            mesh.positions.push(std::array::from_fn(|axis| center[axis] + normal[axis] * radius));
            mesh.normals.push(normal);
            mesh.colors.push(color);
            mesh.metallic_roughness.push(metallic_roughness);
        }
    }
    for ring in 0..rings {
        for side in 0..sides {
            let [a, b] = [ring * sides + side, ring * sides + (side + 1) % sides];
            let [c, d] = [a + sides, b + sides];
            mesh.triangles.extend((ring > 0).then_some([a, c, b]));
            mesh.triangles.extend((ring + 1 < rings).then_some([b, c, d]));
        }
    }
    mesh
}

fn joined(meshes: &[Mesh]) -> Mesh {
    let mut whole = Mesh::default();
    for mesh in meshes {
        let base = whole.positions.len() as u32;
        whole.positions.extend(&mesh.positions);
        whole.normals.extend(&mesh.normals);
        whole.colors.extend(&mesh.colors);
        whole.metallic_roughness.extend(&mesh.metallic_roughness);
        whole.triangles.extend(mesh.triangles.iter().map(|triangle| triangle.map(|index| index + base)));
    }
    whole
}

const BLUE_SCREEN: RenderOptions<'static> = RenderOptions {
    width: 128,
    height: 128,
    samples: 1,
    background: Background::Solid([0.0, 0.0, 1.0]),
    ground_shadow: false,
    textures: None,
};
const WHITE: [f32; 3] = [0.9, 0.9, 0.9];
const MATTE: [f32; 2] = [0.0, 1.0];

fn front() -> Camera {
    Camera { yaw_degrees: 0.0, pitch_degrees: 0.0, ..Camera::default() }
}

fn is_background(pixel: [u8; 4]) -> bool {
    pixel == [0, 0, 255, 255]
}

#[test]
fn textures_are_seen_where_the_vertices_colors_would_be() {
    let mut mesh = ball([0.0; 3], 1.0, [1.0, 0.0, 0.0], [0.0, 0.6], 24);
    mesh.uvs = mesh.positions.iter().map(|[x, y, _]| [x * 0.5 + 0.5, 0.5 - y * 0.5]).collect();
    mesh.tangents = vec![[1.0, 0.0, 0.0, 1.0]; mesh.positions.len()];
    // The texture is blue, and the normal map is tilted halfway to the left.
    let textures = |normal| BakedTextures {
        size: 1,
        base_color: &[[0, 0, 255]],
        roughness_metallic: &[[255, 200, 0]],
        normal,
    };
    let drawn = |textures| {
        let options = RenderOptions { width: 64, height: 64, textures, ..RenderOptions::default() };
        render(&mesh, &Camera::default(), &options).unwrap().pixel(32, 34).unwrap()
    };
    let [red, _, blue, _] = drawn(None);
    assert!(red > blue, "{red} {blue}");
    let plain = drawn(Some(textures(&[])));
    assert!(plain[2] > plain[0], "{plain:?}");
    assert_ne!(drawn(Some(textures(&[[37, 128, 218]]))), plain, "a normal map changes the light");
    assert!(
        drawn(Some(textures(&[[128, 128, 255]])))[2].abs_diff(plain[2]) < 3,
        "straight up changes nothing"
    );
    let refused = |mesh: &Mesh, textures| {
        let options = RenderOptions { textures: Some(textures), ..RenderOptions::default() };
        matches!(render(mesh, &Camera::default(), &options), Err(RenderError::BakedTextures { .. }))
    };
    assert!(refused(&mesh, BakedTextures { size: 2, ..textures(&[]) }));
    assert!(refused(&Mesh { tangents: Vec::new(), ..mesh.clone() }, textures(&[[128, 128, 255]])));
    assert!(refused(&Mesh { uvs: Vec::new(), ..mesh.clone() }, textures(&[])));
}

#[test]
fn animation_holds_every_frame_and_begins_with_the_first() {
    let frames: Vec<Image> = (0..3u8).map(|level| Image::filled(8, 6, [level * 100, 0, 0, 255])).collect();
    let bytes = encode_animation(&frames, 40).unwrap();
    let mut reader = png::Decoder::new(std::io::Cursor::new(&bytes)).read_info().unwrap();
    assert_eq!(reader.info().animation_control().unwrap().num_frames, 3);
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    for frame in &frames {
        reader.next_frame(&mut pixels).unwrap();
        assert_eq!(pixels, frame.rgba8);
    }
    assert!(matches!(encode_animation(&[], 40), Err(RenderError::NoImages)));
    let uneven = [frames[0].clone(), Image::filled(8, 7, [0; 4])];
    assert!(matches!(encode_animation(&uneven, 40), Err(RenderError::Uneven { height: 7, .. })));
}

#[test]
fn a_picture_in_strips_is_the_one_that_is_drawn_at_once() {
    let mesh = ball([0.3, 2.0, -1.0], 0.7, WHITE, MATTE, 32);
    let options = RenderOptions { samples: 2, ground_shadow: true, ..BLUE_SCREEN };
    let drawn =
        |strip| draw::draw_in_strips(&mesh, None, &Camera::default(), &options, &no_progress, strip).unwrap();
    let whole = drawn(usize::MAX);
    for strip in [0, 128 * 4 * 7, 128 * 4 * 100] {
        assert!(drawn(strip) == whole, "strips of {strip} samples");
    }
}

#[test]
fn ball_is_drawn_round_and_without_holes() {
    let image =
        render(&ball([0.3, 2.0, -1.0], 0.7, WHITE, MATTE, 64), &Camera::default(), &BLUE_SCREEN).unwrap();
    let (mut covered, mut wrong) = (0, 0);
    for y in 0..128 {
        for x in 0..128 {
            let away = (x as f32 - 63.5).hypot(y as f32 - 63.5);
            let inside = !is_background(image.pixel(x, y).unwrap());
            covered += usize::from(inside);
            wrong += usize::from((inside && away > 56.0) || (!inside && away < 54.0));
        }
    }
    // The sphere fills 0.86 of the frame: a radius of 55 pixels.
    let expected = std::f32::consts::PI * 55.04 * 55.04;
    assert!((covered as f32 / expected - 1.0).abs() < 0.01, "{covered} {expected}");
    assert_eq!(wrong, 0);
}

#[test]
fn nearer_object_hides_farther_one() {
    let near = ball([0.0, 0.0, 0.6], 0.3, [0.9, 0.1, 0.1], MATTE, 24);
    let far = ball([0.0, 0.0, -0.6], 0.8, [0.1, 0.9, 0.1], MATTE, 24);
    for meshes in [[near.clone(), far.clone()], [far, near]] {
        let image = render(&joined(&meshes), &front(), &BLUE_SCREEN).unwrap();
        let [red, green, ..] = image.pixel(64, 64).unwrap();
        assert!(red / 2 > green, "{red} {green}");
        let back = Camera { yaw_degrees: 180.0, ..front() };
        let [red, green, ..] = render(&joined(&meshes), &back, &BLUE_SCREEN).unwrap().pixel(64, 64).unwrap();
        assert!(green / 2 > red, "{red} {green}");
    }
}

#[test]
fn camera_at_yaw_ninety_sees_the_plus_x_side_upright() {
    let red = ball([0.8, 0.0, 0.0], 0.3, [0.9, 0.1, 0.1], MATTE, 16);
    let green = ball([-0.8, 0.0, 0.0], 0.3, [0.1, 0.9, 0.1], MATTE, 16);
    let top = ball([0.0, 1.0, 0.0], 0.2, [0.1, 0.1, 0.9], MATTE, 16);
    let mesh = joined(&[red, green, top]);
    let image = render(&mesh, &front(), &BLUE_SCREEN).unwrap();
    let row = |image: &Image, test: fn([u8; 4]) -> bool| {
        let pixels = (0..128 * 128).filter(|&place| test(image.pixel(place % 128, place / 128).unwrap()));
        pixels.map(|place| [place % 128, place / 128]).collect::<Vec<_>>()
    };
    let reds = row(&image, |[red, green, blue, _]| red / 2 > green.max(blue).max(20));
    let blues = row(&image, |[red, green, blue, _]| blue / 2 > red.max(green) && red > 3);
    assert!(!reds.is_empty() && reds.iter().all(|place| place[0] > 64), "+X is on the right of the front");
    assert!(!blues.is_empty() && blues.iter().all(|place| place[1] < 64), "+Y is up");
    let side = render(&mesh, &Camera { yaw_degrees: 90.0, ..front() }, &BLUE_SCREEN).unwrap();
    let reds = row(&side, |[red, green, blue, _]| red / 2 > green.max(blue).max(20));
    let greens = row(&side, |[red, green, blue, _]| green / 2 > red.max(blue).max(20));
    assert!(reds.len() > 4 * greens.len(), "the red ball hides the green one");
}

#[test]
fn bytes_do_not_depend_on_threads() {
    let mesh = joined(&[
        ball([0.0; 3], 0.7, WHITE, [1.0, 0.2], 40),
        ball([0.5; 3], 0.4, [0.8, 0.3, 0.2], MATTE, 33),
    ]);
    let options = RenderOptions { width: 150, height: 97, ..RenderOptions::default() };
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| render(&mesh, &Camera::default(), &options).unwrap())
    };
    let one = with(1);
    assert_eq!(one, with(2));
    assert_eq!(one, with(7));
}

#[test]
fn lit_matte_surface_keeps_its_hue() {
    for color in [[0.8, 0.2, 0.2], [0.2, 0.7, 0.3], [0.2, 0.3, 0.8], [0.8, 0.7, 0.2]] {
        let image = render(&ball([0.0; 3], 0.8, color, MATTE, 32), &front(), &BLUE_SCREEN).unwrap();
        let [red, green, blue, _] = image.pixel(54, 50).unwrap().map(|channel| f32::from(channel) / 255.0);
        for (found, expected) in [red, green, blue].into_iter().zip(color) {
            assert!((found - expected).abs() < 0.15, "{:?} {color:?}", [red, green, blue]);
        }
    }
}

#[test]
fn mesh_darkens_the_ground_below_it() {
    let options =
        RenderOptions { ground_shadow: true, background: Background::Solid([1.0; 3]), ..BLUE_SCREEN };
    let image = render(&ball([0.0; 3], 0.8, WHITE, MATTE, 48), &Camera::default(), &options).unwrap();
    let dark = |rows: std::ops::Range<u32>| {
        rows.flat_map(|y| [4, 100, 120].map(|x| image.pixel(x, y).unwrap()[0]))
            .filter(|&red| red < 235)
            .count()
    };
    assert!(dark(90..128) > 0);
    assert_eq!(dark(0..40), 0);
}

#[test]
fn painted_background_is_asked_for_the_direction_seen() {
    let paint = |directions: &[[f32; 3]], colors: &mut [[f32; 3]]| {
        for (color, direction) in colors.iter_mut().zip(directions) {
            *color = direction.map(|number| number * 0.5 + 0.5);
        }
    };
    let options = RenderOptions { background: Background::Function(&paint), ..BLUE_SCREEN };
    let image = render(&ball([0.0; 3], 0.8, WHITE, MATTE, 16), &front(), &options).unwrap();
    let [right, up, backward, _] = image.pixel(127, 0).unwrap();
    assert!(right > 128 && up > 128 && backward < 20);
}

#[test]
fn fixed_framing_keeps_the_scale() {
    let meshes = [ball([0.0; 3], 0.8, WHITE, MATTE, 32), ball([0.0; 3], 0.4, WHITE, MATTE, 32)];
    let camera = Camera { framing: Framing::around(&meshes), ..front() };
    let width = |mesh| {
        let image = render(mesh, &camera, &BLUE_SCREEN).unwrap();
        (0..128).filter(|&x| !is_background(image.pixel(x, 64).unwrap())).count()
    };
    let ratio = width(&meshes[0]) as f32 / width(&meshes[1]) as f32;
    assert!((1.9..2.2).contains(&ratio), "{ratio}");
}

#[test]
fn mesh_with_positions_alone_is_drawn() {
    let whole = ball([0.0; 3], 0.8, WHITE, MATTE, 32);
    let mesh = Mesh { positions: whole.positions, triangles: whole.triangles, ..Mesh::default() };
    let [red, ..] = render(&mesh, &front(), &BLUE_SCREEN).unwrap().pixel(50, 50).unwrap();
    assert!(red > 120, "{red}");
}

#[test]
fn what_cannot_be_drawn_is_an_error() {
    let mesh = ball([0.0; 3], 0.8, WHITE, MATTE, 4);
    let draw = |mesh: &Mesh, options| render(mesh, &front(), &options).unwrap_err().to_string();
    assert!(draw(&Mesh::default(), BLUE_SCREEN).contains("empty"));
    assert!(draw(&mesh, RenderOptions { width: 0, ..BLUE_SCREEN }).contains("0 × 128"));
    assert!(draw(&mesh, RenderOptions { height: 1_000_000, ..BLUE_SCREEN }).contains("128 × 1000000"));
    assert!(draw(&mesh, RenderOptions { samples: 9, ..BLUE_SCREEN }).contains('9'));
    let mut broken = mesh.clone();
    broken.positions[3][0] = f32::INFINITY;
    assert!(draw(&broken, BLUE_SCREEN).contains("vertex 3"));
}

#[test]
fn degenerate_meshes_are_drawn_without_panic() {
    let flat = Mesh { positions: vec![[0.0; 3]; 3], triangles: vec![[0, 1, 2]], ..Mesh::default() };
    render(&flat, &front(), &BLUE_SCREEN).unwrap();
    let huge = Mesh {
        positions: vec![[-1e30, 0.0, 0.0], [1e30, 0.0, 0.0], [0.0, 1e30, 1e-30]],
        triangles: vec![[0, 1, 2]],
        ..Mesh::default()
    };
    render(&huge, &front(), &BLUE_SCREEN).unwrap();
    let near = Framing::Bounds { low: [0.0; 3], high: [1e-3; 3] };
    let inside = ball([0.0; 3], 1.0, WHITE, MATTE, 16);
    render(&inside, &Camera { framing: near, ..front() }, &BLUE_SCREEN).unwrap();
}

#[test]
fn png_holds_the_pixels() {
    let image = Image { width: 2, height: 1, rgba8: vec![1, 2, 3, 255, 200, 100, 50, 255] };
    let bytes = image.encode_png().unwrap();
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut pixels).unwrap();
    assert_eq!(pixels, image.rgba8);
}

#[test]
fn image_of_wrong_length_is_not_encoded() {
    assert!(Image { width: 3, height: 3, rgba8: vec![0; 4] }.encode_png().is_err());
    assert!(Image { width: 0, height: 0, rgba8: Vec::new() }.encode_png().is_err());
}

#[test]
fn contact_sheet_holds_each_picture_and_its_caption() {
    let images =
        [[255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255]].map(|color| Image::filled(60, 40, color));
    let bare = contact_sheet(&images, &[], 2).unwrap();
    assert_eq!((bare.width, bare.height), (132, 92));
    assert_eq!(bare.pixel(10, 10), Some([255, 0, 0, 255]));
    assert_eq!(bare.pixel(80, 10), Some([0, 255, 0, 255]));
    assert_eq!(bare.pixel(10, 60), Some([0, 0, 255, 255]));
    let captioned =
        contact_sheet(&images, &["a pig", "a very long caption that has to be cut somewhere"], 2).unwrap();
    assert_eq!(captioned.height, 92 + 2 * 3 * 11);
    assert!(contact_sheet(&[], &[], 2).is_err());
}

#[test]
fn captions_wrap_at_spaces_and_are_cut_with_dots() {
    assert_eq!(font::wrap("a pig  wearing a hat", 10, 3), ["a pig", "wearing a", "hat"]);
    assert_eq!(font::wrap("abcdefghijkl", 5, 3), ["abcde", "fghij", "kl"]);
    assert_eq!(font::wrap("one two three four five", 5, 2), ["one", "tw..."]);
    assert!(font::wrap("", 5, 2).is_empty());
}

#[test]
fn progress_rises_to_one_and_a_picture_can_be_cancelled_at_every_report() {
    use std::sync::atomic::{AtomicUsize, Ordering};

    let mesh = ball([0.0; 3], 0.5, [0.5; 3], [0.0, 0.5], 12);
    let options = RenderOptions { width: 48, height: 40, samples: 2, ..RenderOptions::default() };
    let draw = |on_progress: crate::error::ProgressCallback<'_>| {
        render_with_progress(&mesh, &Camera::default(), &options, on_progress)
    };
    let heard = parking_lot::Mutex::new(Vec::new());
    let whole = draw(&|fraction| {
        heard.lock().push(fraction);
        Ok(())
    });
    let heard = heard.into_inner();
    assert!(heard.len() > 40 && heard.is_sorted(), "{heard:?}");
    assert_eq!(heard.last(), Some(&1.0));
    assert!(whole.unwrap() == render(&mesh, &Camera::default(), &options).unwrap());
    for stop in 0..heard.len() / 2 {
        let calls = AtomicUsize::new(0);
        let result =
            draw(&|_| if calls.fetch_add(1, Ordering::Relaxed) < stop { Ok(()) } else { Err(Cancelled) });
        assert!(matches!(result, Err(RenderError::Cancelled(_))), "{stop}");
    }
}
