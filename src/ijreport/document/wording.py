"""A language → the words and dates that the program itself prints."""

from __future__ import annotations

from msgspec import Struct

from ijreport.content.bind import place_of
from ijreport.diagnostics import Diagnostics
from ijreport.document.blocks import Metadata
from ijreport.source import Span


class Wording(Struct, frozen=True):
    contents: str
    figures: str
    tables: str
    glossary: str
    sources: str
    index: str
    source: str
    """Before the sources at a slide's foot."""
    table: str
    figure: str
    page: str
    """With {page} and {pages}."""
    front_page: str
    """The same before the body, with {page} in roman numerals."""
    on_page: str
    """Behind the name of what a cross-reference leads to, with {page}."""
    cited_on: str
    """Before the pages that cite a source."""
    continued: str
    """Behind a title that is said again where its text goes on."""
    notes: str
    part: str
    """Marks the title of a slide that continues, with {part} and {parts}."""
    caption: str
    """Between a number and its caption."""


_LANGUAGES = {
    "en": Wording("Contents", "Figures", "Tables", "Glossary", "Sources", "Index", "Source: ", "Table", "Figure",
                  "Page {page} of {pages}", "Page {page}", ", page\u00a0{page}", "p.\u00a0", " (continued)",
                  "Notes", " ({part}/{parts})", ". "),
    "ja": Wording("目次", "図目次", "表目次", "用語集", "出典", "索引", "出典：", "表", "図", "{page} / {pages} ページ",
                  "{page} ページ", "（{page}ページ）", "p.\u00a0", "（続き）", "注", "（{part}/{parts}）", "　"),
    "hi": Wording("विषय-सूची", "चित्र-सूची", "तालिका-सूची", "शब्दावली", "स्रोत", "अनुक्रमणिका", "स्रोत: ", "तालिका", "चित्र",
                  "पृष्ठ {page} / {pages}", "पृष्ठ {page}", ", पृष्ठ\u00a0{page}", "पृ.\u00a0",
                  " (जारी)", "टिप्पणियाँ", " ({part}/{parts})", ". "),
    "de": Wording("Inhalt", "Abbildungen", "Tabellen", "Glossar", "Quellen", "Register", "Quelle: ", "Tabelle",
                  "Abbildung", "Seite {page} von {pages}", "Seite {page}", ", Seite\u00a0{page}", "S.\u00a0",
                  " (Fortsetzung)", "Anmerkungen", " ({part}/{parts})", ". "),
    "fr": Wording("Sommaire", "Figures", "Tableaux", "Glossaire", "Sources", "Index", "Source\u00a0: ", "Tableau",
                  "Figure", "Page {page} sur {pages}", "Page {page}", ", page\u00a0{page}", "p.\u00a0", " (suite)",
                  "Notes", " ({part}/{parts})", ". "),
}  # fmt: skip


def wording(language: str, diagnostics: Diagnostics, span: Span | None = None) -> Wording:
    """The words of a language; English ones, with a warning, for a language that has none here yet."""
    base = language.split("-", maxsplit=1)[0].lower()
    known_dates = language in _LANGUAGES or _is_known(language)
    if base not in _LANGUAGES and known_dates:
        known = ", ".join(_LANGUAGES)
        message = f"there are no words for '{language}'; Contents, Sources and the like are printed in English"
        diagnostics.warning("unknown-language", message, place_of(language) or span, f"known here: {known}")
    if not known_dates:
        message = f"no one here knows how '{language}' writes dates and numbers"
        diagnostics.error(
            "bad-value", message, place_of(language) or span, "write a language tag such as en, ja or hi-IN"
        )
    return _LANGUAGES.get(base, _LANGUAGES["en"])


def _is_known(language: str) -> bool:
    """Whether the CLDR has the language."""
    from babel import Locale, UnknownLocaleError

    try:
        Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return False
    return True


def long_date(metadata: Metadata) -> str:
    """The report's date as its language writes it in full; empty without one."""
    from babel.dates import format_date

    return format_date(metadata.date, "long", locale=metadata.language.replace("-", "_")) if metadata.date else ""
