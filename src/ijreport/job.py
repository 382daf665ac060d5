"""One file to be made: a document, and what all files of a report are made with."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from ijreport.content.project import Project
from ijreport.diagnostics import Diagnostics
from ijreport.document.blocks import Document
from ijreport.document.wording import Wording
from ijreport.layout.memory import Memory


class Job(Struct, frozen=True):
    """`progress` is told each step; `memory` is what earlier builds of this file left to this one; `shared` is what
    places in the document refer to, which all processes have from the start."""

    document: Document
    words: Wording
    project: Project
    diagnostics: Diagnostics
    progress: Callable[[str], None]
    memory: Memory
    processes: int
    """How many it may be made in."""
    shared: Sequence[object] = ()
