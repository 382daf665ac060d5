"""A project folder → its files, read once, only from inside, each remembered with its hash."""

from __future__ import annotations

import hashlib
from pathlib import Path, PurePosixPath

from ijreport.content import reader
from ijreport.content.reader import Node
from ijreport.diagnostics import Diagnostics, near_name
from ijreport.source import SourceFile, Span

MAX_ASSET = 64 * 2**20
"""Bytes of one image or font."""


class Project:
    """The folder that holds `content/`, `templates/` and `build/`. `inputs` are the files a build depended on."""

    def __init__(self, root: Path, diagnostics: Diagnostics) -> None:
        self.root = root.resolve()
        self.diagnostics = diagnostics
        self.inputs: dict[str, str] = {}
        self._bytes: dict[str, bytes] = {}

    def read_source(self, path: str, span: Span | None = None) -> SourceFile | None:
        """A text file of the project; None after a diagnostic."""
        inside = self.locate(path, span, "file")
        source = reader.read_text(inside, path, self.diagnostics, span) if inside else None
        if source and inside:
            self._remember(path, inside.read_bytes())
        return source

    def read_yaml(self, path: str, span: Span | None = None) -> Node | None:
        source = self.read_source(path, span)
        return reader.compose(source, self.diagnostics) if source else None

    def read_bytes(self, path: str, span: Span | None, what: str) -> bytes | None:
        """An image or a font; None after a diagnostic."""
        if path in self._bytes:
            return self._bytes[path]
        inside = self.locate(path, span, what)
        if inside is None:
            return None
        if inside.stat().st_size > MAX_ASSET:
            self.diagnostics.error("file-too-large", f"{path} is larger than {MAX_ASSET // 2**20} MiB", span)
            return None
        data = self._bytes[path] = inside.read_bytes()
        self._remember(path, data)
        return data

    def _remember(self, path: str, data: bytes) -> None:
        self.inputs[path] = hashlib.sha256(data).hexdigest()

    def locate(self, path: str, span: Span | None, what: str) -> Path | None:
        """A regular file inside the project by its relative path; None after a diagnostic.

        Schemes, drives, UNC and absolute paths, NUL, and links that lead outside are refused.
        """
        parts = PurePosixPath(path)
        if not path or parts.is_absolute() or "\\" in path or ":" in path or "\0" in path:
            message = f"'{path}' is not a path inside the project, with forward slashes"
            hint = "put the file into the project's folder" if path else ""
            self.diagnostics.error("outside-project", message, span, hint)
            return None
        full = (self.root / parts).resolve()
        place = span or SourceFile(path, "").line_span(1)
        code = "missing-file" if what == "file" else f"unknown-{what}"
        if not full.is_relative_to(self.root):
            self.diagnostics.error("outside-project", f"{path} leads outside the project", place)
            return None
        if full.exists() and not full.is_file():
            self.diagnostics.error(code, f"{path} is not a file", place)
            return None
        if not full.exists():
            siblings = [one.name for one in full.parent.iterdir()] if full.parent.is_dir() else []
            self.diagnostics.error(code, f"there is no file {path}", span, near_name(full.name, siblings))
            return None
        return full
