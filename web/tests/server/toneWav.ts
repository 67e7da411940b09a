/** A recording for a fixture: a tone wherever a line of the transcript sounds, the caller left, the other side right. */
import type { CallDetail } from "../../src/api/calls";
import { transcript } from "../../src/call/transcript";

const RATE = 8000;

export function toneWav(call: CallDetail): Buffer {
  const frames = Math.floor(((call.summary.duration_ms ?? 0) / 1000) * RATE);
  const wav = Buffer.alloc(44 + frames * 4);
  header(wav, frames);
  for (const line of transcript(call.events)) {
    if (line.kind === "keys" || line.until === undefined) continue;
    const channel = line.speaker === "caller" ? 0 : 1;
    const pitch = { caller: 180, bot: 240, agent: 140 }[line.speaker];
    const last = Math.min(frames, (line.until / 1000) * RATE);
    for (let frame = Math.floor((line.from / 1000) * RATE); frame < last; frame += 1) {
      const seconds = frame / RATE;
      // Syllables: four swellings a second, of unlike loudness.
      const swell = Math.abs(Math.sin(Math.PI * 4 * seconds)) * (0.55 + 0.45 * Math.sin(seconds * 2.7));
      const sample = Math.sin(2 * Math.PI * pitch * seconds) * swell * 9000;
      wav.writeInt16LE(Math.round(sample), 44 + frame * 4 + channel * 2);
    }
  }
  return wav;
}

/** RIFF WAVE, PCM, two channels, 16 bits. */
function header(wav: Buffer, frames: number): void {
  wav.write("RIFF", 0, "ascii");
  wav.writeUInt32LE(36 + frames * 4, 4);
  wav.write("WAVEfmt ", 8, "ascii");
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(2, 22);
  wav.writeUInt32LE(RATE, 24);
  wav.writeUInt32LE(RATE * 4, 28);
  wav.writeUInt16LE(4, 32);
  wav.writeUInt16LE(16, 34);
  wav.write("data", 36, "ascii");
  wav.writeUInt32LE(frames * 4, 40);
}
