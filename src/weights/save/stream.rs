//! Writing of packages whose tensors do not fit in memory together: each tensor is made, written and dropped.

#![forbid(unsafe_code)]

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

use crc32fast::Hasher;

use super::layout::{self, Placed};
use super::{model_file, start_archive, write_file, write_folder};
use crate::files;
use crate::weights::config::ModelConfig;
use crate::weights::error::{PackageError, Problem};
use crate::weights::package::Package;
use crate::weights::values::Precision;
use crate::weights::{LICENSE_FILE, MODEL_FILE, TOKENIZER_FILE, WEIGHTS_FILE, archive, mapped};

/// Byte offsets of the CRC-32 in the local and in the central record of a file in a zip.
const LOCAL_CHECKSUM: u64 = 14;
const CENTRAL_CHECKSUM: u64 = 16;
/// Upper bound of the bytes that an archive's records and the gap before the aligned weights take.
const RECORDS: usize = 4096;

/// Description of a tensor to save, without its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TensorSpec {
    /// Name, unique in the package.
    pub name: String,
    /// Row-major sizes, all greater than 0.
    pub shape: Vec<usize>,
    /// Precision in which the values are stored.
    pub precision: Precision,
}

/// The reason why writing stopped: a problem of the package, or the error of the function that makes values.
enum Stop<E> {
    Problem(Problem),
    Values(E),
}

impl<E> From<Problem> for Stop<E> {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl Package {
    /// Writes a package one tensor at a time. Without licenses, the result has the same bytes as that of
    /// [`Package::save_file`] and [`Package::save_folder`]. is_folder: whether a folder is written instead of
    /// an `.att3d` file. licenses: text of [`LICENSE_FILE`]; `None` for no such file. values: returns the
    /// values of a tensor by its index in `tensors`; it is called once for each tensor, in any order.
    ///
    /// Errors: those of `save_file` and `save_folder`; `BeyondFile` and `DiskFull` before any work; those of
    /// `values`.
    pub fn save_each<E: From<PackageError>>(
        path: &Path,
        is_folder: bool,
        config: &ModelConfig,
        tokenizer_json: &str,
        licenses: Option<&str>,
        tensors: &[TensorSpec],
        values: impl FnMut(usize) -> Result<Vec<f32>, E>,
    ) -> Result<(), E> {
        let save = || {
            let model = model_file(config)?;
            let specs = tensors.iter().map(|spec| (&*spec.name, &*spec.shape, spec.precision));
            let weights = Weights { placed: layout::layout(specs)?, values, path };
            let bytes =
                weights.size(&[&model, tokenizer_json.as_bytes(), licenses.unwrap_or("").as_bytes()])?;
            if !is_folder && u32::try_from(bytes).is_err() {
                return Err(Problem::BeyondFile { bytes }.into());
            }
            let bytes = bytes as u64;
            if let Some(free) = files::free_space(path).filter(|free| *free < bytes) {
                return Err(Problem::DiskFull { bytes, free }.into());
            }
            if is_folder {
                return write_folder(path, |new| {
                    let problem = |source| weights.problem(source);
                    write_file(&new.join(MODEL_FILE), &model).map_err(problem)?;
                    write_file(&new.join(TOKENIZER_FILE), tokenizer_json.as_bytes()).map_err(problem)?;
                    if let Some(licenses) = licenses {
                        write_file(&new.join(LICENSE_FILE), licenses.as_bytes()).map_err(problem)?;
                    }
                    let file = File::create_new(new.join(WEIGHTS_FILE)).map_err(problem)?;
                    weights.write_plain(file)
                });
            }
            weights.write_archive(&model, tokenizer_json, licenses)
        };
        save().map_err(|stop| match stop {
            Stop::Problem(problem) => PackageError::new(path.display().to_string(), problem).into(),
            Stop::Values(error) => error,
        })
    }
}

/// The tensors while they are written.
struct Weights<'a, V> {
    placed: Vec<Placed<'a>>,
    values: V,
    path: &'a Path,
}

