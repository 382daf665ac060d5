"""A document → the bytes of its PDF, laid out, drawn and verified in stretches of pages, side by side.

Each stretch goes all the way, and waits for the others where one must know of them: the contents and every page's foot
need the number of all pages, links and tags the numbers of objects in the file, and what is verified is the whole file.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import chain

from msgspec import Struct

from ijreport.diagnostics import Diagnostic, Diagnostics
from ijreport.forked import Steps, in_step
from ijreport.job import Job
from ijreport.layout.print.pages import (
    PASSES,
    Extent,
    Paginator,
    Stretch,
    Surroundings,
    paged,
    settled,
    stretches,
    surroundings,
    unsettled,
)
from ijreport.layout.theme import Theme
from ijreport.layout.typesetting.faces import PrintFace
from ijreport.layout.typesetting.fonts import FamilyRole, print_fonts
from ijreport.layout.typesetting.typesetter import Typesetter
from ijreport.render.pdf import Drawn, DrawnStretch, PdfDocument, Placed, Written
from ijreport.verify import verify_print
from ijreport.verify.print import Meant, meant, together

STRETCH = 400
"""A process must have at least so many blocks to set, or it is not worth its start."""


FontKey = tuple[str, FamilyRole, bool, bool]


class _LaidOut(Struct, frozen=True):
    """What the others must know of a stretch: how it lies, what was found, what was read."""

    extent: Extent
    found: list[Diagnostic]
    inputs: dict[str, str]


class _Drawn(Struct, frozen=True):
    """What is on its pages; `faces` tells how the faces that it is set in are found, by name."""

    drawn: Drawn
    faces: dict[str, FontKey]
    meant: Meant
    found: list[Diagnostic]


class _Entangled(Exception):
    """Stretches cannot be laid out by themselves: a footnote goes on over the end of one, or none has a page."""


class _Unsettled(Exception):
    """The text tells other pages than those that came out."""


def make_briefing(job: Job, theme: Theme) -> tuple[bytes, int, tuple[Diagnostic, ...]]:
    """The file, how many pages it has, and what verifying it found.

    It is the same in however many processes. Raises ContentError when something cannot be laid out.
    """
    making = _Making(job, theme)
    document = making.document
    parts = stretches(document, max(1, min(job.processes, len(document.blocks) // STRETCH)))
    while True:
        try:
            return making.run(parts)
        except _Entangled:
            parts = stretches(document, 1)
        except _Unsettled:
            making.passes += 1


class _Making:
    def __init__(self, job: Job, theme: Theme) -> None:
        self.job = job
        self.document = paged(job.document, theme)
        self.metadata = job.document.metadata
        self.theme = theme
        self.fonts = print_fonts(theme, job.project, job.diagnostics)
        self.file = PdfDocument(self.metadata, theme)
        self.faces: dict[str, PrintFace] = {}
        self.passes = 1
        self.pages: Mapping[str, str] = {}  # of each id, as the last pass had it
        self.count = 0
        self.meant = together(())
        self.data = b""

    def run(self, parts: list[Stretch]) -> tuple[bytes, int, tuple[Diagnostic, ...]]:
        self.job.progress("laying out")
        work = partial(self.stretch, len(parts))
        found = in_step(work, [*enumerate(parts)], self.laid_out, self.drawn, self.written, shared=self.job.shared)
        return self.data, self.count, tuple(dict.fromkeys(chain.from_iterable(found)))

    # -- what each stretch does ----------------------------------------------------------------------------------

    def stretch(self, count: int, numbered: tuple[int, Stretch]) -> Steps[list[Diagnostic]]:
        """One of so many stretches, numbered from 0 → what verifying found in its share."""
        number, stretch = numbered
        found = Diagnostics()
        self.job.project.diagnostics = found
        language = self.metadata.language
        typesetter = self.job.memory.recall(
            number, (self.theme, language, self.fonts.own), lambda: Typesetter(self.theme, self.fonts, found, language)
        )
        typesetter.diagnostics, typesetter.pages = found, self.pages
        paginator = Paginator(self.document, stretch, typesetter, self.job.words, self.job.project, found)
        extent = paginator.fill()
        around: list[Surroundings] = yield _LaidOut(extent, [*found], self.job.project.inputs)
        seen = len(found)
        pages = paginator.pages(around[number])
        structure = paginator.structure
        del paginator
        drawing = DrawnStretch(pages, around[number].first - 1, self.theme, structure.outer, structure.open_sections)
        asked = meant(pages, structure.outer)
        placed: tuple[list[Placed], Meant] = yield _Drawn(
            drawing.draw(), typesetter.fonts.chosen(), asked, [*found][seen:]
        )
        data: bytes = yield drawing.write(placed[0][number])
        return verify_print(data, placed[1], number, count)

    # -- what is made of all of them -----------------------------------------------------------------------------

    def laid_out(self, stretches: list[_LaidOut]) -> list[Surroundings]:
        """Raises _Entangled and, as often as another pass may settle it, _Unsettled."""
        extents = [one.extent for one in stretches]
        around = surroundings(extents, self.theme.page.duplex)
        if not all(extent.done for extent in extents[:-1]) or (len(extents) > 1 and not around[0].labels.total):
            raise _Entangled
        if not settled(extents, around[0].numbers):
            if self.passes < PASSES:
                self.pages = around[0].numbers
                raise _Unsettled
            unsettled(self.document, self.job.diagnostics)
        for one in stretches:
            self.job.project.inputs |= one.inputs
            for fault in one.found:
                self.job.diagnostics.add(fault)
        self.job.diagnostics.end_stage()
        self.job.progress("drawing")
        return around

    def drawn(self, stretches: list[_Drawn]) -> tuple[list[Placed], Meant]:
        for one in stretches:
            for fault in one.found:
                self.job.diagnostics.add(fault)
            for name in one.drawn.texts:
                face = self.fonts.face(*one.faces[name])
                assert isinstance(face, PrintFace)
                self.faces[name] = face
        self.job.diagnostics.end_stage()
        self.meant = together([one.meant for one in stretches])
        self.count = len(self.meant.sizes)
        return self.file.place([one.drawn for one in stretches]), self.meant

    def written(self, stretches: list[Written]) -> bytes:
        self.data = self.file.finished(stretches, self.faces)
        self.job.progress("verifying")
        return self.data
