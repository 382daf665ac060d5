"""A small project with everything in it that `verify` looks at, built once, and ways to break its files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

import ijreport.briefing
import ijreport.deck
from ijreport.build import build
from ijreport.diagnostics import Diagnostics
from ijreport.layout.items import Page, Slide
from ijreport.verify.print import Meant, meant

FILES = {
    "content/report.yaml": """\
title: A small report
date: 2025-09-01
language: en
outputs:
  briefing: {format: pdf, template: print.md.j2}
  deck: {format: pptx, template: text.md.j2}
""",
    "templates/theme.yaml": "page: {front_matter: roman}\n",
    "templates/print.md.j2": """\
{% include "text.md.j2" %}

## A page with a table

| Year | What |
| --- | --- |
| 2025 | |

```table
columns: [{title: Area}, {title: Item}]
rows: [[{text: All, rowspan: 2}, One], [Two]]
```
""",
    "templates/text.md.j2": """\
# One section {#section}

## A slide with a chart

```chart
type: column
alt: Two columns
categories: [Now, Then]
series: [{name: Trade, values: [1, 2]}]
```

::: notes
What to say about it.
:::

## A slide with figures

```stats
- {value: "22", label: of one}
- {value: "23", label: of another}
```

## A slide with links

- [Back to the section](#section)
- [To the web](https://example.org/)
""",
}


@dataclass(frozen=True, slots=True)
class Built:
    """The two files as the build handed them to `verify`, and what they were drawn from."""

    pdf: bytes
    pages: tuple[Page, ...]
    deck: bytes
    slides: tuple[Slide, ...]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("verify")
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    handed: dict[str, tuple[object, ...]] = {}

    def told(pages: tuple[Page, ...], outer: object) -> Meant:
        handed["pages"] = (pages,)
        return meant(pages)

    def keep(name: str) -> object:
        def verify(data: bytes, *told: object, **options: object) -> list[object]:
            handed[name] = (data, *told)
            return []

        return verify

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ijreport.briefing, "meant", told)
        patch.setattr(ijreport.briefing, "verify_print", keep("pdf"))
        patch.setattr(ijreport.deck, "verify_deck", keep("deck"))
        build(Path(folder), Diagnostics(), write=False)
    parts = (*handed["pdf"][:1], *handed["pages"], *handed["deck"][:2])
    return Built(*parts)  # type: ignore[arg-type]  # pages and slides, as they were handed on
