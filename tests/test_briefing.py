"""A PDF made in stretches: the same file, the same findings, in however many processes."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from pikepdf import Pdf

import ijreport.briefing
from ijreport.build import NotAsMeant, build
from ijreport.diagnostics import ContentError, Diagnostic, Diagnostics

ProjectFactory = Callable[..., Path]

REPORT = """\
title: Stretches
date: 2025-09-01
language: {language}
outputs:
  briefing: {{format: pdf, template: text.md.j2}}
"""
BRIEFING = """\
# Contents

::: contents
:::

# First {#first}

See [the last page](#last), [the web](https://example.org/), and a note.[^one]

See [](#last){.page}, and [](#below){.page}.

![A dot](content/dot.png)

---

## Goes on

The section began before, and so did the note.[^one] Another one.[^two]

---

### Below that {#below}

| Year | Figure |
| --- | ---: |
| 2024 | 12 % |
| 2025 |      |

![The same dot](content/dot.png)

---

::: two-columns
## In columns

Text in columns.
:::

---

# Last {#last}

Back to [the first](#first), past [what goes on](#goes-on).[^three]

::: sources
:::

[^one]: Said once.
[^two]: Said [elsewhere](#last), with a note of its own.[^one]
[^three]: The last one.
"""
INDEXED = (
    "::: index\n:::\n\n---\n\n"
    + '# [Quad]{.index}\n\nOn [trade]{.index entry="Trade > goods"}. [@mea]\n\n---\n\n' * 5
    + "The [Quad]{.index} again.\n\n::: sources\n:::\n"
)
FRONT = BRIEFING + "\n---\n\nSee [](#first){.page} and [the [last]{.index} page](#last).\n\n::: index\n:::\n"
SCRIPTS = (
    "# क्षेत्र {#first}\n\nक्षत्रिय ज्ञान\n\n---\n\n## ज्ञानक्षेत्र\n\nज्ञ क्ष त्र श्र\n\n---\n\n## 共同ビジョン\n\nश्री त्रय 日本\n"
)
FLOWING = (
    "# One\n\nText.\n\n---\n\n## Two\n\nMore text.\n\n---\n\n"
    + "Text in columns. " * 400
    + "\n\n---\n\n## Three\n\nEnd.\n"
)
LONG_NOTE = (
    f"# One\n\nText.[^1]\n\n---\n\n# Two\n\nText.\n\n---\n\n# Three\n\nText.\n\n[^1]: {'A long note. ' * 1200}\n"
)


@pytest.fixture(autouse=True)
def _short_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stretch for every forced page or so."""
    monkeypatch.setattr(ijreport.briefing, "STRETCH", 1)


def dot() -> bytes:
    from PIL import Image

    stream = io.BytesIO()
    Image.new("RGBA", (40, 30), "#26377d80").save(stream, "png")
    return stream.getvalue()


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.parametrize(
    "text, language, theme",
    [
        pytest.param(BRIEFING, "en", "", id="links, notes and sections over the ends of stretches"),
        pytest.param(BRIEFING, "en", "page: {numbering: 2, cover: head}\n", id="numbered headings below a title"),
        pytest.param(INDEXED, "en", "page: {back_references: true}\n", id="an index of all stretches"),
        pytest.param(FRONT, "en", "page: {front_matter: roman}\n", id="pages before the body, numbered apart"),
        pytest.param(
            FRONT,
            "en",
            "page: {front_matter: roman, duplex: true, margin_left: 90, cover: none}\n",
            id="a blank page before the body, margins mirrored",
        ),
        pytest.param(SCRIPTS, "hi", "", id="glyphs that stand for more than one text"),
        pytest.param(FLOWING, "en", "page: {columns: 2}\n", id="columns"),
        pytest.param(LONG_NOTE, "en", "", id="a footnote that goes on over the end of a stretch"),
    ],
)
def test_the_pdf_is_the_same_in_however_many_processes(
    project: ProjectFactory, cores: int, tmp_path: Path, text: str, language: str, theme: str
) -> None:
    files = {
        "content/report.yaml": REPORT.format(language=language),
        "templates/text.md.j2": text,
        "templates/theme.yaml": theme or "page: {}\n",
        "content/sources.yaml": "mea: {title: Joint statement}\n",
        "content/dot.png": dot(),
    }
    folder = project(files, name="same")
    published = build(folder, Diagnostics(), out=tmp_path / "alone")
    build(folder, Diagnostics(), out=tmp_path / "split", parallel=True)

    assert published is not None
    alone, split = ((tmp_path / name / "briefing.pdf").read_bytes() for name in ("alone", "split"))
    assert split == alone
    manifests = [(tmp_path / name / "manifest.json").read_text("utf-8") for name in ("alone", "split")]
    assert manifests[1] == manifests[0]


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_each_stretch_is_made_in_a_process_of_its_own(
    project: ProjectFactory, cores: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "content/report.yaml": REPORT.format(language="en"),
        "templates/text.md.j2": BRIEFING,
        "content/dot.png": dot(),
    }
    asked = []

    def told(data: bytes, meant: object, part: int, parts: int) -> list[Diagnostic]:
        with Pdf.open(io.BytesIO(data)) as pdf:
            pages = len(pdf.pages)
        return [Diagnostic("error", "looked-at", f"{part} of {parts}, {pages} pages")]

    monkeypatch.setattr(ijreport.briefing, "verify_print", told)
    found = Diagnostics()
    with pytest.raises(NotAsMeant):
        build(project(files), found, parallel=True)
    asked = [one.message for one in found]

    assert asked == [f"{part} of {len(asked)}, 6 pages" for part in range(min(cores, 5))]


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_findings_of_all_stretches_come_together_in_order(project: ProjectFactory, cores: int) -> None:
    text = "\n".join(f"# Page {number}\n\n![Nothing](content/{number}.png)\n\n---\n" for number in range(3))
    folder = project({"content/report.yaml": REPORT.format(language="en"), "templates/text.md.j2": text})
    diagnostics = Diagnostics()

    with pytest.raises(ContentError):
        build(folder, diagnostics, parallel=True)

    assert [(one.code, one.span.line if one.span else 0) for one in diagnostics] == [
        ("unknown-image", 3),
        ("unknown-image", 9),
        ("unknown-image", 15),
    ]
