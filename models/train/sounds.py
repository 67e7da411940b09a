"""From text to what is learned (syllables without tones) and to what Kokoro reads (its own symbols).

The table of symbols is that of `src/tts/pronounce.rs`; spellings are those that `mandarin::Syllable::plain` prints.
"""

import re

import jieba
from pypinyin import Style, lazy_pinyin

INITIALS = "zh ch sh b p m f d t n l g k h j q x r z c s".split()
ONSETS = dict(
    b="p", p="pʰ", m="m", f="f", d="t", t="tʰ", n="n", l="l", g="k", k="kʰ", h="x", j="ʨ", q="ʨʰ", x="ɕ",
    zh="ꭧ", ch="ꭧʰ", sh="ʂ", r="ɻ", z="ʦ", c="ʦʰ", s="s",
)
# What stands before the tone's arrow, and what behind it.
RIMES = {
    "a": ("a", ""), "o": ("wo", ""), "e": ("ɤ", ""), "ai": ("ai", ""), "ei": ("ei", ""), "ao": ("au", ""),
    "ou": ("ou", ""), "an": ("a", "n"), "en": ("ə", "n"), "ang": ("a", "ŋ"), "eng": ("ə", "ŋ"), "ong": ("ʊ", "ŋ"),
    "er": ("ɚ", ""), "i": ("i", ""), "ia": ("ja", ""), "io": ("wo", ""), "ie": ("je", ""), "iao": ("jau", ""),
    "iu": ("jou", ""), "ian": ("jɛ", "n"), "in": ("i", "n"), "iang": ("ja", "ŋ"), "ing": ("i", "ŋ"),
    "iong": ("jʊ", "ŋ"), "u": ("u", ""), "ua": ("wa", ""), "uo": ("wo", ""), "uai": ("wai", ""), "ui": ("wei", ""),
    "uan": ("wa", "n"), "un": ("wə", "n"), "uang": ("wa", "ŋ"), "ueng": ("wə", "ŋ"), "v": ("y", ""),
    "ve": ("ɥe", ""), "van": ("ɥɛ", "n"), "vn": ("y", "n"), "apical": ("ɨ", ""),
}
TONES = {"1": "→", "2": "↗", "3": "↓", "4": "↘"}
PAUSES = {"，": ",", "、": ",", "。": ".", "！": "!", "？": "?", "；": ";", "：": ":", "…": "…"}
DIGITS = "零一二三四五六七八九幺"
IRREGULAR = {"you": "iu", "wei": "ui", "wen": "un", "wu": "u", "weng": "ueng", "wo": "uo", "yi": "i", "yin": "in",
             "ying": "ing", "yong": "iong", "yo": "io"}


def split(plain):
    """Initial and final of a syllable without its tone."""
    if plain in IRREGULAR:
        return "", IRREGULAR[plain]
    if plain.startswith("yu"):
        return "", "v" + plain[2:]
    if plain[0] in "yw":
        return "", ("i" if plain[0] == "y" else "u") + plain[1:]
    for initial in INITIALS:
        if plain.startswith(initial):
            final = plain[len(initial):]
            if initial in "jqx" and final.startswith("u"):
                final = "v" + final[1:]
            if initial in ("zh", "ch", "sh", "r", "z", "c", "s") and final == "i":
                final = "apical"
            return initial, {"ue": "ve", "uen": "un", "uei": "ui", "iou": "iu"}.get(final, final)
    return "", plain


def readings(words):
    """Pinyin with the tone's number of every Chinese character, word by word; other characters are left out."""
    for word in words:
        if all("\u4e00" <= c <= "\u9fff" for c in word):
            # A number's own name is said in the first tone, whatever follows.
            said = lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True, tone_sandhi=word not in DIGITS)
            yield word, ["en1" if c == "嗯" else reading.replace("ü", "v") for c, reading in zip(word, said)]
        else:
            yield word, None


def cut(text):
    """Words of a text; digits said one by one are a word each, and 弄 behind one is a lane."""
    for run in re.findall(f"[{DIGITS}]|[^{DIGITS}]+", text):
        yield from [run] if run in DIGITS else jieba.cut(run)


def spoken(text):
    """`(syllables, symbols)` of a text; the text must be written as it is spoken."""
    syllables, symbols, before = [], "", ""
    for word, pinyin in readings(cut(text)):
        if pinyin is None:
            symbols += "".join(PAUSES.get(c, "") for c in word)
            continue
        if symbols and not symbols.endswith(" "):
            symbols += " "
        for index, reading in enumerate(pinyin):
            if word[index] == "弄" and (before[-1:] or " ") in DIGITS + "十百":
                reading = "long4"
            plain, tone = (reading[:-1], reading[-1]) if reading[-1].isdigit() else (reading, "5")
            initial, final = split(plain)
            front, coda = ("ɔ", "") if (initial, final) == ("", "o") else RIMES[final]
            syllables.append(plain)
            symbols += ONSETS.get(initial, "") + front + TONES.get(tone, "") + coda
        before = word
    return syllables, symbols
