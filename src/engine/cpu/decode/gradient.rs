//! Channel 0 and its gradient: a forward pass, a backward pass through the MLP, and the product with the
//! slopes of the features.

use super::super::panel::{Panel, WIDTH, load, store};
use super::super::simd::{Arithmetic, LaneWork, Lanes, Row, math};
use super::decoder::{Decoder, coordinates};
use super::encoding::Features;
use super::forward::{biased, radius};
use super::network::{Epilogue, Layer, add};
use crate::engine::ChannelHead;

/// A decode of channel 0 and its gradient.
pub(super) struct DecodeWithGradient<'a> {
    pub(super) decoder: &'a Decoder,
    pub(super) points: &'a [[f32; 3]],
    pub(super) values: &'a mut [f32],
    pub(super) gradients: &'a mut [[f32; 3]],
}

/// The intermediate values of sixteen points.
struct Workspace {
    /// Input of each layer.
    inputs: Vec<Vec<Panel>>,
    /// Derivative of the activation of each layer except the last.
    slopes: Vec<Vec<Panel>>,
    /// Slopes of the features along each axis of a part.
    features: Vec<Vec<Panel>>,
    room: Vec<[[f32; 4]; WIDTH]>,
    /// Derivatives of channel 0 with respect to the values between layers.
    back: [Vec<Panel>; 2],
    /// Derivatives that bypass a residual layer.
    beside: Vec<Panel>,
}

impl Workspace {
    fn new(decoder: &Decoder) -> Self {
        let panels = |count: usize| vec![[0.0; WIDTH]; count];
        let layers = &decoder.network.layers;
        let hidden = layers.len().saturating_sub(1);
        Self {
            inputs: layers.iter().map(|layer| panels(layer.inputs)).collect(),
            slopes: layers.iter().take(hidden).map(|layer| panels(layer.outputs)).collect(),
            features: vec![panels(decoder.features()); 3],
            room: Vec::new(),
            back: [panels(decoder.network.width()), panels(decoder.network.width())],
            beside: panels(decoder.network.width()),
        }
    }
}

impl LaneWork for DecodeWithGradient<'_> {
    type Output = ();
    #[inline(always)]
    fn run<L: Lanes>(self) {
        let decoder = self.decoder;
        let mut space = Workspace::new(decoder);
        let outputs = self.values.chunks_mut(WIDTH).zip(self.gradients.chunks_mut(WIDTH));
        for (points, (values, gradients)) in self.points.chunks(WIDTH).zip(outputs) {
            let positions = coordinates(points);
            let value = decoder.forward_with_slopes::<L>(&positions, &mut space);
            decoder.back_to_features::<L>(&mut space);
            let (value, slope) = decoder.first_head::<L>(&positions, value);
            let gradient = decoder.along_axes::<L>(&positions, slope, &space);
            let mut panel = [0.0; WIDTH];
            store(value, &mut panel);
            values.copy_from_slice(&panel[..values.len()]);
            for (axis, component) in gradient.into_iter().enumerate() {
                store(component, &mut panel);
                gradients.iter_mut().zip(panel).for_each(|(gradient, value)| gradient[axis] = value);
            }
        }
    }
}

impl Decoder {
    /// Computes channel 0 of the last layer, and leaves inputs and slopes in the workspace.
    #[inline(always)]
    fn forward_with_slopes<L: Lanes>(&self, positions: &[Panel; 3], space: &mut Workspace) -> [L; 2] {
        let mut features =
            Features { values: &mut space.inputs[0], slopes: &mut space.features, room: &mut space.room };
        self.sample::<L, true>(positions, &mut features);
        let mut value = [L::splat(0.0); 2];
        for (index, layer) in self.network.layers.iter().enumerate() {
            let (done, next) = space.inputs.split_at_mut(index + 1);
            let input = &done[index];
            match (next.first_mut(), space.slopes.get_mut(index)) {
                (Some(output), Some(slopes)) => {
                    let epilogue = Epilogue::ActivateWithSlope(self.network.activation, slopes);
                    layer.forward::<L>(input, output, epilogue);
                    if layer.residual {
                        add::<L>(output, input);
                    }
                }
                _ => {
                    value = layer.first_output::<L>(input);
                    if layer.residual {
                        let [a, b] = load::<L>(&input[0]);
                        value = [value[0].add(a), value[1].add(b)];
                    }
                }
            }
        }
        value
    }

