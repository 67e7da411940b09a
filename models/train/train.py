"""Trains the head on the encoder's frames and writes it as an int8 graph.

    python train.py frames ../syllables.onnx [STEPS]

layer norm → conv 5 (512→256) → GELU → conv 5 → GELU → linear, CTC, AdamW with a cosine; the average of the last weights is
kept. Index 0 is the blank.
"""

import pathlib
import sys
import time

import jax
import jax.numpy as jnp
import numpy as np
import optax

import graph
from score import report

SEED = 20261123
WIDTH, HIDDEN, SPAN = 512, 256, 5
# Frames of a batch, and lengths to which utterances are filled up.
BATCH = 6144
LENGTHS = (64, 96, 128, 192, 256, 384, 512, 768)
MOST_SYLLABLES = 48
PEAK_RATE = 2e-3
# Share of the past in the average of the weights, once there is a past.
EMA = 0.99
STEPS = 2400


def load(path):
    """Names, frames and syllables of a set."""
    data = np.load(path)
    ends = np.cumsum(data["lengths"])
    frames = np.split(data["frames"], ends[:-1])
    return list(zip(data["names"], frames, [line.split() for line in data["syllables"]]))


def start(classes, key):
    keys = jax.random.split(key, 3)

    def weights(key, rows, columns):
        return jax.random.normal(key, (rows, columns)) * (1.0 / rows) ** 0.5

    return {
        "norm_scale": jnp.ones(WIDTH), "norm_bias": jnp.zeros(WIDTH),
        "first": weights(keys[0], SPAN * WIDTH, HIDDEN), "first_bias": jnp.zeros(HIDDEN),
        "second": weights(keys[1], SPAN * HIDDEN, HIDDEN), "second_bias": jnp.zeros(HIDDEN),
        "last": weights(keys[2], HIDDEN, classes) * 0.3, "last_bias": jnp.zeros(classes).at[0].set(2.0),
    }


