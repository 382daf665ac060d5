"""A character → the script it belongs to, as far as that asks for other faces or rules."""

from __future__ import annotations


def is_japanese(character: str) -> bool:
    """Kana, CJK ideographs and punctuation, full- and half-width forms (Unicode blocks)."""
    code = ord(character)
    return (
        0x2E80 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or 0xFF00 <= code <= 0xFFEF or 0x20000 <= code <= 0x3FFFF
    )


def is_devanagari(character: str) -> bool:
    return 0x0900 <= ord(character) <= 0x097F or 0xA8E0 <= ord(character) <= 0xA8FF


def script_language(character: str) -> str:
    """The language whose script a character belongs to here, or "" for the document's own."""
    return "ja" if is_japanese(character) else "hi" if is_devanagari(character) else ""
