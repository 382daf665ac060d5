"""Finished outputs → files in a folder, all complete or none touched, and the manifest that lists them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from errno import EISDIR
from pathlib import Path
from typing import Any, Protocol

import msgspec
from msgspec import Struct

from ijreport import __version__
from ijreport.diagnostics import Diagnostics, record
from ijreport.layout.slides.fullness import Fullness

MANIFEST = "manifest.json"


class Output(Protocol):
    """What is published of an output."""

    @property
    def name(self) -> str: ...
    @property
    def file(self) -> str: ...
    @property
    def format(self) -> str: ...
    @property
    def template(self) -> str: ...
    @property
    def markdown(self) -> str: ...
    @property
    def data(self) -> bytes: ...
    @property
    def count(self) -> int: ...
    @property
    def profile(self) -> tuple[str, ...]: ...
    @property
    def sha256(self) -> str: ...
    @property
    def fullness(self) -> Sequence[Fullness]: ...


class Published(Struct, frozen=True):
    """Where the outputs belong, and the manifest's entries of those that were built."""

    folder: Path
    entries: Mapping[str, Mapping[str, Any]]


def publish(
    folder: Path,
    outputs: Sequence[Output],
    inputs: Mapping[str, str],
    names: Sequence[str],
    diagnostics: Diagnostics,
) -> Published:
    """Write the outputs, the Markdown they were rendered to (`.rendered/<name>.md`), and the manifest.

    Every file is written beside its place first and synced; only when all are there are they put in place, each in
    one step, the manifest last. So a full disk, a read-only folder or a killed process leaves each file as it was or
    as it is now. `inputs` are the files the outputs were made from, with their SHA-256; `names` are all outputs of the
    report: what the manifest says of those not built now is kept. Raises OSError that names the file.
    """
    made = entries(outputs, inputs)
    before = _entries_before(folder / MANIFEST)
    manifest = {
        "tool": {"name": "ijreport", "version": __version__},
        "outputs": {name: made.get(name) or before[name] for name in names if name in made or name in before},
        "diagnostics": [record(one) for one in diagnostics.in_order()],
    }
    files = {folder / output.file: output.data for output in outputs}
    files |= {folder / ".rendered" / f"{one.name}.md": one.markdown.encode() for one in outputs}
    files[folder / MANIFEST] = msgspec.json.format(msgspec.json.encode(manifest, enc_hook=_bare), indent=2) + b"\n"
    write_all(files)
    return Published(folder, made)


def entries(outputs: Sequence[Output], inputs: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """What the manifest says of outputs, by their names."""
    return {output.name: _entry(output, inputs) for output in outputs}


def _entry(output: Output, inputs: Mapping[str, str]) -> dict[str, Any]:
    unit = {"pdf": "pages", "pptx": "slides"}[output.format]
    profile = {"profile": list(output.profile)} if output.format == "pdf" else {}
    return {
        "file": output.file,
        "sha256": output.sha256,
        "bytes": len(output.data),
        unit: output.count,
        **profile,
        "template": output.template,
        "sources": [{"file": path, "sha256": inputs[path]} for path in sorted(inputs)],
        **({"fullness": [one.record() for one in output.fullness]} if output.fullness else {}),
    }


def _bare(value: object) -> str:
    """A text that knows its place, as the text alone."""
    if isinstance(value, str):
        return str(value)
    raise TypeError(f"a manifest holds no {type(value)}")


def _entries_before(manifest: Path) -> dict[str, Any]:
    """The outputs of the last manifest; none where there is no manifest or somebody else's file."""
    try:
        outputs = json.loads(manifest.read_text(encoding="utf-8")).get("outputs", {})
    except (OSError, ValueError, AttributeError):
        return {}
    return outputs if isinstance(outputs, dict) else {}


def write_all(files: Mapping[Path, bytes]) -> None:
    """Write files beside their places, then put all of them there. Raises OSError that names the file."""
    waiting: dict[Path, Path] = {}
    try:
        for path, data in files.items():
            waiting[path] = path.with_name(f".{path.name}.{os.getpid()}.tmp")
            with _naming(path):
                _write(waiting[path], data)
                if path.is_dir():
                    raise IsADirectoryError(EISDIR, os.strerror(EISDIR))
        for path, beside in waiting.items():
            with _naming(path):
                beside.replace(path)
    finally:
        for beside in waiting.values():
            with suppress(OSError):  # what kept it from being written is told already
                beside.unlink()


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Let a fault name the file that was meant, not the one beside it, or none."""
    try:
        yield
    except OSError as fault:
        raise OSError(fault.errno, fault.strerror, str(path)) from fault