    /// Computes the derivatives of channel 0 before its head with respect to the features, into
    /// `space.back[0]`.
    #[inline(always)]
    fn back_to_features<L: Lanes>(&self, space: &mut Workspace) {
        let [now, next] = &mut space.back;
        let Some((last, hidden)) = self.network.layers.split_last() else { return };
        for (to, weight) in now.iter_mut().zip(&last.weight[..last.inputs]) {
            L::Row::splat(*weight).store(to);
        }
        if last.residual {
            add::<L>(now, &[[1.0; WIDTH]]);
        }
        if let (Some(layer), Some(slopes)) = (hidden.last(), space.slopes.last()) {
            through_activation::<L>(layer, slopes, now, &mut space.beside);
        }
        for (index, layer) in hidden.iter().enumerate().rev() {
            let below = index.checked_sub(1).and_then(|below| hidden.get(below).zip(space.slopes.get(below)));
            // The slopes of the layer below are folded into this product, unless one of the two layers is
            // residual. The derivatives that bypass a residual layer must not be multiplied by slopes.
            let (folded, apart) = match below {
                Some((below, slopes)) if !layer.residual && !below.residual => (Some(slopes), None),
                _ => (None, below),
            };
            let epilogue = folded.map_or(Epilogue::Stay, |slopes| Epilogue::Multiply(slopes));
            layer.backward::<L>(now, next, epilogue);
            if layer.residual {
                add::<L>(&mut next[..layer.inputs], &space.beside);
            }
            if let Some((below, slopes)) = apart {
                through_activation::<L>(below, slopes, next, &mut space.beside);
            }
            std::mem::swap(now, next);
        }
    }

    /// Returns channel 0 after the radial bias and head, and the head's derivative.
    #[inline(always)]
    fn first_head<L: Lanes>(&self, positions: &[Panel; 3], value: [L; 2]) -> ([L; 2], [L; 2]) {
        let mut value = value;
        if let Some(bias) = self.radial_bias {
            let radius = radius::<L>(positions);
            value = [biased(bias, value[0], radius[0]), biased(bias, value[1], radius[1])];
        }
        let one = L::splat(1.0);
        match self.heads.first() {
            Some(ChannelHead::Softplus) => (
                [math::softplus(value[0]), math::softplus(value[1])],
                [math::sigmoid(value[0]), math::sigmoid(value[1])],
            ),
            Some(ChannelHead::Sigmoid) => {
                let s = [math::sigmoid(value[0]), math::sigmoid(value[1])];
                (s, [s[0].multiply(one.subtract(s[0])), s[1].multiply(one.subtract(s[1]))])
            }
            _ => (value, [one; 2]),
        }
    }

    /// Computes the gradient from the slopes of the features, the radial bias and the head's derivative.
    #[inline(always)]
    fn along_axes<L: Lanes>(&self, positions: &[Panel; 3], slope: [L; 2], space: &Workspace) -> [[L; 2]; 3] {
        let mut sums = [L::Row::splat(0.0); 3];
        let mut first = 0;
        for part in &self.parts {
            let range = first..first + part.channels;
            for (&axis, slopes) in part.axes().iter().zip(&space.features) {
                for (back, slope) in space.back[0][range.clone()].iter().zip(&slopes[range.clone()]) {
                    sums[axis] = L::Row::load(back).multiply_add(L::Row::load(slope), sums[axis]);
                }
            }
            first = range.end;
        }
        let mut gradient = [[L::splat(0.0); 2]; 3];
        for (gradient, sum) in gradient.iter_mut().zip(sums) {
            let mut panel = [0.0; WIDTH];
            sum.store(&mut panel);
            *gradient = load::<L>(&panel);
        }
        if let Some(bias) = self.radial_bias {
            let radius = radius::<L>(positions);
            for (gradient, position) in gradient.iter_mut().zip(positions) {
                let position = load::<L>(position);
                for half in 0..2 {
                    let direction = position[half].divide_or_zero(radius[half]);
                    gradient[half] = direction.multiply_add(L::splat(bias.slope), gradient[half]);
                }
            }
        }
        for component in &mut gradient {
            *component = [component[0].multiply(slope[0]), component[1].multiply(slope[1])];
        }
        gradient
    }
}

/// Converts derivatives with respect to a layer's outputs to derivatives with respect to its sums before the
/// activation. For a residual layer, the given derivatives are also copied to `beside`.
#[inline(always)]
fn through_activation<L: Lanes>(layer: &Layer, slopes: &[Panel], now: &mut [Panel], beside: &mut [Panel]) {
    if layer.residual {
        beside.copy_from_slice(now);
    }
    for (now, slope) in now.iter_mut().zip(slopes) {
        L::Row::load(now).multiply(L::Row::load(slope)).store(now);
    }
}
