"""A project folder → its finished files: the whole flow, step by step.

The content is read once; from there each output goes its own way, side by side with the others, and each ends at the
first step that finds errors. All that was found is told together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from functools import partial
from pathlib import Path

from msgspec import Struct

from ijreport.content.bind import place_of
from ijreport.content.load import Content, file_of, load
from ijreport.content.models import Listing, Output
from ijreport.content.project import Project
from ijreport.diagnostics import ContentError, Diagnostic, Diagnostics, did_you_mean
from ijreport.document.blocks import Document, ListingKind, Metadata
from ijreport.document.cross_references import refer
from ijreport.document.direction import check_direction
from ijreport.document.listings import with_listings
from ijreport.document.markdown import parse
from ijreport.document.origins import Origins
from ijreport.document.resolve import resolve
from ijreport.document.template import Renderer
from ijreport.document.wording import Wording, wording
from ijreport.forked import for_each, processes
from ijreport.job import Job
from ijreport.layout.brand import Brand, load_brand
from ijreport.layout.memory import Memory
from ijreport.layout.slides.fullness import Fullness, fullness, shrunk
from ijreport.layout.theme import Theme
from ijreport.publish import Published, entries, publish

Progress = Callable[[str], None]


class UnknownOutput(Exception):
    """`--only` names an output that the report has not."""


class NotAsMeant(Exception):
    """A finished file is not what was laid out: a fault of this program. The findings are in the diagnostics."""


class Finished(Struct, frozen=True):
    """One output, ready to be published."""

    name: str
    file: str
    format: str
    template: str
    markdown: str
    """What the template rendered to."""
    data: bytes
    count: int
    """Pages or slides."""
    profile: tuple[str, ...] = ()
    """The standards that a PDF follows."""
    faults: tuple[Diagnostic, ...] = ()
    fullness: tuple[Fullness, ...] = ()
    """Of a deck, how full its slides are."""

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
    memory: Memory | None = None,
) -> Published:
    """Build a project's outputs into `out` (its build/ folder) and return what was written, or would be.

    `epoch` dates a report that has no date itself; `parallel` lays out and draws the outputs side by side. Builds that
    follow each other may share a `memory`: what has not changed is not laid out again, unless they are `parallel`.

    Raises ContentError when the content has problems, UnknownOutput for a name in `only` that is none, NotAsMeant when
    verifying finds a file wrong, and OSError when the files cannot be written. The last good files stay then.
    """
    progress("reading the content")
    project = Project(root, diagnostics)
    content = load(project, diagnostics)
    names = _selected(content, only)
    brand = load_brand(project, content.report.theme, place_of(content.report.theme), diagnostics)
    words = wording(content.report.language, diagnostics, content.report.span)
    metadata = _metadata(content, epoch)
    diagnostics.end_stage()
    _check_pages([content.report.outputs[name] for name in names], brand.print, diagnostics)
    diagnostics.end_stage()

    each = processes() // max(1, len(names)) if parallel else 1
    shared = _Shared(project, content, brand, words, metadata, progress, max(1, each), memory or Memory())
    work = partial(_output, shared)
    finished: list[Finished] = []
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
        raise NotAsMeant(f"{len(faults)} fault{'s' * (len(faults) > 1)} in the finished files, which were not written")
    if strict:
        for one in (one for output in finished for one in shrunk(output.fullness)):
            diagnostics.add(one)
        diagnostics.make_strict()
        diagnostics.end_stage()
    folder = out or project.root / "build"
    if not write:
        return Published(folder, entries(finished, project.inputs))
    progress("writing")
    return publish(folder, finished, project.inputs, list(content.report.outputs), diagnostics)


def _selected(content: Content, only: Sequence[str]) -> list[str]:
    names = list(content.report.outputs)
    for name in only:
        if name not in names:
            raise UnknownOutput(f"the report has no output '{name}': {did_you_mean(name, names)}")
    return [name for name in names if not only or name in only]


def _check_pages(outputs: Sequence[Output], theme: Theme, diagnostics: Diagnostics) -> None:
    for output in outputs:
        if not output.page:
            continue
        if output.format != "pdf":
            diagnostics.error("unfit-page", "a deck has slides and no page", place_of(output.page), "leave it out")
        elif output.page not in theme.pages:
            hint = did_you_mean(output.page, theme.pages) or "name it under 'pages' in the theme"
            diagnostics.error("unknown-page", f"the theme has no page '{output.page}'", place_of(output.page), hint)


def _metadata(content: Content, epoch: date | None) -> Metadata:
    report = content.report
    return Metadata(
        str(report.title), str(report.subtitle), report.date or epoch, str(report.language),
        tuple(map(str, report.authors)), str(report.organisation), str(report.description),
        tuple(map(str, report.keywords)), place_of(report.title),
    )  # fmt: skip


class _Shared(Struct, frozen=True):
    """What all outputs of a report are made from."""

    project: Project
    content: Content
    brand: Brand
    words: Wording
    metadata: Metadata
    progress: Progress
    processes: int
    """How many each output may be made in."""
    memory: Memory


def _output(shared: _Shared, name: str) -> tuple[Finished | None, list[Diagnostic], dict[str, str]]:
    """One output, if it could be made, with what was found and what files were read for it.

    All that it does is in its result: it may have been done in another process.
    """
    found = Diagnostics()
    shared.project.diagnostics = found
    finished = None
    with suppress(ContentError):  # what it means is in `found`
        finished = _made(shared, name, found)
    return finished, [*found], shared.project.inputs


def _made(shared: _Shared, name: str, diagnostics: Diagnostics) -> Finished:
    """Template → Markdown → document → pages or slides → file, each step only if the one before found no error."""
    report = shared.content.report
    output = report.outputs[name]
    shared.progress(f"rendering the template of {name}")
    renderer = Renderer(shared.project, shared.content, diagnostics)
    place = place_of(output.template) or output.span
    origins = renderer.render(output.template, f"build/.rendered/{name}.md", place)
    diagnostics.end_stage()
    shared.progress(f"parsing {name}")
    document = _document(shared, origins, output, diagnostics)
    diagnostics.end_stage()
    job = Job(
        document,
        shared.words,
        shared.project,
        diagnostics,
        lambda step: shared.progress(f"{step} {name}"),
        shared.memory.of(name),
        shared.processes,
        origins.shared(),
    )
    brand = shared.brand
    drawn = _pdf(job, brand.print.on_page(output.page)) if output.format == "pdf" else _pptx(job, brand)
    diagnostics.end_stage()
    return Finished(
        name, file_of(name, report), output.format, f"templates/{output.template}", origins.source.text, *drawn
    )


def _document(shared: _Shared, origins: Origins, output: Output, diagnostics: Diagnostics) -> Document:
    """The document of one output. A deck tells expansions at a slide's foot and has no glossary of its own."""
    document = parse(
        origins, shared.metadata, diagnostics, shared.processes, partial(for_each, shared=origins.shared())
    )
    if not document.blocks and not diagnostics.errors:
        place = place_of(output.template) or output.span
        diagnostics.warning("empty-template", "this template prints nothing", place)
    deck = output.format == "pptx"
    if not deck:
        check_direction(origins, diagnostics)
    usual: tuple[Listing, ...] = () if deck else ("contents", "figures", "tables", "glossary")
    kinds: tuple[ListingKind, ...] = (*(usual if output.listings is None else output.listings), "sources")
    whole = with_listings(resolve(document, shared.content, diagnostics, deck), shared.words, kinds, 2 if deck else 0)
    return refer(whole, shared.words, diagnostics, paged=not deck)


_Drawn = tuple[bytes, int, tuple[str, ...], tuple[Diagnostic, ...], tuple[Fullness, ...]]
"""A file, how many pages or slides it has, the standards it follows, what verifying it found, how full slides are."""


def _pdf(job: Job, theme: Theme) -> _Drawn:
    from ijreport.briefing import make_briefing

    data, pages, faults = make_briefing(job, theme)
    return data, pages, theme.pdf.profile, faults, ()


def _pptx(job: Job, brand: Brand) -> _Drawn:
    from ijreport.deck import make_deck

    data, slides, faults = make_deck(job, brand)
    return data, len(slides), (), faults, fullness(slides)
