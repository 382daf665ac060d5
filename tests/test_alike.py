"""Slides that say the same: made once, and each with links, number, chart and notes of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml.ns import qn

import ijreport.deck
from ijreport.build import build
from ijreport.diagnostics import Diagnostics
from ijreport.layout.slides import slides
from ijreport.render import pptx
from ijreport.verify import verify_deck
from tests.members import members_of, packed

ProjectFactory = Callable[..., Path]

REPORT = """\
title: Said often
outputs:
  deck: {format: pptx, template: deck.md.j2}
"""
SAID_OFTEN = """\
## The same {{#{id}}}

See [the first](#one).

### A part

```chart
type: bar
alt: Two bars
caption: Bars
categories: [a, b]
series: [{{name: s, values: [1, 2]}}]
```

::: notes
As [they](https://example.org/) say.
:::
"""
LINKS = "## Links\n\n- [to the third's part](#a-part-2)\n"


def said_often() -> str:
    return "\n".join([*(SAID_OFTEN.format(id=name) for name in ("one", "two", "three")), LINKS])


def link_of(slide: Any) -> Any:
    """The part that a slide's only link leads to; None for the slide itself."""
    (link,) = slide.element.iter(qn("a:hlinkClick"))
    return slide.part.related_part(id_) if (id_ := link.get(qn("r:id"))) else None


def number_of(slide: Any) -> str | None:
    return next((field.findtext(qn("a:t")) for field in slide.element.iter(qn("a:fld"))), None)


def counted(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> list[tuple[Any, ...]]:
    """What a function is called with from now on."""
    calls: list[tuple[Any, ...]] = []
    called = getattr(owner, name)

    def counting(*given: Any, **named: Any) -> Any:
        calls.append(given)
        return called(*given, **named)

    monkeypatch.setattr(owner, name, counting)
    return calls


def test_what_is_wrong_with_one_of_them_is_told_of_it(
    project: ProjectFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slides 3 and 4 say the same; the chart of each has a name of its own beside them."""
    verified = counted(monkeypatch, ijreport.deck, "verify_deck")
    build(project({"content/report.yaml": REPORT, "templates/deck.md.j2": said_often()}), Diagnostics(), out=tmp_path)
    ((deck, slides, *_),) = verified

    def told(*edits: tuple[int, str, str]) -> list[str]:
        members = members_of(deck)
        for number, before, after in edits:
            name = f"ppt/slides/slide{number}.xml"
            assert before in members[name].decode()
            members[name] = members[name].decode().replace(before, after).encode()
        return [one.message for one in verify_deck(packed(members), slides)]

    silent = ' descr="Two bars"', ""
    assert told() == []
    assert told((4, *silent)) == ["'Chart 4' on slide 4 has no alternative text"]
    assert told((3, *silent), (4, *silent)) == [
        "'Chart 4' on slide 3 has no alternative text",
        "'Chart 4' on slide 4 has no alternative text",
    ]
    assert told((4, "<a:t>4</a:t>", "<a:t>3</a:t>")) == ["slide 4 says that it is number '3'"]


def test_slides_that_say_the_same_are_made_once_and_are_slides_of_their_own(
    project: ProjectFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid_out = counted(monkeypatch, slides._Arrangement, "laid_out")
    drawn = counted(monkeypatch, pptx, "draw")

    build(project({"content/report.yaml": REPORT, "templates/deck.md.j2": said_often()}), Diagnostics(), out=tmp_path)

    found = list(Presentation(str(tmp_path / "deck.pptx")).slides)
    first, second, third = found[1:4]
    assert len(laid_out) == 2  # and the links
    assert [number for _, number, *_ in drawn] == [1, 2, 3, 5]  # the first links to itself, and so is like no other
    assert [link_of(one) for one in (first, second, third)] == [None, first.part, first.part]
    assert link_of(found[4]) is third.part
    assert [number_of(one) for one in found] == [None, "2", "3", "4", "5"]
    charts = [one.chart.part for slide in (first, second, third) for one in slide.shapes if one.has_chart]
    books = [one.chart_workbook.xlsx_part.partname for one in charts]
    assert len({one.partname for one in charts}) == len(set(books)) == 3
    spoken = [one.notes_slide for one in (first, second, third)]
    assert [one.part.part_related_by(RT.SLIDE) for one in spoken] == [first.part, second.part, third.part]
    assert {one.notes_text_frame.paragraphs[0].runs[1].hyperlink.address for one in spoken} == {"https://example.org/"}
