"""rules/*.md → the lines and pages that each of their texts becomes: one case, or more, for every rule of typesetting.

A case is a `##` heading, what an author wrote (`md`, its language beside it), and its pages (`pages`: line by line; or
`places`: each line after its left and right edge and its top, in points from the text area's corner). A `theme` before
the text is the case's own, one before the first case is that of all others in the file. `/` parts the lines of a cell,
`¬` is a hyphen that was added at a line's end, `⍽` a no-break space, `¦` the end of a line that was widened or narrowed
to its measure. What is said of the cover and the running head, which have no place in the text, is left out.
`pytest --update` rewrites the pages; read what it wrote.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ijreport.content.project import Project
from ijreport.diagnostics import Diagnostics
from ijreport.layout import items
from ijreport.layout.brand import load_brand
from ijreport.layout.items import Item, Page
from ijreport.layout.text import Line, SetParagraph
from ijreport.layout.theme import Theme

FOLDER = Path(__file__).resolve().parent / "rules"
_THEME = re.compile(r"^`{5}theme\n(.*?)`{5}$", re.MULTILINE | re.DOTALL)
_CASE = re.compile(
    r"^## (?P<title>[^\n]+)\n(?P<head>(?:(?!## |`{5}md).*\n|`{5}theme\n(?:(?!`{5}).*\n)*`{5}\n)*)"
    r"`{5}md ?(?P<language>\w*)\n(?P<text>(?s:.*?))`{5}\n\n`{5}(?P<form>pages|places)\n(?P<expected>(?s:.*?))`{5}$",
    re.MULTILINE,
)

Pages = Callable[..., tuple[tuple[Page, ...], Diagnostics]]


@dataclass(frozen=True, slots=True)
class Case:
    file: Path
    title: str
    theme: str
    language: str
    text: str
    form: str
    expected: str


def _cases() -> Iterator[Case]:
    for file in sorted(FOLDER.glob("*.md")):
        whole = file.read_text(encoding="utf-8")
        common = _THEME.search(whole.partition("\n## ")[0])
        found = list(_CASE.finditer(whole))
        assert len(found) == whole.count("`````md"), f"a case of {file.name} is not written as a case"
        for case in found:
            theme = _THEME.search(case["head"]) or common
            given = (case[name] for name in ("language", "text", "form", "expected"))
            yield Case(file, case["title"], theme[1] if theme else "", *given)


ALL = list(_cases())


@pytest.mark.parametrize("case", ALL, ids=[f"{case.file.stem}: {case.title}" for case in ALL])
def test_rules(case: Case, pages: Pages, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    theme = _theme(case.theme, tmp_path)
    laid_out, diagnostics = pages(case.text, theme, case.language or "en")
    told = [line for number, page in enumerate(laid_out[1:], 2) for line in _page(number, page, theme, case.form)]
    actual = "\n".join((*told, *(f"{one.severity}[{one.code}] {one.span}" for one in diagnostics if one.span))) + "\n"
    if request.config.getoption("--update"):
        text = case.file.read_text(encoding="utf-8")
        before, title, after = text.partition(f"## {case.title}\n")
        after = after.replace(f"`````{case.form}\n{case.expected}`````", f"`````{case.form}\n{actual}`````", 1)
        case.file.write_text(before + title + after, encoding="utf-8")
        return
    assert case.expected == actual


def _theme(text: str, folder: Path) -> Theme:
    (folder / "templates").mkdir()
    (folder / "templates" / "theme.yaml").write_text(text, encoding="utf-8")
    diagnostics = Diagnostics()
    theme = load_brand(Project(folder, diagnostics), "theme.yaml", None, diagnostics).print
    diagnostics.end_stage()
    return theme


def _page(number: int, page: Page, theme: Theme, form: str) -> Iterator[str]:
    yield f"-- {number} --"
    for item in page.items:
        yield from _item(item, theme, form)


def _item(item: Item, theme: Theme, form: str) -> Iterator[str]:
    match item:
        case items.Text():
            yield from _paragraphs(item.paragraphs, item.frame.x, item.frame.y, theme, form)
        case items.Table():
            y = item.frame.y
            for number, row in enumerate(item.rows):
                rule = "#" if number < item.header_rows else "|"
                if form == "pages":
                    cells = (" / ".join(_line(line) for p in cell.paragraphs for line in p.lines) for cell in row.cells)
                    yield f"{rule} " + f" {rule} ".join(cells)
                else:
                    x = item.frame.x
                    for width, cell in zip(item.widths, row.cells, strict=True):
                        top = y + item.padding[1]
                        yield from _paragraphs(cell.paragraphs, x + item.padding[0], top, theme, form)
                        x += width
                y += row.height
        case items.Chart():
            yield f"<{item.block.type} chart>"
        case items.Group():
            for part in item.items:
                yield from _item(part, theme, form)
        case _:
            return


def _paragraphs(paragraphs: tuple[SetParagraph, ...], x: float, y: float, theme: Theme, form: str) -> Iterator[str]:
    for paragraph in paragraphs:
        label = "".join(run.text for run in paragraph.label)
        mark = f"{label} " if label else "  " if paragraph.level else ""
        for number, line in enumerate(paragraph.lines):
            text = _line(line)
            if form == "places":
                left = x + paragraph.indent + (line.runs[0][0] if line.runs else 0.0) - theme.page.margin_left
                right = left + line.width
                yield f"{left:6.1f} {right:6.1f} {y - theme.page.margin_top:6.1f}  {text}"
            else:
                before = "  " * max(paragraph.level - 1, 0) + (" " * len(mark) if number else mark)
                yield before + text
            y += paragraph.style.leading


def _line(line: Line) -> str:
    text = "".join(run.text for _, run in line.runs)
    spread = any(run.space or run.tracking for _, run in line.runs)
    return text.replace("\u00ad", "¬").replace("\u00a0", "⍽") + "¦" * spread
