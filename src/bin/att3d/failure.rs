//! Messages and exit codes of verbs that fail.

use att3d::convert::ConvertError;
use att3d::detail::DetailError;
use att3d::engine::EngineError;
use att3d::files::WriteError;
use att3d::formats::FormatError;
use att3d::gltf::GltfError;
use att3d::pipeline::{ErrorKind, OffsetProblem, PipelineError};
use att3d::render::RenderError;
use att3d::surface::SurfaceError;
use att3d::text::TokenizerError;

/// The error of a verb.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The pipeline failed.
    #[error(transparent)]
    Pipeline(#[from] PipelineError),
    /// A GLB could not be made or read.
    #[error(transparent)]
    Gltf(#[from] GltfError),
    /// A file could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The engine could not be started.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A picture could not be made.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// A model could not be converted.
    #[error(transparent)]
    Convert(#[from] ConvertError),
    /// The connection to the host failed.
    #[error("the connection to the host failed: {0}")]
    Line(#[from] std::io::Error),
    /// Standard output could not be written.
    #[error("cannot write to standard output: {0}")]
    Output(std::io::Error),
    /// The name of a picture has the extension of another format.
    #[error("{path} is not the name of a PNG file; end the name with .png")]
    NotPng {
        /// File that was given.
        path: String,
    },
    /// Two outputs would be written to the same file.
    #[error("{path} is given twice; give the mesh and the picture different names")]
    SameFile {
        /// File that was given twice.
        path: String,
    },
    /// A mesh and a report would both go to standard output.
    #[error("-o - and --json both write to standard output; leave out one of them")]
    StandardOutputTwice,
    /// The preview would go to standard output.
    #[error("--preview cannot write to standard output; give it a file name that ends with .png")]
    PictureToStandardOutput,
    /// Several files would go to standard output.
    #[error(
        "-o - writes one mesh to standard output, but {option} makes several; give -o the name of a file"
    )]
    SeveralToStandardOutput {
        /// Option that makes several files.
        option: &'static str,
    },
    /// A manual page was requested for a verb that does not exist.
    #[error("there is no verb {verb}; expected one of {verbs}")]
    NoVerb {
        /// Verb that was given.
        verb: String,
        /// Verbs that exist.
        verbs: String,
    },
    /// The format of the output cannot hold the result of an option.
    #[error("{path}: {option} works only for .glb files; end the name with .glb, or leave out {option}")]
    OnlyForGlb {
        /// Option that needs a GLB.
        option: &'static str,
        /// Output file.
        path: String,
    },
    /// A morph would go to a folder.
    #[error(
        "{path}: --morph writes one .glb file; end the name with .glb, or leave out --morph to get a folder of meshes"
    )]
    MorphFile {
        /// Output that was given.
        path: String,
    },
    /// A keyframe does not have one weight per prompt.
    #[error(
        "--keyframe has {found} weights for {prompts} prompts; give one weight per prompt, in the order of the prompts"
    )]
    Keyframe {
        /// Number of weights that were given.
        found: usize,
        /// Number of prompts.
        prompts: usize,
    },
    /// The number of times differs from the number of keyframes, or the times do not increase.
    #[error(
        "--times has {found} numbers for {keyframes} keyframes; give one time per keyframe, in seconds, each clearly above the one before"
    )]
    Times {
        /// Number of times that were given.
        found: usize,
        /// Number of keyframes.
        keyframes: usize,
    },
    /// An option for several keyframes was given with only one keyframe.
    #[error("{option} needs several keyframes; give --keyframe at least twice, or leave out {option}")]
    OneKeyframe {
        /// Option that was given.
        option: &'static str,
    },
    /// The option does not apply to frames in one file.
    #[error(
        "{option} does not work for the frames of one file; add --morph, write to a folder, or leave out {option}"
    )]
    NotForFrames {
        /// Option that was given.
        option: &'static str,
    },
    /// The given mesh or folder cannot be used.
    #[error("{path}: {reason}")]
    Input {
        /// The file or folder.
        path: String,
        /// Reason why it cannot be used.
        reason: String,
    },
    /// The option would change geometry that must be kept.
    #[error("{option} would change the mesh, but --keep-geometry keeps it; leave out one of them")]
    GeometryKept {
        /// Option that was given.
        option: &'static str,
    },
    /// The pictures of a turntable take too much memory.
    #[error(
        "{count} pictures of {size} × {size} pixels take more than 1 GiB; give a smaller --turntable or --size"
    )]
    Turntable {
        /// Number of pictures.
        count: u16,
        /// Pixels along a side.
        size: u32,
    },
    /// A catalog cannot be used.
    #[error("{path}: {reason}")]
    Catalog {
        /// File of the catalog.
        path: String,
        /// Reason why it cannot be used.
        reason: String,
    },
    /// Another process bakes into the folder.
    #[error("another att3d bake works in {path}; wait for its end, or choose another folder")]
    FolderInUse {
        /// The folder.
        path: String,
    },
    /// A file of the output folder was not made by a bake.
    #[error("{path} exists already, but the folder has no manifest.jsonl of a bake; choose another folder")]
    ForeignFile {
        /// The file.
        path: String,
    },
    /// Some assets of a catalog could not be made.
    #[error("{failed} of {all} rows failed; the others are done")]
    AssetsFailed {
        /// Number of assets that failed.
        failed: usize,
        /// Number of all assets.
        all: usize,
    },
    /// Some assets of a catalog do not meet a rule.
    #[error("{unmet} of {all} assets do not meet a rule; manifest.jsonl lists the rules as `unmet`")]
    RulesUnmet {
        /// Number of assets that do not meet a rule.
        unmet: usize,
        /// Number of all assets.
        all: usize,
    },
    /// A folder, or a file that a bake keeps in it, could not be made or removed.
    #[error("cannot make or remove {path}: {source}")]
    Folder {
        /// Path of the folder.
        path: String,
        /// Error of the system.
        source: std::io::Error,
    },
}

