"""Templates: what their filters print, what is safe in them, and what an author is told."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

Rendered = Callable[..., str]

FIGURES = {
    "content/sources.yaml": "mea: {title: Joint statement}\nmofa: {title: Fact sheet}\n",
    "content/figures.yaml": """\
investment:
  {label: Pledged investment, value: 10 trillion, unit: JPY, approx: {value: 68 billion, unit: USD}, source: mea}
workers: {value: 54000, unit: people, bound: about, source: mofa}
share: {value: 80, unit: percent, bound: nearly, source: mea}
annual: {value: [7 trillion, 10 trillion], unit: JPY, source: mea}
doubled: {formula: investment * 2, unit: JPY, source: mea}
""",
}


def faults(told: str) -> list[str]:
    """Code, file and line of each diagnostic; their words are shown by tests/cases."""
    return [f"{code} {place}" for code, place in re.findall(r"^\w+\[([\w-]+)\] (.*?:\d+)", told, re.MULTILINE)]


# -- figures ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "expression, expected",
    [
        ("figure.investment", "¥10 trillion (≈\u00a0US$68 billion)"),
        ("figure.investment | plain", "¥10 trillion"),
        ("figure.investment | approx", "US$68 billion"),
        ("figure.investment | short", "¥10\u00a0tn"),
        ("figure.investment | approx | short", "US$68\u00a0bn"),
        ('figure.investment | number("trillion")', "10"),
        ('figure.investment | approx | number("billion")', "68"),
        ("figure.workers", "about 54,000 people"),
        ("figure.share", "nearly 80%"),
        ("figure.annual", "¥7–10 trillion"),
        ("figure.doubled", "¥20\u00a0trillion"),
        ("figure.investment.label", "Pledged investment"),
        ("figure.investment | cite", "[@mea]"),
        ('figure.workers | cite("mea")', "[@mofa; @mea]"),
        ("figure.workers | index", "[about 54,000 people]{.index}"),
        ('figure.investment.label | index("Money > pledged")', '[Pledged investment]{.index entry="Money > pledged"}'),
        ('"東京" | index(sort="とうきょう")', '[東京]{.index sort="とうきょう"}'),
    ],
)
def test_a_figure_is_printed(expression: str, expected: str, rendered: Rendered) -> None:
    actual = rendered(f"{{{{ {expression} }}}}", FIGURES)

    assert expected.replace("\u00a0", " ") == actual.replace("\u00a0", " ")


def test_a_figure_without_an_approximation_has_none_to_print(rendered: Rendered) -> None:
    assert faults(rendered("A\n{{ figure.workers | approx }}", FIGURES)) == ["template-fault templates/main.md.j2:2"]


# -- filters ---------------------------------------------------------------------------------------------------

AGREEMENTS = {
    "content/agreements.yaml": """\
- {year: 1952, name: "Peace \\"treaty\\"", open: true}
- {year: 2011, name: CEPA, value: 1.50}
"""
}


def test_data_becomes_yaml_flow_an_entry_a_line(rendered: Rendered) -> None:
    expected = """\
[{"year": 1952, "name": "Peace \\"treaty\\"", "open": true},
  {"year": 2011, "name": "CEPA", "value": 1.5}]
{"a": [1, null, "x"]}
"plain"
[]"""
    template = '{{ agreements | yaml }}\n{{ {"a": [1, none, "x"]} | yaml }}\n{{ "plain" | yaml }}\n{{ [] | yaml }}'
    assert expected == rendered(template, AGREEMENTS)


def test_rows_take_the_values_of_some_keys(rendered: Rendered) -> None:
    expected = '[["CEPA", 1.5],\n  ["Peace \\"treaty\\"", ""]]'

    assert expected == rendered('{{ agreements | reverse | rows("name", "value") | yaml }}', AGREEMENTS)


def test_a_figure_in_data_is_printed_as_text(rendered: Rendered) -> None:
    assert rendered('{{ {"value": figure.doubled} | yaml }}', FIGURES) == '{"value": "¥20\u00a0trillion"}'


@pytest.mark.parametrize(
    "expression, expected",
    [
        ("report.date", "September 1, 2025"),
        ('report.date | date("short")', "9/1/25"),
        ('report.date | date("MMMM y")', "September 2025"),
        ("report.title | upper", "A SMALL REPORT"),
        ("report.outputs | length", "2"),
    ],
)
def test_the_reports_own_data(expression: str, expected: str, rendered: Rendered) -> None:
    assert expected == rendered(f"{{{{ {expression} }}}}")


# -- expressions in the content --------------------------------------------------------------------------------


def test_an_expression_in_the_content_is_expanded(rendered: Rendered) -> None:
    content = {
        "content/sections/economy.yaml": """\
