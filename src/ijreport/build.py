"""A project folder → its finished files: the whole flow, stage by stage.

A stage runs for all outputs before the next one begins, so that all its errors are told together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ijreport.content.bind import place_of
from ijreport.content.load import Content, file_of, load
from ijreport.content.project import Project
from ijreport.diagnostics import ContentError, Diagnostic, Diagnostics, did_you_mean
from ijreport.document.blocks import Document, Metadata
from ijreport.document.markdown import parse
from ijreport.document.origins import Origins
from ijreport.document.resolve import resolve, with_listings
from ijreport.document.template import Renderer
from ijreport.document.wording import Wording, wording
from ijreport.forked import for_each
from ijreport.layout.fonts import print_fonts, slide_fonts
from ijreport.layout.theme import Theme, load_theme
from ijreport.layout.typesetter import Typesetter
from ijreport.publish import Published, publish

Progress = Callable[[str], None]


class UnknownOutput(Exception):
    """`--only` names an output that the report has not."""


class NotAsMeant(Exception):
    """A finished file is not what was laid out: a fault of this program. The findings are in the diagnostics."""


@dataclass(frozen=True, slots=True)
class Finished:
    """One output, ready to be published."""

    name: str
    file: str
    format: str
    template: str
    data: bytes
    count: int
    """Pages or slides."""
    faults: tuple[Diagnostic, ...] = ()

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def build(
    root: Path,
    diagnostics: Diagnostics,
    *,
    only: Sequence[str] = (),
    out: Path | None = None,
    strict: bool = False,
    write: bool = True,
    epoch: date | None = None,
    parallel: bool = False,
    progress: Progress = lambda stage: None,
) -> Published | None:
    """Build a project's outputs into `out` (its build/ folder) and return what was written; None if `write` is off.

    `epoch` dates a report that has no date itself; `parallel` lays out and draws the outputs side by side. Raises
    ContentError when the content has problems, UnknownOutput for a name in `only` that is none, NotAsMeant when
    verifying finds a file wrong, and OSError when the files cannot be written. The last good files stay then.
    """
    progress("reading the content")
    project = Project(root, diagnostics)
    content = load(project, diagnostics)
    names = _selected(content, only)
    theme = load_theme(project, content.report.theme, place_of(content.report.theme), diagnostics)
    words = wording(content.report.language, diagnostics, content.report.span)
    metadata = _metadata(content, epoch)
    diagnostics.end_stage()

    progress("rendering the templates")
    renderer = Renderer(project, content, diagnostics)
    rendered = {name: _rendered(renderer, content, name) for name in names}
    diagnostics.end_stage()

    progress("parsing")
    documents = {name: _document(rendered[name], content, metadata, words, name, diagnostics) for name in names}
    diagnostics.end_stage()

    def work(name: str) -> tuple[Finished | None, list[Diagnostic], dict[str, str]]:
        """An output, with what was found and read for it: the work may be done in another process."""
        found = Diagnostics()
        project.diagnostics = found
        progress(f"laying out {name}")
        output = None
        with suppress(ContentError):  # what it means is in `found`
            output = _finished(name, documents.pop(name), content, theme, words, project, found, progress)
        return output, [*found], project.inputs

    finished = []
    for output, found, inputs in for_each(work, names) if parallel else map(work, names):
        finished += [output] if output else []
        project.inputs |= inputs
        for one in found:
            diagnostics.add(one)
    diagnostics.end_stage()
    faults = [fault for output in finished for fault in output.faults]
    if faults:
        for fault in faults:
            diagnostics.add(fault)
        raise NotAsMeant(f"{len(faults)} faults in the finished files, which were not written")
    if strict:
        diagnostics.make_strict()
        diagnostics.end_stage()
    if not write:
        return None
    progress("writing")
    markdown = {name: origins.source.text for name, origins in rendered.items()}
    return publish(
        out or project.root / "build", finished, markdown, project.inputs, list(content.report.outputs), diagnostics
    )


def _selected(content: Content, only: Sequence[str]) -> list[str]:
    names = list(content.report.outputs)
    for name in only:
        if name not in names:
            raise UnknownOutput(f"the report has no output '{name}': {did_you_mean(name, names)}")
    return [name for name in names if not only or name in only]


def _metadata(content: Content, epoch: date | None) -> Metadata:
    report = content.report
    return Metadata(
        str(report.title), str(report.subtitle), report.date or epoch, str(report.language),
        tuple(map(str, report.authors)), str(report.organisation), str(report.description),
        tuple(map(str, report.keywords)), place_of(report.title),
    )  # fmt: skip


def _rendered(renderer: Renderer, content: Content, name: str) -> Origins:
    output = content.report.outputs[name]
    return renderer.render(output.template, f"build/.rendered/{name}.md", place_of(output.template) or output.span)


def _document(
    origins: Origins, content: Content, metadata: Metadata, words: Wording, name: str, diagnostics: Diagnostics
) -> Document:
    """The document of one output. A deck tells expansions at a slide's foot and has no glossary of its own."""
    document = parse(origins, metadata, diagnostics)
    if content.report.outputs[name].format == "pptx":
        return with_listings(resolve(document, content, diagnostics, True), words, ("sources",), 2)
    resolved = resolve(document, content, diagnostics, False)
    return with_listings(resolved, words, ("contents", "glossary", "sources"), 1)


def _finished(
    name: str,
    document: Document,
    content: Content,
    theme: Theme,
    words: Wording,
    project: Project,
    diagnostics: Diagnostics,
    progress: Progress,
) -> Finished:
    """Lay out, draw and verify one output."""
    output = content.report.outputs[name]
    draw = _pdf if output.format == "pdf" else _pptx
    drawn = draw(document, theme, words, project, diagnostics, lambda: progress(f"drawing {name}"))
    file = file_of(name, content.report)
    return Finished(name, file, output.format, f"templates/{output.template}", *drawn)


_Drawn = tuple[bytes, int, tuple[Diagnostic, ...]]
"""A file, how many pages or slides it has, and what verifying it found; no file where its layout had errors."""


def _pdf(
    document: Document,
    theme: Theme,
    words: Wording,
    project: Project,
    diagnostics: Diagnostics,
    drawing: Callable[[], None],
) -> _Drawn:
    from ijreport.layout.pages import paginate
    from ijreport.render.pdf import draw_pdf
    from ijreport.verify import verify_print

    before = diagnostics.errors
    fonts = print_fonts(theme, project, diagnostics)
    typesetter = Typesetter(theme, fonts, diagnostics, document.metadata.language)
    pages = paginate(document, typesetter, words, project, diagnostics)
    if diagnostics.errors > before:
        return b"", len(pages), ()
    drawing()
    data = draw_pdf(pages, document.metadata, theme)
    return data, len(pages), tuple(verify_print(data, pages))


def _pptx(
    document: Document,
    theme: Theme,
    words: Wording,
    project: Project,
    diagnostics: Diagnostics,
    drawing: Callable[[], None],
) -> _Drawn:
    from ijreport.layout.slides import arrange
    from ijreport.render.pptx import draw_pptx
    from ijreport.verify import verify_deck

    before = diagnostics.errors
    fonts, language = slide_fonts(theme, diagnostics), document.metadata.language
    shown = Typesetter(theme, fonts, diagnostics, language, citations=False, expansions=False)
    spoken = Typesetter(theme, fonts, diagnostics, language)
    slides = arrange(document, shown, spoken, words, project, diagnostics)
    if diagnostics.errors > before:
        return b"", len(slides), ()
    drawing()
    data = draw_pptx(slides, document.metadata, theme)
    return data, len(slides), tuple(verify_deck(data, slides))