def neighbours(x):
    """Each frame with two before and two behind: [batch, frames, channels] → [batch, frames, 5 × channels]."""
    frames = x.shape[1]
    padded = jnp.pad(x, ((0, 0), (SPAN // 2, SPAN // 2), (0, 0)))
    return jnp.concatenate([padded[:, n : n + frames] for n in range(SPAN)], axis=2)


def head(weights, frames, present, drop=None):
    """Logits. `present` [batch, frames, 1] is 0 where the batch is filled up; `drop` a key while learning."""
    x = frames.astype(jnp.float32)
    mean = x.mean(2, keepdims=True)
    x = (x - mean) * jax.lax.rsqrt(((x - mean) ** 2).mean(2, keepdims=True) + 1e-5)
    x = (x * weights["norm_scale"] + weights["norm_bias"]) * present
    if drop is not None:
        channel, time_drop, inside, drop = jax.random.split(drop, 4)
        x = x * jax.random.bernoulli(channel, 0.85, (x.shape[0], 1, WIDTH)) / 0.85
        x = x * ~stretches(time_drop, x.shape[:2])
    x = jax.nn.gelu(neighbours(x) @ weights["first"] + weights["first_bias"], approximate=False) * present
    if drop is not None:
        x = x * jax.random.bernoulli(inside, 0.85, x.shape) / 0.85
    x = jax.nn.gelu(neighbours(x) @ weights["second"] + weights["second_bias"], approximate=False)
    if drop is not None:
        x = x * jax.random.bernoulli(drop, 0.8, x.shape) / 0.8
    return x @ weights["last"] + weights["last_bias"]


def stretches(key, shape):
    """Frames that are hidden: a stretch of up to six, about one in a second."""
    begins = jax.random.bernoulli(key, 0.012, shape)
    return jnp.stack([jnp.roll(begins, n, 1) for n in range(5)]).any(0)[..., None]


def loss(weights, batch, key):
    present = 1.0 - batch["filling"]
    logits = head(weights, batch["frames"], present[..., None], key)
    each = optax.ctc_loss(logits, batch["filling"], batch["labels"], batch["label_filling"], blank_id=0)
    return (each / jnp.maximum((1 - batch["label_filling"]).sum(1), 1)).mean()


def batches(items, classes, chance):
    """Shuffled batches of about the same number of frames, each of one length."""
    by_length = {}
    for item in chance.permutation(len(items)):
        length = next((n for n in LENGTHS if n >= len(items[item][1])), None)
        if length and len(items[item][2]) <= MOST_SYLLABLES:
            by_length.setdefault(length, []).append(items[item])
    made = []
    for length, group in by_length.items():
        size = BATCH // length
        for first in range(0, len(group), size):
            some = [group[(first + n) % len(group)] for n in range(size)]
            made.append(fill(some, length, classes))
    for index in chance.permutation(len(made)):
        yield made[index]


def fill(some, length, classes):
    batch = {
        "frames": np.zeros((len(some), length, WIDTH), np.float16), "filling": np.ones((len(some), length), np.float32),
        "labels": np.zeros((len(some), MOST_SYLLABLES), np.int32),
        "label_filling": np.ones((len(some), MOST_SYLLABLES), np.float32),
    }
    for row, (_, frames, syllables) in enumerate(some):
        batch["frames"][row, : len(frames)] = frames
        batch["filling"][row, : len(frames)] = 0
        batch["labels"][row, : len(syllables)] = [classes[s] for s in syllables]
        batch["label_filling"][row, : len(syllables)] = 0
    return batch


def train(items, names, steps, folder):
    classes = {name: index + 1 for index, name in enumerate(names)}
    chance = np.random.default_rng(SEED)
    weights = start(len(names) + 1, jax.random.key(SEED))
    steady = weights
    rate = optax.inject_hyperparams(optax.adamw)(learning_rate=PEAK_RATE, weight_decay=0.02)
    state = rate.init(weights)

    @jax.jit
    def step(weights, steady, state, batch, key, speed, past):
        value, slope = jax.value_and_grad(loss)(weights, batch, key)
        norm = optax.global_norm(slope)
        slope = jax.tree.map(lambda g: g * jnp.minimum(1.0, 1.0 / norm), slope)
        state.hyperparams["learning_rate"] = speed
        update, state = rate.update(slope, state, weights)
        weights = optax.apply_updates(weights, update)
        return weights, jax.tree.map(lambda s, w: past * s + (1 - past) * w, steady, weights), state, value

    count, epoch = 0, 0
    while count < steps:
        losses = []
        for batch in batches(items, classes, chance):
            passed = count / steps
            speed = PEAK_RATE * min(1.0, (count + 1) / 60) * (0.5 + 0.5 * np.cos(np.pi * passed)) + 1e-5
            key = jax.random.fold_in(jax.random.key(SEED + 1), count)
            weights, steady, state, value = step(weights, steady, state, batch, key, speed, min(EMA, count / (count + 10)))
            losses.append(float(value))
            count += 1
            if count == steps:
                break
        epoch += 1
        keep(folder, steady)
        print(f"epoch {epoch}, step {count} of {steps}: loss {np.mean(losses):.3f}", file=sys.stderr, flush=True)
    return keep(folder, steady)


def keep(folder, weights):
    """Writes the weights beside the frames, after each epoch."""
    weights = {name: np.asarray(value) for name, value in weights.items()}
    np.savez(folder / "weights.npz", **weights)
    return weights


def main():
    folder, out = pathlib.Path(sys.argv[1]), sys.argv[2]
    steps = int(sys.argv[3]) if len(sys.argv) > 3 else STEPS
    items = load(folder / "train.npz") + load(folder / "slow.npz")
    names = sorted(graph.syllables())
    unknown = {s for _, _, said in items for s in said} - set(names)
    assert not unknown, f"no syllables of Mandarin: {unknown}"
    began = time.process_time()
    weights = train(items, names, steps, folder)
    print(f"{time.process_time() - began:.0f} CPU seconds", file=sys.stderr)
    graph.write(weights, names, out)
    report(out, folder)


if __name__ == "__main__":
    main()
