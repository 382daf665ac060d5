"""Running text + the glossary → the text with the first use of each of its terms marked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from ijreport.content.load import Content
from ijreport.document.blocks import Acronym, IndexEntry, Inline, Inlines, Text

_LATIN = "0-9A-Za-z_\u00c0-\u024f"
"""What a term must not touch, or it is a part of another word. Kana, ideographs and Devanagari it may."""
_JOINING = re.compile(f"[{_LATIN}-]")
"""Before a term, a hyphen is neither."""

_COMPOUND = re.compile(r"(?:-\w+)+")
"""What a hyphen joins to a term."""


class Acronyms:
    """Finds the glossary's terms in running text, and each one's first use.

    `indexed`: all of its uses are marked for the index.
    """

    def __init__(self, content: Content, indexed: bool = False) -> None:
        self._indexed = indexed and bool(content.terms)
        self._expansions = {name: str(term.expansion) for name, term in content.terms.items()}
        self.used: set[str] = set()
        names = sorted(self._expansions, key=len, reverse=True)
        # A plural s belongs to the term.
        self._pattern = re.compile(rf"({'|'.join(map(re.escape, names))})(s?)(?![{_LATIN}])")

    def split(self, text: Text, expand: bool) -> Inlines:
        """The text with first uses taken out of it as Acronyms, where it is one to `expand` them in."""
        if not self._indexed and (not expand or len(self.used) == len(self._expansions)):
            return (text,)
        if not self._pattern.search(text.content):
            return (text,)
        found: list[Inline] = []
        at = 0
        for match in self._found(text.content):
            name, expansion = match[1], self._expansions[match[1]]
            before, after = text.content[: match.start()], text.content[match.end() :]
            index = (*text.index, IndexEntry((name,))) if self._indexed else text.index
            use: Text | Acronym = replace(text, content=match[0], index=index)
            end = match.end()
            if expand and name not in self.used:
                self.used.add(name)
                if not _said(before, after, expansion):
                    nested = before.count("(") > before.count(")")
                    if joined := _COMPOUND.match(after):  # UV-light (ultraviolet), not UV (ultraviolet)-light
                        end += joined.end()
                    use = Acronym(text.content[match.start() : end], expansion, text.style, nested, index, name)
            if isinstance(use, Text) and not self._indexed:
                continue
            if text.content[at : match.start()]:
                found.append(replace(text, content=text.content[at : match.start()]))
            found.append(use)
            at = end
        if at == 0:
            return (text,)
        if text.content[at:]:
            found.append(replace(text, content=text.content[at:]))
        return tuple(found)

    def _found(self, text: str) -> Iterator[re.Match[str]]:
        """The terms in a text. A pattern that looked behind could not jump to their first letters."""
        at = 0
        while at < len(text) and (match := self._pattern.search(text, at)):
            start, end = match.span()
            if start and _JOINING.match(text, start - 1):
                at = start + 1
            else:
                yield match
                at = max(end, start + 1)


def _said(before: str, after: str, expansion: str) -> bool:
    """Whether the author wrote the expansion out, before or after the term."""
    wanted = expansion.casefold()
    return after.casefold().lstrip().startswith(("(" + wanted, wanted)) or before.casefold().rstrip(" (").endswith(
        wanted
    )
