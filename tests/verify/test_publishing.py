"""A file in which `verify` finds a fault is never put in the place of a good one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import ijreport.deck
import ijreport.render.pdf
from ijreport.build import NotAsMeant, build
from ijreport.diagnostics import Diagnostics


@pytest.mark.parametrize(
    "maker, draw, code",
    [(ijreport.render.pdf.PdfDocument, "finished", "print-damaged"), (ijreport.deck, "finished", "deck-damaged")],
)
def test_a_file_cut_short_is_not_published(
    project: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    maker: object,
    draw: str,
    code: str,
) -> None:
    folder, out, diagnostics = project(), tmp_path / "out", Diagnostics()
    build(folder, Diagnostics(), out=out)
    good = {path: path.read_bytes() for path in out.rglob("*.*") if path.is_file()}
    drawn = getattr(maker, draw)
    monkeypatch.setattr(maker, draw, lambda *parts: drawn(*parts)[:900])

    with pytest.raises(NotAsMeant):
        build(folder, diagnostics, out=out)

    assert [code] == [one.code for one in diagnostics][:1]
    assert {path: path.read_bytes() for path in out.rglob("*.*") if path.is_file()} == good
