"""What a slide says → the lines at its foot, and the layout with its frames above them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from ijreport.diagnostics import Diagnostics
from ijreport.document import blocks
from ijreport.document.blocks import (
    Acronym,
    Blocks,
    Citation,
    Cited,
    FootnoteReference,
    Inline,
    Inlines,
    Style,
    Text,
)
from ijreport.document.walking import inlines_of, walk
from ijreport.document.wording import Wording
from ijreport.layout.items import Frame
from ijreport.layout.slides.frames import LINE, SlideLayout
from ijreport.layout.slides.stack import text_height
from ijreport.layout.typesetting.text import SetParagraph, TextStyle
from ijreport.layout.typesetting.typesetter import Typesetter

Foot = tuple[SetParagraph, ...]


def said_in(content: Blocks) -> Inlines:
    """Every text of the blocks, and of those inside them."""
    return tuple(one for block in walk(content) for line in inlines_of(block) for one in line)


def mentioned(said: Iterable[Inline], footnotes: Sequence[Blocks]) -> list[int]:
    """The numbers of the footnotes that a text mentions, then of those that these mention, each once."""
    ahead = [*said]
    numbers: list[int] = []
    for one in ahead:
        if isinstance(one, FootnoteReference) and one.number not in numbers:
            numbers.append(one.number)
            ahead += said_in(footnotes[one.number - 1])
    return numbers


def noted(number: int) -> Inlines:
    """The mark before a footnote of this number."""
    return Text(str(number), Style(baseline="super")), Text(" ")


def set_foot(
    said: Inlines,
    footnotes: Sequence[Blocks],
    references: Mapping[str, Inlines],
    wording: Wording,
    layout: SlideLayout,
    typesetter: Typesetter,
    diagnostics: Diagnostics,
) -> Foot:
    """The footnotes first, then what acronyms stand for, then the sources: each on a line of its own."""
    numbers = mentioned(said, footnotes)
    lines: list[Inlines] = [(*noted(number), *_footnote(footnotes[number - 1], diagnostics)) for number in numbers]
    said = (*said, *(one for number in numbers for one in said_in(footnotes[number - 1])))
    expansions = dict.fromkeys((one.name or one.content, one.expansion) for one in said if isinstance(one, Acronym))
    if expansions:
        lines.append((Text("; ".join(f"{name}: {expansion}" for name, expansion in expansions)),))
    cited = dict.fromkeys(part for one in said if isinstance(one, Citation) for part in one.cited)
    if cited:
        lines.append((Text(wording.source), *_sources(cited, references)))
    style = TextStyle(layout.foot_size, layout.foot_size * LINE, layout.muted_colour)
    return tuple(typesetter.set(line, style, layout.foot.width) for line in lines)


def _sources(cited: Iterable[Cited], references: Mapping[str, Inlines]) -> Inlines:
    """Each source by its author and title, once for all that is said behind it: `MEA, Joint statement, p. 3, p. 7`."""
    places: dict[tuple[str, str], list[str]] = {}
    for one in cited:
        places.setdefault((one.source, one.before), []).extend(filter(None, [one.after]))
    line: list[Inline] = []
    for (source, before), after in places.items():
        line += [Text("; ")] if line else []
        line += [Text(f"{before} ")] if before else []
        for part in references[source]:
            line.append(part)
            if isinstance(part, Text) and part.style.emphasis:
                break  # behind the title
        line += [Text(", " + ", ".join(after))] if after else []
    return tuple(line)


def _footnote(content: Blocks, diagnostics: Diagnostics) -> Inlines:
    """The text of a footnote; what else stands in it has no place at a slide's foot."""
    for block in content:
        if not isinstance(block, blocks.Paragraph):
            message = "only the text of a footnote is shown at a slide's foot"
            diagnostics.warning("not-shown", message, block.span, "say it in the text of the footnote")
    return tuple(one for block in content if isinstance(block, blocks.Paragraph) for one in block.content)


def above(layout: SlideLayout, foot: Foot) -> SlideLayout:
    """The layout with its frames ending above a foot that needs more room than it has."""
    needed = foot_frame(layout, foot).y if foot else layout.foot.y
    lost = layout.foot.y - needed
    if lost <= 0:
        return layout

    def shorter(frame: Frame) -> Frame:
        bottom = min(frame.bottom, needed - 8)
        return Frame(frame.x, frame.y, frame.width, max(bottom - frame.y, 1.0))

    return replace(layout, area=shorter(layout.area), body=tuple(map(shorter, layout.body)))


def foot_frame(layout: SlideLayout, foot: Foot) -> Frame:
    """The foot's frame: it stands on its bottom edge and grows upwards."""
    height = text_height(foot)
    return Frame(layout.foot.x, layout.foot.bottom - height, layout.foot.width, height)
