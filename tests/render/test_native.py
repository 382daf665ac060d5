"""What a slide is made of, as the programs see it that edit it: lists that count, runs that know their script."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pptx
import pytest
from lxml import etree
from PIL import Image

from ijreport.build import build
from ijreport.diagnostics import Diagnostics
from ijreport.layout.typesetting.text import SetParagraph, TextStyle
from ijreport.render.text_properties import starts

ProjectFactory = Callable[..., Path]
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
DECORATIVE = "{http://schemas.microsoft.com/office/drawing/2017/decorative}decorative"

TEXT = """\
## Agenda

::: contents
:::

# A section {#one}

## Lists

3. third
4. fourth

   goes on
5. fifth
   - bullet
     - deeper
6. sixth

::: notes
1. first

   goes on
2. second
   - below
     - deeper
:::

## 日本 and भारत

特別 and साझेदारी in one line, `code`

::: notes
Of 特別.
:::

| Year | Name |
|---|---|
| 1952 | Treaty |

::: quote Somebody
Said.
:::

::: callout Title
Text
:::

```timeline
- {when: 1952, title: Treaty}
```

```stats
- {value: "10", label: figures}
```
"""


@pytest.fixture
def parts(project: ProjectFactory, tmp_path: Path) -> dict[str, Any]:
    """The XML of the deck's slides and notes."""
    build(project({"templates/deck.md.j2": TEXT}), Diagnostics(), only=["deck"], out=tmp_path / "out")
    with ZipFile(BytesIO((tmp_path / "out" / "deck.pptx").read_bytes())) as archive:
        names = [name for name in archive.namelist() if name.startswith(("ppt/slides/slide", "ppt/notesSlides/notes"))]
        return {Path(name).stem: etree.fromstring(archive.read(name)) for name in names}


def marks(part: Any) -> list[tuple[str, int, str]]:
    """Text, level and mark of each paragraph that is in a list."""
    found = []
    for paragraph in part.iter(f"{A}p"):
        properties = paragraph.find(f"{A}pPr")
        number = None if properties is None else properties.find(f"{A}buAutoNum")
        bullet = None if properties is None else properties.find(f"{A}buNone")
        if properties is not None and (number is not None or bullet is None):
            mark = f"from {number.get('startAt', '1')}" if number is not None else "bullet"
            text = "".join(one.text for one in paragraph.iter(f"{A}t"))
            found.append((text, int(properties.get("lvl", "0")), mark))
    return found


def test_items_that_count_on_share_their_beginning(parts: dict[str, Any]) -> None:
    body = [one for one in parts["slide4"].iter(f"{P}sp") if one.find(f".//{P}ph[@idx='1']") is not None]

    assert marks(body[0]) == [
        ("third", 0, "from 3"),
        ("fourth", 0, "from 3"),
        ("fifth", 0, "from 5"),  # a paragraph without a number stands before it
        ("bullet", 1, "bullet"),
        ("deeper", 2, "bullet"),
        ("sixth", 0, "from 5"),
    ]


def test_notes_have_real_lists(parts: dict[str, Any]) -> None:
    assert marks(parts["notesSlide4"]) == [
        ("first", 0, "from 1"),
        ("second", 0, "from 2"),
        ("below", 1, "bullet"),
        ("deeper", 2, "bullet"),
    ]


def paragraph(level: int, number: int | None) -> SetParagraph:
    return SetParagraph((), TextStyle(10, 12, "#000000"), 100, level=level, number=number)


@pytest.mark.parametrize(
    "lists, expected",
    [
        ([(1, 1), (1, 2), (1, 3)], [1, 1, 1]),
        ([(1, 4), (1, 5)], [4, 4]),
        ([(1, 1), (2, 1), (2, 2), (1, 2)], [1, 1, 1, 1]),
        ([(1, 1), (2, 1), (1, 2), (2, 1)], [1, 1, 1, 1]),
        ([(1, 1), (1, None), (1, 2)], [1, None, 2]),
        ([(1, 1), (2, None), (1, 2)], [1, None, 1]),
        ([(1, 1), (0, None), (1, 1)], [1, None, 1]),
        ([(1, 1), (1, 1)], [1, 1]),
    ],
)
def test_where_a_list_begins(lists: Sequence[tuple[int, int | None]], expected: list[int | None]) -> None:
    assert list(starts([paragraph(*one) for one in lists])) == expected


