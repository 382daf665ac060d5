"""The flagship → how ijreport compares in time and memory, printed as tables.

Run all with `make bench`, or in an environment with the bench extra (and Node.js, for the deck at size):

    npm ci --prefix tests/benchmarks/pptxgenjs
    python -m tests.benchmarks [--runs N] [--only flagship,pages,slides,linear] [--distinct]

Every number is of whole processes, started anew, after one run that warms the disk: medians of N runs, ours and the
peer's in turn. Ratios are ours ÷ theirs, so that below 1 we are quicker or smaller. Peak memory is that of the
largest process. The peers' input is made ready before the clock starts; ours is always the whole build.

At size the content is the flagship's over and over. What is said twice is laid out, drawn and verified once; with
--distinct, no line of prose is said twice.
"""

from __future__ import annotations

import argparse
import math
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.deck_objects import write_objects
from tests.benchmarks.measure import Pair, Sample, Task, TaskFailed, alone, compare, run
from tests.benchmarks.peers import PANDOC_READER, for_pandoc
from tests.benchmarks.scaled import Rendered, distinguished, read_rendered, repeated, write_project

ROOT = Path(__file__).resolve().parents[2]
PAGES, SLIDES = 1_000, 3_500
CONTENTS = ("--toc", "--toc-depth=2")
"""A table of contents as deep as ours."""
PPTXGENJS = Path(__file__).parent / "pptxgenjs"
TYPST = "import sys, typst; typst.compile(sys.argv[1], output=sys.argv[2])"
"""typst comes from pip as a library, so Python starts it: about 15 ms that the aims do not hang on."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What every comparison works with."""

    folder: Path
    rendered: Rendered
    pages: int
    slides: int
    runs: int
    distinct: bool

    def text(self, output: str, times: int) -> str:
        """The Markdown of an output so many times over."""
        text = repeated(self.rendered.of(output), times)
        return distinguished(text) if self.distinct else text


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Measures ijreport against others.")
    parser.add_argument(
        "--runs", type=int, default=5, help="measured runs of each; three times as many for the flagship"
    )
    parser.add_argument("--only", default=",".join(COMPARISONS), help="comma-separated: %(default)s")
    parser.add_argument("--distinct", action="store_true", help="at size, say no line of prose twice")
    arguments = parser.parse_args()
    chosen = arguments.only.split(",")
    if unknown := [name for name in chosen if name not in COMPARISONS]:
        parser.error(f"unknown: {', '.join(unknown)}")
    with tempfile.TemporaryDirectory(prefix="ijreport-bench-") as place:
        folder = Path(place)
        try:
            run(_build(ROOT, folder / "once"))
            pages, slides = _count_pages(folder / "once"), _count_slides(folder / "once")
            bench = Bench(folder, read_rendered(folder / "once"), pages, slides, arguments.runs, arguments.distinct)
            print(f"The flagship: {pages} pages, {slides} slides.", flush=True)
            for name in chosen:
                COMPARISONS[name](bench)
        except TaskFailed as fault:
            print(fault, file=sys.stderr)
            return 1
    return 0


# -- the comparisons ---------------------------------------------------------------------------------------------


def flagship(bench: Bench) -> None:
    """Cold build of both files against pandoc → pptx, then pandoc → typst → pdf."""
    folder = _peer_folder(bench, "flagship")
    (folder / "briefing.md").write_text(for_pandoc(bench.rendered.briefing), "utf-8")
    (folder / "deck.md").write_text(for_pandoc(bench.rendered.deck), "utf-8")
    theirs = Task(
        "pandoc, typst",
        (
            (*_pandoc("deck.md"), "--slide-level=2", "--output=deck.pptx"),
            (*_pandoc("briefing.md"), *CONTENTS, "--to=typst", "--output=briefing.typ"),
            _typst("briefing"),
        ),
        folder,
    )
    pair = compare(_build(ROOT, bench.folder / "cold", "briefing", "deck"), theirs, 3 * bench.runs)
    _print_pair("Cold build of the flagship, both files", pair, theirs.name, "time at most 1.0×")


def pages(bench: Bench) -> None:
    """The briefing repeated to 1,000 pages against typst, which gets it converted already."""
    project, out, text = _at_size(bench, "briefing", PAGES, bench.pages, _count_pages)
    folder = _peer_folder(bench, "pages")
    (folder / "briefing.md").write_text(for_pandoc(text), "utf-8")
    for name, options in (("typst", CONTENTS), ("typst, no contents", ())):
        _convert(folder, options)
        pair = compare(_build(project, out), Task(name, (_typst("briefing"),), folder), bench.runs)
        title = f"Print at size: {_count_pages(out):,} pages, {_pages(folder / 'briefing.pdf'):,} by {name}"
        _print_pair(title, pair, name, "time at most 0.8×, memory at most 0.3×")


def _convert(folder: Path, options: tuple[str, ...]) -> None:
    """Make briefing.typ of briefing.md, outside the measured time."""
    run(Task("pandoc", ((*_pandoc("briefing.md"), *options, "--to=typst", "--output=briefing.typ"),), folder))
    # Our print is ragged; pandoc's template would have typst spend a quarter of its time on justifying the lines.
    file = folder / "briefing.typ"
    file.write_text(file.read_text("utf-8").replace("justify: true", "justify: false"), "utf-8")


