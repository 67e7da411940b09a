import { describe, expect, test } from "vitest";
import { durationMs, peaks, readWav, WavError } from "../../src/audio/wav";
import { fixture } from "../server/fixtureApi";
import { toneWav } from "../server/toneWav";

const bytes = () => new Uint8Array(toneWav(fixture("bill-lookup"))).buffer;

test("a recording has two channels and the length of its call", () => {
  const wav = readWav(bytes());
  expect(wav).toMatchObject({ channels: 2, sampleRate: 8000 });
  expect(durationMs(wav)).toBeCloseTo(32_650, 0);
});

test("the wave shows each side where it speaks and is flat where it is silent", () => {
  const wav = readWav(bytes());
  const second = (channel: number, at: number) => peaks(wav, channel, 33)[at] ?? 0;
  // The greeting sounds for the first five seconds; the caller speaks from 6.2 s to 8.4 s.
  expect(second(1, 2)).toBeGreaterThan(0.1);
  expect(second(0, 2)).toBe(0);
  expect(second(0, 7)).toBeGreaterThan(0.1);
  expect(second(1, 7)).toBe(0);
});

test("a recording that is still being written is read as far as it goes", () => {
  const whole = bytes();
  for (const declared of [0, 0xffff_ffff]) {
    const cut = whole.slice(0, 44 + 8000 * 4 + 3);
    new DataView(cut).setUint32(40, declared, true);
    expect(durationMs(readWav(cut))).toBe(1000);
  }
});

test("chunks that are not known are passed over", () => {
  const whole = new Uint8Array(bytes());
  const list = new Uint8Array([..."LIST"].map((c) => c.charCodeAt(0)).concat([3, 0, 0, 0, 1, 2, 3, 0]));
  const padded = new Uint8Array(whole.length + list.length);
  padded.set(whole.subarray(0, 36));
  padded.set(list, 36);
  padded.set(whole.subarray(36), 36 + list.length);
  expect(durationMs(readWav(padded.buffer))).toBeCloseTo(32_650, 0);
});

describe("what is no recording is refused with a sentence", () => {
  test.each([
    ["nothing", new ArrayBuffer(0)],
    ["a page", new TextEncoder().encode("<!doctype html><p>not found</p>").buffer],
    ["a header without sound", bytes().slice(0, 36)],
  ])("%s", (_, input) => {
    expect(() => readWav(input)).toThrow(WavError);
  });

  test("eight bits", () => {
    const wav = bytes();
    new DataView(wav).setUint16(34, 8, true);
    expect(() => readWav(wav)).toThrow(/16-bit PCM/);
  });
});
