"""A deck made in stretches: the same file, the same findings, in however many processes."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from pptx import Presentation
from pptx.oxml.ns import qn

import ijreport.deck
from ijreport.build import NotAsMeant, build
from ijreport.diagnostics import ContentError, Diagnostic, Diagnostics
from ijreport.verify import verify_deck

ProjectFactory = Callable[..., Path]

REPORT = """\
title: Stretches
outputs:
  deck: {format: pptx, template: deck.md.j2}
"""
DECK = """\
# First {#first}

## A chart, then the last slide

See [the last slide](#last).

```chart
type: bar
alt: Two bars
categories: [a, b]
series: [{name: s, values: [1, 2]}]
```

## A picture

![A dot](content/dot.png)

# Second

## The same picture

![A dot](content/dot.png)

::: notes
Some words.
:::

## Last {#last}

Back to [the first](#first).
"""


@pytest.fixture(autouse=True)
def _short_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stretch for every slide or so."""
    monkeypatch.setattr(ijreport.deck, "STRETCH", 1)


def dot() -> bytes:
    from PIL import Image

    stream = io.BytesIO()
    Image.new("RGB", (40, 30), "#26377d").save(stream, "png")
    return stream.getvalue()


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_the_deck_is_the_same_in_however_many_processes(project: ProjectFactory, cores: int, tmp_path: Path) -> None:
    files = {"content/report.yaml": REPORT, "templates/deck.md.j2": DECK, "content/dot.png": dot()}
    folder = project(files, name="same")
    published = build(folder, Diagnostics(), out=tmp_path / "alone")
    build(folder, Diagnostics(), out=tmp_path / "split", parallel=True)

    assert published is not None
    alone, split = ((tmp_path / name / "deck.pptx").read_bytes() for name in ("alone", "split"))
    assert hashlib.sha256(split).hexdigest() == hashlib.sha256(alone).hexdigest()
    manifests = [(tmp_path / name / "manifest.json").read_text("utf-8") for name in ("alone", "split")]
    assert manifests[1] == manifests[0]
    deck = Presentation(io.BytesIO(split))
    linked = [
        (number, slide.part.related_part(link.get(qn("r:id"))).partname)
        for number, slide in enumerate(deck.slides, 1)
        for link in slide.element.iter(qn("a:hlinkClick"))
    ]
    assert linked == [(3, "/ppt/slides/slide7.xml"), (7, "/ppt/slides/slide2.xml")]


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_findings_of_all_stretches_come_together_in_order(project: ProjectFactory, cores: int) -> None:
    slides = "\n".join(f"## Slide {number}\n\n![Nothing](content/{number}.png)\n" for number in range(3))
    folder = project({"content/report.yaml": REPORT, "templates/deck.md.j2": slides})
    diagnostics = Diagnostics()

    with pytest.raises(ContentError):
        build(folder, diagnostics, parallel=True)

    assert [(one.code, one.span.line if one.span else 0) for one in diagnostics] == [
        ("unknown-image", 3),
        ("unknown-image", 7),
        ("unknown-image", 11),
    ]


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_every_stretch_is_verified(project: ProjectFactory, cores: int, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = project({"content/report.yaml": REPORT, "templates/deck.md.j2": DECK, "content/dot.png": dot()})
    seen = Diagnostics()

    def told(data: bytes, slides: object, first: int, count: int, **options: bool) -> list[Diagnostic]:
        found = verify_deck(data, slides, first, count)  # type: ignore[arg-type]  # as it is handed on
        return [*found, Diagnostic("error", "looked-at", f"{first} of {count}")]

    monkeypatch.setattr(ijreport.deck, "verify_deck", told)
    with pytest.raises(NotAsMeant):
        build(folder, seen, parallel=True)

    firsts = [int(one.message.split()[0]) for one in seen]
    assert firsts == sorted(firsts)
    assert (firsts[0], len(firsts)) == (1, min(cores, 5))
