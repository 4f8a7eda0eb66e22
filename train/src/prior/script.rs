//! A prior from anyone: a TorchScript module that `torch.jit.save` wrote.
//!
//! The module has these methods. n is the number of images, r the resolution, and c, h and w the sizes of the
//! latents, which are 3, r and r for a pixel model.
//!
//! ```python
//! @torch.jit.export
//! def att3d_version(self) -> int:            # 1
//! @torch.jit.export
//! def resolution(self) -> int:               # r
//! @torch.jit.export
//! def views(self) -> int:                    # views that are denoised together: 1 or 4
//! @torch.jit.export
//! def embed(self, prompts: List[str], cameras: Tensor) -> Tuple[Tensor, Tensor]:
//!     # cameras: [n, 4]: azimuth, elevation (radians), distance, focal length (relative to the width).
//!     # Returns tokens [n, l, d] and pooled embeddings [n, d]. The empty prompt is "".
//! @torch.jit.export
//! def signal(self, times: Tensor) -> Tensor: # ᾱ, [n] from times [n] in (0, 1)
//! @torch.jit.export
//! def encode(self, images: Tensor) -> Tensor:
//!     # Latents [n, c, h, w] of sRGB images [n, 3, r, r] in [-1, 1], with gradients.
//! @torch.jit.export
//! def predict_noise(self, latents: Tensor, times: Tensor, tokens: Tensor, pooled: Tensor,
//!                   cameras: Tensor) -> Tensor:
//!     # The noise, [n, c, h, w].
//! ```

use std::path::{Path, PathBuf};

use tch::{CModule, Device, IValue, Kind, Tensor};

use super::error::PriorError;
use super::interface::{Noisy, Prior, PromptEmbedding, require_finite, require_shape};
use crate::TrainError;
use crate::camera::Camera;

/// Version of the signature of a module.
const VERSION: i64 = 1;

/// A method of a module.
#[derive(Clone, Copy)]
struct Method {
    name: &'static str,
    signature: &'static str,
}

const ATT3D_VERSION: Method = Method { name: "att3d_version", signature: "def att3d_version(self) -> int" };
const RESOLUTION: Method = Method { name: "resolution", signature: "def resolution(self) -> int" };
const VIEWS: Method = Method { name: "views", signature: "def views(self) -> int" };
const EMBED: Method = Method {
    name: "embed",
    signature: "def embed(self, prompts: List[str], cameras: Tensor) -> Tuple[Tensor, Tensor]",
};
const SIGNAL: Method = Method { name: "signal", signature: "def signal(self, times: Tensor) -> Tensor" };
const ENCODE: Method = Method { name: "encode", signature: "def encode(self, images: Tensor) -> Tensor" };
const PREDICT: Method = Method {
    name: "predict_noise",
    signature: "def predict_noise(self, latents: Tensor, times: Tensor, tokens: Tensor, pooled: Tensor, cameras: \
                Tensor) -> Tensor",
};

/// A prior in a TorchScript module.
pub struct ScriptPrior {
    path: PathBuf,
    module: CModule,
    device: Device,
    resolution: usize,
    views: usize,
}

impl ScriptPrior {
    /// Loads a module and tries each of its methods once. Errors: `Prior` for a file that is no module, for
    /// another version or signature, and for results of a wrong shape.
    pub fn open(path: &Path, device: Device) -> Result<Self, TrainError> {
        let module = CModule::load_on_device(path, device).map_err(|source| PriorError::Method {
            path: path.to_owned(),
            method: "torch.jit.load",
            signature: "a file that torch.jit.save wrote",
            message: first_line(&source),
        })?;
        let mut prior = Self { path: path.to_owned(), module, device, resolution: 0, views: 1 };
        let version = prior.integer(ATT3D_VERSION)?;
        if version != VERSION {
            let (path, found) = (path.to_owned(), version.to_string());
            return Err(PriorError::Version { path, found, expected: VERSION.unsigned_abs() }.into());
        }
        prior.resolution = prior.size(RESOLUTION, 4_096, "from 1 to 4096 pixels")?;
        prior.views = prior.size(VIEWS, 16, "from 1 to 16 views")?;
        prior.try_methods()?;
        Ok(prior)
    }

    /// Calls the methods with gray images, so that a wrong signature is found before training begins.
    fn try_methods(&self) -> Result<(), TrainError> {
        let _guard = tch::no_grad_guard();
        let count = self.views;
        let edge = self.resolution as i64;
        let cameras = vec![Camera { azimuth: 0.0, elevation: 0.0, distance: 3.0, focal: 1.2 }; count];
        let images = Tensor::f_zeros([count as i64, 3, edge, edge], (Kind::Float, self.device))?;
        let times = Tensor::f_full([count as i64], 0.5, (Kind::Float, self.device))?;
        let _ = self.signal(&times)?;
        let latents = self.encode(&images)?;
        let text = self.embed(&vec!["a pig"; count], &cameras)?;
        let noisy = Noisy { latents: &latents, times: &times, cameras: &cameras };
        let _ = self.predict_noise(noisy, Some(&text))?;
        Ok(())
    }

