//! Prints the rates of the embedded engine's kernels for the shapes of the networks.
//!
//!     cargo bench --bench engine_kernels
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a bench fails by a panic")]

use std::time::Instant;

use att3d::engine::cpu::CpuEngine;
use att3d::engine::{Buffer, Engine, Unary, View};

struct Bench {
    engine: CpuEngine,
}

impl Bench {
    fn array(&self, shape: &[usize]) -> (Buffer, Vec<usize>) {
        let count: usize = shape.iter().product();
        let values: Vec<f32> = (0..count).map(|i| ((i * 7919) % 1000) as f32 / 500.0 - 1.0).collect();
        (self.engine.upload(&values, shape).unwrap(), shape.to_vec())
    }

    /// Prints the shortest time of a few runs.
    fn report(&self, name: &str, operations: usize, mut work: impl FnMut() -> Buffer) {
        let mut shortest = f64::INFINITY;
        for _ in 0..15 {
            let start = Instant::now();
            let buffer = work();
            shortest = shortest.min(start.elapsed().as_secs_f64());
            drop(buffer);
        }
        println!("{name} | {:.3} | {:.1}", shortest * 1e3, operations as f64 / shortest / 1e9);
    }

    fn convolution(&self, channels: usize, outputs: usize, side: usize, kernel: usize, stride: usize) {
        let x = self.array(&[1, channels, side, side]);
        let weight = self.array(&[outputs, channels, kernel, kernel]);
        let bias = self.array(&[outputs]);
        let operations = 2 * channels * kernel * kernel * outputs * (side / stride) * (side / stride);
        let name = format!("conv {channels}->{outputs} {kernel}x{kernel} /{stride} at {side}^2");
        self.report(&name, operations, || {
            self.engine.conv2d(view(&x), view(&weight), Some(view(&bias)), stride, kernel / 2).unwrap()
        });
    }

    fn linear(&self, rows: usize, inputs: usize, outputs: usize) {
        let x = self.array(&[rows, inputs]);
        let weight = self.array(&[outputs, inputs]);
        let bias = self.array(&[outputs]);
        self.report(&format!("linear {rows} x {inputs} -> {outputs}"), 2 * rows * inputs * outputs, || {
            self.engine.linear(view(&x), view(&weight), Some(view(&bias))).unwrap()
        });
    }

    fn attention(&self, heads: usize, queries: usize, keys: usize, width: usize, causal: bool) {
        let q = self.array(&[1, heads, queries, width]);
        let k = self.array(&[1, heads, keys, width]);
        let name = format!("attention {heads} x {queries} x {keys} x {width}");
        self.report(&name, 4 * heads * queries * keys * width, || {
            self.engine.attention(view(&q), view(&k), view(&k), None, causal).unwrap().unwrap()
        });
    }
}

fn view(pair: &(Buffer, Vec<usize>)) -> View<'_> {
    View { buffer: &pair.0, shape: &pair.1 }
}

fn main() {
    for threads in [None, Some(1)] {
        let bench = Bench { engine: CpuEngine::new(threads).unwrap() };
        println!("\n{} threads, {}", bench.engine.threads(), bench.engine.instructions().name());
        println!("kernel | ms | GFLOP/s\n---|---|---");
        for (channels, outputs, side, kernel, stride) in [
            (200, 200, 6, 3, 1),
            (192, 192, 12, 3, 1),
            (144, 144, 24, 3, 1),
            (96, 96, 48, 3, 1),
            (48, 48, 64, 3, 1),
            (96, 192, 48, 3, 2),
            (96, 144, 48, 1, 1),
            (48, 36, 96, 3, 1),
        ] {
            bench.convolution(channels, outputs, side, kernel, stride);
        }
        // Shapes of Stable Diffusion's U-Net and VAE decoder.
        for (channels, outputs, side, kernel, stride) in [
            (320, 320, 32, 3, 1),
            (640, 640, 16, 3, 1),
            (1280, 1280, 8, 3, 1),
            (960, 320, 32, 1, 1),
            (512, 512, 64, 3, 1),
            (256, 256, 128, 3, 1),
            (128, 128, 256, 3, 1),
        ] {
            bench.convolution(channels, outputs, side, kernel, stride);
        }
        bench.linear(6144, 320, 2560);
        bench.linear(1536, 640, 640);
        bench.linear(77, 128, 512);
        bench.linear(2304, 96, 96);
        bench.linear(2048, 128, 128);
        bench.linear(512, 512, 512);
        bench.attention(4, 77, 77, 32, true);
        bench.attention(4, 2304, 24, 32, false);
        bench.attention(5, 6144, 6144, 64, false);
        bench.attention(10, 1536, 1536, 64, false);
        bench.attention(5, 6144, 77, 64, false);
        let x = bench.array(&[1, 96, 48, 48]);
        let weight = bench.array(&[96]);
        bench.report("group_norm 96 x 48^2, 8 groups", 8 * 96 * 48 * 48, || {
            bench.engine.group_norm(view(&x), 8, view(&weight), view(&weight), 1e-5).unwrap()
        });
        bench.report("silu 96 x 48^2", 20 * 96 * 48 * 48, || {
            bench.engine.unary(Unary::Silu, view(&x)).unwrap()
        });
        bench.report("permute 96 x 48^2 to channels last", 0, || {
            bench.engine.permute(view(&x), &[0, 2, 3, 1]).unwrap()
        });
    }
}
