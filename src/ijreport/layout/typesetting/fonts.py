"""Family, weight and character → the face that has it: those embedded in a PDF, and stand-ins for those of slides."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from itertools import chain, count
from pathlib import Path
from typing import Literal

from ijreport.content.bind import place_of
from ijreport.content.project import Project
from ijreport.diagnostics import Diagnostics, did_you_mean
from ijreport.layout.theme import Family, Theme
from ijreport.layout.typesetting.faces import Face, PrintFace
from ijreport.layout.typesetting.office_widths import office_widths
from ijreport.layout.typesetting.scripts import is_japanese
from ijreport.layout.typesetting.slide_faces import (
    CORE,
    CORE_STYLES,
    LATIN_MARGIN,
    UNKNOWN_MARGIN,
    DevanagariFace,
    JapaneseFace,
    LatinFace,
    core_widths,
)

FamilyRole = Literal["text", "heading", "mono"]


_STYLES = ((False, False), (True, False), (False, True), (True, True))

# Built-in families: the code names of `pymupdf-fonts` for regular, bold, italic, bold italic.
_BUILT_IN = {
    "FiraGO": ("figo", "figbo", "figit", "figbi"),
    "Noto Sans": ("notos", "notosbo", "notosit", "notosbi"),
    "Fira Mono": ("fimo", "fimbo", "fimo", "fimbo"),
    "Ubuntu": ("ubuntu", "ubuntubo", "ubuntuit", "ubuntubi"),
}
# Asked in turn for a character that the family itself lacks.
_FALLBACK = ("FiraGO", "Noto Sans")
_SYMBOLS = ("symbol1", "symbol2", "math")
_CJK = "NotoSansCJKjp-Regular"


@lru_cache(maxsize=32)
def _built_in(code: str) -> PrintFace:
    """A face of a font package. Faces hold no state of a build, so one warm process keeps them."""
    if code == "cjk":
        spec = importlib.util.find_spec("noto_cjk_sans_jp_regular")
        if spec is None or spec.origin is None:
            raise RuntimeError("the package noto-cjk-sans-jp-regular is not installed")
        return PrintFace(_CJK, Path(spec.origin).parent / f"{_CJK}.otf", True)
    import pymupdf_fonts

    return PrintFace(_built_in_names()[code], pymupdf_fonts.myfont(code))


@lru_cache(maxsize=1)
def _built_in_names() -> dict[str, str]:
    import pymupdf_fonts

    names = {code: str(one["name"]).replace(" ", "-") for code, one in pymupdf_fonts.fontdescriptors.items()}
    return names | {"cjk": _CJK}


class FontBook:
    """Chooses the face for a character: by role, weight and slope, then by what the faces cover."""

    def __init__(
        self, candidates: Callable[[str, FamilyRole, bool, bool], Iterator[Face]], own: tuple[Face, ...] = ()
    ) -> None:
        """`own` are the faces among them that the project brought."""
        self.own = own
        self._candidates = candidates
        self._chosen: dict[tuple[str, FamilyRole, bool, bool], Face | None] = {}

    def face(self, character: str, role: FamilyRole, bold: bool, italic: bool) -> Face | None:
        """The first candidate that has the character; None if no font has it."""
        key = (character, role, bold, italic)
        if key not in self._chosen:
            candidates = self._candidates(character, role, bold, italic)
            self._chosen[key] = next((face for face in candidates if face.covers(character)), None)
        return self._chosen[key]

    def chosen(self) -> dict[str, tuple[str, FamilyRole, bool, bool]]:
        """What the faces were asked for that it chose so far, by name: a book of the same fonts finds them by that."""
        return {face.name: key for key, face in reversed(self._chosen.items()) if face}


def print_fonts(theme: Theme, project: Project, diagnostics: Diagnostics) -> FontBook:
    """The faces that the PDF embeds. An unknown family, or a file that is no font, is an error."""
    names: dict[str, str] = {}
    own = {name: _project_faces(family, project, names, diagnostics) for name, family in theme.fonts.families.items()}
    roles = {"text": theme.fonts.print.text, "heading": theme.fonts.print.heading, "mono": theme.fonts.print.mono}
    for name in roles.values():
        if name not in own and name not in _BUILT_IN:
            hint = did_you_mean(name, [*own, *_BUILT_IN])
            diagnostics.error("unknown-font", f"there is no font family '{name}'", place_of(name), hint)
    diagnostics.end_stage()

    def variant(family: str, style: int) -> Face:
        return own[family][style] if family in own else _built_in(_BUILT_IN[family][style])

    def candidates(character: str, role: FamilyRole, bold: bool, italic: bool) -> Iterator[Face]:
        style = _STYLES.index((bold, italic))
        yield variant(roles[role], style)
        if is_japanese(character):
            yield _built_in("cjk")
        for family in _FALLBACK:
            yield variant(family, style)
        for code in _SYMBOLS:
            yield _built_in(code)
        yield _built_in("cjk")

    return FontBook(candidates, tuple(face for faces in own.values() for face in faces))


@lru_cache(maxsize=32)
def _own(name: str, data: bytes) -> PrintFace:
    """A face of a project, kept like those of the packages, and for the same reason."""
    return PrintFace(name, data)


def _project_faces(
    family: Family, project: Project, names: dict[str, str], diagnostics: Diagnostics
) -> tuple[Face, ...]:
    """Regular, bold, italic, bold italic: a missing one is taken from its nearest relative.

    `names` has what the faces of files are called, by path: the file's own name, with a number if another has it.
    """
    bold, italic = family.bold or family.regular, family.italic or family.regular
    faces: dict[str, Face] = {}
    for path in (family.regular, bold, italic, family.bold_italic or bold):
        data = project.read_bytes(path, place_of(path), "font")
        if data is not None and path not in faces:
            if data[:4] not in (b"\0\1\0\0", b"OTTO", b"true") or not _is_whole(data):
                hint = "TrueType and OpenType files can be embedded"
                diagnostics.error("bad-font", f"{path} is not a font file", place_of(path), hint)
                continue
            if path not in names:
                stem, taken = Path(path).stem, {*names.values(), *_built_in_names().values()}
                names[path] = next(name for name in chain([stem], _numbered(stem)) if name not in taken)
            faces[path] = _own(names[path], data)
    diagnostics.end_stage()
    return tuple(faces[path] for path in (family.regular, bold, italic, family.bold_italic or bold))


def _numbered(stem: str) -> Iterator[str]:
    return (f"{stem}-{number}" for number in count(2))


def _is_whole(data: bytes) -> bool:
    """Whether a font file holds all the tables that it lists (OpenType 1.9, "Organization of an OpenType Font")."""
    count = int.from_bytes(data[4:6], "big")
    places = (data[20 + 16 * number : 28 + 16 * number] for number in range(count))
    ends = [int.from_bytes(place[:4], "big") + int.from_bytes(place[4:], "big") for place in places]
    return len(data) >= max([12 + 16 * count, *ends])


def slide_fonts(theme: Theme, diagnostics: Diagnostics) -> FontBook:
    """Stand-ins for the typefaces that the deck names. One without known metrics is measured wider, with a warning."""
    names = theme.fonts.slide
    japanese = JapaneseFace(names.east_asian)

    @cache
    def devanagari(bold: bool) -> DevanagariFace:
        return DevanagariFace(names.complex_script, _built_in("figbo" if bold else "figo"))

    def latin(name: str) -> tuple[Face, ...]:
        core = CORE.get(name.lower())
        office = tuple(office_widths(name.lower(), bold, italic) for bold, italic in _STYLES)
        if core is None and not all(office):
            message = f"the metrics of '{name}' are not known; its text is measured as Arial"
            diagnostics.warning("unknown-metrics", f"{message} and {UNKNOWN_MARGIN - 1:.0%} more", place_of(name))
        margin = LATIN_MARGIN if core or all(office) else UNKNOWN_MARGIN
        like = map(core_widths, CORE_STYLES[core or "Helvetica"])
        return tuple(LatinFace(name, own or other, margin) for own, other in zip(office, like, strict=True))

    roman = latin(names.latin)
    heading = latin(names.heading) if names.heading not in ("", names.latin) else roman
    faces: dict[FamilyRole, tuple[Face, ...]] = {"text": roman, "heading": heading, "mono": latin(names.mono)}

    def candidates(_character: str, role: FamilyRole, bold: bool, italic: bool) -> Iterator[Face]:
        yield faces[role][_STYLES.index((bold, italic))]
        yield japanese
        yield devanagari(bold)

    return FontBook(candidates)
