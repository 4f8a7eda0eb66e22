//! The tile registers: their configuration, and the loop that multiplies.

use std::arch::asm;
use std::arch::x86_64::{_mm512_mask_storeu_ps, _mm512_maskz_loadu_ps};
use std::marker::PhantomData;
use std::mem::offset_of;

/// Number of rows and of columns of a result tile, and number of rows of each operand's tile.
pub(super) const SIDE: usize = 16;
/// Number of bf16 numbers in a row of the first operand: the depth of one product.
pub(super) const DEPTH: usize = 32;
/// Number of bf16 numbers of a tile.
pub(super) const NUMBERS: usize = SIDE * DEPTH;

/// A tile of an operand in memory: 16 rows of 64 bytes.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(super) struct Tile(pub(super) [[u16; DEPTH]; SIDE]);

impl Tile {
    /// A tile of zeros.
    pub(super) const ZERO: Self = Self([[0; DEPTH]; SIDE]);
}

// SAFETY: the type consists of numbers without padding, and each pattern of bits is valid.
unsafe impl bytemuck::Zeroable for Tile {}
// SAFETY: as above.
unsafe impl bytemuck::Pod for Tile {}

/// The configuration of the tile registers of this thread, which lasts until it is dropped. All registers
/// have 16 rows of 64 bytes.
pub(super) struct Session(PhantomData<*const ()>);

impl Session {
    /// Configures the registers.
    ///
    /// # Safety
    /// The process is allowed to use tile registers.
    #[inline(always)]
    pub(super) unsafe fn new() -> Self {
        #[repr(C, align(64))]
        struct Configuration {
            palette: u8,
            start_row: u8,
            reserved: [u8; 14],
            bytes_per_row: [u16; 16],
            rows: [u8; 16],
        }
        const TILES: usize = 8;
        let mut configuration = Configuration {
            palette: 1,
            start_row: 0,
            reserved: [0; 14],
            bytes_per_row: [0; 16],
            rows: [0; 16],
        };
        configuration.bytes_per_row[..TILES].fill(64);
        configuration.rows[..TILES].fill(SIDE as u8);
        // SAFETY: the caller guarantees that the instruction is allowed. It reads 64 bytes.
        unsafe {
            asm!("ldtilecfg [{}]", in(reg) &raw const configuration, options(nostack, preserves_flags, readonly));
        }
        Self(PhantomData)
    }
}

impl Drop for Session {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: a session exists only where the instruction is allowed.
        unsafe { asm!("tilerelease", options(nostack, preserves_flags, nomem)) }
    }
}

/// The operands of a product of one or two tiles of rows and one or two tiles of columns. Result tile (r,
/// c) is
///
///   start + the sum over i < count of (tile i of rows r) · (tile i of columns c)
///
/// Tile i of the rows begins 1024 · i bytes after the first one, and tile i of the columns `offsets[i]` bytes
/// after `columns`.
#[derive(Clone, Copy)]
#[repr(C)]
pub(super) struct Operands {
    /// First tiles of the rows.
    pub(super) rows: [*const Tile; 2],
    /// Origins of the columns. A row of a tile has the numbers of two adjacent depths for 16 columns.
    pub(super) columns: [*const u8; 2],
    /// Distance of the rows of a column tile in bytes.
    pub(super) columns_stride: usize,
    /// Distances of the column tiles in bytes.
    pub(super) offsets: *const usize,
    /// Number of tiles over which the product sums, at least 1.
    pub(super) count: usize,
    /// Initial values of the result tiles (0, 0), (0, 1), (1, 0) and (1, 1).
    pub(super) start: [*const f32; 4],
    /// Distance of the rows of initial values in bytes.
    pub(super) start_stride: usize,
}

/// Operands, and the places of the result tiles.
#[repr(C)]
struct Product {
    operands: Operands,
    to: [*mut f32; 4],
    /// Distance of the rows of a result in bytes.
    to_stride: usize,
}

/// Emits a product for some of the result tiles, which are in the registers 0 to 3. `$step` loads the tiles
/// of one depth into the registers 4 to 7, and multiplies them.
macro_rules! product {
    ($product:expr, [$($result:literal),*], [$($step:literal),*]) => {
        asm!(
            "mov {stride}, [{product} + {start_stride}]",
            $(
                concat!("mov {place}, [{product} + {start} + 8 * ", $result, "]"),
                concat!("tileloadd tmm", $result, ", [{place} + {stride}]"),
            )*
            "mov {first}, [{product} + {rows}]",
            "mov {second}, [{product} + {rows} + 8]",
            "mov {third}, [{product} + {columns}]",
            "mov {fourth}, [{product} + {columns} + 8]",
            "mov {stride}, [{product} + {columns_stride}]",
            "mov {next}, [{product} + {offsets}]",
            "mov {left}, [{product} + {count}]",
            "2:",
            "mov {offset}, [{next}]",
            $($step,)*
            "add {next}, 8",
            "add {first}, 1024",
            "add {second}, 1024",
            "dec {left}",
            "jnz 2b",
            "mov {stride}, [{product} + {to_stride}]",
            $(
                concat!("mov {place}, [{product} + {to} + 8 * ", $result, "]"),
                concat!("tilestored [{place} + {stride}], tmm", $result),
            )*
            product = in(reg) $product,
            start_stride = const offset_of!(Product, operands.start_stride),
            start = const offset_of!(Product, operands.start),
            rows = const offset_of!(Product, operands.rows),
            columns = const offset_of!(Product, operands.columns),
            columns_stride = const offset_of!(Product, operands.columns_stride),
            offsets = const offset_of!(Product, operands.offsets),
            count = const offset_of!(Product, operands.count),
            to = const offset_of!(Product, to),
            to_stride = const offset_of!(Product, to_stride),
            across = in(reg) 64usize,
            stride = out(reg) _,
            place = out(reg) _,
            first = out(reg) _,
            second = out(reg) _,
            third = out(reg) _,
            fourth = out(reg) _,
            next = out(reg) _,
            left = out(reg) _,
            offset = out(reg) _,
            options(nostack)
        )
    };
}

