"""A word + its language → the places where it may be parted, by the dictionaries of pyphen."""

from __future__ import annotations

import re
from typing import Any

_LEFT, _RIGHT = 2, 3
"""Letters that stay before the hyphen, and that go to the next line."""
_LETTERS = re.compile(r"[^\W\d_]+")
# Addresses, names of files, codes: a hyphen in them would read as their own.
_NO_WORD = re.compile(r"[\d/\\@_:=<>+*#&-]|\w\.\w")


class Hyphenation:
    """The dictionaries that a build has used. A language that has none is set without hyphens."""

    def __init__(self) -> None:
        self._dictionaries: dict[str, Any] = {}

    def cuts(self, text: str, language: str) -> tuple[int, ...]:
        """The offsets at which a stretch without spaces may be parted; `language` is a BCP 47 tag.

        Neither abbreviations nor what is no word are parted.
        """
        dictionary = self._dictionary(language)
        if dictionary is None or _NO_WORD.search(text):
            return ()
        found = []
        for match in _LETTERS.finditer(text):
            word = match[0]
            if len(word) >= _LEFT + _RIGHT and word[1:].islower():
                found += [match.start() + int(at) for at in dictionary.positions(word)]
        return tuple(found)

    def _dictionary(self, language: str) -> Any:
        if language not in self._dictionaries:
            import pyphen

            name = pyphen.language_fallback(language.replace("-", "_"))
            self._dictionaries[language] = pyphen.Pyphen(lang=name, left=_LEFT, right=_RIGHT) if name else None
        return self._dictionaries[language]
