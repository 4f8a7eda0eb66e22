//! Measures the C interface: the overhead of a C call over a Rust call, the time from cancel to return, and
//! the meshes per second of a live session.
//!
//! ```text
//! benches/c_abi.sh
//! ```

use std::error::Error;
use std::ffi::{CStr, c_char, c_void};
use std::ptr::{null, null_mut};
use std::time::{Duration, Instant};

use att3d::pipeline::{Context, Device, GenerateOptions, Model, Timings, generate};

/// `att3d_generate_desc` of include/att3d.h.
#[repr(C)]
struct GenerateDesc {
    struct_size: u32,
    flags: u32,
    resolution: u32,
    texture_size: u32,
    triangle_budget: u32,
    level_count: u32,
    hull_count: u32,
    hull_vertex_count: u32,
    min_component: f32,
    reserved: u32,
    seed: u64,
    memory_limit: u64,
    progress: Option<unsafe extern "C" fn(*mut c_void, f32) -> u32>,
    progress_user: *mut c_void,
    progress_release: Option<unsafe extern "C" fn(*mut c_void)>,
}

/// `att3d_mesh_info` of include/att3d.h.
#[repr(C)]
#[derive(Default)]
struct MeshInfo {
    struct_size: u32,
    resolution: u32,
    bounds: [f32; 6],
    /// Times of the text, generator, surface and texture stages, in milliseconds.
    milliseconds: [f32; 4],
    evaluations: [u64; 2],
    /// The other fields, which this program does not read.
    rest: [u32; 10],
}

unsafe extern "C" {
    fn att3d_mesh_get_info(mesh: *const c_void, info: *mut MeshInfo) -> i32;
    fn att3d_context_create(desc: *const c_void, out: *mut *mut c_void) -> i32;
    fn att3d_model_load(context: *const c_void, desc: *const c_void, out: *mut *mut c_void) -> i32;
    fn att3d_generate(
        model: *const c_void,
        prompt: *const c_char,
        desc: *const GenerateDesc,
        out: *mut *mut c_void,
    ) -> i32;
    fn att3d_mesh_free(mesh: *mut c_void);
    fn att3d_latent_from_prompt(
        model: *const c_void,
        prompt: *const c_char,
        seed: u64,
        out: *mut *mut c_void,
    ) -> i32;
    fn att3d_latent_mix(
        latents: *const *mut c_void,
        weights: *const f32,
        count: usize,
        out: *mut *mut c_void,
    ) -> i32;
    fn att3d_latent_free(latent: *mut c_void);
    fn att3d_job_generate(
        model: *const c_void,
        prompt: *const c_char,
        desc: *const GenerateDesc,
        out: *mut *mut c_void,
    ) -> i32;
    fn att3d_job_cancel(job: *const c_void) -> i32;
    fn att3d_job_wait(job: *const c_void, milliseconds: u32) -> i32;
    fn att3d_job_take_mesh(job: *const c_void, out: *mut *mut c_void) -> i32;
    fn att3d_job_free(job: *mut c_void);
    fn att3d_live_create(model: *const c_void, desc: *const GenerateDesc, out: *mut *mut c_void) -> i32;
    fn att3d_live_set_latent(live: *const c_void, latent: *const c_void, out_request: *mut u64) -> i32;
    fn att3d_live_wait(live: *const c_void, milliseconds: u32) -> i32;
    fn att3d_live_take_mesh(live: *const c_void, out: *mut *mut c_void, out_request: *mut u64) -> i32;
    fn att3d_live_free(live: *mut c_void);
}

const FOREVER: u32 = u32::MAX;
const CANCELLED: i32 = 10;
const PIG: &CStr = c"a pig wearing a party hat";
const TIGER: &CStr = c"a tiger wearing a sombrero";

fn desc(resolution: u32) -> GenerateDesc {
    GenerateDesc {
        struct_size: size_of::<GenerateDesc>() as u32,
        flags: 0,
        resolution,
        texture_size: 0,
        triangle_budget: 0,
        level_count: 0,
        hull_count: 0,
        hull_vertex_count: 0,
        min_component: 0.0,
        reserved: 0,
        seed: 0,
        memory_limit: 0,
        progress: None,
        progress_user: null_mut(),
        progress_release: None,
    }
}

