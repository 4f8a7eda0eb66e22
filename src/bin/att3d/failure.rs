//! What a verb says when it fails, and the exit code that scripts see.

use att3d::convert::ConvertError;
use att3d::detail::DetailError;
use att3d::engine::EngineError;
use att3d::files::WriteError;
use att3d::formats::FormatError;
use att3d::gltf::GltfError;
use att3d::pipeline::{ErrorKind, PipelineError};
use att3d::render::RenderError;
use att3d::surface::SurfaceError;

/// A verb that failed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The main job failed.
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
    /// The line to a host broke.
    #[error("the line to the host broke: {0}")]
    Line(#[from] std::io::Error),
    /// Standard output could not be written.
    #[error("cannot write to standard output: {0}")]
    Output(std::io::Error),
    /// A picture of another format.
    #[error("{path}: pictures are PNG files; end the name with .png")]
    NotPng {
        /// The file that was asked for.
        path: String,
    },
    /// Two outputs in one file.
    #[error("{path} is named twice: give the mesh and the picture names of their own")]
    SameFile {
        /// The file.
        path: String,
    },
    /// A mesh and a report in one stream.
    #[error("-o - and --json both write to standard output: leave one of them out")]
    StandardOutputTwice,
    /// A picture for standard output.
    #[error("--preview writes a file: give it a name that ends with .png")]
    PictureToStandardOutput,
    /// Several files for standard output.
    #[error("-o - writes one mesh to standard output: give {option} a file or a folder")]
    SeveralToStandardOutput {
        /// The option.
        option: &'static str,
    },
    /// A verb that has no page.
    #[error("there is no verb {verb}; expected one of {verbs}")]
    NoVerb {
        /// What was asked for.
        verb: String,
        /// Those that there are.
        verbs: String,
    },
    /// Something for a format that has no place for it.
    #[error("{path}: {option} is for .glb files alone; end the name with .glb, or leave {option} out")]
    OnlyForGlb {
        /// The option.
        option: &'static str,
        /// The file.
        path: String,
    },
    /// Morph targets for a folder.
    #[error(
        "{path}: --morph writes one file; end the name with .glb, or leave --morph out for a folder of meshes"
    )]
    MorphFile {
        /// What was asked for.
        path: String,
    },
    /// Weights of a keyframe that are not one a prompt.
    #[error("--keyframe has {found} weights for {prompts} prompts: give one a prompt, in their order")]
    Keyframe {
        /// What was given.
        found: usize,
        /// How many prompts there are.
        prompts: usize,
    },
    /// Times that are not one a keyframe, or do not rise.
    #[error(
        "--times has {found} numbers for {keyframes} keyframes: give one each, in seconds, each well above the one before"
    )]
    Times {
        /// What was given.
        found: usize,
        /// How many keyframes there are.
        keyframes: usize,
    },
    /// Something that only a walk has, of one keyframe.
    #[error(
        "{option} is for a walk from one keyframe to others: give --keyframe at least twice, or leave {option} out"
    )]
    OneKeyframe {
        /// The option.
        option: &'static str,
    },
    /// Something that frames in one file do not have.
    #[error("{option} is not for the frames of one file: give --morph, or a folder, or leave {option} out")]
    NotForFrames {
        /// The option.
        option: &'static str,
    },
    /// A mesh that was given can't be used.
    #[error("{path}: {reason}")]
    Input {
        /// The file.
        path: String,
        /// What is the matter with it.
        reason: String,
    },
    /// Something that would change what is to be kept.
    #[error("{option} would change the mesh, and --keep-geometry keeps it: leave one of them out")]
    GeometryKept {
        /// The option.
        option: &'static str,
    },
    /// A turn that takes too much memory.
    #[error("{count} pictures of {size} × {size} pixels take more than 1 GiB: lower --turntable or --size")]
    Turntable {
        /// Pictures.
        count: u16,
        /// Pixels along a side.
        size: u32,
    },
    /// A folder could not be made.
    #[error("cannot make the folder {path}: {source}")]
    Folder {
        /// The folder.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
}

impl Failure {
    /// Whether the reader of standard output has left.
    pub fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == std::io::ErrorKind::BrokenPipe)
    }

    /// The process's exit code.
    pub fn exit_code(&self) -> u8 {
        match self {
            // The model can: this shape cannot.
            Self::Pipeline(PipelineError::OtherTopology { .. }) => 1,
            Self::Pipeline(error) if is_wrong_argument(error) => 2,
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
            | Self::Gltf(GltfError::UpAxis) => 2,
            Self::Output(_) if self.is_closed_pipe() => 141,
            Self::Output(_) => 5,
            Self::Convert(_) => 4,
            Self::Input { .. }
            | Self::Gltf(_)
            | Self::Write(_)
            | Self::Folder { .. }
            | Self::Render(RenderError::Write(_)) => 5,
            Self::Render(_) | Self::Engine(_) | Self::Line(_) => 1,
        }
    }
}

/// Whether an argument is wrong whatever the prompt and the model are.
fn is_wrong_argument(error: &PipelineError) -> bool {
    match error {
        PipelineError::UnknownFormat { .. } => true,
        PipelineError::Surface(error) => {
            matches!(error, SurfaceError::Resolution { .. } | SurfaceError::Setting { .. })
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
