"""Background and decorations of a template's layout → what lies beneath and beside its text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from io import BytesIO

from msgspec import Struct

from ijreport.layout.colours import contrast, mixed
from ijreport.layout.items import Frame

_ACROSS, _DOWN = 12, 8
"""Points at which the ground of a frame is looked at."""
_CELLS = (32, 18)
_MAX_PIXELS = 40_000_000
_MOSTLY = 0.9
"""The share of its ground on which a text must be legible."""


class Picture(Struct, frozen=True):
    """A picture seen from afar: rows of colours, "" where one sees through it."""

    rows: tuple[tuple[str, ...], ...]

    def at(self, across: float, down: float) -> str:
        """The colour at a place given as shares of width and height."""
        row = self.rows[min(int(down * len(self.rows)), len(self.rows) - 1)]
        return row[min(int(across * len(row)), len(row) - 1)]


class Art(Struct, frozen=True):
    """Something drawn behind the text: a frame with the colours that it is filled with, or a picture."""

    frame: Frame
    colours: tuple[str, ...] = ()
    picture: Picture | None = None
    name: str = ""


class Ground(Struct, frozen=True):
    """Colours beneath a text with their shares, which add up to 1, the largest first."""

    shares: tuple[tuple[str, float], ...]

    @property
    def average(self) -> str:
        found, total = self.shares[0]
        for colour, share in self.shares[1:]:
            total += share
            found = mixed(found, colour, share / total)
        return found

    def contrast(self, text: str) -> float:
        """The contrast that a text has with nine tenths of the ground at least."""
        return contrast(text, self.hardest(text))

    def hardest(self, text: str) -> str:
        """The colour of the ground on which a text has that contrast."""
        found, total = sorted((contrast(text, colour), colour, share) for colour, share in self.shares), 0.0
        for _, colour, share in found:
            total += share
            if total > 1 - _MOSTLY:
                return colour
        return found[-1][1]


def ground(frame: Frame, art: Sequence[Art]) -> Ground:
    """What lies beneath a frame. `art` is in the order in which it is drawn, the first all over the slide."""
    seen: Counter[str] = Counter()
    points = [
        (frame.x + frame.width * (column + 0.5) / _ACROSS, frame.y + frame.height * (row + 0.5) / _DOWN)
        for row in range(_DOWN)
        for column in range(_ACROSS)
    ]
    for number, (x, y) in enumerate(points):
        seen[next(_colours_at(x, y, art, number), "#FFFFFF")] += 1
    return Ground(tuple((colour, count / len(points)) for colour, count in seen.most_common()))


def _colours_at(x: float, y: float, art: Sequence[Art], turn: int) -> Iterator[str]:
    """From the top down. Of several colours of a gradient, each has its turn."""
    for one in reversed(art):
        place = one.frame
        if place.width <= 0 or place.height <= 0 or not (place.x <= x <= place.right and place.y <= y <= place.bottom):
            continue
        if one.picture:
            seen = one.picture.at((x - place.x) / place.width, (y - place.y) / place.height)
            if seen:
                yield seen
        elif one.colours:
            yield one.colours[turn % len(one.colours)]


def seen_from_afar(data: bytes) -> Picture | None:
    """The colours of a picture on a coarse grid; None if it cannot be opened (metafiles) or is too large to be."""
    import warnings

    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the number of pixels is looked at here
            with Image.open(BytesIO(data)) as opened:
                if opened.width * opened.height > _MAX_PIXELS or opened.format in ("EMF", "WMF"):
                    return None
                small = opened.convert("RGBA").resize(_CELLS, Image.Resampling.BOX)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        return None
    width, height = _CELLS
    pixels = list(small.tobytes())
    cells = [pixels[at : at + 4] for at in range(0, len(pixels), 4)]
    colours = [f"#{red:02X}{green:02X}{blue:02X}" if alpha > 127 else "" for red, green, blue, alpha in cells]
    return Picture(tuple(tuple(colours[row * width : (row + 1) * width]) for row in range(height)))


# -- beside the text -------------------------------------------------------------------------------------------

_TOUCHING = 2.0
"""Points by which art may reach into a frame."""
_UNSEEN = 1.15
"""Art of less contrast with its ground is part of it."""


def crossing(frame: Frame, art: Sequence[Art]) -> list[Art]:
    """Decorations that reach into a frame without lying beneath all of it: text could run across their edge."""
    found = []
    for number, one in enumerate(art):
        place = one.frame
        across = min(place.right, frame.right) - max(place.x, frame.x)
        down = min(place.bottom, frame.bottom) - max(place.y, frame.y)
        beneath = (
            place.x <= frame.x and place.y <= frame.y and place.right >= frame.right and place.bottom >= frame.bottom
        )
        if across <= _TOUCHING or down <= _TOUCHING or beneath:
            continue
        if one.picture is None and number:
            behind = ground(place, art[:number]).average
            if all(contrast(colour, behind) < _UNSEEN for colour in one.colours):
                continue
        found.append(one)
    return found


_MOST = 0.4
"""The share of a frame that may be lost to what crosses it."""


def clear(frame: Frame, art: Sequence[Art]) -> Frame:
    """The frame cut back from the decorations that cross it."""
    for one in crossing(frame, art):
        frame = cut_back(frame, one.frame)
    return frame


def cut_back(frame: Frame, place: Frame) -> Frame:
    """A frame without what another one covers, cut at the side where least is lost.

    If that were more than two fifths it is left as it is: the template means text to stand there.
    """
    if place.x >= frame.right or place.right <= frame.x or place.y >= frame.bottom or place.bottom <= frame.y:
        return frame
    cuts = (
        Frame(frame.x, frame.y, frame.width, place.y - frame.y),
        Frame(frame.x, place.bottom, frame.width, frame.bottom - place.bottom),
        Frame(frame.x, frame.y, place.x - frame.x, frame.height),
        Frame(place.right, frame.y, frame.right - place.right, frame.height),
    )
    best = max(cuts, key=lambda cut: max(cut.width, 0.0) * max(cut.height, 0.0))
    kept = max(best.width, 0.0) * max(best.height, 0.0)
    return best if kept >= (1 - _MOST) * frame.width * frame.height else frame