def test_every_run_has_the_language_and_the_typeface_of_its_script(parts: dict[str, Any]) -> None:
    runs = {
        run.findtext(f"{A}t").strip(): (
            run.find(f"{A}rPr").get("lang"),
            *(f"{one.tag.removeprefix(A)} {one.get('typeface')}" for one in run.iterfind(f"{A}rPr/*[@typeface]")),
        )
        for run in parts["slide5"].iter(f"{A}r")
    }

    heading = ("latin +mj-lt", "ea +mj-ea", "cs +mj-cs")
    body = ("latin +mn-lt", "ea +mn-ea", "cs +mn-cs")
    assert runs["日本"] == ("ja-JP", *heading)
    assert runs["भारत"] == ("hi-IN", *heading)
    assert runs["特別"] == ("ja-JP", *body)
    assert runs["साझेदारी"] == ("hi-IN", *body)
    assert runs["in one line,"] == ("en-US", *body)
    assert runs["code"] == ("en-US", "latin Courier New", "ea +mn-ea", "cs Courier New")
    spoken = [run.find(f"{A}rPr") for run in parts["notesSlide5"].iter(f"{A}r")]
    assert {(one.get("lang"), *(face.get("typeface") for face in one)) for one in spoken} == {
        ("en-US", "+mn-lt", "+mn-ea", "+mn-cs"),
        ("ja-JP", "+mn-lt", "+mn-ea", "+mn-cs"),
    }


OBJECTS = """\
## A table

| a | b |
|---|---|
| 1 | 2 |

::: callout
Below it
:::

## A chart

```chart
{type: column, alt: A, categories: [A], series: [{name: S, values: [1]}]}
```

## A picture

![A picture](p.png)

## A chart beside its text

- Text

```chart
{type: column, alt: A, categories: [A], series: [{name: S, values: [1]}]}
```

## A table below its text

Text

| a | b |
|---|---|
| 1 | 2 |

## Two charts

```chart
{type: column, alt: A, categories: [A], series: [{name: S, values: [1]}]}
```

```chart
{type: column, alt: A, categories: [A], series: [{name: S, values: [1]}]}
```
"""


def test_objects_fill_the_placeholders_of_their_layout(project: ProjectFactory, tmp_path: Path) -> None:
    picture = BytesIO()
    Image.new("L", (40, 30)).save(picture, "PNG")
    root = project({"templates/deck.md.j2": OBJECTS, "p.png": picture.getvalue()})
    build(root, Diagnostics(), only=["deck"], out=tmp_path / "out")
    furniture = {"Title", "Text", "footer", "date", "slide-number"}
    found = [
        (slide.shapes.title.text, one.placeholder_format.idx, type(one).__name__)
        for slide in pptx.Presentation(str(tmp_path / "out" / "deck.pptx")).slides
        for one in slide.placeholders
        if one.name.rpartition(" ")[0] not in furniture
    ]

    assert found[1:] == [
        ("A table", 1, "PlaceholderGraphicFrame"),
        ("A chart", 1, "PlaceholderGraphicFrame"),
        ("A picture", 1, "PlaceholderPicture"),
        ("A chart beside its text", 2, "PlaceholderGraphicFrame"),
    ]


def test_graphics_are_described_or_passed_over(parts: dict[str, Any]) -> None:
    slides = [part for name, part in parts.items() if name.startswith("slide")]
    described = [
        one.get("descr")
        for slide in slides
        for tag in ("grpSp", "graphicFrame")
        for one in slide.iterfind(f"{P}cSld/{P}spTree/{P}{tag}/*/{P}cNvPr")
    ]
    shapes = [one for slide in slides for one in slide.iter(f"{P}sp") if one.find(f"{P}txBody") is None]

    assert sorted(described) == ["10 figures", "1952 Treaty", "Said. — Somebody", "Title Text", "Year, Name"]
    assert len(shapes) == 6
    assert all(len(list(one.iter(DECORATIVE))) == 1 for one in shapes)
