"""A finished deck → what is on its slides, as JSON from which PptxGenJS writes the same slides anew.

It gets every frame, run, cell, chart and note ready made; it only has to write them. What the slide master holds there
(footer, date, slide number) is not among them. Lengths are inches.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE, PP_PLACEHOLDER
from pptx.oxml.ns import qn

_MASTERS_OWN = (PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.SLIDE_NUMBER)
_TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
_EMU = 914_400


def write_objects(deck: Path, file: Path, count: int) -> None:
    """The deck's slides, again and again until there are `count`, to a file for pptxgenjs/write.mjs."""
    presentation = Presentation(str(deck))
    numbers = {slide.part.partname: number for number, slide in enumerate(presentation.slides, 1)}
    slides = [
        {
            "section": slide.slide_layout.name == "Section",
            "objects": [one for shape in slide.shapes for one in _objects(shape, slide, numbers)],
            "notes": slide.notes_slide.notes_text_frame.text if slide.has_notes_slide else "",
        }
        for slide in presentation.slides
    ]
    file.write_text(json.dumps(list(islice(cycle(slides), count)), ensure_ascii=False), "utf-8")


def _objects(shape: Any, slide: Any, numbers: dict[str, int]) -> Iterator[dict[str, Any]]:
    if shape.shape_type == MSO_SHAPE_TYPE.GROUP:  # PptxGenJS has none
        for inner in shape.shapes:
            yield from _objects(inner, slide, numbers)
        return
    kind = shape.placeholder_format.type if shape.is_placeholder else None
    if kind in _MASTERS_OWN:
        return
    frame = {
        name: getattr(shape, of) / _EMU for name, of in zip("xywh", ("left", "top", "width", "height"), strict=True)
    }
    if shape.has_chart:
        chart = shape.chart
        series = [{"name": one.name, "values": list(one.values)} for one in chart.plots[0].series]
        alt = shape._element.nvGraphicFramePr.cNvPr.get("descr", "")
        categories = [str(one) for one in chart.plots[0].categories]
        yield {
            **frame,
            "kind": "chart",
            "type": chart.chart_type.name,
            "alt": alt,
            "labels": categories,
            "series": series,
        }
    elif shape.has_table:
        rows = [[_runs(cell.text_frame, slide, numbers) for cell in row.cells] for row in shape.table.rows]
        yield {**frame, "kind": "table", "rows": rows, "widths": [one.width / _EMU for one in shape.table.columns]}
    elif shape.has_text_frame and shape.text_frame.text:
        placeholder = "title" if kind in _TITLES else ""
        yield {**frame, "kind": "text", "placeholder": placeholder, "runs": _runs(shape.text_frame, slide, numbers)}
    else:
        yield {**frame, "kind": "shape"}


def _runs(frame: Any, slide: Any, numbers: dict[str, int]) -> list[dict[str, Any]]:
    """The runs of a text, each with its look; the last one of a paragraph ends its line."""
    found: list[dict[str, Any]] = []
    for paragraph in frame.paragraphs:
        bullet = paragraph._p.find(f"{qn('a:pPr')}/{qn('a:buChar')}") is not None or paragraph.level > 0
        for run in paragraph.runs:
            look = {
                "fontSize": run.font.size.pt if run.font.size else 12,
                "bold": bool(run.font.bold),
                "bullet": bullet,
            }
            link = run._r.find(f"{qn('a:rPr')}/{qn('a:hlinkClick')}")
            if link is not None and link.get(qn("r:id")):
                target = slide.part.rels[link.get(qn("r:id"))]
                goal = (
                    {"url": target.target_ref}
                    if target.is_external
                    else {"slide": numbers[target.target_part.partname]}
                )
                look["hyperlink"] = goal
            found.append({"text": run.text, "options": {**look, "italic": bool(run.font.italic), "breakLine": False}})
        if found:
            found[-1]["options"]["breakLine"] = True
    return found
