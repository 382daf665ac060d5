"""Figures as languages write them: where units, currencies and what bounds a number stand, and what they are called."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ijreport.content.figures import Figure
from ijreport.content.models import Amount


def figure(language: str, amount: str, unit: str, bound: str = "exactly") -> Figure:
    return Figure("it", Amount(Decimal(amount)), unit, language, bound=bound)


@pytest.mark.parametrize(
    "language, money, share, crowd",
    [
        ("en", "about US$2.3 billion", "-3.5%", "1,400+ firms"),
        ("de", "rund 2,3 Milliarden US-$", "-3,5 %", "mindestens 1.400 firms"),
        ("fr", "environ 2,3 milliards $US", "-3,5 %", "au moins 1\u202f400 firms"),
        ("hi", "लगभग US$2.3 अरब", "-3.5%", "1,400+ firms"),
        ("ja", "約23億米ドル", "-3.5%", "1,400以上 firms"),
        ("tr", "about $2,3 milyar", "%-3,5", "1.400+ firms"),
    ],
)
def test_each_language_has_its_own_way(language: str, money: str, share: str, crowd: str) -> None:
    said = (
        figure(language, "2.3E9", "USD", "about").plain,
        figure(language, "-3.5", "percent").plain,
        figure(language, "1400", "firms", "at-least").plain,
    )
    assert tuple(one.replace("\u00a0", " ") for one in said) == (money, share, crowd)


def test_what_is_not_shortened_keeps_its_groups() -> None:
    assert figure("de", "54000", "").short == "54.000"