/// Calls a function that writes a handle, and returns the handle.
fn made(call: impl FnOnce(*mut *mut c_void) -> i32) -> Result<*mut c_void, Box<dyn Error>> {
    let mut handle = null_mut();
    match call(&mut handle) {
        0 => Ok(handle),
        status => Err(format!("a call returned status {status}").into()),
    }
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Returns three median times in microseconds: (a C call without its stages, a Rust call without its stages,
/// a whole Rust call). The stages are left out because both calls run the same code for them, and because
/// their times vary by more than the overhead.
fn overhead(model: *mut c_void, rust: &Model) -> Result<(f64, f64, f64), Box<dyn Error>> {
    let desc = desc(32);
    let options = GenerateOptions { resolution: 32, ..GenerateOptions::default() };
    let (mut through_c, mut through_rust, mut whole) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..401 {
        let begun = Instant::now();
        // SAFETY: the handles and the description are valid.
        let mesh = made(|out| unsafe { att3d_generate(model, PIG.as_ptr(), &desc, out) })?;
        let call = begun.elapsed();
        let mut info = MeshInfo { struct_size: size_of::<MeshInfo>() as u32, ..MeshInfo::default() };
        // SAFETY: the mesh was made above, and the struct has its size.
        made(|_| unsafe { att3d_mesh_get_info(mesh, &mut info) })?;
        let freed = Instant::now();
        // SAFETY: the mesh was made above and is not used again.
        unsafe { att3d_mesh_free(mesh) };
        let stages: f32 = info.milliseconds.iter().sum();
        through_c.push((call + freed.elapsed()).as_secs_f64() * 1e6 - f64::from(stages) * 1e3);

        let begun = Instant::now();
        let generated = generate(rust, PIG.to_str()?, &options)?;
        let call = begun.elapsed();
        let Timings { text, generator, surface, texture, .. } = generated.timings;
        let freed = Instant::now();
        drop(generated);
        let all = call + freed.elapsed();
        through_rust.push((all.saturating_sub(text + generator + surface + texture)).as_secs_f64() * 1e6);
        whole.push(all.as_secs_f64() * 1e6);
    }
    Ok((median(&mut through_c), median(&mut through_rust), median(&mut whole)))
}

/// Returns the milliseconds from a cancellation to the end of the wait for the job: (median, largest, number
/// of measured cancellations). The moments of the cancellations are spread over the work.
fn cancel(model: *mut c_void) -> Result<(f64, f64, usize), Box<dyn Error>> {
    let desc = desc(512);
    // SAFETY: the handles and the description are valid.
    let start = || made(|out| unsafe { att3d_job_generate(model, PIG.as_ptr(), &desc, out) });
    let begun = Instant::now();
    let whole = start()?;
    // SAFETY: the job was made above and is not used after the free.
    unsafe {
        att3d_job_wait(whole, FOREVER);
        att3d_job_free(whole);
    }
    let step = begun.elapsed() / 60;
    let mut times = Vec::new();
    for round in 0..60 {
        let job = start()?;
        std::thread::sleep(step * round);
        let begun = Instant::now();
        let mut mesh = null_mut();
        // SAFETY: the job was made above; the job and the mesh are not used after the frees.
        unsafe {
            att3d_job_cancel(job);
            att3d_job_wait(job, FOREVER);
            let time = begun.elapsed().as_secs_f64() * 1e3;
            // A job that ended before the cancel is not counted.
            if att3d_job_take_mesh(job, &mut mesh) == CANCELLED {
                times.push(time);
            }
            att3d_mesh_free(mesh);
            att3d_job_free(job);
        }
    }
    let middle = median(&mut times);
    Ok((middle, times.last().copied().unwrap_or(f64::NAN), times.len()))
}

/// Returns the number of colored meshes per second while a slider moves between two prompts.
fn live(model: *mut c_void) -> Result<f64, Box<dyn Error>> {
    let desc = desc(64);
    // SAFETY: the model and the prompt are valid, and the output is writable.
    let from = made(|out| unsafe { att3d_latent_from_prompt(model, PIG.as_ptr(), 0, out) })?;
    // SAFETY: the model and the prompt are valid, and the output is writable.
    let to = made(|out| unsafe { att3d_latent_from_prompt(model, TIGER.as_ptr(), 0, out) })?;
    // SAFETY: the model and the description are valid, and the output is writable.
    let live = made(|out| unsafe { att3d_live_create(model, &desc, out) })?;
    let latents = [from, to];
    let begun = Instant::now();
    let mut meshes = 0;
    while begun.elapsed() < Duration::from_secs(5) {
        let at = 0.5 - 0.5 * begun.elapsed().as_secs_f32().cos();
        let weights = [1.0 - at, at];
        // SAFETY: `latents` and `weights` have two elements each, and the latents are valid.
        let mixed = made(|out| unsafe { att3d_latent_mix(latents.as_ptr(), weights.as_ptr(), 2, out) })?;
        // SAFETY: the handles are valid, and the mixed latent is not used after the free.
        unsafe {
            att3d_live_set_latent(live, mixed, null_mut());
            att3d_live_wait(live, FOREVER);
            att3d_latent_free(mixed);
        }
        // SAFETY: the session is valid, and the output is writable.
        let mesh = made(|out| unsafe { att3d_live_take_mesh(live, out, null_mut()) })?;
        meshes += i32::from(!mesh.is_null());
        // SAFETY: the mesh is valid or null, and it is not used again.
        unsafe { att3d_mesh_free(mesh) };
    }
    let rate = f64::from(meshes) / begun.elapsed().as_secs_f64();
    // SAFETY: the handles are valid and are not used again.
    unsafe {
        att3d_live_free(live);
        att3d_latent_free(from);
        att3d_latent_free(to);
    }
    Ok(rate)
}

fn main() -> Result<(), Box<dyn Error>> {
    // SAFETY: a null description means the defaults, and the output is writable.
    let context = made(|out| unsafe { att3d_context_create(null(), out) })?;
    // SAFETY: the context is valid, and the output is writable.
    let model = made(|out| unsafe { att3d_model_load(context, null(), out) })?;
    let rust_context = Context::new(Device::Auto, 0)?;
    let rust = Model::bundled_on(rust_context.engine())?;
    let (through_c, through_rust, whole) = overhead(model, &rust)?;
    let overhead = through_c - through_rust;
    let (cancel, slowest, moments) = cancel(model)?;
    let live = live(model)?;
    println!("| what | measured | bar |\n|---|---|---|");
    println!(
        "| the C call's overhead over the Rust call, 32³: outside the stages {through_c:.0} and {through_rust:.0} µs, of {whole:.0} | {overhead:.0} µs | ≤ 50 µs |"
    );
    println!(
        "| from cancel to the end, 512³, {moments} moments of the work | median {cancel:.1} ms, largest {slowest:.1} ms | ≤ 50 ms |"
    );
    println!("| live session over two prompts, 64³, colored | {live:.1} meshes per second | ≥ 20 |");
    Ok(())
}
