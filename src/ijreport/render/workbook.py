"""Rows of texts and numbers → the bytes of a workbook with one sheet (ECMA-376 part 1, 18).

As much of SpreadsheetML as the data of a chart needs. Text stays text, whatever it looks like: a workbook made from
content computes nothing and links to nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ijreport.render.archive import Member, archive, body, member, segment
from ijreport.render.drawingml import RELATIONSHIPS, escape
from ijreport.render.package import DECLARATION, LEVEL, Package, Part, content_types

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_SPREADSHEET = f"{_OFFICE}spreadsheetml."
_SHEET, _STRINGS = "/xl/worksheets/sheet1.xml", "/xl/sharedStrings.xml"

_NARROW, _WIDE = 10, 60
"""The least and the greatest width of the first column, in characters."""

_PADDING = 0.7109375
"""How much wider than its characters a column is: five pixels, at seven a character (18.3.1.13)."""

_FIRST_OWN_FORMAT = 164
"""Lower numbers are those of built-in number formats (18.8.30)."""

_LIKE_AN_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""What would be read as the code of a character (22.9.2.19)."""

Row = Sequence[str | float | None]


class Workbooks:
    """Writes workbooks of one theme part; what those of one sheet name and number pattern share is packed once."""

    def __init__(self, theme: str) -> None:
        self._theme = theme
        self._shared: dict[tuple[str, str], tuple[Member, ...]] = {}

    def workbook(self, sheet: str, rows: Sequence[Row], pattern: str) -> bytes:
        """A workbook whose only sheet, named `sheet`, holds `rows` from A1 down.

        Numbers are shown by the number pattern `pattern` (18.8.30). None and empty text leave a cell empty.
        """
        key = (sheet, pattern)
        if key not in self._shared:
            self._shared[key] = tuple(_shared(sheet, pattern, self._theme))
        strings: dict[str, int] = {}
        cells = _cells(rows, strings)
        own = _member(_SHEET, cells), _member(_STRINGS, _table(strings))
        return archive([segment((*self._shared[key], *own))])


def column_letters(column: int) -> str:
    """The name of a column counted from 0: A to Z, AA and on."""
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def _member(name: str, xml: str) -> Member:
    return member(name[1:], body(xml.encode(), LEVEL))


# -- each workbook's own ---------------------------------------------------------------------------------------


def _cells(rows: Sequence[Row], strings: dict[str, int]) -> str:
    """The sheet. Its texts are added to `strings`, by whose numbers cells refer to them."""
    letters = [column_letters(column) for column in range(len(rows[0]))]
    widest = max(len(str(row[0])) for row in rows)
    width = min(max(widest, _NARROW), _WIDE) + _PADDING
    lines = []
    for number, row in enumerate(rows, 1):
        cells = []
        for letter, value in zip(letters, row, strict=True):
            if isinstance(value, str):
                if value:
                    place = strings.setdefault(value, len(strings))
                    cells.append(f'<c r="{letter}{number}" t="s"><v>{place}</v></c>')
            elif value is not None:
                cells.append(f'<c r="{letter}{number}" s="1"><v>{value!r}</v></c>')
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    return (
        f'{DECLARATION}<worksheet xmlns="{_MAIN}"><dimension ref="A1:{letters[-1]}{len(rows)}"/>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols><col min="1" max="1" width="{width}" customWidth="1"/></cols>'
        f"<sheetData>{''.join(lines)}</sheetData></worksheet>"
    )


def _table(strings: dict[str, int]) -> str:
    """The texts of a workbook, each once (18.4)."""
    items = "".join(
        f'<si><t xml:space="preserve">{escape(_LIKE_AN_ESCAPE.sub("_x005F_", text))}</t></si>' for text in strings
    )
    return f'{DECLARATION}<sst xmlns="{_MAIN}" uniqueCount="{len(strings)}">{items}</sst>'


# -- shared by many --------------------------------------------------------------------------------------------


def _shared(sheet: str, pattern: str, theme: str) -> Iterator[Member]:
    """All members of a workbook but its sheet and its texts: these are only declared here."""
    package = Package()
    book = package.add(Part("/xl/workbook.xml", f"{_SPREADSHEET}sheet.main+xml"))
    package.root.relate(book, f"{RELATIONSHIPS}/officeDocument")

    def part(name: str, family: str, kind: str, xml: str = "") -> str:
        return book.relate(package.add(Part(name, f"{family}{kind}+xml", xml.encode())), f"{RELATIONSHIPS}/{kind}")

    id = part(_SHEET, _SPREADSHEET, "worksheet")
    part("/xl/theme/theme1.xml", _OFFICE, "theme", theme)
    part("/xl/styles.xml", _SPREADSHEET, "styles", _styles(pattern))
    part(_STRINGS, _SPREADSHEET, "sharedStrings")
    book.data = (
        f'{DECLARATION}<workbook xmlns="{_MAIN}" xmlns:r="{RELATIONSHIPS}"><sheets>'
        f'<sheet name="{escape(sheet)}" sheetId="1" r:id="{id}"/></sheets></workbook>'
    ).encode()
    parts = package.packed()
    yield content_types({one.name: one.content_type for one in parts})
    for one in parts:
        if one.name not in (_SHEET, _STRINGS):
            yield from one.members


def _styles(pattern: str) -> str:
    """Style 0 is a cell's as it comes, style 1 has the number pattern. What stands besides must be there (18.8)."""
    number = f'<numFmt numFmtId="{_FIRST_OWN_FORMAT}" formatCode="{escape(pattern)}"/>'
    plain = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"'
    return (
        f'{DECLARATION}<styleSheet xmlns="{_MAIN}"><numFmts count="1">{number}</numFmts>'
        '<fonts count="1"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        f'<cellStyleXfs count="1">{plain}/></cellStyleXfs><cellXfs count="2">{plain} xfId="0"/>'
        f'<xf numFmtId="{_FIRST_OWN_FORMAT}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )
