"""Characters and words → where a line may end, and what must stay together (UAX #14, UAX #29, JIS X 4051)."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from ijreport.layout.typesetting.scripts import script_language

# Kinsoku (JIS X 4051; JLREQ 3.1.7 and 3.1.8): never first, never last on a line. The ASCII marks stand in Japanese text
# as well, where no space parts them from it.
_NOT_FIRST = frozenset(
    "、。，．・：；？！‼⁇⁈⁉゛゜ヽヾゝゞ々〻ー’”）〕］｝〉》」』】〗〙〟｠»°′″℃％‰‐゠–〜"
    "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ"
    "｡､･｣ｧｨｩｪｫｬｭｮｯｰﾞﾟ,.:;!?)]}%"
)
_NOT_LAST = frozenset("‘“（〔［｛〈《「『【〖〘〝｟«￥＄£｢([{$¥€#")
# Punctuation that fills the half of its em square (JLREQ 3.1.2): the blank half comes after it, or before it. After a
# full stop it is given up at a line's end only (3.8.3).
_BLANK_AFTER = frozenset("、，）］｝〉》」』】〗〙〟")
_FULL_STOPS = frozenset("。．")
_BLANK_BEFORE = frozenset("（〔［｛〈《「『【〖〘〝")
_INSEPARABLE = frozenset("…‥—―")
_COUNTED = frozenset("万億兆円年月日時分秒人回件社国名社か所カヶ割倍度番号条項章節")
"""Units and counters that go with the digits before them."""
_NO_BREAK = frozenset("\u00a0\u202f\u2060\u2007")
BLANKS = (" ", "\u00a0")
"""Spaces that justified lines widen."""
WORD = re.compile(r"[^ \u00a0]+")
ZERO_WIDTH_SPACE = "\u200b"


def code_line(line: str) -> str:
    """A line of code whose indentation and wider gaps are kept: all their spaces but the last do not break."""
    kept = re.sub(r"^ +| +(?= )", lambda match: "\u00a0" * len(match[0]), line.replace("\t", "    "))
    return kept or "\u00a0"


def joins(character: str) -> bool:
    """Whether a character belongs to the one before it: marks, joiners, variation selectors, no-break space."""
    return unicodedata.category(character)[0] == "M" or character in "\u200c\u200d\u00a0"


def clusters(text: str) -> list[str]:
    """Text cut between user-perceived characters, as far as marks and joiners tell (after UAX #29)."""
    clusters: list[str] = []
    for character in text:
        if clusters and (joins(character) or clusters[-1][-1] in "\u094d\u200d"):
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


def split_word(word: str, whole_paths: bool = False) -> list[str]:
    """A word (no spaces in it) cut where a line may end; a zero-width space does nothing but allow it.

    `whole_paths`: not after a hyphen that a slash follows. LibreOffice takes a line's last slash for no place to break
    at, and then breaks before the word (its issue 17155).
    """
    segments = []
    for part in filter(None, word.split(ZERO_WIDTH_SPACE)):
        if part.isascii() and "-" not in part:
            segments.append(part)
            continue
        first = part.rfind("/") + 1 if whole_paths else 1
        inner = (at for at in range(1, len(part)) if is_break(part[max(at - 2, 0) : at], part[at]))
        cuts = [0, *(at for at in inner if at >= first or part[at - 1] != "-"), len(part)]
        segments += [part[a:b] for a, b in pairwise(cuts)]
    return segments or [""]


def is_break(text: str, after: str) -> bool:
    """Whether a line may end between a text and the character after it, without a space (after UAX #14).

    After a hyphen unless a digit stands beside it (2.5-fold), after en and em dashes unless they stand between digits,
    and around Japanese characters unless kinsoku forbids it; never at a slash. Office programs do break 2.5-fold, or a
    range such as 2023–24: what they may break and we do not can only make their lines fewer.
    """
    before = text[-1:]
    if not before or not after:  # nothing but a zero-width space or a soft hyphen
        return False
    if before in ("-", "\u2010"):
        return not after.isdigit() and after not in "-\u2010" and not text[-2:-1].isdigit()
    if before in ("–", "—"):
        if text[-2:-1].isdigit() and after.isdigit():
            return False
        return after not in "–—" and not unicodedata.category(after).startswith("P")
    if before.isascii() and after.isascii():
        return False
    if is_ideographic(before) or is_ideographic(after):
        if joins(after) or before in _NO_BREAK or after in _NO_BREAK:
            return False
        if (before in _INSEPARABLE and after == before) or (before.isdigit() and after in _COUNTED):
            return False
        if before == "第" and after.isdigit():
            return False
        return after not in _NOT_FIRST and before not in _NOT_LAST
    return False


def is_ideographic(character: str) -> bool:
    """Whether lines may end beside a character that no space parts from its neighbour: kana, ideographs."""
    return script_language(character) == "ja"


def narrowing(before: str, after: str) -> float:
    """By how much a character and the one after it (none at a line's end) may be set closer, in ems (JLREQ 3.8.3)."""
    if not after:
        return 0.5 * (before in _BLANK_AFTER or before in _FULL_STOPS)
    return 0.5 * (before in _BLANK_AFTER) + 0.5 * (after in _BLANK_BEFORE)


# -- words that stay together ----------------------------------------------------------------------------------

_ANYTHING, _UNIT, _NUMBER, _CLOSING = 1, 2, 4, 8

_IS_NUMBER = re.compile(r"[(\[“‘]*[-+−±~≈<>]?[¥$€£₹]?\d(?:[\d.,:’–/\u202f]*\d)?\+?")
_IS_INITIALS = re.compile(r"[(\[“‘]*(?:[^\W\d_]\.-?)+")
_UNITS = frozenset(
    """
    % ‰ ° °C °F K m mm cm km nm μm µm m² km² cm² m³ cm³ ha kg g mg t kt Mt Gt l L ml s ms min h W kW MW GW TW
    Wh kWh MWh GWh TWh V kV A Hz kHz MHz GHz J kJ MJ GJ N Pa hPa kPa MPa mol B kB MB GB TB kbit Mbit Gbit pt pp bp
    hundred thousand million billion trillion mn bn tn lakh crore dozen percent per
    ¥ $ € £ ₹ USD EUR JPY INR GBP CNY yen rupee rupees dollars euros tonnes tons
    """.split()  # noqa: SIM905 - a table reads better without its quotation marks
)
_BEFORE_A_NUMBER = frozenset(
    """
    No. Nos. no. nos. № p. pp. vol. Vol. vols. art. Art. Arts. fig. Fig. Figs. eq. Eq. sec. Sec. ch. Ch. para. paras.
    § §§ Table Figure Chapter Section Article Page page ca. c. approx. ¥ $ € £ ₹ US$ A$ Rs. Rs USD EUR JPY INR GBP CNY
    """.split()  # noqa: SIM905 - as above
)
_TITLES = frozenset(
    "Dr. Mr. Mrs. Ms. Mme. Prof. St. Smt. Hon. H.E. Capt. Gen. Col. Lt. Sgt. «".split()  # noqa: SIM905 - as above
)
_CLOSING_MARKS = tuple(";:!?»›%।॥")


def ties(word: str) -> tuple[int, int]:
    """What a word holds to before it and after it: two words with a space between them stay together where the first's
    ties after it and the second's ties before it have a bit in common.

    A number and its unit, `No.` and its number, initials and titles and the name, a dash and the word before it; and
    marks that French, or Hindi a danda, sets off with a space: no line begins with them, or ends with an opening
    quotation mark.
    """
    before, after = _ANYTHING, _CLOSING
    bare = word
    if not word.isalpha():
        bare = word.rstrip(".,;:!?)]}”’»")
        if _IS_NUMBER.fullmatch(bare):
            before |= _NUMBER
            if bare == word:
                after |= _UNIT
        elif word.startswith(_CLOSING_MARKS) or word in ("–", "—"):
            before |= _CLOSING
        elif word in _TITLES or (_IS_INITIALS.fullmatch(word) and word.upper() == word):
            after |= _ANYTHING
    if word in _BEFORE_A_NUMBER:
        after |= _NUMBER
    if bare in _UNITS:
        before |= _UNIT
    return before, after
