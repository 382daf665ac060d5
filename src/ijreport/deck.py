"""A document → the bytes of its deck, laid out, drawn and verified in stretches of slides, side by side.

Each stretch goes all the way, and waits for the others where one must know of them: a slide's number depends on how
many come before it, a link on where its target came to lie, and what is verified is the whole file.
"""

from __future__ import annotations

from functools import partial
from itertools import chain

from msgspec import Struct
from msgspec.structs import replace

from ijreport.diagnostics import Diagnostic, Diagnostics
from ijreport.document.blocks import Heading
from ijreport.forked import Steps, in_step
from ijreport.job import Job
from ijreport.layout.brand import Brand
from ijreport.layout.items import Slide
from ijreport.layout.slides.frames import SCRIPT_LEADING
from ijreport.layout.slides.slides import arrange
from ijreport.layout.typesetting.fonts import slide_fonts
from ijreport.layout.typesetting.typesetter import Typesetter
from ijreport.render.master import Deck, deck_skeleton
from ijreport.render.pptx import DrawnStretch, draw_slides, finished
from ijreport.verify import verify_deck

STRETCH = 200
"""A process must have at least so many titles to set, or it is not worth its start."""


Made = tuple[bytes, list[Slide], tuple[Diagnostic, ...]]


class _Arranged(Struct, frozen=True):
    """What the others must know of a stretch: its slides without what is on them, what was found, what was read."""

    slides: list[Slide]
    found: list[Diagnostic]
    inputs: dict[str, str]


class _Whole(Struct, frozen=True):
    """What links name each slide by, and the number of the first slide of each stretch."""

    ids: list[tuple[str, ...]]
    firsts: list[int]


def make_deck(job: Job, brand: Brand) -> Made:
    """The file, its slides without what is on them, and what verifying it found.

    It is the same in however many processes. Raises ContentError when something cannot be laid out.
    """
    return _Making(job, brand).run()


class _Making:
    def __init__(self, job: Job, brand: Brand) -> None:
        self.job = job
        self.document = job.document
        self.metadata = job.document.metadata
        self.theme = brand.deck
        self.layouts = brand.layouts()
        self.taken_over = brand.template is not None
        self.fonts = slide_fonts(self.theme, job.diagnostics)
        self.skeleton = self.made_from(brand)
        self.slides: list[Slide] = []  # bare, as they were shared
        self.data = b""

    def made_from(self, brand: Brand) -> Deck:
        """The deck without its slides: with masters of our own, or with those of a corporate template."""
        if brand.template is None:
            return deck_skeleton(self.theme, self.metadata, self.layouts)
        from ijreport.render.template import template_skeleton

        return template_skeleton(brand.template, self.theme, brand.print, self.metadata)

    def run(self) -> Made:
        self.job.progress("laying out")
        titles = sum(isinstance(block, Heading) for block in self.document.blocks)
        count = max(1, min(self.job.processes, titles // STRETCH))
        work = partial(self.stretch, count)
        faults = in_step(work, range(count), self.arranged, self.drawn, shared=self.job.shared)
        return self.data, self.slides, tuple(chain.from_iterable(faults))

    # -- what each stretch does ----------------------------------------------------------------------------------

    def stretch(self, count: int, number: int) -> Steps[list[Diagnostic]]:
        """One of so many stretches, counted from 0 → what verifying it found."""
        found = Diagnostics()
        project, words = self.job.project, self.job.words
        project.diagnostics = found
        language = self.metadata.language
        shown = self.job.memory.recall(
            number, (self.theme, self.layouts, words, self.metadata),
            lambda: Typesetter(
                self.theme, self.fonts, found, language,
                citations=False, expansions=False, code=1.0, leading=SCRIPT_LEADING, whole_links=True,
            ),
        )  # fmt: skip
        shown.diagnostics = found
        spoken = Typesetter(self.theme, self.fonts, found, language)
        slides = arrange(self.document, shown, spoken, words, self.layouts, project, found, (number, count))
        bare = [replace(slide, items=(), notes=()) for slide in slides]
        whole: _Whole = yield _Arranged(bare, [*found], project.inputs)
        first = whole.firsts[number]
        data: bytes = yield draw_slides(self.skeleton, slides, first, whole.ids, self.metadata, self.theme)
        return verify_deck(data, slides, first, len(whole.ids), taken_over=self.taken_over)

    # -- what is made of all of them -----------------------------------------------------------------------------

    def arranged(self, stretches: list[_Arranged]) -> _Whole:
        firsts: list[int] = []
        for one in stretches:
            firsts.append(len(self.slides) + 1)
            self.slides.extend(one.slides)
            self.job.project.inputs |= one.inputs
            for fault in one.found:
                self.job.diagnostics.add(fault)
        self.job.diagnostics.end_stage()
        self.job.progress("drawing")
        return _Whole([slide.ids for slide in self.slides], firsts)

    def drawn(self, stretches: list[DrawnStretch]) -> bytes:
        self.data = finished(self.skeleton, stretches, self.slides, self.metadata, self.theme)
        self.job.progress("verifying")
        return self.data
