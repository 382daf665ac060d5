"""`ijreport doctor`: what it tells of a template, to people and to programs, and what it draws."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest

Corporate = Callable[..., bytes]
Command = Callable[..., subprocess.CompletedProcess[str]]
"""The fixtures of conftest.py."""


@pytest.fixture
def template(tmp_path: Path, corporate: Corporate) -> Path:
    path = tmp_path / "office.potx"
    path.write_bytes(corporate())
    return path


def test_it_tells_roles_layouts_and_placeholders(template: Path, command: Command) -> None:
    done = command("doctor", template)
    lines = done.stdout.splitlines()

    assert done.returncode == 0
    assert lines[0] == "office.potx: slides of 720 × 540 pt, 1 master, 11 layouts"
    assert "  cover    Title Slide        type title" in lines
    assert "  quote    Title and Content  stands in: the template has no layout for 'quote'" in lines
    assert "Title and Content: type obj, serves as content, quote" in lines
    assert "  obj        648 × 356  at    36,   126  32 pt" in lines
    assert "warning[template-contrast]" in done.stderr


def test_a_sketch_has_every_frame_of_a_layout_that_serves(template: Path, command: Command) -> None:
    text = command("doctor", template).stdout
    sketch = text[text.index("\nTwo Content:") : text.index("\nComparison:")]

    assert [sketch.count(f"| {word} ") for word in ("title", "text 1", "text 2")] == [1, 1, 1]
    assert "┌" not in text[text.index("\nComparison:") : text.index("\nTitle Only:")]


def test_programs_get_data(template: Path, command: Command) -> None:
    done = command("doctor", template, "--output-format", "json")
    data = json.loads(done.stdout)

    assert data["template"]["roles"]["figure"] == {
        "layout": "Two Content",
        "by": "stands in: the template has no layout for 'figure'",
        "instead_of": "columns",
    }
    assert len(data["template"]["layouts"]) == 11
    assert data["template"]["layouts"][1]["placeholders"][1]["frame"] == [36.0, 126.0, 648.0, 356.38]
    assert {one["code"] for one in data["diagnostics"]} == {"template-contrast", "template-font"}


def test_every_layout_is_drawn(template: Path, command: Command, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.pdf"
    assert command("doctor", template, "--out", sheet).returncode == 0
    with pypdfium2.PdfDocument(sheet) as opened:
        text = "\n".join(page.get_textpage().get_text_range() for page in opened)

    for name in ("Title Slide", "Two Content", "Vertical Title and Text"):
        assert name in text
    assert "ctrTitle · 44 pt" in text


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_template_that_cannot_be_used(form: str, tmp_path: Path, command: Command) -> None:
    path = tmp_path / "broken.potx"
    path.write_bytes(b"no ZIP")
    done = command("doctor", path, "--output-format", form)

    assert done.returncode == 1
    assert "bad-template" in (done.stderr if form == "text" else done.stdout)


def test_a_template_that_is_not_there(tmp_path: Path, command: Command) -> None:
    done = command("doctor", tmp_path / "missing.potx")

    assert done.returncode == 2
    assert "missing.potx: No such file or directory" in done.stderr
