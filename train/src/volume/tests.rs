#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

mod fields;
mod gradients;

use tch::{Device, Kind, Tensor};
use toybox::Random;

use super::medium::Medium;
use super::rays::{Rays, clip};
use super::*;
use crate::camera::{Shading, shade};
use crate::variables::host;

/// A medium of a function from points to values and colors.
struct Analytic<F>(F);

impl<F: Fn(&Tensor) -> (Tensor, Tensor)> Medium for Analytic<F> {
    fn geometry(&self, points: &Tensor) -> Result<Tensor, TrainError> {
        Ok((self.0)(points).0)
    }

    fn sample(&self, points: &Tensor) -> Result<(Tensor, Tensor), TrainError> {
        Ok((self.0)(points))
    }
}

const RADIUS: f64 = 0.5;
const SKY: [f32; 3] = [0.125, 0.25, 0.375];

/// Returns the length of the vectors in the last axis.
fn length(points: &Tensor) -> Tensor {
    points.square().sum_dim_intlist(-1, true, None::<Kind>).sqrt()
}

/// Returns a sphere of signed distances. Its color is the side of the axes on which a point is.
fn sphere() -> Analytic<impl Fn(&Tensor) -> (Tensor, Tensor)> {
    Analytic(|points: &Tensor| (length(points) - RADIUS, points.gt(0.3).to_kind(points.kind())))
}

fn of_distances(beta: f32) -> Settings {
    let density = Density::SignedDistance { beta: Tensor::from(beta), iso_level: 0.0 };
    Settings { samples: 256, jitter: false, ..Settings::new(density) }
}

fn at(azimuth: f32, elevation: f32) -> Camera {
    Camera { azimuth: azimuth.to_radians(), elevation: elevation.to_radians(), distance: 2.5, focal: 1.2 }
}

const AMBIENT: Light = Light { position: [0.0; 3], ambient: 1.0, whiteness: 0.0 };

fn picture(medium: &impl Medium, camera: Camera, light: Light, settings: &Settings) -> Rendered {
    let rays = Rays::of_cameras(&[camera], 1, settings, &mut Random::new(3));
    draw(medium, &rays, &[light], &Tensor::from_slice(&SKY).reshape([1, 1, 3]), settings).unwrap()
}

/// Returns a pixel of a picture of one view.
fn pixel(picture: &Tensor, row: i64, column: i64) -> Vec<f32> {
    host(&picture.select(0, 0).select(1, row).select(1, column)).unwrap()
}

/// Returns the distance from the camera to the sphere for a ray, or `None`, and the distance between the ray
/// and the center.
fn meets_sphere(camera: &Camera, direction: [f32; 3]) -> (Option<f32>, f32) {
    let along: f32 = -camera.position().iter().zip(direction).map(|(a, b)| a * b).sum::<f32>();
    let nearest = (camera.distance * camera.distance - along * along).max(0.0);
    let square = (RADIUS * RADIUS) as f32 - nearest;
    ((square > 0.0).then(|| along - square.sqrt()), nearest.sqrt())
}

#[test]
fn dense_sphere_is_a_disc_of_its_radius_and_depth() {
    let camera = at(30.0, 20.0);
    let settings = of_distances(0.001);
    let rendered = picture(&sphere(), camera, AMBIENT, &settings);
    let (opacity, depth) = (host(&rendered.opacity).unwrap(), host(&rendered.depth).unwrap());
    let mut inside = 0;
    for (index, direction) in camera.rays(settings.resolution).into_iter().enumerate() {
        match meets_sphere(&camera, direction) {
            (Some(distance), nearest) if nearest < 0.48 => {
                inside += 1;
                assert!(opacity[index] > 0.99, "{} at {nearest}", opacity[index]);
                assert!((depth[index] - distance).abs() < 0.02, "{} {distance}", depth[index]);
            }
            (None, nearest) if nearest > 0.52 => {
                assert!(opacity[index] < 0.01, "{} at {nearest}", opacity[index]);
                assert!((depth[index] - 2.5 - 3f32.sqrt()).abs() < 0.02, "{}", depth[index]);
            }
            _ => {}
        }
    }
    assert!(inside > 100, "{inside}");
}

#[test]
fn homogeneous_medium_has_the_opacity_of_its_length() {
    let medium = Analytic(|points: &Tensor| (length(points) * 0.0 + 0.7, points * 0.0));
    for (jitter, radius) in [(false, 3f32.sqrt()), (true, 3f32.sqrt()), (true, 0.8)] {
        let settings = Settings { jitter, radius, ..Settings::new(Density::Direct) };
        let camera = at(25.0, 35.0);
        let opacity = host(&picture(&medium, camera, AMBIENT, &settings).opacity).unwrap();
        let rays = camera.rays(settings.resolution);
        for (found, direction) in opacity.into_iter().zip(rays) {
            let [near, far] = clip(camera.position(), direction, radius).unwrap_or_default();
            let expected = 1.0 - (-0.7 * (far - near)).exp();
            assert!((found - expected).abs() < 1e-5, "{found} {expected}");
        }
    }
}