lead: "Japan pledged {{ figure.investment | plain }} {{ figure.investment | cite }}."
points: ["{{ figure.workers }} are to come", "{# no comment #} {% no block %}"]
""",
        **FIGURES,
    }
    expected = """\
Japan pledged ¥10\u00a0trillion [@mea].
- about 54,000\u00a0people are to come
- {# no comment #} {% no block %}"""
    template = "{{ sections.economy.lead }}\n{% for one in sections.economy.points %}\n- {{ one }}\n{% endfor %}"
    assert expected == rendered(template, content)


def test_a_fault_in_the_content_is_told_at_its_own_place(rendered: Rendered) -> None:
    content = {"content/text.yaml": 'lead: "{{ figure.investmnt }} pledged"\nbrace: "{{ open"\n', **FIGURES}

    assert faults(rendered("{{ text.lead }}", content)) == [
        "template-syntax content/text.yaml:2",
        "unknown-figure content/text.yaml:1",
    ]


# -- macros and includes ---------------------------------------------------------------------------------------


def test_macros_and_includes_of_other_templates(rendered: Rendered) -> None:
    files = {
        "templates/macros.md.j2": "{% macro twice(text) %}{{ text }}, {{ text }}{% endmacro %}\n",
        "templates/parts/end.md.j2": "The end of {{ report.title }}.\n",
    }
    template = '{% from "macros.md.j2" import twice %}\n{{ twice("so") }}\n\n{% include "parts/end.md.j2" %}\n'

    assert rendered(template, files) == "so, so\n\nThe end of A small report."


@pytest.mark.parametrize("name", ["gone.md.j2", "../content/report.yaml", "/etc/passwd"])
def test_only_templates_of_the_project_are_included(name: str, rendered: Rendered) -> None:
    (fault,) = faults(rendered(f'A\n{{% include "{name}" %}}\n'))

    assert fault in ("unknown-template templates/main.md.j2:2", "outside-project templates/main.md.j2:2")


def test_a_template_may_extend_another(rendered: Rendered) -> None:
    files = {"templates/frame.md.j2": "# {% block title %}Untitled{% endblock %}\n\nBody\n"}

    assert rendered('{% extends "frame.md.j2" %}{% block title %}Own{% endblock %}', files) == "# Own\nBody"


def test_whitespace_of_blocks_leaves_no_lines(rendered: Rendered) -> None:
    assert rendered("- a\n  {% if true %}\n- b\n  {% endif %}\n- c\n") == "- a\n- b\n- c"


def test_a_hash_in_braces_begins_no_comment(rendered: Rendered) -> None:
    assert rendered("## Title {#id}\n{# a comment #}\nText\n") == "## Title {#id}\nText"


# -- what is not there -----------------------------------------------------------------------------------------


def test_all_undefined_names_are_told_together(rendered: Rendered) -> None:
    template = """\
{{ figure.gone }} and {{ titel }}
{% if report.subtitel %}{% endif %}
{% for one in lists.missing %}{% endfor %}
{{ term.ISRO }}
"""
    assert faults(rendered(template, FIGURES)) == [
        "unknown-figure templates/main.md.j2:1",
        "undefined-name templates/main.md.j2:1",
        "undefined-name templates/main.md.j2:2",
        "undefined-name templates/main.md.j2:3",
        "unknown-acronym templates/main.md.j2:4",
    ]


def test_a_value_that_is_empty_prints_nothing_and_says_so(rendered: Rendered) -> None:
    told = rendered("A\n{{ data.none }}", {"content/data.yaml": "none: ~\n"})

    assert faults(told) == ["prints-nothing templates/main.md.j2:2"]


@pytest.mark.parametrize(
    "template, code",
    [
        ("A\n{% if %}\n", "template-syntax"),
        ("A\n{{ 'a' | gone }}\n", "template-syntax"),
        ("A\n{{ 1 / 0 }}\n", "template-fault"),
        ("A\n{{ 1 + 'a' }}\n", "template-fault"),
        ("A\n{% macro m() %}{{ m() }}{% endmacro %}\n{{ m() }}\n", "template-fault"),
    ],
)
def test_what_ends_a_rendering(template: str, code: str, rendered: Rendered) -> None:
    assert faults(rendered(template)) == [f"{code} templates/main.md.j2:2"]


# -- the sandbox -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "expression",
    [
        "''.__class__.__mro__",
        "report.__class__",
        "''['__class__']",
        "'' | attr('__class__')",
        "report | attr('__init__') | attr('__globals__')",
        "self.__init__.__globals__",
        "cycler.__init__.__globals__.os",
        "'{0.__class__}'.format(report)",
        "agreements.append(1)",
        "report.keywords.__add__",
    ],
)
def test_nothing_of_python_can_be_reached(expression: str, rendered: Rendered) -> None:
    told = rendered(f"A\n{{{{ {expression} }}}}", AGREEMENTS)

    assert "class" not in told.partition("error[")[0]
    assert {one.split()[0] for one in faults(told)} & {"template-unsafe", "undefined-name"}


