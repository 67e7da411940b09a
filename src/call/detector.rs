//! Voice activity of one leg, on a network that all legs share.

use super::ear::WINDOW;
use crate::audio::vad::{Rate, Vad};
use crate::compute::SessionPool;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use std::sync::Arc;

/// Loudest sample of the noise that is laid under the sound: −61 dBFS in all, as on a good line. After the digital
/// silence that telephones send between words the network misses short ones (对) otherwise.
const FLOOR: f32 = 52.0 / 32_768.0;

/// Hears whether somebody speaks.
pub struct Detector {
    network: Arc<SessionPool>,
    vad: Vad,
    noise: SmallRng,
}

impl Detector {
    /// A detector for a leg that begins; `network` runs `silero_vad.onnx`.
    pub fn new(network: Arc<SessionPool>) -> Self {
        Detector {
            network,
            vad: Vad::new(Rate::Phone),
            noise: SmallRng::seed_from_u64(0),
        }
    }

    /// Speech probability, 0–255, of the next 32 ms. A network that fails hears speech, so that no caller is ignored.
    pub fn speech(&mut self, window: &[f32; WINDOW]) -> u8 {
        let Ok(mut session) = self.network.session() else {
            return u8::MAX;
        };
        let window = window.map(|sample| sample + self.noise.random_range(-FLOOR..=FLOOR));
        let speech = self.vad.frame(&mut session, &window);
        speech.map_or(u8::MAX, |p| (p.clamp(0.0, 1.0) * 255.0).round() as u8)
    }
}
