"""Sound to the encoder's last frames: what the head is trained on.

    python frames.py clips frames

The spectrogram is that of `src/asr/features.rs`, the encoder the int8 graph that the engine runs. Writes `train.npz`,
`slow.npz` (digits one by one), `validation.npz` (held-out voices), `speakers.npz` (held-out real speakers) and `aishell_clean.npz`, `aishell_phone.npz`; a
set that is there is not made again.
"""

import csv
import json
import pathlib
import re
import sys
import time

import numpy as np
import onnxruntime

from channel import RATE, Surroundings, background, heard, read, silence, telephone
from places import DATA, MODELS
from sounds import spoken

SEED = 20261123
# Sounds in which nobody speaks.
NOTHING = 120
# Ways in which each clip of each source is heard.
WAYS = {"digits": 3, "answer": 4, "name": 4, "address": 3, "quantity": 3, "phrase": 3, "talk": 3, "words": 3, "slow": 4, "real": 2}
WINDOW, HOP, MARGIN, WIDTH = 400, 160, 128, 512
HELD_OUT_SPEAKERS = 8


def bands():
    """80 Slaney mel bands over 201 bins."""
    knee, step, growth = 1000.0, 200.0 / 3, np.log(6.4) / 27

    def mel(hz):
        return hz / step if hz < knee else knee / step + np.log(hz / knee) / growth

    def hertz(m):
        return np.where(m < knee / step, m * step, knee * np.exp(growth * (m - knee / step)))

    edges = hertz(mel(8000.0) * np.arange(82) / 81)
    bins = np.arange(201) * RATE / WINDOW
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    return (np.maximum(np.minimum(rising, falling), 0) * (2 / (edges[2:] - edges[:-2]))[:, None]).astype(np.float32)


class Encoder:
    def __init__(self, threads=1):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = onnxruntime.InferenceSession(MODELS / "whisper-base/encoder.onnx", options, providers=["CPUExecutionProvider"])
        self.bands = bands()
        self.window = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)).astype(np.float32)

    def mel(self, sound):
        frames = -(-len(sound) // HOP) + MARGIN
        frames += frames % 2
        padded = np.zeros(frames * HOP + WINDOW, np.float32)
        padded[: WINDOW // 2] = sound[WINDOW // 2 : 0 : -1]
        padded[WINDOW // 2 :][: len(sound)] = sound
        windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP][:frames]
        power = np.abs(np.fft.rfft(windows * self.window)) ** 2
        data = np.log10(np.maximum(self.bands @ power.T.astype(np.float32), 1e-10))
        return ((np.maximum(data, data.max() - 8) + 4) / 4).astype(np.float32)

    def frames(self, sound):
        """[frames, 512], 50 a second, without the silent margin."""
        sound = sound.astype(np.float32)
        known = self.session.run(["sound"], {"mel": self.mel(sound)[None]})[0][0]
        return known[: -(-len(sound) // (2 * HOP))].astype(np.float16)


def save(path, make):
    """`make(chance)` gives `(name, frames, syllables)` of each utterance; frames lie end to end."""
    if path.exists():
        return
    items = list(make(np.random.default_rng(SEED)))
    lengths = [len(frames) for _, frames, _ in items]
    np.savez(
        path,
        frames=np.concatenate([frames for _, frames, _ in items]),
        lengths=np.array(lengths),
        names=np.array([name for name, _, _ in items]),
        syllables=np.array([" ".join(syllables) for _, _, syllables in items]),
    )
    print(f"{path}: {len(items)} utterances, {sum(lengths) / 50 / 60:.1f} minutes", file=sys.stderr)


def real_words():
    """Isolated words of real speakers: speaker → [(sound, syllables)]."""
    speakers = {}
    with open(DATA / "speech/dspspeech20/text.tsv") as table:
        for row in csv.DictReader(table, delimiter="\t"):
            clip = read(DATA / "speech/dspspeech20" / row["file"]), spoken(row["text"])[0]
            speakers.setdefault(row["file"].split("-")[0], []).append(clip)
    return speakers


def joined(clips, chance):
    """Clips of one voice with pauses between them."""
    parts, syllables = [], []
    for sound, said in clips:
        parts += [sound, silence(chance.uniform(0.08, 0.5), chance)]
        syllables = syllables + said
    return np.concatenate(parts[:-1]), syllables


def spoken_clips(clips, surroundings, encoder, chance):
    """Each clip in several ways, one in four with another of the same voice behind it."""
    voices = {}
    for row, sound in clips:
        voices.setdefault(row["voice"].split("+")[0], []).append((sound, row["syllables"]))
    for row, sound in clips:
        for _ in range(WAYS[row["kind"]]):
            whole, said = sound, row["syllables"]
            if chance.random() < 0.25 and len(sound) < 3 * RATE:
                others = voices[row["voice"].split("+")[0]]
                whole, said = joined([(sound, said), others[chance.integers(len(others))]], chance)
            yield row["kind"], encoder.frames(heard(whole, surroundings, chance)), said


def training(clips, speakers, surroundings, encoder, chance):
    yield from spoken_clips(clips, surroundings, encoder, chance)
    for words in speakers.values():
        for _ in range(WAYS["real"]):
            order = chance.permutation(len(words))
            while len(order):
                count = chance.integers(1, 4)
                some, order = order[:count], order[count:]
                sound, said = joined([words[i] for i in some], chance)
                yield "real", encoder.frames(heard(sound, surroundings, chance)), said
    for _ in range(NOTHING):
        noise = background(int(chance.uniform(0.5, 4) * RATE), surroundings, chance)
        yield "nothing", encoder.frames(telephone(noise, chance)), []


def aishell(encoder, channel):
    """The lines without letters; for evaluation only."""
    folder = DATA / "speech/aishell_s0252"
    with open(folder / "text.tsv") as table:
        for row in csv.DictReader(table, delimiter="\t"):
            if not re.search("[A-Za-z0-9]", row["text"]):
                yield row["kind"], encoder.frames(channel(read(folder / row["file"]))), spoken(row["text"])[0]


def main():
    folder, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    out.mkdir(exist_ok=True)
    began = time.process_time()
    encoder, surroundings, speakers = Encoder(), Surroundings(), real_words()
    kept_out = {name: speakers.pop(name) for name in sorted(speakers)[-HELD_OUT_SPEAKERS:]}
    clips = {"train": [], "slow": [], "validation": []}
    for row in map(json.loads, open(folder / "labels.jsonl")):
        part = "slow" if (row["kind"], row["part"]) == ("slow", "train") else row["part"]
        clips[part].append((row, read(folder / f"{row['id']}.wav")))

    def validation(chance):
        for row, sound in clips["validation"]:
            yield row["kind"], encoder.frames(heard(sound, surroundings, chance)), row["syllables"]

    def real(chance):
        for speaker, words in kept_out.items():
            for sound, said in words:
                yield speaker, encoder.frames(telephone(sound, chance)), said

    save(out / "speakers.npz", real)
    save(out / "aishell_clean.npz", lambda _: aishell(encoder, lambda sound: sound))
    save(out / "aishell_phone.npz", lambda chance: aishell(encoder, lambda sound: telephone(sound, chance)))
    save(out / "validation.npz", validation)
    save(out / "slow.npz", lambda chance: spoken_clips(clips["slow"], surroundings, encoder, chance))
    save(out / "train.npz", lambda chance: training(clips["train"], speakers, surroundings, encoder, chance))
    print(f"{time.process_time() - began:.0f} CPU seconds", file=sys.stderr)


if __name__ == "__main__":
    main()
