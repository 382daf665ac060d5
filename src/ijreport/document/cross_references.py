"""A resolved document with its listings → the same, its cross-references saying what they lead to: Table 2."""

from __future__ import annotations

from msgspec.structs import replace

from ijreport.diagnostics import Diagnostics
from ijreport.document import blocks
from ijreport.document.blocks import CrossReference, Document, Heading, Inlines
from ijreport.document.walking import printed, rewritten
from ijreport.document.wording import Wording


def refer(document: Document, wording: Wording, diagnostics: Diagnostics, *, paged: bool) -> Document:
    """Say what each cross-reference leads to: a heading by its words, a figure or table by its number.

    `paged` tells whether the output has pages, whose numbers may be asked for. What has no number is an error.
    """
    if not document.refers:
        return document
    names: dict[str, str] = {}
    for block in printed(document.blocks):
        match block:
            case Heading():
                names[block.id] = blocks.plain(block.content)
            case blocks.Figure() | blocks.Chart() if block.id:
                names[block.id] = f"{wording.figure}\u00a0{block.number}" if block.number else ""
            case blocks.Table() if block.id:
                names[block.id] = f"{wording.table}\u00a0{block.number}" if block.number else ""
            case _:
                pass
    change = _Change(names, wording.on_page if paged else "", diagnostics)
    footnotes = tuple(rewritten(note, change.said) for note in document.footnotes)
    return replace(document, blocks=rewritten(document.blocks, change.said), footnotes=footnotes)


class _Change:
    def __init__(self, names: dict[str, str], page: str, diagnostics: Diagnostics) -> None:
        self._names = names
        self._page = page
        self._diagnostics = diagnostics

    def said(self, content: Inlines) -> Inlines:
        if not any(isinstance(one, CrossReference) for one in content):
            return content
        return tuple(self._named(one) if isinstance(one, CrossReference) else one for one in content)

    def _named(self, reference: CrossReference) -> CrossReference:
        name = self._names.get(reference.target, "")
        if not name and reference.target in self._names:  # that others lead nowhere has been told
            place = reference.span.narrow(f"#{reference.target}") if reference.span else None
            message = f"what has the id '{reference.target}' has no number"
            hint = "give it a caption, or write the link's words: [words](#id)"
            self._diagnostics.error("bad-reference", message, place, hint)
        return replace(reference, text=name, page=self._page if reference.paged else "")
