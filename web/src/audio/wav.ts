/** Reads the recording of a call: RIFF WAVE, 16-bit PCM. */

export interface Wav {
  sampleRate: number;
  channels: number;
  /** Interleaved, −32768…32767. */
  samples: Int16Array;
}

export class WavError extends Error {}

const HEADER_BYTES = 12;
const PCM = 1;

/**
 * A recording that is still being written says nothing true about its length, so the data chunk reaches as far as
 * there are bytes.
 */
export function readWav(bytes: ArrayBuffer): Wav {
  const view = new DataView(bytes);
  if (bytes.byteLength < HEADER_BYTES || tag(view, 0) !== "RIFF" || tag(view, 8) !== "WAVE") {
    throw new WavError("the recording is not a WAV file");
  }
  let format: { sampleRate: number; channels: number } | undefined;
  let offset = HEADER_BYTES;
  while (offset + 8 <= bytes.byteLength) {
    const name = tag(view, offset);
    const length = view.getUint32(offset + 4, true);
    const body = offset + 8;
    if (name === "fmt " && body + 16 <= bytes.byteLength) format = readFormat(view, body);
    if (name === "data") {
      if (!format) throw new WavError("the recording has sound before its format");
      const declared = length === 0 ? Number.POSITIVE_INFINITY : length;
      return { ...format, samples: readSamples(bytes, body, declared, format.channels) };
    }
    offset = body + length + (length % 2);
  }
  throw new WavError("the recording holds no sound");
}

export function durationMs(wav: Wav): number {
  return (wav.samples.length / wav.channels / wav.sampleRate) * 1000;
}

/** Loudest sample of each of `buckets` equal stretches of one channel, 0…1. */
export function peaks(wav: Wav, channel: number, buckets: number): Float32Array {
  const frames = Math.floor(wav.samples.length / wav.channels);
  const result = new Float32Array(buckets);
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    const first = Math.floor((bucket * frames) / buckets);
    const last = Math.max(first + 1, Math.floor(((bucket + 1) * frames) / buckets));
    let loudest = 0;
    for (let frame = first; frame < last && frame < frames; frame += 1) {
      const sample = Math.abs(wav.samples[frame * wav.channels + channel] ?? 0);
      if (sample > loudest) loudest = sample;
    }
    result[bucket] = loudest / 32768;
  }
  return result;
}

function tag(view: DataView, offset: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(offset + index)));
}

function readFormat(view: DataView, at: number): { sampleRate: number; channels: number } {
  const encoding = view.getUint16(at, true);
  const channels = view.getUint16(at + 2, true);
  const bits = view.getUint16(at + 14, true);
  if (encoding !== PCM || bits !== 16 || channels === 0) {
    throw new WavError(`the recording is not 16-bit PCM (encoding ${encoding}, ${bits} bits, ${channels} channels)`);
  }
  return { channels, sampleRate: view.getUint32(at + 4, true) };
}

function readSamples(bytes: ArrayBuffer, at: number, declared: number, channels: number): Int16Array {
  const frameBytes = channels * 2;
  const available = Math.min(declared, bytes.byteLength - at);
  const whole = available - (available % frameBytes);
  // A typed array must begin on an even byte, and chunks do.
  return new Int16Array(bytes, at, whole / 2);
}