#[test]
fn rays_are_clipped_to_the_box_and_the_sphere() {
    let along = |z: f32| [0.0, 0.0, z];
    assert_eq!(clip([0.0, 0.0, 3.0], along(-1.0), 2.0), Some([2.0, 4.0]));
    assert_eq!(clip([0.0, 0.0, 3.0], along(-1.0), 0.5), Some([2.5, 3.5]));
    assert_eq!(clip([0.0, 0.0, 0.25], along(-1.0), 2.0), Some([0.0, 1.25]));
    assert_eq!(clip([1.5, 0.0, 3.0], along(-1.0), 2.0), None);
    assert_eq!(clip([0.0, 0.0, 3.0], along(1.0), 2.0), None);
}

#[test]
fn cameras_see_the_side_that_they_face() {
    for (camera, color) in [
        (at(0.0, 0.0), [0.0, 0.0, 1.0]),
        (at(90.0, 0.0), [1.0, 0.0, 0.0]),
        (at(0.0, 89.0), [0.0, 1.0, 0.0]),
        (at(180.0, 0.0), [0.0, 0.0, 0.0]),
    ] {
        let rendered = picture(&sphere(), camera, AMBIENT, &of_distances(0.002));
        let found = pixel(&rendered.color, 16, 16);
        assert!(found.iter().zip(color).all(|(a, b)| (a - b).abs() < 0.02), "{found:?} {color:?}");
    }
    // From the front, +X is on the right and +Y is above.
    let rendered = picture(&sphere(), at(0.0, 0.0), AMBIENT, &of_distances(0.002));
    assert!(pixel(&rendered.color, 16, 21)[0] > 0.9 && pixel(&rendered.color, 10, 16)[1] > 0.9);
}

#[test]
fn opacity_of_distances_approaches_the_silhouette() {
    let camera = at(0.0, 0.0);
    let error = |beta: f32| -> f32 {
        let settings = Settings { samples: 1024, ..of_distances(beta) };
        let opacity = host(&picture(&sphere(), camera, AMBIENT, &settings).opacity).unwrap();
        let rays = camera.rays(settings.resolution);
        let errors = opacity.iter().zip(&rays).map(|(opacity, &direction)| {
            (opacity - meets_sphere(&camera, direction).0.map_or(0.0, |_| 1.0)).abs()
        });
        errors.sum::<f32>() / opacity.len() as f32
    };
    // The ray that passes the sphere most closely is 0.004 away from it.
    let errors = [0.1, 0.03, 0.01, 0.003, 0.0005].map(error);
    assert!(errors.windows(2).all(|pair| pair[1] < pair[0]), "{errors:?}");
    assert!(errors[4] < 0.005, "{errors:?}");
}

#[test]
fn object_is_bright_on_the_side_of_the_light() {
    let camera = at(0.0, 0.0);
    let light = Light { position: [3.0, 0.0, 1.0], ambient: 0.25, whiteness: 0.0 };
    let white = light.with(Shading::Textureless);
    for normals in [Normals::Depth, Normals::Samples] {
        let settings = Settings { normals, ..of_distances(0.002) };
        let rendered = picture(&sphere(), camera, white, &settings);
        // Column 20 is right of the center, and column 11 is left of it.
        let (right, left) = (pixel(&rendered.color, 16, 20), pixel(&rendered.color, 16, 11));
        assert!(right[0] > left[0] + 0.3, "{right:?} {left:?}");
        let direction = camera.rays(settings.resolution)[16 * 32 + 20];
        let distance = meets_sphere(&camera, direction).0.unwrap();
        let place: [f32; 3] =
            std::array::from_fn(|axis| camera.position()[axis] + distance * direction[axis]);
        let scaled = |vector: [f32; 3]| {
            let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
            vector.map(|x| x / length)
        };
        let toward = scaled(std::array::from_fn(|axis| light.position[axis] - place[axis]));
        let expected = shade([1.0; 3], scaled(place), toward, light.ambient);
        assert!((right[0] - expected[0]).abs() < 0.02, "{right:?} {expected:?}");
        // The light does not change the albedo, and its shading can be turned off.
        let albedo = picture(&sphere(), camera, light.with(Shading::Albedo), &settings);
        assert!(albedo.normal.is_none());
        assert!((pixel(&albedo.color, 16, 20)[2] - 1.0).abs() < 0.02);
        let full = picture(&sphere(), camera, light.with(Shading::Full), &settings);
        assert!((pixel(&full.color, 16, 20)[2] - expected[2]).abs() < 0.02);
    }
}