    fn failed(&self, method: Method, message: String) -> PriorError {
        let Method { name, signature } = method;
        PriorError::Method { path: self.path.clone(), method: name, signature, message }
    }

    fn call(&self, method: Method, arguments: &[IValue]) -> Result<IValue, PriorError> {
        self.module
            .method_is(method.name, arguments)
            .map_err(|source| self.failed(method, first_line(&source)))
    }

    fn tensor(&self, method: Method, arguments: &[IValue]) -> Result<Tensor, PriorError> {
        match self.call(method, arguments)? {
            IValue::Tensor(tensor) => Ok(tensor),
            _ => Err(self.failed(method, "it does not return one tensor".into())),
        }
    }

    fn integer(&self, method: Method) -> Result<i64, PriorError> {
        match self.call(method, &[])? {
            IValue::Int(value) => Ok(value),
            _ => Err(self.failed(method, "it does not return an int".into())),
        }
    }

    fn size(&self, method: Method, largest: usize, expected: &'static str) -> Result<usize, PriorError> {
        let value = self.integer(method)?;
        let size = usize::try_from(value).ok().filter(|size| (1..=largest).contains(size));
        size.ok_or(PriorError::Setting { name: method.name, found: value.to_string(), expected })
    }

    fn place(&self, tensor: &Tensor) -> Result<IValue, TrainError> {
        Ok(IValue::Tensor(tensor.f_to_device(self.device)?))
    }

    /// Returns cameras as a tensor, [n, 4].
    fn cameras(&self, cameras: &[Camera]) -> Result<IValue, TrainError> {
        let rows: Vec<f32> = cameras
            .iter()
            .flat_map(|camera| [camera.azimuth, camera.elevation, camera.distance, camera.focal])
            .collect();
        self.place(&Tensor::f_from_slice(&rows)?.f_reshape([cameras.len() as i64, 4])?)
    }
}

/// Returns the first line of an error of libtorch, which is followed by a stack trace.
fn first_line(source: &tch::TchError) -> String {
    let text = source.to_string();
    text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().to_owned()
}

impl Prior for ScriptPrior {
    fn resolution(&self) -> usize {
        self.resolution
    }

    fn views(&self) -> usize {
        self.views
    }

    fn embed(&self, prompts: &[&str], cameras: &[Camera]) -> Result<PromptEmbedding, TrainError> {
        let _guard = tch::no_grad_guard();
        let words = IValue::StringList(prompts.iter().map(ToString::to_string).collect());
        let wrong = || self.failed(EMBED, "it does not return two tensors".into());
        let IValue::Tuple(parts) = self.call(EMBED, &[words, self.cameras(cameras)?])? else {
            return Err(wrong().into());
        };
        let Ok([IValue::Tensor(tokens), IValue::Tensor(pooled)]) = <[IValue; 2]>::try_from(parts) else {
            return Err(wrong().into());
        };
        let count = prompts.len() as i64;
        let (length, width) = match tokens.size()[..] {
            [_, length, width] => (length, width),
            _ => (-1, -1),
        };
        require_shape("the tokens that embed returns", &tokens, &[count, length, width])?;
        require_shape("the pooled embedding that embed returns", &pooled, &[count, width])?;
        Ok(PromptEmbedding { tokens, pooled })
    }

    fn signal(&self, times: &Tensor) -> Result<Tensor, TrainError> {
        let signal = self.tensor(SIGNAL, &[self.place(times)?])?;
        require_shape("the tensor that signal returns", &signal, &times.size())?;
        Ok(signal)
    }

    fn encode(&self, images: &Tensor) -> Result<Tensor, TrainError> {
        let edge = self.resolution as i64;
        let count = images.size().first().copied().unwrap_or(0);
        require_shape("the tensor of images", images, &[count, 3, edge, edge])?;
        let latents = self.tensor(ENCODE, &[self.place(images)?])?;
        let expected = match latents.size()[..] {
            [_, channels, height, width] => [count, channels, height, width],
            _ => [count, -1, -1, -1],
        };
        require_shape("the latents that encode returns", &latents, &expected)?;
        Ok(latents)
    }

    fn predict_noise(&self, noisy: Noisy<'_>, text: Option<&PromptEmbedding>) -> Result<Tensor, TrainError> {
        let _guard = tch::no_grad_guard();
        let empty = match text {
            Some(_) => None,
            None => Some(self.embed(&vec![""; noisy.cameras.len()], noisy.cameras)?),
        };
        let Some(text) = text.or(empty.as_ref()) else { return Ok(noisy.latents.shallow_clone()) };
        let latents = noisy.latents.f_detach()?;
        let arguments = [
            self.place(&latents)?,
            self.place(noisy.times)?,
            self.place(&text.tokens)?,
            self.place(&text.pooled)?,
            self.cameras(noisy.cameras)?,
        ];
        let noise = self.tensor(PREDICT, &arguments)?;
        require_shape("the tensor that predict_noise returns", &noise, &latents.size())?;
        require_finite("the noise that predict_noise returns", &noise)?;
        Ok(noise)
    }
}
