"""What a template may make and do is bounded: each way in which it could grow a value, or run without end, is told."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest

Rendered = Callable[..., str]

LONG = "('東' * 2000000)"


def grown(step: str, start: str = "'ab'") -> str:
    """A value that a loop makes anew from itself again and again."""
    return f"{{% set own = namespace(x={start}) %}}{{% for _ in range(60) %}}{{% set own.x = {step} %}}{{% endfor %}}"


def often(what: str) -> str:
    return f"{{% for a in range(100000) %}}{{% for b in range(100000) %}}{what}{{% endfor %}}{{% endfor %}}"


def ends(template: str, rendered: Rendered) -> list[str]:
    """Code, file and line of each diagnostic, if they come soon. It takes seconds where a bound is missing."""
    began = time.process_time()
    told = rendered(f"A\n{template}\n", {"templates/part.md.j2": "a" * 1_000_000})
    assert time.process_time() - began < 10
    assert len(told) < 1000
    return [f"{code} {place}" for code, place in re.findall(r"^error\[([\w-]+)\] (.*?:\d+)", told, re.MULTILINE)]


DOUBLED = [
    grown("own.x ~ own.x"),
    grown("own.x + own.x"),
    grown("own.x * 2"),
    grown("'%s%s' % (own.x, own.x)"),
    grown("'{0}{0}'.format(own.x)"),
    grown("'{0.x}{0.x}'.format(own)"),
    grown("'{x}{x}'.format_map({'x': own.x})"),
    grown("own.x | replace('a', 'aa')", "'a'"),
    grown("own.x.replace('a', 'aa')", "'a'"),
    grown("[own.x, own.x] | join"),
    grown("own.x | join(own.x)"),
    grown("own.x.join([own.x, own.x])"),
    grown("own.x | tojson | string", "'<'"),
    grown("own.x | yaml", "'\"'"),
    grown("own.x + own.x", "[1]"),
    grown("own.x + own.x", "(1,)"),
    grown("own.x * own.x", "3"),
    "{% macro twice(x) %}{{ x }}{{ x }}{% endmacro %}" + grown("twice(own.x)"),
    (
        "{% macro twice() %}{{ caller() }}{{ caller() }}{% endmacro %}"
        "{% set own = namespace(x='ab') %}{% for _ in range(60) %}"
        "{% set own.x %}{% call twice() %}{{ own.x }}{% endcall %}{% endset %}{% endfor %}"
    ),
    (
        "{% set own = namespace(x='ab') %}{% for _ in range(60) %}"
        "{% set own.x %}{{ own.x }}{{ own.x }}{% endset %}{% endfor %}"
    ),
]
NESTED = [
    grown("[own.x, own.x]"),
    grown("(own.x, own.x)"),
    grown("{'a': own.x, 'b': own.x}"),
    grown("dict(a=own.x, b=own.x)"),
    grown("cycler(own.x, own.x).items"),
    grown("[1] | batch(9, own.x) | list"),
    (
        "{% set own = namespace(x=[1]) %}{% macro both() %}{% set own.x = varargs %}{% endmacro %}"
        "{% for _ in range(60) %}{{ both(own.x, own.x) }}{% endfor %}"
    ),
    grown("[[[[own.x]]]]"),
]
"""Lists that hold the same ones often: a few bytes that would take years to print, to compare or to sort."""
AT_ONCE = [
    f"{{{{ {LONG} | replace('', {LONG}) }}}}",
    f"{{{{ {LONG} | join({LONG}) }}}}",
    f"{{{{ {LONG}.join({LONG}) }}}}",
    f"{{{{ {LONG} | wordwrap(1, wrapstring={LONG}) }}}}",
    f"{{{{ ('a\\n' * 1000000) | indent({LONG}) }}}}",
    f"{{{{ ('%(a)s' * 1000) % {{'a': {LONG}}} }}}}",
    f"{{{{ ('{{0}}' * 1000).format({LONG}) }}}}",
    f"{{% set own = namespace(x={LONG}) %}}{{{{ ([own] * 1000) | join(attribute='x') }}}}",
    "{{ range(100000) | map('center', 9999) | list }}",
    "{{ range(100000) | map('string') | map('center', 9999) | join }}",
    "{{ (range(100000) | list) | tojson(indent=9999) }}",
    "{% set own = namespace(x=10 ** 9) %}{{ '{0:{1.x}}'.format('a', own) }}",
    "{{ 5 | round(1000000000, 'ceil') }}",
    "{{ ('f' * 2000000) | int(base=16) }}",
    "{% set own = namespace(x=[1] * 1000) %}{{ ([own] * 10000) | map(attribute='x') | list | string }}",
    "{% set own = namespace(l=[]) %}{% for a in range(10000) %}{% set own.l = [own.l, " + LONG + " ~ a] %}{% endfor %}",
    "{{ " + " ~ ".join([LONG] * 100) + " }}",
]
ENDLESS = [
    often(""),
    often("some text"),
    "{% macro all() %}" + often("some text") + "{% endmacro %}{{ all() }}",
    "{% set text %}" + often("some text") + "{% endset %}",
    "{% filter upper %}" + often("some text") + "{% endfilter %}",
    "{% macro all() %}" + often("{% include 'part.md.j2' %}") + "{% endmacro %}{{ all() }}",
    "{% set text = 'a' * 1000000 %}{% set all %}" + often("{{ text }}") + "{% endset %}",
    "{% for a in range(100000) %}{% for b in range(100000) if false %}{% endfor %}{% endfor %}",
    often("{% set a = 'a' | upper | lower %}"),
    often("{% set a = dict(a=1).keys() - [1] %}"),
    (
        "{% macro tree(n) %}{% if n %}{% set a = tree(n - 1) %}{% set b = tree(n - 1) %}{% endif %}{% endmacro %}"
        "{{ tree(60) }}"
    ),
    "".join(f"{{% block b{n} %}}{{{{ self.b{n + 1}() }}}}{{{{ self.b{n + 1}() }}}}{{% endblock %}}" for n in range(40))
    + "{% block b40 %}{% endblock %}",
    "{% set n = (n | default(0)) + 1 %}{% if n < 60 %}{% include 'main.md.j2' %}{% include 'main.md.j2' %}{% endif %}",
    *(
        "{% set list = range(100000) | list %}{% set text = " + LONG + " %}{% for a in range(100000) %}"
        f"{{% set b = {work} %}}{{% endfor %}}"
        for work in (
            "-1 in list",
            "-1 is in list",
            "list.count(-1)",
            "list == range(100000) | list",
            "list | sum",
            "list | sort(reverse=true)",
            "list | groupby('real')",
            "list | select('eq', -1) | first",
            "range(100000) | sum",
            "text.count('a')",
            "text[1:]",
            "text | title",
            "text | wordwrap(5)",
            "('a ' * 1000000) | wordwrap(5)",
            "('<!-- -->' * 200000) | striptags",
            "('a' * 2000000) | trim('b' * 1000000 ~ 'a')",
            "('a' * 2000000).strip('b' * 1000000 ~ 'a')",
            "list | map(attribute='a.' * 100000) | list",
            "('(' * 1000000) | urlize",
            "text.split('東')",
        )
    ),
]


@pytest.mark.parametrize("template", DOUBLED)
def test_a_value_that_grows_is_refused(template: str, rendered: Rendered) -> None:
    assert ends(template, rendered) == ["template-unsafe templates/main.md.j2:2"]


@pytest.mark.slow
@pytest.mark.parametrize("template", NESTED)
def test_a_list_of_lists_that_grows_is_refused(template: str, rendered: Rendered) -> None:
    assert ends(template, rendered) == ["template-unsafe templates/main.md.j2:2"]


@pytest.mark.parametrize("template", AT_ONCE)
def test_what_is_too_large_at_once_is_refused(template: str, rendered: Rendered) -> None:
    assert ends(template, rendered) == ["template-unsafe templates/main.md.j2:2"]


@pytest.mark.slow
@pytest.mark.parametrize("template", ENDLESS)
def test_what_runs_without_end_is_ended(template: str, rendered: Rendered) -> None:
    assert [one.split()[0] for one in ends(template, rendered)] == ["template-unsafe"]


def test_a_loop_without_end_is_told_where_it_runs(rendered: Rendered) -> None:
    assert ends("B\n" + often("\n"), rendered) == ["template-unsafe templates/main.md.j2:3"]


@pytest.mark.parametrize(
    "template",
    [
        "{{ " + "(" * 5000 + ")" * 5000 + " }}",
        "{% for a in [1] %}" * 30 + "{% endfor %}" * 30,
        "{{ 1" + " + a" * 300 + " }}",
    ],
)
def test_what_python_cannot_compile_is_told(template: str, rendered: Rendered) -> None:
    assert ends(template, rendered) == ["template-fault templates/main.md.j2:1"]


@pytest.mark.parametrize(
    "method", ["'a'.encode()", "'a'.translate({97: 'b'})", "(1).to_bytes(9, 'big')", "report.date.strftime('%c')"]
)
def test_methods_that_make_anything_are_not_there(method: str, rendered: Rendered) -> None:
    assert ends(f"{{{{ {method} }}}}", rendered) == ["undefined-name templates/main.md.j2:2"]


@pytest.mark.parametrize(
    "template, expected",
    [
        (("{% set own = namespace(x='') %}{% for a in range(999) %}{% set own.x = own.x ~ 'a line' %}{% endfor %}"
         "{{ own.x | length }}"), "5994"),
        (("{% set own = namespace(x=[]) %}{% for a in range(300) %}{% set own.x = own.x + [[a, 'b']] %}{% endfor %}"
         "{{ own.x | length }}"), "300"),
        ("{% for a in range(9999) %}{{ a % 10 }}{% endfor %}", "".join(str(a % 10) for a in range(9999))),
        ("{% for a in [1, 2, 3] if a != 2 %}{{ loop.index ~ a }}{% else %}none{% endfor %}", "1123"),
        ("{% for a in [[1, []], [2, [[3, []]]]] recursive %}{{ a[0] }}{{ loop(a[1]) }}{% endfor %}", "123"),
        ("{% set a, b = 1, 2 %}{{ [b, a] | join('-') }}{{ 'abc'[1:] }}{{ 'a' in ['a', b] }}", "2-1bctrue"),
        ("{{ ['a', 1.5] | join(', ') }}{{ [{'n': 'x'}] | join(attribute='n') }}{{ '-'.join(['a']) }}", "a, 1.5xa"),
        ("{{ 'aab' | replace('a', 'c', 1) }}{{ 'aab'.replace('a', 'c') }}{{ [1, 2.5] | sum }}", "cabccb3.5"),
        ("{{ '{:>3}{a}'.format(1, a='b') }}{{ '{a!r}'.format_map({'a': 'b'}) }}{{ '%d%%' % 5 }}", "  1b'b'5%"),
        ("{{ 54000 | center(9) }}{{ 12345.678 | round(1) }}", "  54000  12345.7"),
    ],
)  # fmt: skip
def test_what_an_honest_template_does(template: str, expected: str, rendered: Rendered) -> None:
    assert expected == rendered(template)
