"""Builds that follow each other in one process: the same bytes as alone, and nothing laid out twice."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from ijreport.build import build
from ijreport.diagnostics import Diagnostics
from ijreport.document.blocks import Inlines, plain
from ijreport.layout.memory import Kept, Memory
from ijreport.layout.typesetting.typesetter import Typesetter

ProjectFactory = Callable[..., Path]


def picture(width: int) -> bytes:
    data = BytesIO()
    Image.new("RGB", (width, 20), "#224488").save(data, "PNG")
    return data.getvalue()


REPORT = """\
title: A small report
outputs:
  paper: {format: pdf, template: text.md.j2}
  slides: {format: pptx, template: text.md.j2}
"""
TEXT = """\
# Trade

## The corridor carries more each year

It carried {{ tons }} million tons, says the FTA [@atlas], as [](#later){.page} tells.[^why]

| Year | Tons |
|------|-----:|
| 2024 | 12.5 |
| 2025 | 13.25 |

: Tons

# Later {#later}

## The port was widened

![The port](port.png)

- One quay
- A second quay

``` stats
- {value: "20", label: cranes}
```

## Ships and trains

``` chart
type: column
alt: ships and trains
categories: [Ships, Trains]
series: [{name: Share, values: [60, 40]}]
```

::: callout Note
Of the FTA, a sentence in a box.
:::

[^why]: Because of the new port.
"""
FILES: dict[str, str | bytes] = {
    "content/report.yaml": REPORT,
    "content/sources.yaml": "atlas: {title: The atlas}\n",
    "content/glossary.yaml": "FTA: Free trade agreement\n",
    "content/tons.yaml": "23\n",
    "templates/text.md.j2": TEXT,
    "templates/theme.yaml": "page: {back_references: true}\n",
    "port.png": picture(40),
}


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every text that is measured."""
    texts: list[str] = []
    real = Typesetter.measured

    def noting(self: Typesetter, content: Inlines, *rest: object) -> object:
        texts.append(plain(content))
        return real(self, content, *rest)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(Typesetter, "measured", noting)
    return texts


def made(folder: Path, out: Path, memory: Memory | None) -> dict[str, bytes]:
    build(folder, Diagnostics(), out=out, memory=memory)
    return {name: (out / name).read_bytes() for name in ("paper.pdf", "slides.pptx")}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"templates/text.md.j2": TEXT.replace("A second quay", "A second quay, and a third")},
        {"templates/text.md.j2": TEXT.replace("13.25", "130.25")},
        {"templates/text.md.j2": TEXT.replace("[60, 40]", "[61, 39]")},
        {"templates/text.md.j2": TEXT.replace("the new port", "a new road")},
        {"templates/text.md.j2": TEXT.replace("# Later", "# Much later")},
        {"templates/text.md.j2": "# First\n\n" + "Text that takes a page. " * 300 + "\n\n" + TEXT},
        {"content/sources.yaml": "atlas: {title: Another atlas}\n"},
        {"content/glossary.yaml": "FTA: Free trade area\n"},
        {"content/tons.yaml": "24\n"},
        {"content/report.yaml": REPORT + "language: en-GB\ndate: 2026-08-29\n"},
        {"port.png": picture(80)},
        {"templates/theme.yaml": "colours: {ink: '#000000'}\npage: {body: 11, back_references: true}\n"},
        {"templates/theme.yaml": "page: {numbering: 2, back_references: true}\nslide: {body: [20, 18]}\n"},
    ],
    ids=lambda change: ", ".join(change) or "nothing",
)
def test_a_further_build_is_as_if_it_were_the_first(
    change: dict[str, str | bytes], project: ProjectFactory, tmp_path: Path
) -> None:
    memory = Memory()
    first = made(project(FILES), tmp_path / "out", memory)
    folder = project({**FILES, **change})
    alone = made(folder, tmp_path / "alone", None)
    assert made(folder, tmp_path / "out", memory) == alone
    assert (alone == first) == (not change)
    folder = project(FILES)
    assert made(folder, tmp_path / "out", memory) == first


def test_what_has_not_changed_is_not_laid_out_again(
    project: ProjectFactory, tmp_path: Path, measured: list[str]
) -> None:
    memory = Memory()
    made(project(FILES), tmp_path / "out", memory)
    assert {"Tons", "The port was widened", "A second quay", "cranes", "Ships"} <= {*measured}
    measured.clear()
    made(project({**FILES, "templates/text.md.j2": TEXT.replace("A second", "Another")}), tmp_path / "out", memory)
    assert "Another quay" in measured
    # In print a paragraph, table or chart is laid out by itself; on slides all that is on one together.
    assert not {"Year", "13.25", "Ships", "Of the FTA, a sentence in a box.", "60"} & {*measured}


def test_what_was_found_is_told_again(project: ProjectFactory, tmp_path: Path) -> None:
    """An equal text at another place is a place of its own to be told, in one build and in the next."""
    text = "# One\n\n" + "W" * 120 + "\n\n# Two\n\n" + "W" * 120 + "\n"
    folder = project({**FILES, "templates/text.md.j2": text})
    memory = Memory()
    for _ in range(2):
        found = Diagnostics()
        build(folder, found, out=tmp_path / "out", only=["paper"], memory=memory)
        assert [(one.code, one.span.line) for one in found if one.span] == [("word-too-wide", 3), ("word-too-wide", 7)]


def test_what_two_builds_do_not_ask_for_is_let_go() -> None:
    kept = Kept()
    kept.keep("here", 1)
    kept.begin()
    assert kept.find("here") == 1  # by the last build
    kept.begin()
    kept.begin()
    assert kept.find("here") is None


def test_another_setting_is_another_memory() -> None:
    memory = Memory()
    first = memory.recall("print", ("A4", "en"), Kept)
    assert memory.recall("print", ("A4", "en"), Kept) is first
    assert memory.recall("print", ("A5", "en"), Kept) is not first
    assert memory.of("briefing").recall("print", ("A4", "en"), Kept) is not first
