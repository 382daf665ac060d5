"""Finished outputs → files in a folder, all complete or none touched, and the manifest that lists them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

from ijreport.diagnostics import Diagnostics, record

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
    def data(self) -> bytes: ...
    @property
    def count(self) -> int: ...
    @property
    def sha256(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Published:
    """Where the outputs are, and the manifest's entries of those that were built."""

    folder: Path
    entries: Mapping[str, Mapping[str, Any]]


def publish(
    folder: Path,
    outputs: Sequence[Output],
    rendered: Mapping[str, str],
    inputs: Mapping[str, str],
    names: Sequence[str],
    diagnostics: Diagnostics,
) -> Published:
    """Write the outputs, the Markdown they were rendered to (`.rendered/<name>.md`), and the manifest.

    Every file is written beside its place first and synced; only when all are there are they put in place, each in
    one step. So a full disk, a read-only folder or a killed process leaves each file as it was or as it is now.
    `names` are all outputs of the report: what the manifest says of those not built now is kept.
    Raises OSError.
    """
    entries = {output.name: _entry(output) for output in outputs}
    before = _entries_before(folder / MANIFEST)
    manifest = {
        "tool": {"name": "ijreport", "version": version("ijreport")},
        "outputs": {name: entries.get(name) or before[name] for name in names if name in entries or name in before},
        "sources": [{"file": path, "sha256": inputs[path]} for path in sorted(inputs)],
        "diagnostics": [record(one) for one in diagnostics],
    }
    files = {folder / output.file: output.data for output in outputs}
    files |= {folder / ".rendered" / f"{name}.md": text.encode() for name, text in rendered.items()}
    files[folder / MANIFEST] = (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode()
    _write_all(files)
    return Published(folder, entries)


def _entry(output: Output) -> dict[str, Any]:
    unit = {"pdf": "pages", "pptx": "slides"}[output.format]
    return {
        "file": output.file,
        "sha256": output.sha256,
        "bytes": len(output.data),
        unit: output.count,
        "template": output.template,
    }


def _entries_before(manifest: Path) -> dict[str, Any]:
    """The outputs of the last manifest; none where there is no manifest or somebody else's file."""
    try:
        outputs = json.loads(manifest.read_text(encoding="utf-8")).get("outputs", {})
    except (OSError, ValueError, AttributeError):
        return {}
    return outputs if isinstance(outputs, dict) else {}


def _write_all(files: Mapping[Path, bytes]) -> None:
    waiting: dict[Path, Path] = {}
    try:
        for path, data in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
            waiting[path] = beside
            with beside.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        for path, beside in waiting.items():
            beside.replace(path)
    finally:
        for beside in waiting.values():
            beside.unlink(missing_ok=True)
