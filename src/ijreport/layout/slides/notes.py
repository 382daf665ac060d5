"""The blocks of a slide's notes → set paragraphs and list items."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from ijreport.diagnostics import Diagnostics
from ijreport.document import blocks
from ijreport.document.blocks import Blocks, Text
from ijreport.layout.slides.foot import mentioned, noted, said_in
from ijreport.layout.typesetting.text import SetParagraph, TextStyle
from ijreport.layout.typesetting.typesetter import Typesetter


def set_notes(
    content: Blocks, footnotes: Sequence[Blocks], typesetter: Typesetter, diagnostics: Diagnostics
) -> tuple[SetParagraph, ...]:
    """Notes as text, one line a paragraph, their footnotes below them: their page is the program's.

    What cannot be spoken of there is reported.
    """
    style = TextStyle(12, 14.4, typesetter.theme.colours.ink)
    below = (one for number in mentioned(said_in(content), footnotes) for one in _marked(footnotes[number - 1], number))
    return tuple(_notes((*content, *below), style, 0, typesetter, diagnostics))


def _marked(footnote: Blocks, number: int) -> Blocks:
    """A footnote with its number before it."""
    first = footnote[0] if footnote else None
    if not isinstance(first, blocks.Paragraph):
        return blocks.Paragraph(noted(number)), *footnote
    return replace(first, content=(*noted(number), *first.content)), *footnote[1:]


def _notes(
    content: Blocks, style: TextStyle, level: int, typesetter: Typesetter, diagnostics: Diagnostics
) -> list[SetParagraph]:
    found: list[SetParagraph] = []
    for block in content:
        match block:
            case blocks.Paragraph() | blocks.Heading():
                look = replace(style, bold=True) if isinstance(block, blocks.Heading) else style
                found.append(typesetter.unbroken(block.content, look, block.span, level=level))
            case blocks.List():
                mark = tuple(run for _, run in typesetter.unbroken((Text("•"),), style).lines[0].runs)
                for number, item in enumerate(block.items):
                    count = None if block.start is None else block.start + number
                    inner = _notes(item.blocks, style, level + 1, typesetter, diagnostics)
                    found += [replace(one, number=count, label=mark) for one in inner[:1]] + inner[1:]
            case blocks.Quote():
                found += _notes(block.blocks, replace(style, italic=True), level, typesetter, diagnostics)
            case _:
                message = f"a {type(block).__name__.lower()} cannot be shown in speaker notes"
                diagnostics.warning("not-shown", message, block.span, "put it on the slide")
    return found
