"""dialect/*.md → the blocks that each of their texts says.

Of each case (see literate.py) the blocks are told, with the diagnostics after them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.literate import Case, cases, titles

ALL = cases(Path(__file__).resolve().parent / "dialect", ("blocks",))


@pytest.mark.parametrize("case", ALL, ids=titles(ALL))
def test_what_a_text_says(case: Case, parsed: Callable[..., str], request: pytest.FixtureRequest) -> None:
    case.check(parsed(case.text, case.language or "en"), request)
