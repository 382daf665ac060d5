"""Stamps, whatever is stamped: none is left, and every character knows whose it is."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from ijreport.content.reader import FORBIDDEN, STAMPS
from ijreport.document.origins import Origins, Stamps
from ijreport.source import SourceFile, Span

TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12).filter(lambda s: not FORBIDDEN.search(s))
PIECES = st.lists(st.tuples(st.booleans(), TEXT), max_size=12)


@given(PIECES)
def test_unstamping_gives_the_text_back_and_every_character_its_place(pieces: list[tuple[bool, str]]) -> None:
    """Pieces are a template's lines, or values: each value stands in a content file of its own."""
    template = SourceFile("templates/t.md.j2", "\n".join(f"line {n}" for n in range(len(pieces))))
    stamps = Stamps()
    stamped = ""
    wanted: list[str] = []
    for number, (value, text) in enumerate(pieces):
        stamped += stamps.line(template, number + 1)
        if value:
            file = SourceFile(f"content/{number}.yaml", f"key: {text} # end")
            stamped += stamps.value(text, Span(file, 5, 5 + len(text)))
            wanted += [file.path] * len(text)
        else:
            stamped += text
            wanted += [f"templates/t.md.j2:{number + 1}"] * len(text)
    origins = Origins("out.md", stamped, stamps)

    assert origins.source.text == "".join(text for _, text in pieces)
    for offset, place in enumerate(wanted):
        span = origins.span(offset, offset + 1)
        if place.startswith("content/"):
            assert span.file.path == place
            assert 5 <= span.start <= span.end <= len(span.file.text) - len(" # end")
        else:
            assert f"{span.file.path}:{span.line}" == place


@given(TEXT, TEXT, TEXT)
def test_a_character_that_stands_once_in_a_value_is_found_there(before: str, text: str, after: str) -> None:
    file = SourceFile("content/x.yaml", f"key: {text}")
    stamps = Stamps()
    line = stamps.line(SourceFile("t", "a line"), 1)
    origins = Origins("out.md", line + before + stamps.value(text, Span(file, 5, 5 + len(text))) + after, stamps)
    for number, character in enumerate(text):
        if text.count(character) == 1 and character.strip():
            span = origins.span(len(before) + number, len(before) + number + 1)
            assert (span.file, span.start, span.end) == (file, 5 + number, 6 + number)


@given(st.text(alphabet=[*STAMPS, *"0123456789ab\n"], max_size=60))
@example("\ue0f17\ue0f1text\ue0f2\ue0f2")
def test_stamps_that_nobody_gave_are_left_out(text: str) -> None:
    origins = Origins("out.md", text, Stamps())
    assert not set(origins.source.text) & set(STAMPS)
    for offset in range(len(origins.source.text) + 1):
        assert origins.span(offset, offset).file is origins.source