impl<V, E> Weights<'_, V>
where
    V: FnMut(usize) -> Result<Vec<f32>, E>,
{
    fn problem(&self, source: io::Error) -> Problem {
        Problem::Io { action: "write", path: self.path.into(), source }
    }

    /// Returns an upper bound of the size of the package in bytes. texts: contents of the other files.
    fn size(&self, texts: &[&[u8]]) -> Result<usize, Problem> {
        let data = self.placed.last().map_or(0, |last| last.info.data_offsets.1);
        let texts = texts.iter().map(|text| text.len());
        Ok(texts.chain([self.header(0)?.len(), RECORDS]).fold(data, usize::saturating_add))
    }

    fn header(&self, checksum: u32) -> Result<Vec<u8>, Problem> {
        layout::header(&self.placed, checksum).map_err(Problem::Json)
    }

    /// Writes a header with 0 as the checksum, and the data. Returns the header with the checksum of the
    /// data, and the checksum of the whole file.
    fn write(&mut self, target: &mut impl Write) -> Result<(Vec<u8>, u32), Stop<E>> {
        target.write_all(&self.header(0)?).map_err(|source| self.problem(source))?;
        let mut of_data = Hasher::new();
        let mut bytes = Vec::new();
        for place in &self.placed {
            let values = (self.values)(place.index).map_err(Stop::Values)?;
            bytes.clear();
            layout::encode(place, &values, &mut bytes)?;
            of_data.update(&bytes);
            target.write_all(&bytes).map_err(|source| self.problem(source))?;
        }
        let header = self.header(of_data.clone().finalize())?;
        let mut of_file = Hasher::new();
        of_file.update(&header);
        of_file.combine(&of_data);
        Ok((header, of_file.finalize()))
    }

    fn write_plain(mut self, mut file: File) -> Result<(), Stop<E>> {
        let (header, _) = self.write(&mut file)?;
        write_at(&mut file, 0, &header)
            .and_then(|()| file.sync_all())
            .map_err(|source| self.problem(source))?;
        Ok(())
    }

    fn write_archive(
        mut self,
        model: &[u8],
        tokenizer_json: &str,
        licenses: Option<&str>,
    ) -> Result<(), Stop<E>> {
        files::check_name(self.path).map_err(|source| self.problem(source))?;
        let mut temporary = files::beside(self.path).map_err(|source| self.problem(source))?;
        let mut archive = start_archive(temporary.as_file_mut(), model, tokenizer_json, licenses)
            .map_err(Problem::ArchiveWrite)?;
        let (header, checksum) = self.write(&mut archive)?;
        archive.finish().map_err(Problem::ArchiveWrite)?;
        let place = Place::find(temporary.path()).map_err(|source| self.problem(source))?;
        let file = temporary.as_file_mut();
        write_at(file, place.data, &header)
            .and_then(|()| write_at(file, place.local + LOCAL_CHECKSUM, &checksum.to_le_bytes()))
            .and_then(|()| write_at(file, place.central + CENTRAL_CHECKSUM, &checksum.to_le_bytes()))
            .and_then(|()| file.sync_all())
            .and_then(|()| files::persist(temporary, self.path))
            .map_err(|source| self.problem(source).into())
    }
}

/// Positions of the weights and of their records in an archive.
struct Place {
    data: u64,
    local: u64,
    central: u64,
}

impl Place {
    fn find(path: &Path) -> io::Result<Self> {
        let bytes = mapped::map(path)?;
        let entries = archive::entries(&bytes, &archive::PACKAGE, |name| name == WEIGHTS_FILE);
        let entries = entries.map_err(io::Error::other)?;
        let entry = entries.first().ok_or(io::ErrorKind::NotFound)?;
        Ok(Self {
            data: entry.data.start as u64,
            local: entry.span.start as u64,
            central: entry.central as u64,
        })
    }
}

fn write_at(file: &mut File, position: u64, bytes: &[u8]) -> io::Result<()> {
    file.seek(SeekFrom::Start(position))?;
    file.write_all(bytes)
}

#[cfg(test)]
mod tests;
