//! Recordings: both sides of a call in one stereo WAV file.

use super::StoreError;
use crate::event::CallId;
use chrono::DateTime;
use hound::{SampleFormat, WavSpec, WavWriter};
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Samples a second of each side.
pub const RATE: u32 = 8000;
/// Two sides of 16 bits.
const BYTES_PER_FRAME: u64 = 4;
/// Length of the header that `hound` writes for such a file.
const HEADER_BYTES: u64 = 44;
/// How often the file is made whole: what is lost when the program is killed.
const WHOLE_EVERY: Duration = Duration::from_secs(1);

const SPEC: WavSpec = WavSpec {
    channels: 2,
    sample_rate: RATE,
    bits_per_sample: 16,
    sample_format: SampleFormat::Int,
};

/// Where the recording of a call lies: `recordings/YYYY-MM-DD/CALL.wav`, by the UTC day that its id was made.
pub fn recording_path(folder: &Path, call: CallId) -> PathBuf {
    let made = DateTime::from_timestamp_millis(call.0.timestamp_ms().cast_signed());
    let day = made.unwrap_or_default().format("%Y-%m-%d").to_string();
    folder
        .join("recordings")
        .join(day)
        .join(format!("{call}.wav"))
}

/// How much sound a recording holds, by its length. `None` where there is none.
pub(super) fn recorded_ms(path: &Path) -> Option<u64> {
    let bytes = path.metadata().ok()?.len().saturating_sub(HEADER_BYTES);
    Some(bytes / BYTES_PER_FRAME * 1000 / u64::from(RATE))
}

/// A recording under way: caller on the left, whoever talks with them (bot or agent) on the right.
///
/// The file is written on a thread of its own and is whole again every second, so that a killed program loses a
/// second at most. A disk that fails ends the recording and is logged; the call goes on.
pub struct Recorder {
    sound: Sender<Vec<i16>>,
    thread: JoinHandle<Result<(), StoreError>>,
}

impl Recorder {
    pub(super) fn start(path: PathBuf) -> Recorder {
        let (sound, queue) = channel();
        let thread = thread::spawn(move || {
            let written = write(&path, &queue).map_err(|source| StoreError::Recording {
                path: path.clone(),
                source,
            });
            if let Err(error) = &written {
                tracing::error!(%error, "the recording ends here");
            }
            written
        });
        Recorder { sound, thread }
    }

    /// Adds sound of both sides that belongs to the same stretch of time, 8 kHz linear samples. Where one side is
    /// shorter, its rest is silence. Never waits.
    pub fn push(&self, caller: &[i16], other: &[i16]) {
        let length = caller.len().max(other.len());
        let sample = |side: &[i16], at: usize| side.get(at).copied().unwrap_or(0);
        let frames = (0..length)
            .flat_map(|at| [sample(caller, at), sample(other, at)])
            .collect();
        // An error means that the disk failed, which the thread has logged.
        self.sound.send(frames).ok();
    }

    /// Ends the recording and waits until the file is whole. Blocks for as long as the disk needs; dropping a
    /// recorder ends it too, without waiting.
    pub fn finish(self) -> Result<(), StoreError> {
        drop(self.sound);
        self.thread
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

fn write(path: &Path, queue: &Receiver<Vec<i16>>) -> Result<(), hound::Error> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut file: WavWriter<BufWriter<File>> = WavWriter::create(path, SPEC)?;
    file.flush()?;
    let mut unsaved = 0;
    loop {
        match queue.recv_timeout(WHOLE_EVERY) {
            Ok(frames) => {
                for &sample in &frames {
                    file.write_sample(sample)?;
                }
                unsaved += frames.len() as u64 / 2;
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return file.finalize(),
        }
        if unsaved >= u64::from(RATE) * WHOLE_EVERY.as_secs() {
            file.flush()?;
            unsaved = 0;
        }
    }
}
