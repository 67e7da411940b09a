"""What a head hears: its greedy syllables against what was said, by kind.

    python score.py ../syllables.onnx frames
"""

import collections
import pathlib
import sys

import numpy as np
import onnxruntime

SETS = ("validation", "speakers", "aishell_clean", "aishell_phone")


def wrong(said, heard):
    """Insertions, deletions and substitutions."""
    row = list(range(len(heard) + 1))
    for place, expected in enumerate(said):
        before, row[0] = row[0], place + 1
        for column, found in enumerate(heard):
            replaced = before + (expected != found)
            before, row[column + 1] = row[column + 1], min(replaced, row[column + 1] + 1, row[column] + 1)
    return row[-1]


class Head:
    def __init__(self, path):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self.names = ["", *self.session.get_modelmeta().custom_metadata_map["syllables"].split()]

    def greedy(self, frames):
        best = self.session.run(None, {"sound": frames[None].astype(np.float32)})[0][0].argmax(1)
        kept = best[np.flatnonzero(np.diff(best, prepend=0))]
        return [self.names[c] for c in kept if c]


def report(path, folder):
    """Prints syllable errors and exact utterances of every set and kind."""
    head = Head(path)
    for name in SETS:
        data = np.load(pathlib.Path(folder) / f"{name}.npz")
        parts = np.split(data["frames"], np.cumsum(data["lengths"])[:-1])
        groups = collections.defaultdict(lambda: [0, 0, 0, 0])
        for kind, frames, said in zip(data["names"], parts, data["syllables"]):
            said, heard = said.split(), head.greedy(frames)
            errors = wrong(said, heard)
            for group in ("all", "speakers" if name == "speakers" else kind):
                groups[group] = [a + b for a, b in zip(groups[group], (errors, len(said), errors == 0, 1))]
        for kind, (errors, of, exact, count) in groups.items():
            print(f"{name:15} {kind:16} {100 * errors / of:5.1f} % of {of:5} syllables, {exact:3} of {count:3} exact")


if __name__ == "__main__":
    report(sys.argv[1], sys.argv[2])
