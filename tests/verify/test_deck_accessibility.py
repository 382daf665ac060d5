"""Whatever colours a theme has, all text of the deck can be told from its ground as well as they allow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ijreport.build import build
from ijreport.diagnostics import Diagnostics

TEXT = """\
# Section

With [a link](https://example.org/).

## Everything that has a colour

Text with [a link](#section) and a note^[Told [here](https://example.org/).]

- a point [@un]

| Year | Name |
|---|---|
| 1952 | Treaty |

::: callout Title
Text with [a link](https://example.org/).
:::

```
code
```

## More of it

```timeline
- {when: 1952, title: Treaty, text: Of peace}
```

```stats
- {value: "10", label: figures, note: of some kind}
```

::: quote Somebody
Said.
:::

## The end {layout=closing}

::: callout
Text with [a link](#section).
:::
"""
COLOURS = ("ink", "paper", "muted", "rule", "tint", "primary", "accent", "warm", "fresh")
COLOUR = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06X}")


@given(colours=st.dictionaries(st.sampled_from(COLOURS), COLOUR))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_text_can_be_told_from_its_ground(colours: Mapping[str, str], project: Callable[..., Path]) -> None:
    theme = "colours: {" + ", ".join(f'{name}: "{colour}"' for name, colour in colours.items()) + "}\n"
    sources = "un: {title: Population prospects, author: UN}\n"
    folder = project({"templates/deck.md.j2": TEXT, "templates/theme.yaml": theme, "content/sources.yaml": sources})

    build(folder, Diagnostics(), only=["deck"], write=False)  # raises NotAsMeant else
