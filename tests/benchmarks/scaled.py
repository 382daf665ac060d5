"""The flagship's rendered Markdown → projects that tell it N times over, as plain templates."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import yaml

_OWN_ID = re.compile(r"(?<=\{#)[\w-]+")
_LINK = re.compile(r"(?<=\]\(#)[\w-]+(?=\))")
_LISTS = re.compile(r"^::: (contents|index.*)\n:::\n", re.MULTILINE)
_MARK = re.compile(r"\[([^\[\]]*)\]\{\.index[^}]*\}")
_FOOTNOTE = re.compile(r"(?<=\[\^)[\w-]+(?=\])")
_PROSE = re.compile(r"\s*(?:- |\d+\. )?[A-Z*“¥0-9]")
"""The beginning of a line of text, outside fences."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """The Markdown of the flagship's two outputs, as its build kept it."""

    briefing: str
    deck: str

    def of(self, output: str) -> str:
        return self.briefing if output == "briefing" else self.deck


def read_rendered(built: Path) -> Rendered:
    """From the folder that a build wrote to."""
    kept = built / ".rendered"
    return Rendered((kept / "briefing.md").read_text("utf-8"), (kept / "deck.md").read_text("utf-8"))


def repeated(markdown: str, times: int) -> str:
    """The text `times` over; ids and footnotes of the later copies, and the links to them, are numbered.

    No copy lists the contents or has an index: they are the whole's, and in each copy they would grow by the square.
    Without an index, what is marked for it is said without the marks.
    """
    markdown = _MARK.sub(r"\1", _LISTS.sub("", markdown))
    own = set(_OWN_ID.findall(markdown))

    def copy(number: int) -> str:
        def numbered(match: re.Match[str]) -> str:
            return f"{match[0]}-{number}"

        text = _FOOTNOTE.sub(numbered, _OWN_ID.sub(numbered, markdown))
        return _LINK.sub(lambda match: numbered(match) if match[0] in own else match[0], text)

    return "\n\n".join([markdown, *(copy(number) for number in range(2, times + 1))])


def distinguished(markdown: str) -> str:
    """The text with a number of its own at the end of each line of prose, so that nothing in it is said twice."""
    lines = markdown.split("\n")
    fenced = False
    for number, line in enumerate(lines):
        fenced ^= line.startswith("```")
        if not fenced and _PROSE.match(line):
            lines[number] = f"{line.rstrip()} No {number}"
    return "\n".join(lines)


def write_project(folder: Path, flagship: Path, texts: dict[str, str]) -> Path:
    """A project whose outputs (briefing, deck) print these texts as they stand."""
    (folder / "content").mkdir(parents=True)
    (folder / "templates").mkdir()
    for path in ("content/sources.yaml", "content/glossary.yaml", "templates/theme.yaml"):
        if (flagship / path).exists():
            shutil.copyfile(flagship / path, folder / path)
    report = yaml.safe_load((flagship / "content/report.yaml").read_text("utf-8"))
    report["outputs"] = {
        name: {"format": "pdf" if name == "briefing" else "pptx", "template": f"{name}.md.j2"} for name in texts
    }
    (folder / "content/report.yaml").write_text(yaml.safe_dump(report, allow_unicode=True, sort_keys=False), "utf-8")
    for name, text in texts.items():
        # The text was rendered already: what looks like Jinja in it ("{#id}") is meant.
        (folder / f"templates/{name}.md.j2").write_text(f"{{% raw %}}\n{text}\n{{% endraw %}}\n", "utf-8")
    return folder