impl Failure {
    /// Returns whether the reader of standard output has closed it.
    pub fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == std::io::ErrorKind::BrokenPipe)
    }

    /// Returns the message for users of the command. It names commands that help. The library's own messages
    /// name no commands, since it has other callers too.
    pub fn message(&self) -> String {
        let hint =
            match self {
                Self::Pipeline(PipelineError::Prompt(TokenizerError::NothingKnown {
                    suggestions, ..
                })) if suggestions.is_empty() => " (`att3d words` lists its words)",
                _ => "",
            };
        format!("{self}{hint}")
    }

    /// Returns the process's exit code.
    pub fn exit_code(&self) -> u8 {
        match self {
            // The kind of this error would give exit code 4, as if the model did not support morphs. But
            // only this keyframe cannot be reached.
            Self::Pipeline(PipelineError::OtherTopology { .. }) => 1,
            Self::Pipeline(error) if is_wrong_argument(error) => 2,
            // An offset of another model is refused as a wrong file, as a package of another version is.
            Self::Pipeline(PipelineError::Offset(error)) => match *error.problem {
                OffsetProblem::Io { .. } => 5,
                _ => 4,
            },
            Self::Pipeline(error) => match error.kind() {
                ErrorKind::Prompt => 3,
                ErrorKind::Format | ErrorKind::Unsupported => 4,
                ErrorKind::Io if matches!(error, PipelineError::Package(_)) => 4,
                ErrorKind::Io => 5,
                ErrorKind::EmptySurface => 6,
                ErrorKind::Cancelled => 130,
                _ => 1,
            },
            Self::OnlyForGlb { .. }
            | Self::MorphFile { .. }
            | Self::Keyframe { .. }
            | Self::Times { .. }
            | Self::OneKeyframe { .. }
            | Self::NotForFrames { .. }
            | Self::NotPng { .. }
            | Self::SameFile { .. }
            | Self::StandardOutputTwice
            | Self::PictureToStandardOutput
            | Self::SeveralToStandardOutput { .. }
            | Self::NoVerb { .. }
            | Self::GeometryKept { .. }
            | Self::Turntable { .. }
            | Self::Catalog { .. }
            | Self::Gltf(GltfError::UpAxis) => 2,
            Self::Output(_) if self.is_closed_pipe() => 141,
            Self::Output(_) => 5,
            Self::Convert(_) => 4,
            Self::RulesUnmet { .. } => 7,
            Self::Input { .. }
            | Self::FolderInUse { .. }
            | Self::ForeignFile { .. }
            | Self::Gltf(_)
            | Self::Write(_)
            | Self::Folder { .. }
            | Self::Render(RenderError::Write(_)) => 5,
            Self::Render(_) | Self::Engine(_) | Self::Line(_) | Self::AssetsFailed { .. } => 1,
        }
    }
}

/// Returns whether an argument is wrong regardless of the prompt and the model.
fn is_wrong_argument(error: &PipelineError) -> bool {
    match error {
        PipelineError::UnknownFormat { .. } => true,
        PipelineError::Surface(error) => {
            matches!(
                error,
                SurfaceError::Resolution { .. }
                    | SurfaceError::Setting { .. }
                    | SurfaceError::Envelope { .. }
            )
        }
        PipelineError::Detail(error) => matches!(
            error,
            DetailError::Budget { .. }
                | DetailError::Levels { .. }
                | DetailError::MinComponent { .. }
                | DetailError::Hulls { .. }
                | DetailError::HullVertices { .. }
        ),
        PipelineError::Gltf(error) => matches!(error, GltfError::Scale(_) | GltfError::UpAxis),
        PipelineError::Format(FormatError::Scale(_)) => true,
        _ => false,
    }
}