def slides(bench: Bench) -> None:
    """The deck repeated to 3,500 slides against PptxGenJS, which gets the same slides ready made, object by object."""
    if shutil.which("node") is None or not (PPTXGENJS / "node_modules").exists():
        raise TaskFailed(f"PptxGenJS is not installed: npm ci --prefix {PPTXGENJS.relative_to(ROOT)}")
    project, out, _ = _at_size(bench, "deck", SLIDES, bench.slides, _count_slides)
    folder = _peer_folder(bench, "slides")
    write_objects(next((bench.folder / "once").glob("*.pptx")), folder / "slides.json", _count_slides(out))
    # Run where its modules are: Node looks for them beside the script.
    command = ("node", "write.mjs", str(folder / "slides.json"), str(folder / "deck.pptx"))
    theirs = Task("PptxGenJS, deflated", (command,), PPTXGENJS)
    pair = compare(_build(project, out), theirs, bench.runs)
    title = f"Deck at size: {_count_slides(out):,} slides, as many by PptxGenJS"
    _print_pair(title, pair, theirs.name, "time at most 0.8×")


def linear(bench: Bench) -> None:
    """Both files with 1, 10 and 100 times the content: time and memory for each page or slide."""
    print("\nTime and memory by the amount of content, both files (aim: time for each part stays as at 10×)")
    _print_row("content", "pages", "slides", "seconds", "ms each", "peak MiB", "KiB each")
    for times in (1, 10, 100):
        texts = {name: bench.text(name, times) for name in ("briefing", "deck")}
        out = bench.folder / f"linear-{times}-out"
        project = write_project(bench.folder / f"linear-{times}", ROOT, texts)
        sample = alone(_build(project, out), bench.runs if times < 100 else min(bench.runs, 3))
        pages, slides = _count_pages(out), _count_slides(out)
        parts = pages + slides
        _print_row(
            f"{times}×",
            f"{pages:,}",
            f"{slides:,}",
            f"{sample.seconds:.2f}",
            f"{1000 * sample.seconds / parts:.2f}",
            f"{sample.peak / 2**20:.0f}",
            f"{sample.peak / 2**10 / parts:.0f}",
        )


COMPARISONS: dict[str, Callable[[Bench], None]] = {
    "flagship": flagship,
    "pages": pages,
    "slides": slides,
    "linear": linear,
}


# -- tasks and sizes ---------------------------------------------------------------------------------------------


def _build(project: Path, out: Path, *names: str) -> Task:
    only = [part for name in names for part in ("--only", name)]
    command = (sys.executable, "-m", "ijreport", "build", str(project), "--out", str(out), "-q", *only)
    return Task("ijreport", (command,), project)


def _pandoc(file: str) -> tuple[str, ...]:
    import pypandoc

    return (pypandoc.get_pandoc_path(), file, f"--from={PANDOC_READER}", "--standalone", "--metadata=title:Benchmark")


def _typst(name: str) -> tuple[str, ...]:
    return (sys.executable, "-c", TYPST, f"{name}.typ", f"{name}.pdf")


def _peer_folder(bench: Bench, name: str) -> Path:
    folder = bench.folder / f"{name}-peer"
    folder.mkdir()
    return folder


def _at_size(
    bench: Bench, output: str, wanted: int, single: int, count: Callable[[Path], int]
) -> tuple[Path, Path, str]:
    """A project of one output with at least `wanted` pages or slides, where it is built to, and its text."""
    times = math.ceil(wanted / single)
    while True:
        text = bench.text(output, times)
        project = write_project(bench.folder / f"{output}-{times}", ROOT, {output: text})
        out = bench.folder / f"{output}-{times}-out"
        run(_build(project, out))
        if (got := count(out)) >= wanted:
            return project, out, text
        # Cover, contents and sources come once, so that a copy adds less than the flagship has.
        times = math.ceil(times * 1.01 * wanted / got) + 1


def _count_pages(out: Path) -> int:
    return _pages(next(out.glob("*briefing.pdf")))


def _pages(file: Path) -> int:
    import pikepdf

    with pikepdf.open(file) as pdf:
        return len(pdf.pages)


def _count_slides(out: Path) -> int:
    with zipfile.ZipFile(next(out.glob("*.pptx"))) as package:
        return sum(name.startswith("ppt/slides/slide") for name in package.namelist())


# -- what is printed ---------------------------------------------------------------------------------------------


def _print_pair(title: str, pair: Pair, peer: str, aim: str) -> None:
    print(f"\n{title} (aim: {aim})")
    _print_row("", "seconds", "peak MiB")
    _print_row("ijreport", *_figures(pair.ours))
    _print_row(peer, *_figures(pair.peer))
    _print_row("ratio", f"{pair.time_ratio:.2f}×", f"{pair.memory_ratio:.2f}×")


def _figures(sample: Sample) -> tuple[str, str]:
    return f"{sample.seconds:.3f}", f"{sample.peak / 2**20:.0f}"


def _print_row(name: str, *cells: str) -> None:
    print(f"  {name:<22}" + "".join(f"{cell:>10}" for cell in cells), flush=True)


if __name__ == "__main__":
    sys.exit(main())
