"""Faces: who has a character, how wide a text is, and what is told of fonts that are not there."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path

import pymupdf_fonts
import pytest

from ijreport.content.project import Project
from ijreport.diagnostics import ContentError, Diagnostics
from ijreport.layout.theme import Family, Fonts, PrintFonts, SlideFonts, Theme
from ijreport.layout.typesetting.faces import Face, PrintFace
from ijreport.layout.typesetting.fonts import FontBook, print_fonts, slide_fonts
from ijreport.layout.typesetting.scripts import script_language
from ijreport.layout.typesetting.slide_faces import LATIN_MARGIN

ProjectFactory = Callable[..., Path]


def face_of(book: FontBook, character: str, bold: bool = False, italic: bool = False) -> Face:
    face = book.face(character, "text", bold, italic)
    assert face is not None
    return face


# -- print -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "character, expected",
    [
        ("a", "FiraGO-Regular"),
        ("é", "FiraGO-Regular"),
        ("₹", "FiraGO-Regular"),
        ("भ", "FiraGO-Regular"),
        ("日", "NotoSansCJKjp-Regular"),
        ("「", "NotoSansCJKjp-Regular"),
    ],
)
def test_the_first_face_that_has_a_character_is_taken(character: str, expected: str, print_book: FontBook) -> None:
    assert face_of(print_book, character).name == expected


def test_weight_and_slope_choose_the_face(print_book: FontBook) -> None:
    styles = [(False, False), (True, False), (False, True), (True, True)]
    names = [face_of(print_book, "a", bold, italic).name for bold, italic in styles]

    assert names == ["FiraGO-Regular", "FiraGO-Bold", "FiraGO-Italic", "FiraGO-Bold-Italic"]


def test_a_character_that_no_face_has(print_book: FontBook) -> None:
    assert print_book.face("\U00013000", "text", False, False) is None


def test_words_are_shaped(print_book: FontBook) -> None:
    face = face_of(print_book, "a")
    assert isinstance(face, PrintFace)

    assert face.advance("AV") < face.advance("A") + face.advance("V")  # kerned
    assert next(glyph.text for glyph in face.shape("क्षि")) == "क्षि"  # one cluster
    assert "".join(glyph.text for glyph in face.shape("साझेदारी office")) == "साझेदारी office"
    assert face.shape("") == ()


def test_an_unknown_family_is_told(tmp_path: Path) -> None:
    diagnostics = Diagnostics()
    theme = Theme(fonts=Fonts(print=PrintFonts(text="FiraG0")))

    with pytest.raises(ContentError):
        print_fonts(theme, Project(tmp_path, diagnostics), diagnostics)
    assert [(one.code, one.hint) for one in diagnostics] == [("unknown-font", "did you mean 'FiraGO'?")]


def own(regular: str, **others: str) -> Theme:
    families = {"Own": Family(regular, **others)}
    return Theme(fonts=Fonts(print=PrintFonts("Own", "Own"), families=families))


def test_a_family_of_the_project(project: ProjectFactory) -> None:
    folder = project({"fonts/a.ttf": pymupdf_fonts.myfont("ubuntu"), "fonts/b.ttf": pymupdf_fonts.myfont("ubuntubo")})
    diagnostics = Diagnostics()
    found = Project(folder, diagnostics)
    book = print_fonts(own("fonts/a.ttf", bold="fonts/b.ttf"), found, diagnostics)
    styles = [(False, False), (True, False), (False, True), (True, True)]

    assert [face_of(book, "a", bold, italic).name for bold, italic in styles] == ["a", "b", "a", "b"]
    assert face_of(book, "日").name == "NotoSansCJKjp-Regular"
    assert set(found.inputs) == {"fonts/a.ttf", "fonts/b.ttf"}


def test_files_of_one_name_have_faces_of_their_own(project: ProjectFactory) -> None:
    """A face is known by its name, in the PDF too; those that are built in have theirs already."""
    paths = ("body/Regular.ttf", "heads/Regular.ttf", "FiraGO-Regular.ttf")
    folder = project({path: pymupdf_fonts.myfont("ubuntu") for path in paths})
    families = {"Body": Family(paths[0], bold=paths[1], italic=paths[2]), "Same": Family(paths[1])}
    theme = Theme(fonts=Fonts(print=PrintFonts("Body", "Same"), families=families))
    diagnostics = Diagnostics()
    book = print_fonts(theme, Project(folder, diagnostics), diagnostics)
    styles = [(False, False), (True, False), (False, True)]

    assert [face_of(book, "a", *style).name for style in styles] == ["Regular", "Regular-2", "FiraGO-Regular-2"]
    heading = book.face("a", "heading", False, False)
    assert heading is not None
    assert heading.name == "Regular-2"


@pytest.mark.parametrize("files, code", [({}, "unknown-font"), ({"a.ttf": b"no font at all"}, "bad-font")])
def test_a_file_that_is_no_font_is_told(files: dict[str, bytes], code: str, project: ProjectFactory) -> None:
    diagnostics = Diagnostics()

    with pytest.raises(ContentError):
        print_fonts(own("a.ttf"), Project(project(files), diagnostics), diagnostics)
    assert [one.code for one in diagnostics] == [code]


@pytest.mark.parametrize("kept", [10, 200, 100_000])
def test_a_font_that_is_cut_short_is_told(kept: int, project: ProjectFactory) -> None:
    diagnostics = Diagnostics()
    folder = project({"a.ttf": pymupdf_fonts.myfont("ubuntu")[:kept]})

    with pytest.raises(ContentError):
        print_fonts(own("a.ttf"), Project(folder, diagnostics), diagnostics)
    assert [one.code for one in diagnostics] == ["bad-font"]


# -- slides ----------------------------------------------------------------------------------------------------


@pytest.fixture
def slide_book() -> FontBook:
    return slide_fonts(Theme(), Diagnostics())


@pytest.mark.parametrize(
    "character, expected", [("a", "Arial"), ("☆", "Arial"), ("日", "Yu Gothic"), ("भ", "Nirmala UI")]
)
def test_each_script_has_its_typeface(character: str, expected: str, slide_book: FontBook) -> None:
    assert face_of(slide_book, character).name == expected


def test_arial_is_measured_as_helvetica_with_a_margin(slide_book: FontBook) -> None:
    assert face_of(slide_book, "a").advance("Report") == pytest.approx(
        1.02 * (0.722 + 0.556 + 0.556 + 0.556 + 0.333 + 0.278)  # Adobe Core 14 font metrics
    )


def test_japanese_is_an_em_wide_with_a_margin(slide_book: FontBook) -> None:
    assert face_of(slide_book, "日").advance("日本ｱ") == pytest.approx(1.05 * 2.5)


@pytest.mark.parametrize("text", ["é", "e\u0301"])
def test_letters_with_marks_are_as_wide_as_without(text: str, slide_book: FontBook) -> None:
    face = face_of(slide_book, "a")

    assert face.advance(text) == face.advance("e")


TRUETYPE, WINE = Path("/usr/share/fonts/truetype"), Path("/usr/share/wine/fonts")
CROSEXTRA, DEJAVU = TRUETYPE / "crosextra", TRUETYPE / "dejavu"


@pytest.mark.parametrize(
    "typeface, bold, italic, file",
    [
        pytest.param(typeface, bold, italic, file, marks=pytest.mark.external(str(file)))
        for typeface, bold, italic, file in (
            ("Calibri", False, False, CROSEXTRA / "Carlito-Regular.ttf"),
            ("Calibri", True, False, CROSEXTRA / "Carlito-Bold.ttf"),
            ("Calibri", False, True, CROSEXTRA / "Carlito-Italic.ttf"),
            ("Calibri", True, True, CROSEXTRA / "Carlito-BoldItalic.ttf"),
            ("Cambria", False, False, CROSEXTRA / "Caladea-Regular.ttf"),
            ("Cambria", True, False, CROSEXTRA / "Caladea-Bold.ttf"),
            ("Cambria", False, True, CROSEXTRA / "Caladea-Italic.ttf"),
            ("Cambria", True, True, CROSEXTRA / "Caladea-BoldItalic.ttf"),
            ("Tahoma", False, False, WINE / "tahoma.ttf"),
            ("Tahoma", True, True, WINE / "tahomabd.ttf"),
        )
    ],
)
def test_typefaces_of_office_programs_are_as_wide_as_their_likes(
    typeface: str, bold: bool, italic: bool, file: Path
) -> None:
    """Each character as wide as in the metric-compatible font, or up to a hundredth of an em wider; no ligatures."""
    spare = spared(typeface, bold, italic, file)

    assert min(spare.values()) >= 0
    assert {one for one, more in spare.items() if more > 0.001} <= {"z"}  # of which two sources say different things


@pytest.mark.parametrize(
    "typeface, bold, italic, file",
    [
        pytest.param(typeface, bold, italic, file, marks=pytest.mark.external(str(file)))
        for typeface, bold, italic, file in (
            ("DejaVu Sans", False, False, DEJAVU / "DejaVuSans.ttf"),
            ("DejaVu Sans", True, False, DEJAVU / "DejaVuSans-Bold.ttf"),
            ("DejaVu Sans Condensed", True, False, DEJAVU / "DejaVuSansCondensed-Bold.ttf"),
            ("DejaVu Sans Mono", True, True, DEJAVU / "DejaVuSansMono-BoldOblique.ttf"),
            ("DejaVu Serif", False, True, DEJAVU / "DejaVuSerif-Italic.ttf"),
            ("Noto Sans", True, False, TRUETYPE / "noto" / "NotoSans-Bold.ttf"),
        )
    ],
)
def test_free_typefaces_are_as_wide_as_their_fonts(typeface: str, bold: bool, italic: bool, file: Path) -> None:
    """Or up to a hundredth of an em wider, as in the italic or in another version; there, a cedilla even more."""
    spare = spared(typeface, bold, italic, file)

    assert min(spare.values()) >= 0
    assert {one for one, more in spare.items() if more > 0.015} <= {"¸"}


def spared(typeface: str, bold: bool, italic: bool, file: Path) -> dict[str, float]:
    """How much wider each character is taken to be than it is in a font, in ems."""
    diagnostics = Diagnostics()
    book = slide_fonts(Theme(fonts=Fonts(slide=SlideFonts(latin=typeface))), diagnostics)
    face, like = book.face("a", "text", bold, italic), PrintFace("like", file)
    assert face
    assert not len(diagnostics)
    spare = {
        character: round(face.advance(character) / LATIN_MARGIN - like.advance(character), 4)
        for character in map(chr, range(0x20, 0x100))
        if like.covers(character) and character.isprintable()
    }
    assert len(spare) > 180
    return spare


@pytest.mark.parametrize(
    "typeface, text, width",
    [
        ("Georgia", "Hamburg", (815 + 504 + 881 + 560 + 576 + 410 + 510) / 1000),
        ("Verdana", "an", (601 + 633) / 1000),
        ("Carlito", "a0", (981 + 1038) / 2048),
    ],
)
def test_other_typefaces_of_office_programs_have_widths_of_their_own(typeface: str, text: str, width: float) -> None:
    book = slide_fonts(Theme(fonts=Fonts(slide=SlideFonts(latin=typeface))), Diagnostics())

    assert face_of(book, "a").advance(text) == pytest.approx(LATIN_MARGIN * width, abs=0.004)


def test_a_typeface_whose_metrics_are_not_known_is_measured_wider_and_told() -> None:
    diagnostics = Diagnostics()
    book = slide_fonts(Theme(fonts=Fonts(slide=SlideFonts(latin="Own Sans"))), diagnostics)
    arial = slide_fonts(Theme(), Diagnostics())

    assert [(one.severity, one.code) for one in diagnostics] == [("warning", "unknown-metrics")]
    assert face_of(book, "a").name == "Own Sans"
    assert face_of(book, "a").advance("text") > 1.15 * face_of(arial, "a").advance("text")


# -- scripts ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("characters, expected", [("日本カｶー「、", "ja"), ("भारतके।", "hi"), ("aé1¥₹—☆", "")])
def test_the_language_of_a_script(characters: str, expected: str) -> None:
    assert {script_language(character) for character in characters} == {expected}


def test_the_packages_of_the_built_in_faces_are_installed() -> None:
    assert importlib.util.find_spec("noto_cjk_sans_jp_regular") is not None
