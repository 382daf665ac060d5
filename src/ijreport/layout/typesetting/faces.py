"""A font file → how wide it sets words, and with which glyphs.

Words are shaped by HarfBuzz (kerning, ligatures, Devanagari) and embedded as they were measured. Advances are in ems:
multiply by the size.
"""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

from msgspec import Struct


class Glyph(Struct, frozen=True):
    """One glyph of a shaped word, in ems. `text` is what it stands for; later glyphs of its cluster have none."""

    id: int
    advance: float
    dx: float
    dy: float
    text: str


class Face(Protocol):
    """A font face, as far as layout is concerned. `x_height` (in ems) is 0 where it says nothing of the size."""

    name: str

    @property
    def x_height(self) -> float: ...

    @property
    def tabular(self) -> Face:
        """The same face with figures that are all of one width, where it has them."""
        ...

    def covers(self, character: str) -> bool: ...

    def advance(self, word: str) -> float: ...


class PrintFace:
    """A font file, shaped by HarfBuzz and embedded in the PDF."""

    def __init__(self, name: str, data: Any, one_weight: bool = False, features: tuple[str, ...] = ()) -> None:
        """`one_weight`: there is no bold face beside it, so that a renderer has to embolden it.

        `data` is the font file or its path, or the HarfBuzz face of another `PrintFace`.
        """
        import uharfbuzz as hb

        if isinstance(data, hb.Face):
            self.face = data
        else:
            self.face = hb.Face(hb.Blob.from_file_path(str(data)) if isinstance(data, Path) else hb.Blob(data))
        self.name = name
        self.one_weight = one_weight
        self._hb = hb
        self._font = hb.Font(self.face)
        self._em = float(self.face.upem)
        self._features = dict.fromkeys(features, True)
        self._shaped: dict[str, tuple[Glyph, ...]] = {}
        self._advances: dict[str, float] = {}

    def __repr__(self) -> str:
        return f"PrintFace({self.name!r})"

    @cached_property
    def tabular(self) -> PrintFace:
        """The same font file, shaped with the feature `tnum` (OpenType 1.9, "Registered Features")."""
        return PrintFace(self.name, self.face, self.one_weight, ("tnum",))

    @cached_property
    def x_height(self) -> float:
        glyph = self._font.get_nominal_glyph(ord("x"))
        extents = self._font.get_glyph_extents(glyph) if glyph else None
        return float(extents.y_bearing) / self._em if extents else 0.0

    @property
    def ascent(self) -> float:
        return float(self._font.get_font_extents("ltr").ascender) / self._em

    @property
    def descent(self) -> float:
        """Below the baseline, negative."""
        return float(self._font.get_font_extents("ltr").descender) / self._em

    def covers(self, character: str) -> bool:
        return bool(self._font.get_nominal_glyph(ord(character)))

    def advance(self, word: str) -> float:
        known = self._advances.get(word)
        if known is None:
            known = self._advances[word] = sum(glyph.advance for glyph in self.shape(word))
        return known

    def shape(self, word: str) -> tuple[Glyph, ...]:
        known = self._shaped.get(word)
        if known is None:
            known = self._shaped[word] = self._shape(word)
        return known

    def _shape(self, word: str) -> tuple[Glyph, ...]:
        """A soft hyphen at the end is one at a line's end, and visible."""
        buffer = self._hb.Buffer()
        buffer.add_str(word[:-1] + "-" if word.endswith("\u00ad") else word)
        buffer.guess_segment_properties()
        self._hb.shape(self._font, buffer, self._features)
        infos, positions = buffer.glyph_infos, buffer.glyph_positions or []  # None for an empty word
        ends = dict(pairwise([*sorted({info.cluster for info in infos}), len(word)]))
        glyphs = []
        told: set[int] = set()
        for info, place in zip(infos, positions, strict=True):
            text = "" if info.cluster in told else word[info.cluster : ends[info.cluster]]
            told.add(info.cluster)
            em = self._em
            glyphs.append(Glyph(info.codepoint, place.x_advance / em, place.x_offset / em, place.y_offset / em, text))
        return tuple(glyphs)

    def natural_advance(self, glyph: int) -> float:
        """A glyph's own advance, as the embedded font's widths give it."""
        return float(self._font.get_glyph_h_advance(glyph)) / self._em
