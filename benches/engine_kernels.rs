//! Prints the rates of the embedded engine's kernels for the shapes of the networks.
//!
//!     cargo bench --bench engine_kernels
//!
//! `benches/kernels.py` compares them with PyTorch's.
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
        for _ in 0..9 {
            let start = Instant::now();
            let buffer = work();
            shortest = shortest.min(start.elapsed().as_secs_f64());
            drop(buffer);
        }
        println!("{name} | {:.3} | {:.1}", shortest * 1e3, operations as f64 / shortest / 1e9);
    }

    fn convolution(
        &self,
        batch: usize,
        channels: usize,
        outputs: usize,
        side: usize,
        kernel: usize,
        stride: usize,
    ) {
        let x = self.array(&[batch, channels, side, side]);
        let weight = self.array(&[outputs, channels, kernel, kernel]);
        let bias = self.array(&[outputs]);
        let operations = 2 * batch * channels * kernel * kernel * outputs * (side / stride) * (side / stride);
        let name = format!("conv {batch} x {channels}->{outputs} {kernel}x{kernel} /{stride} at {side}^2");
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
    for (threads, is_bf16) in [(None, false), (None, true), (Some(1), false), (Some(1), true)] {
        let engine = CpuEngine::new(threads).unwrap();
        let bench = Bench { engine: if is_bf16 { engine.with_bf16_products() } else { engine } };
        let products = if is_bf16 { "bf16" } else { "f32" };
        let (threads, instructions) = (bench.engine.threads(), bench.engine.instructions().name());
        println!("\n{threads} threads, {instructions}, products of {products}");
        println!("kernel | ms | GFLOP/s\n---|---|---");
        if !is_bf16 {
            bench.bundled_model();
        }
        bench.diffusion_model();
    }
}

impl Bench {
    /// Shapes of the bundled model and of similar models.
    fn bundled_model(&self) {
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
            self.convolution(1, channels, outputs, side, kernel, stride);
        }
        self.linear(77, 128, 512);
        self.linear(2304, 96, 96);
        self.linear(2048, 128, 128);
        self.linear(512, 512, 512);
        self.attention(4, 77, 77, 32, true);
        self.attention(4, 2304, 24, 32, false);
        let x = self.array(&[1, 96, 48, 48]);
        let weight = self.array(&[96]);
        self.report("group_norm 96 x 48^2, 8 groups", 8 * 96 * 48 * 48, || {
            self.engine.group_norm(view(&x), 8, view(&weight), view(&weight), 1e-5).unwrap()
        });
        self.report("silu 96 x 48^2", 20 * 96 * 48 * 48, || {
            self.engine.unary(Unary::Silu, view(&x)).unwrap()
        });
        self.report("permute 96 x 48^2 to channels last", 0, || {
            self.engine.permute(view(&x), &[0, 2, 3, 1]).unwrap()
        });
    }

    /// Shapes of Stable Diffusion's U-Net, for the latents of six planes of 32², and of its VAE decoder.
    fn diffusion_model(&self) {
        for (batch, channels, outputs, side, kernel, stride) in [
            (6, 320, 320, 32, 3, 1),
            (6, 640, 640, 16, 3, 1),
            (6, 1280, 1280, 8, 3, 1),
            (6, 2560, 1280, 8, 3, 1),
            (6, 1280, 1280, 4, 3, 1),
            (6, 640, 320, 32, 1, 1),
            (1, 512, 512, 64, 3, 1),
            (1, 256, 256, 128, 3, 1),
            (1, 128, 128, 256, 3, 1),
        ] {
            self.convolution(batch, channels, outputs, side, kernel, stride);
        }
        self.linear(6144, 320, 2560);
        self.linear(1536, 640, 640);
        self.linear(384, 1280, 10_240);
        self.linear(2048, 2048, 2048);
        self.attention(5, 6144, 6144, 64, false);
        self.attention(10, 1536, 1536, 64, false);
        self.attention(5, 6144, 77, 64, false);
    }
}
