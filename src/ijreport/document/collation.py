"""Words → the order and the groups that an index has them in.

A small part of the Unicode Collation Algorithm (UTS #10), from the tables that Python has: three levels, spaces and
hyphens before all letters, other punctuation left out. Languages' own alphabets (Swedish å behind z) are not in it; nor
is any package for them that installs without a compiler and is still kept.
"""

from __future__ import annotations

import unicodedata

_VIRAMA = 9
"""The combining class of the sign that joins Devanagari's consonants, and is a letter's part as its vowel signs are."""
_KATAKANA = range(0x30A1, 0x30F7)
_TO_HIRAGANA = -0x60
_SMALL = str.maketrans("ぁぃぅぇぉっゃゅょゎゕゖ", "あいうえおつやゆよわかけ")
_KANA_ROWS = "あかさたなはまやらわ"
"""What each row of the kana's table begins with (JIS X 4061)."""

Key = tuple[str, str, str, str]


def collation_key(text: str) -> Key:
    """What texts are sorted by: letters; then their accents and voicing; then capitals, and katakana; then all."""
    letters: list[str] = []
    accents: list[str] = []
    for character in unicodedata.normalize("NFKD", text):
        if unicodedata.combining(character) not in (0, _VIRAMA):
            accents.append(f"{len(letters):03d}{character}")
        elif character.isspace() or character in "-‐‑–—":
            letters.append(" ")
        elif unicodedata.category(character)[0] not in "PSC":
            letters.append(_plain(character))
    primary = " ".join("".join(letters).split())
    return primary, "".join(accents), text.swapcase(), text


def initial(text: str) -> str:
    """What a text is listed under: its first letter, kana's row, or nothing before a number or sign."""
    first = collation_key(text)[0][:1]
    if "ぁ" <= first <= "ゖ":
        return max(row for row in _KANA_ROWS if row <= first)
    return first.upper() if unicodedata.category(first or "0")[0] == "L" else ""


def _plain(character: str) -> str:
    """A letter without case; katakana as hiragana, small kana as large."""
    if ord(character) in _KATAKANA:
        character = chr(ord(character) + _TO_HIRAGANA)
    return character.translate(_SMALL).casefold()
