"""Transcribes a folder of WAV files with faster-whisper, for comparison with Lingting's own engine.

Writes one line a file: name, text, processor seconds. Score it with
`lingting eval asr SET --transcripts OUT.tsv`, which treats its text exactly as our own.

    python3 -m venv venv && venv/bin/pip install faster-whisper==1.2.1
    venv/bin/python docs/measure/transcribe_with_faster_whisper.py MODEL_FOLDER WAV_FOLDER OUT.tsv [LIMIT]

MODEL_FOLDER is the CTranslate2 folder that `lingting models pull` fetched (model.bin, config.json,
tokenizer.json, vocabulary.txt): the same weights as our engine's.
"""

import resource
import sys
from pathlib import Path

from faster_whisper import WhisperModel


def processor_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main():
    model_folder, wav_folder, out = sys.argv[1:4]
    limit = int(sys.argv[4]) if len(sys.argv) > 4 else None
    model = WhisperModel(model_folder, device="cpu", compute_type="int8", cpu_threads=1, num_workers=1)
    files = sorted(Path(wav_folder).glob("*.wav"))[:limit]
    with open(out, "w", encoding="utf-8") as table:
        print("file\ttext\tcpu_seconds", file=table)
        for path in files:
            start = processor_seconds()
            segments, _ = model.transcribe(
                str(path),
                language="zh",
                beam_size=1,
                best_of=1,
                temperature=0.0,
                condition_on_previous_text=False,
            )
            text = "".join(segment.text for segment in segments).strip()
            spent = processor_seconds() - start
            print(path.name, text.replace("\t", " "), f"{spent:.3f}", sep="\t", file=table, flush=True)


main()