@pytest.mark.parametrize(
    "expression",
    [
        "'a' * 100000000",
        "100000000 * 'a'",
        "[1, 2] * 100000000",
        "(['a'] * 10000) * 100000",
        "9 ** 9999",
        "((9 ** 64) ** 64) ** 64",
        "(10 ** 4000) * (10 ** 4000)",
        "range(10000000)",
        "'%0100000000d' % 1",
        "'{:>100000000}'.format('a')",
        "'a' | center(100000000)",
        "'a' | indent(100000000, true)",
        "'a'.ljust(100000000)",
        "'a'.zfill(100000000)",
        "[1] | batch(100000000, 1) | list",
        "'aa' | replace('a', 'b' * 60000000)",
    ],
)
def test_a_template_cannot_make_what_does_not_fit(expression: str, rendered: Rendered) -> None:
    told = rendered(f"A\n{{{{ {expression} }}}}")

    assert len(told) < 1000, told[:100]
    assert "error[template-unsafe]" in told or "error[template-fault]" in told


@pytest.mark.parametrize("size", [10**5, 10**9])
@pytest.mark.parametrize("expression", ["'{{:>{}}}'.format('a')", "'%0{}d' % 1", "'a'.ljust({})", "'a' | center({})"])
def test_padding_is_refused_before_it_is_made(expression: str, size: int, rendered: Rendered) -> None:
    assert "error[template-unsafe]" in rendered("{{ " + expression.format(size) + " }}")


@pytest.mark.parametrize("expression", ["lipsum()", "[1, 2, 3] | random"])
def test_nothing_is_left_to_chance(expression: str, rendered: Rendered) -> None:
    assert rendered(f"{{{{ {expression} }}}}").splitlines()[1].startswith(("error[undefined", "error[template-syntax"))


@pytest.mark.parametrize(
    "expression, expected",
    [
        ("'ab' * 3", "ababab"),
        ("7 * 6", "42"),
        ("2 ** 10", "1024"),
        ("1.5 * 2", "3.0"),
        ("7 % 4", "3"),
        ("'%03d' % 7", "007"),
        ("'{:>4}'.format('a')", "   a"),
        ("'a' | center(3)", " a "),
        ("range(3) | join", "012"),
    ],
)
def test_what_is_meant_can_be_made(expression: str, expected: str, rendered: Rendered) -> None:
    assert expected == rendered(f"{{{{ {expression} }}}}")


def test_what_a_loop_prints_is_bounded(rendered: Rendered) -> None:
    told = rendered(
        "A\n{% for a in range(99999) %}{% for b in range(99999) %}\n{{ 'a' * 10**6 }}{% endfor %}{% endfor %}"
    )

    assert len(told) < 1000
    assert "error[template-unsafe] templates/main.md.j2:3" in told