impl Operands {
    /// Computes the product of `rows` tiles of rows and `columns` tiles of columns, one or two of each.
    ///
    /// # Safety
    /// All tiles that the fields describe can be read. The tiles of the results, whose rows have the distance
    /// `stride` in numbers, can be written, by this thread alone. `offsets` has `count` distances.
    #[inline(always)]
    pub(super) unsafe fn multiply(
        &self,
        _: &Session,
        (rows, columns): (usize, usize),
        to: [*mut f32; 4],
        stride: usize,
    ) {
        assert!(self.count > 0, "a product sums over at least one tile");
        let product = Product { operands: *self, to, to_stride: stride * size_of::<f32>() };
        let product: *const Product = &raw const product;
        // SAFETY: by the contract of this function. A session exists.
        unsafe {
            match (rows, columns) {
                (1, 1) => product!(
                    product,
                    ["0"],
                    [
                        "tileloadd tmm4, [{first} + {across}]",
                        "lea {place}, [{third} + {offset}]",
                        "tileloadd tmm6, [{place} + {stride}]",
                        "tdpbf16ps tmm0, tmm4, tmm6"
                    ]
                ),
                (1, 2) => product!(
                    product,
                    ["0", "1"],
                    [
                        "tileloadd tmm4, [{first} + {across}]",
                        "lea {place}, [{third} + {offset}]",
                        "tileloadd tmm6, [{place} + {stride}]",
                        "lea {place}, [{fourth} + {offset}]",
                        "tileloadd tmm7, [{place} + {stride}]",
                        "tdpbf16ps tmm0, tmm4, tmm6",
                        "tdpbf16ps tmm1, tmm4, tmm7"
                    ]
                ),
                (2, 1) => product!(
                    product,
                    ["0", "2"],
                    [
                        "tileloadd tmm4, [{first} + {across}]",
                        "tileloadd tmm5, [{second} + {across}]",
                        "lea {place}, [{third} + {offset}]",
                        "tileloadd tmm6, [{place} + {stride}]",
                        "tdpbf16ps tmm0, tmm4, tmm6",
                        "tdpbf16ps tmm2, tmm5, tmm6"
                    ]
                ),
                _ => product!(
                    product,
                    ["0", "1", "2", "3"],
                    [
                        "tileloadd tmm4, [{first} + {across}]",
                        "tileloadd tmm5, [{second} + {across}]",
                        "lea {place}, [{third} + {offset}]",
                        "tileloadd tmm6, [{place} + {stride}]",
                        "lea {place}, [{fourth} + {offset}]",
                        "tileloadd tmm7, [{place} + {stride}]",
                        "tdpbf16ps tmm0, tmm4, tmm6",
                        "tdpbf16ps tmm1, tmm4, tmm7",
                        "tdpbf16ps tmm2, tmm5, tmm6",
                        "tdpbf16ps tmm3, tmm5, tmm7"
                    ]
                ),
            }
        }
    }
}

/// Two by two result tiles, for results that are not whole tiles.
#[repr(C, align(64))]
pub(super) struct Results([[f32; 2 * SIDE]; 2 * SIDE]);

impl Default for Results {
    #[inline(always)]
    fn default() -> Self {
        Self([[0.0; 2 * SIDE]; 2 * SIDE])
    }
}

impl Results {
    /// Returns the places of the tiles.
    #[inline(always)]
    pub(super) fn places(&mut self) -> [*mut f32; 4] {
        let start = self.0.as_mut_ptr().cast::<f32>();
        [0, SIDE, 2 * SIDE * SIDE, 2 * SIDE * SIDE + SIDE].map(|offset| start.wrapping_add(offset))
    }

    /// Returns the distance of two rows.
    #[inline(always)]
    pub(super) fn stride(&self) -> usize {
        2 * SIDE
    }

    /// Copies a part of a row, which has sixteen numbers of each of two adjacent tiles.
    #[inline(always)]
    pub(super) fn copy(&self, row: usize, first: usize, to: &mut [f32]) {
        // A copy of a variable length would be a call, which takes longer than the copy.
        for (from, to) in self.0[row][first..].chunks(SIDE).zip(to.chunks_mut(SIDE)) {
            // SAFETY: the processor has AVX-512 where it has AMX.
            unsafe { copy(from, to) };
        }
    }
}

/// Copies at most sixteen numbers.
#[target_feature(enable = "avx512f")]
fn copy(from: &[f32], to: &mut [f32]) {
    let mask = ((1_u32 << from.len().min(to.len()).min(SIDE)) - 1) as u16;
    // SAFETY: the mask has at most as many bits as each slice has numbers.
    unsafe { _mm512_mask_storeu_ps(to.as_mut_ptr(), mask, _mm512_maskz_loadu_ps(mask, from.as_ptr())) }
}
