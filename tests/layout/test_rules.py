"""rules/*.md → the lines and pages that each of their texts becomes: one case, or more, for every rule of typesetting.

Of each case (see literate.py) the `pages` are told, line by line; or `places`: each line after its left and right edge
and its top, in points from the text area's corner; or `whole`: with heads and feet, behind a `~`. `/` parts the lines
of a cell, `¬` is a hyphen that was added at a line's end, `⍽` a no-break space, `¦` the end of a line that was widened
or narrowed to its measure. The cover is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ijreport.content.project import Project
from ijreport.diagnostics import Diagnostics
from ijreport.layout import items
from ijreport.layout.brand import load_brand
from ijreport.layout.items import Item, Page
from ijreport.layout.theme import Theme
from ijreport.layout.typesetting.text import Line, SetParagraph
from tests.literate import Case, cases, titles

Pages = Callable[..., tuple[tuple[Page, ...], Diagnostics]]


ALL = cases(Path(__file__).resolve().parent / "rules", ("pages", "places", "whole"))


@pytest.mark.parametrize("case", ALL, ids=titles(ALL))
def test_rules(case: Case, pages: Pages, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    theme = _theme(case.theme, tmp_path)
    laid_out, diagnostics = pages(case.text, theme, case.language or "en")
    covers = int(theme.page.cover == "page")
    told = [line for page in laid_out[covers:] for line in _page(page, theme, case.form)]
    actual = "\n".join((*told, *(f"{one.severity}[{one.code}] {one.span}" for one in diagnostics if one.span))) + "\n"
    case.check(actual, request)


def _theme(text: str, folder: Path) -> Theme:
    (folder / "templates").mkdir()
    (folder / "templates" / "theme.yaml").write_text(text, encoding="utf-8")
    diagnostics = Diagnostics()
    theme = load_brand(Project(folder, diagnostics), "theme.yaml", None, diagnostics).print
    diagnostics.end_stage()
    return theme


def _page(page: Page, theme: Theme, form: str) -> Iterator[str]:
    yield f"-- {page.label} --"
    for item in page.furniture if form == "whole" else ():
        yield from (f"~ {line}" for line in _item(item, theme, form))
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
                if form != "places":
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
        if label and form == "places":
            right = x + paragraph.indent - paragraph.label_gap - theme.page.margin_left
            left = right - sum(run.width for run in paragraph.label)
            yield f"{round(left, 1) + 0.0:6.1f} {right:6.1f} {y - theme.page.margin_top:6.1f}  {label}"  # never -0.0
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
    spread = any(run.space or run.white for _, run in line.runs)
    return text.replace("\u00ad", "¬").replace("\u00a0", "⍽") + "¦" * spread
