"""What is listed beside its terms → strips: timelines, and the document's own lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from msgspec.structs import replace

from ijreport.document import blocks
from ijreport.document.blocks import OWN, Inlines, Text
from ijreport.layout import items
from ijreport.layout.items import Anchor, Frame
from ijreport.layout.print.contents import captions_strips, contents_strips
from ijreport.layout.print.index import index_strips
from ijreport.layout.print.mentions import citing, page_links
from ijreport.layout.print.strips import Strip, blank
from ijreport.layout.print.text_strips import TextStrips


def hanging_strips(
    maker: TextStrips,
    rows: Sequence[tuple[Inlines, Inlines, Inlines]],
    x: float,
    width: float,
    wide: bool,
    ids: tuple[str, ...] = (),
    small: bool = False,
) -> list[Strip]:
    """Entries with a term in the margin column (in one of its own where there is no margin) and text beside.

    `small` ones are set in the size of notes, and close.
    """
    styles = maker.styles
    term_style, beside, space = styles.term, styles.beside, styles.body.space_after * 0.8
    if small:
        term_style = replace(term_style, size=styles.small.size, leading=styles.small.leading)
        beside = replace(beside, size=styles.small.size, leading=styles.small.leading)
    strips: list[Strip] = []
    margin = styles.text_left - styles.left
    if wide and margin > 4 * styles.body.size:
        term_x, term_width = styles.left, margin - 6
    else:
        space = styles.item.space_after  # as close as the items of a list
        widest = max((maker.typesetter.natural_width(term, term_style) for term, _, _ in rows), default=0.0)
        term_x, term_width = x, min(widest + 0.1, width * 0.3)
        x, width = x + term_width + 10, width - term_width - 10
    with maker.structure.inside(maker.structure.add("L")):
        for number, (term, title, text) in enumerate(rows):
            entry = maker.structure.add("LI")
            label = maker.typesetter.set(term, term_style, term_width)
            label = maker.structure.tagged(label, maker.structure.add("Lbl", entry))
            with maker.structure.inside(maker.structure.add("LBody", entry)):
                body = maker.paragraph(title, replace(beside, bold=bool(text), space_after=0), x, width)
                if text:
                    body += maker.paragraph(text, beside, x, width)[:-1]
            short = label.height - sum(strip.before + strip.height for strip in body)
            placed = items.Text(Frame(term_x, 0, term_width, label.height), (label,))
            body[0] = replace(body[0], items=(placed,), anchors=(Anchor(ids[number], 0.0),) if ids else ())
            if short > 0:
                body = [replace(strip, keep=True) for strip in body]
                body.append(Strip(short))
            strips += [*body, *blank(styles.small.leading * 0.2 if small else space)]
    return strips + blank(styles.body.leading * 0.9)


def listing_strips(maker: TextStrips, block: blocks.Listing, x: float, width: float, wide: bool) -> list[Strip]:
    """What is listed of the whole document; where `wide` holds, an index takes the width between the margins."""
    document = maker.document
    match block.kind:
        case "contents":
            return contents_strips(maker, x, width)
        case "figures" | "tables":
            return captions_strips(maker, block.kind, x, width)
        case "glossary":
            terms = [
                ((Text(term.name),), (Text(term.expansion + (f" ({term.note})" if term.note else "")),), ())
                for term in document.terms
            ]
            return hanging_strips(maker, terms, x, width, wide=True)
        case "sources":
            small = maker.theme.page.sources == "small"
            rows = [
                ((Text(f"[{n}]"),), (*one.content, *_cited_on(maker, one.id)), ())
                for n, one in enumerate(document.references, 1)
            ]
            ids = tuple(f"{OWN}source-{one.id}" for one in document.references)
            return hanging_strips(maker, rows, x, width, True, ids, small)
        case "index":
            return index_strips(maker, x, width, wide)
        case _:
            assert_never(block.kind)


def _cited_on(maker: TextStrips, source: str) -> Inlines:
    """The pages that cite a source, if the theme wants them told."""
    if not maker.theme.page.back_references:
        return ()
    key = citing(source)
    pages = maker.typesetter.asked[key] = maker.typesetter.pages.get(key, "")
    return (Text(f" {maker.wording.cited_on}"), *page_links(pages)) if pages else ()