#[test]
fn background_shows_where_nothing_is() {
    let rendered = picture(&sphere(), at(0.0, 0.0), AMBIENT, &of_distances(0.002));
    for (row, column) in [(0, 0), (0, 31), (31, 16), (16, 2)] {
        let found = pixel(&rendered.color, row, column);
        assert!(found.iter().zip(SKY).all(|(a, b)| (a - b).abs() < 1e-6), "{found:?}");
        assert!(pixel(&rendered.opacity, row, column)[0] < 1e-6);
    }
    assert!(pixel(&rendered.color, 16, 16).iter().zip(SKY).all(|(a, b)| (a - b).abs() > 0.1));
}

#[test]
fn parts_of_a_picture_are_the_same_as_the_whole() {
    let light = Light { position: [1.0, 2.0, 2.0], ambient: 0.25, whiteness: 0.5 };
    let whole = Settings { jitter: true, ..of_distances(0.05) };
    let parts = Settings { jitter: true, rays_at_once: 100, ..of_distances(0.05) };
    let [one, other] = [whole, parts].map(|settings| picture(&sphere(), at(10.0, 5.0), light, &settings));
    for (one, other) in
        [(one.color, other.color), (one.depth, other.depth), (one.normal.unwrap(), other.normal.unwrap())]
    {
        assert!((one - other).abs().max().double_value(&[]) < 1e-5);
    }
}

#[test]
fn orientation_costs_where_surfaces_face_away() {
    let light = Light { position: [1.0, 2.0, 2.0], ambient: 0.25, whiteness: 0.0 };
    let rendered = picture(&sphere(), at(0.0, 0.0), light, &of_distances(0.002));
    let cost = |rendered: &Rendered| orientation_loss(rendered).unwrap().unwrap().double_value(&[]);
    assert!(cost(&rendered) < 1e-3, "{}", cost(&rendered));
    let normal = rendered.normal.as_ref().map(Tensor::neg);
    let turned = Rendered { normal, ..rendered };
    assert!(cost(&turned) > 0.05, "{}", cost(&turned));
    let empty = Analytic(|points: &Tensor| (length(points) + 5.0, points * 0.0));
    let empty = picture(&empty, at(0.0, 0.0), AMBIENT, &of_distances(0.002));
    assert!(orientation_loss(&empty).unwrap().is_none());
    assert!((opacity_loss(&empty).unwrap().double_value(&[]) - 0.1).abs() < 1e-5);
    assert!(opacity_loss(&turned).unwrap().double_value(&[]) > 0.15);
}

#[test]
fn no_camera_sees_more_of_the_device_than_it_needs() {
    // The corner rays of a wide view miss the box and are not traced.
    let settings = Settings::new(Density::Direct);
    let wide = Camera { focal: 0.7, distance: 3.0, ..at(0.0, 0.0) };
    let rays = Rays::of_cameras(&[wide], 1, &settings, &mut Random::new(1));
    assert!(rays.kept_per_prompt() < 32 * 32 / 2, "{}", rays.kept_per_prompt());
    let near = Camera { focal: 1.35, distance: 2.0, ..at(0.0, 0.0) };
    let rays = Rays::of_cameras(&[wide, near], 2, &settings, &mut Random::new(1));
    assert_eq!(rays.kept_per_prompt(), 32 * 32);
    let inputs = rays.upload(&[AMBIENT; 2], Device::Cpu).unwrap();
    assert_eq!(inputs.distances.size(), [2, 32 * 32, 32]);
}

#[test]
fn entropy_costs_where_pixels_are_translucent() {
    let opacity = Tensor::from_slice(&[0.0f32, 0.2, 0.5, 0.9, 1.0]).reshape([1, 1, 1, 5]);
    let opacity = opacity.set_requires_grad(true);
    let zeros = || Tensor::zeros([1, 3, 1, 5], (Kind::Float, Device::Cpu));
    let rendered = Rendered {
        color: zeros(),
        opacity: opacity.shallow_clone(),
        depth: zeros(),
        normal: None,
        directions: zeros(),
    };
    let cost = entropy_loss(&rendered).unwrap();
    let of = |o: f64| -o * o * (o * o.ln() + (1.0 - o) * (1.0 - o).ln());
    let expected = (of(0.2) + of(0.5) + of(0.9)) / 5.0;
    // An opacity of 1 counts as 0.999.
    assert!((cost.double_value(&[]) - expected).abs() < 2e-3, "{cost} {expected}");
    cost.backward();
    let slopes = Vec::<f32>::try_from(opacity.grad().reshape([-1])).unwrap();
    // An opacity of 0.9 grows, one of 0.2 falls a little, and those at the ends stay.
    assert!(slopes[3] < -0.1 && slopes[1] > 0.0 && slopes[1] < 0.05, "{slopes:?}");
    assert!(slopes[0] == 0.0 && slopes[2].abs() < 1e-6 && slopes[4] == 0.0, "{slopes:?}");
}
