//! WAV files: any rate, any number of channels, integers or floats in; mono out.

use super::{AudioError, resample};
use hound::{SampleFormat, WavReader, WavSpec, WavWriter};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

/// Highest sampling rate that is read, in Hz.
const MAX_RATE: u32 = 384_000;

/// Mono sound at a rate.
#[derive(Debug, Clone, PartialEq)]
pub struct Sound {
    /// Samples a second, in Hz; above 0.
    pub rate: u32,
    /// Samples in −1..1.
    pub samples: Vec<f32>,
}

impl Sound {
    /// Length in milliseconds.
    pub fn duration_ms(&self) -> u64 {
        self.samples.len() as u64 * 1000 / u64::from(self.rate.max(1))
    }
}

/// Reads a file; several channels become their mean.
pub fn read(path: &Path) -> Result<Sound, AudioError> {
    let not_wav = |reason: String| AudioError::NotWav {
        path: path.to_owned(),
        reason,
    };
    let file = File::open(path).map_err(|source| AudioError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    let reader = WavReader::new(BufReader::new(file));
    let mut reader = reader.map_err(|error| not_wav(plain(&error)))?;
    let spec = reader.spec();
    if spec.channels == 0 || !(1..=MAX_RATE).contains(&spec.sample_rate) {
        return Err(not_wav(format!(
            "it says {} channels at {} Hz",
            spec.channels, spec.sample_rate
        )));
    }
    let interleaved: Result<Vec<f32>, hound::Error> = match spec.sample_format {
        SampleFormat::Float => reader.samples::<f32>().collect(),
        SampleFormat::Int => {
            let full = (1_i64 << (spec.bits_per_sample - 1)) as f32;
            reader
                .samples::<i32>()
                .map(|sample| Ok(sample? as f32 / full))
                .collect()
        }
    };
    let interleaved = interleaved.map_err(|error| not_wav(plain(&error)))?;
    let channels = usize::from(spec.channels);
    let mean = |frame: &[f32]| frame.iter().sum::<f32>() / channels as f32;
    Ok(Sound {
        rate: spec.sample_rate,
        samples: interleaved.chunks_exact(channels).map(mean).collect(),
    })
}

/// Reads a file as mono samples at `rate` Hz.
pub fn read_at(path: &Path, rate: u32) -> Result<Vec<f32>, AudioError> {
    let sound = read(path)?;
    Ok(resample::whole(&sound.samples, sound.rate, rate))
}

/// Writes mono sound of 16 bits at `rate` Hz.
pub fn write(path: &Path, rate: u32, samples: &[i16]) -> Result<(), AudioError> {
    let spec = WavSpec {
        channels: 1,
        sample_rate: rate,
        bits_per_sample: 16,
        sample_format: SampleFormat::Int,
    };
    let written = WavWriter::create(path, spec).and_then(|mut writer| {
        let mut block = writer.get_i16_writer(samples.len() as u32);
        samples
            .iter()
            .for_each(|&sample| block.write_sample(sample));
        block.flush()?;
        writer.finalize()
    });
    written.map_err(|error| AudioError::Unwritable {
        path: path.to_owned(),
        reason: error.to_string(),
    })
}

/// What hound means, in a sentence.
fn plain(error: &hound::Error) -> String {
    match error {
        hound::Error::FormatError(what) => format!("its format is wrong ({what})"),
        hound::Error::Unsupported => {
            "its coding is not supported: write it as PCM of 8 to 32 bits or float".into()
        }
        hound::Error::IoError(_) => "it ends early".into(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, content: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        (folder, path)
    }

    #[test]
    fn a_text_that_calls_itself_a_wav_is_refused_in_one_sentence() {
        for content in [
            &b"hello, this is not sound at all, only words"[..],
            b"RIFF",
            b"",
            b"RIFF\x24\0\0\0WAVEjunk",
        ] {
            let (_folder, path) = file("a.wav", content);
            let message = read(&path).unwrap_err().to_string();
            assert!(
                message.contains("a.wav is not a usable WAV file: "),
                "{message}"
            );
        }
    }

    #[test]
    fn a_wav_that_was_cut_is_refused() {
        let (_folder, path) = file("a.wav", b"");
        write(&path, 8000, &[1; 800]).unwrap();
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, &whole[..1001]).unwrap();
        assert!(matches!(read(&path), Err(AudioError::NotWav { .. })));
    }

    #[test]
    fn a_file_that_is_not_there_is_said_to_be_unreadable() {
        assert!(matches!(
            read(Path::new("no/such.wav")),
            Err(AudioError::Unreadable { .. })
        ));
    }

    #[test]
    fn what_is_written_is_read_back() {
        let (_folder, path) = file("a.wav", b"");
        let samples = [0, 1, -1, i16::MAX, i16::MIN];
        write(&path, 16_000, &samples).unwrap();
        let sound = read(&path).unwrap();
        assert_eq!(
            (sound.rate, super::super::to_i16(&sound.samples)),
            (16_000, samples.to_vec())
        );
    }

    #[test]
    fn two_channels_of_floats_become_their_mean() {
        let (_folder, path) = file("a.wav", b"");
        let spec = WavSpec {
            channels: 2,
            sample_rate: 44_100,
            bits_per_sample: 32,
            sample_format: SampleFormat::Float,
        };
        let mut writer = WavWriter::create(&path, spec).unwrap();
        for sample in [0.5_f32, -0.25, 0.0, 1.0] {
            writer.write_sample(sample).unwrap();
        }
        writer.finalize().unwrap();
        assert_eq!(read(&path).unwrap().samples, [0.125, 0.5]);
    }
}
