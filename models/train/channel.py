"""What happens to a voice before it is heard: another throat, a room, a pause, noise, the telephone, lost packets.

All functions take and return float sound at 16 kHz and draw from the generator that they are given.
"""

import numpy as np
from scipy.io import wavfile
from scipy.signal import butter, fftconvolve, resample, resample_poly, sosfilt

from places import DATA

RATE = 16_000


def read(path):
    """Mono sound of a WAV file at 16 kHz."""
    rate, sound = wavfile.read(path)
    scale = np.iinfo(sound.dtype).max if sound.dtype.kind == "i" else 1.0
    sound = sound.astype(np.float32) / scale
    if sound.ndim == 2:
        sound = sound.mean(1)
    return sound if rate == RATE else resample_poly(sound, RATE, rate).astype(np.float32)


class Surroundings:
    """Noises and rooms, read once."""

    def __init__(self):
        noises = sorted(DATA.glob("noise/office_8k/*office*.wav")) + sorted(DATA.glob("noise/speechbrain_noise/*.wav"))
        self.noises = [read(path) for path in noises]
        self.rooms = [self.room(read(path)) for path in sorted(DATA.glob("noise/rir/*.wav"))]

    @staticmethod
    def room(response):
        """From the direct sound on, at most 0.6 s, keeping the loudness."""
        response = response[np.abs(response).argmax() :][: int(0.6 * RATE)]
        return response / np.sqrt((response**2).sum())


def throat(sound, chance):
    """A longer or shorter vocal tract, and a little faster or slower with it."""
    factor = chance.uniform(0.88, 1.14)
    return resample(sound, int(len(sound) * factor)).astype(np.float32)


def reverberate(sound, surroundings, chance):
    room = surroundings.rooms[chance.integers(len(surroundings.rooms))]
    wet = fftconvolve(sound, room)[: len(sound) + RATE // 5].astype(np.float32)
    dry = np.pad(sound, (0, len(wet) - len(sound)))
    share = chance.uniform(0.2, 0.8)
    return share * wet + (1 - share) * dry


def background(length, surroundings, chance):
    """Noise by itself, so many samples of it."""
    noise = surroundings.noises[chance.integers(len(surroundings.noises))]
    return np.resize(np.roll(noise, -chance.integers(len(noise))), length)


def noisy(sound, surroundings, chance):
    noise = background(len(sound), surroundings, chance)
    ratio = chance.uniform(5, 25)
    speech = np.sqrt((sound**2).mean() + 1e-12)
    level = np.sqrt((noise**2).mean() + 1e-12)
    return sound + noise * (speech / level * 10 ** (-ratio / 20))


def telephone(sound, chance, loss=0.0):
    """8 kHz, band-pass, gain, G.711 there and back, and packets of 20 ms lost: repeated once or silent."""
    narrow = resample_poly(sound, 1, 2)
    low, high = chance.uniform(180, 330), chance.uniform(3200, 3700)
    narrow = sosfilt(butter(int(chance.integers(2, 5)), [low, high], "bandpass", fs=8000, output="sos"), narrow)
    peak = np.abs(narrow).max() + 1e-9
    narrow = narrow / peak * 10 ** (chance.uniform(-22, -1) / 20)
    narrow = compand(narrow, chance.random() < 0.7)
    for start in range(160, len(narrow) - 160, 160):
        if chance.random() < loss:
            narrow[start : start + 160] = narrow[start - 160 : start] * 0.7 if chance.random() < 0.5 else 0.0
    return resample_poly(narrow, 2, 1).astype(np.float32)


def compand(sound, a_law):
    """G.711 by its formulas: 256 steps of A-law or µ-law."""
    size = np.clip(np.abs(sound), 0, 1)
    if a_law:
        a = 87.6
        code = np.where(size < 1 / a, a * size, 1 + np.log(np.maximum(a * size, 1))) / (1 + np.log(a))
        code = (np.floor(code * 128) + 0.5).clip(max=127.5) / 128
        code = code * (1 + np.log(a))
        size = np.where(code < 1, code / a, np.exp(code - 1) / a)
    else:
        code = np.log1p(255 * size) / np.log(256)
        code = np.round(code * 127) / 127
        size = np.expm1(code * np.log(256)) / 255
    return np.sign(sound) * size


def silence(seconds, chance):
    return (chance.standard_normal(int(seconds * RATE)) * 10 ** chance.uniform(-5, -3.2)).astype(np.float32)


def heard(sound, surroundings, chance):
    """One way in which the sound may reach the recogniser: half of all by a clean telephone, some not by telephone."""
    if chance.random() < 0.7:
        sound = throat(sound, chance)
    sound = np.concatenate([silence(chance.uniform(0.05, 0.6), chance), sound, silence(chance.uniform(0.1, 0.6), chance)])
    way = chance.random()
    if way < 0.15:
        return sound * 10 ** (chance.uniform(-20, 0) / 20)
    if way < 0.6:
        return telephone(sound, chance)
    if chance.random() < 0.5:
        sound = reverberate(sound, surroundings, chance)
    if chance.random() < 0.8:
        sound = noisy(sound, surroundings, chance)
    return telephone(sound, chance, loss=chance.choice([0.0, 0.01, 0.03]))
