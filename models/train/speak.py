"""Speaks the corpus by Kokoro: Mandarin voices, blends of two, blends with voices of other languages, many speeds.

    python speak.py corpus.jsonl clips VOICES [PROCESSES]

Writes `clips/ID.wav` (16 kHz, trimmed) and `clips/labels.jsonl` with the syllables. Two Mandarin voices are kept out of training.
`VOICES` is the folder of that name in npm's kokoro-js: voices of other languages speak Mandarin well enough to be 46 further throats. Clips that are there are not made again.
"""

import json
import multiprocessing
import os
import pathlib
import random
import sys

import numpy as np
import onnxruntime
from scipy.io import wavfile
from scipy.signal import resample_poly

from places import MODELS
from sounds import spoken

MODEL = MODELS / "kokoro"
TRAIN = "zf_xiaobei zf_xiaoni zf_xiaoxiao zm_yunjian zm_yunxi zm_yunxia".split()
VALIDATION = "zf_xiaoyi zm_yunyang".split()
SILENCE = 0.0126
RATE = 24_000


class Kokoro:
    def __init__(self, voices):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(MODEL / "trimmed.onnx", options, providers=["CPUExecutionProvider"])
        self.symbols = json.loads((MODEL / "vocab.json").read_text())["vocab"]
        self.voices = {path.stem: np.fromfile(path, np.float32).reshape(510, 256) for path in voices.glob("*.bin")}

    def say(self, symbols, voice, speed):
        ids = [self.symbols[symbol] for symbol in symbols if symbol in self.symbols]
        style = sum(share * self.voices[name][len(ids) - 1] for name, share in voice)
        tokens = np.array([[0, *ids, 0]], np.int64)
        inputs = {"tokens": tokens, "style": style[None].astype(np.float32), "speed": np.array([speed], np.float32)}
        return trim(self.session.run(None, inputs)[0].reshape(-1))


def trim(sound):
    window = RATE // 100
    levels = np.sqrt((sound[: len(sound) // window * window].reshape(-1, window) ** 2).mean(1))
    heard = np.flatnonzero(levels > levels.max() * SILENCE)
    return sound[max(0, heard[0] - 3) * window : (heard[-1] + 4) * window]


def manner(row, foreign):
    """Voice and speed of a clip, by its id alone: one Mandarin voice, two, or one and a foreign one."""
    chance = random.Random(row["id"] + row["text"])
    speed = chance.uniform(0.8, 1.25)
    if row["part"] == "validation":
        return [(chance.choice(VALIDATION), 1.0)], speed
    first, second = chance.sample(TRAIN, 2)
    way = chance.random()
    if way < 0.2:
        return [(first, 1.0)], speed
    if way > 0.4:
        second = chance.choice(foreign)
    share = chance.uniform(0.3, 0.7) if way < 0.4 else chance.uniform(0.0, 0.6)
    return [(first, share), (second, 1.0 - share)], speed


def work(task):
    row, folder, voices = task
    path = folder / f"{row['id']}.wav"
    syllables, symbols = spoken(row["text"])
    foreign = sorted(path.stem for path in voices.glob("*.bin") if not path.stem.startswith("z"))
    voice, speed = manner(row, foreign)
    if not path.exists():
        if not hasattr(work, "kokoro"):
            work.kokoro = Kokoro(voices)
        sound = resample_poly(work.kokoro.say(symbols, voice, speed), 2, 3)
        wavfile.write(path, 16_000, (sound / np.abs(sound).max() * 20_000).astype(np.int16))
    return {**row, "voice": "+".join(name for name, _ in voice), "speed": round(speed, 2), "syllables": syllables}


def main():
    corpus, folder, voices = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    folder.mkdir(exist_ok=True)
    tasks = [(json.loads(line), folder, voices) for line in open(corpus)]
    processes = int(sys.argv[4]) if len(sys.argv) > 4 else os.cpu_count()
    with multiprocessing.Pool(processes) as pool, open(folder / "labels.jsonl", "w") as labels:
        for done, row in enumerate(pool.imap(work, tasks)):
            print(json.dumps(row, ensure_ascii=False), file=labels, flush=True)
            print(f"\r{done + 1}/{len(tasks)}", end="", file=sys.stderr)


if __name__ == "__main__":
    main()
