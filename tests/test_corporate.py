"""The flagship's deck on three templates that no one here drew, checked by programs that are not ours."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pptx
import pypdfium2
import pytest
from openxml_audit import OpenXmlValidator

import ijreport.deck
from ijreport.build import build
from ijreport.diagnostics import Diagnostics
from ijreport.layout.items import Frame, Item, Slide, Text
from ijreport.layout.stack import text_height
from ijreport.verify import verify_deck

LIBREOFFICE = Path("/usr/lib/libreoffice/share/template/common/presnt")
ARIAL = "fonts: {slide: {latin: Arial, heading: Arial}}\n"
"""The typeface that LibreOffice sets as we measured it; python-pptx's template names Calibri, which is seldom there."""

Corporate = Callable[..., bytes]
"""The fixture of conftest.py."""


@dataclass(frozen=True)
class Branded:
    deck: Path
    slides: tuple[Slide, ...]
    width: float
    height: float


@pytest.fixture(scope="module", params=["python-pptx", "Metropolis", "Blue_Curve"])
def branded(
    request: pytest.FixtureRequest, flagship: Path, corporate: Corporate, tmp_path_factory: pytest.TempPathFactory
) -> Branded:
    folder = tmp_path_factory.mktemp(request.param)
    for name in ("content", "templates"):
        shutil.copytree(flagship / name, folder / name)
    template = folder / "office.pptx"
    if request.param == "python-pptx":
        template.write_bytes(corporate())
    else:
        converted(LIBREOFFICE / f"{request.param}.otp", folder).rename(template)
    (folder / "templates/theme.yaml").write_text(f"slide: {{template: office.pptx}}\n{ARIAL}", encoding="utf-8")
    kept: list[Slide] = []

    def keep(data: bytes, slides: tuple[Slide, ...], *stretch: int, **options: bool) -> list[Any]:
        kept.extend(slides)
        return verify_deck(data, slides, *stretch, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ijreport.deck, "verify_deck", keep)
        build(folder, Diagnostics(), only=("deck",), out=folder / "out")
    deck = folder / "out" / "india-japan-deck.pptx"
    opened = pptx.Presentation(str(deck))
    return Branded(deck, tuple(kept), (opened.slide_width or 0) / 12700, (opened.slide_height or 0) / 12700)


def converted(file: Path, folder: Path, form: str = "pptx") -> Path:
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", form, "--outdir", str(folder), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return folder / f"{file.stem}.{form}"


def texts(items: tuple[Item, ...]) -> Iterator[Text]:
    for item in items:
        if isinstance(item, Text):
            yield item
        elif hasattr(item, "items"):
            yield from texts(item.items)


@pytest.mark.slow
@pytest.mark.external("soffice")
def test_the_flagship_on_a_template(branded: Branded, tmp_path: Path) -> None:
    """It validates; by our own measure no text leaves its frame; rendered, none leaves the slide."""
    assert OpenXmlValidator().validate(str(branded.deck)).errors == []

    for slide in branded.slides:
        for item in texts(slide.items):
            assert text_height(list(item.paragraphs)) <= item.frame.height + 0.1, (slide.title, item.name)
            widest = max((line.width for one in item.paragraphs for line in one.lines), default=0.0)
            assert widest <= item.frame.width + 0.1, (slide.title, item.name)
            assert inside(item.frame, branded), (slide.title, item.name)

    rendered = converted(branded.deck, tmp_path, "pdf")
    with pypdfium2.PdfDocument(rendered) as pages:
        assert len(pages) == len(branded.slides)
        for page in pages:
            width, height = page.get_size()
            text = page.get_textpage()
            for number in range(text.count_rects()):
                left, bottom, right, top = text.get_rect(number)
                assert left >= -0.5
                assert right <= width + 0.5
                assert bottom >= -0.5
                assert top <= height + 0.5


def inside(frame: Frame, slide: Branded) -> bool:
    return (
        frame.x >= -0.1 and frame.y >= -0.1 and frame.right <= slide.width + 0.1 and frame.bottom <= slide.height + 0.1
    )
