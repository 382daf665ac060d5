"""An image block → its bytes and the size at which it fits.

Formats and pixels are checked before anything is decoded.
"""

from __future__ import annotations

from io import BytesIO

from msgspec import Struct

from ijreport.content.project import Project
from ijreport.diagnostics import Diagnostics
from ijreport.document.blocks import Figure

MAX_PIXELS = 50_000_000
"""A picture of 17 KB can hold 1.5 GB of pixels; A4 at 600 dpi has 35 million."""
_FORMATS = ("PNG", "JPEG")


_ORIENTATION = 0x0112
"""The Exif tag that tells how a camera was held."""


class Picture(Struct, frozen=True):
    """Bytes as they were in the file, and the size in points."""

    data: bytes
    format: str
    width: float
    height: float


def fitted(block: Figure, project: Project, diagnostics: Diagnostics, width: float, height: float) -> Picture | None:
    """The picture scaled down (never up beyond 96 pixels an inch) into width × height; None after a diagnostic."""
    place = block.span.narrow(block.path) if block.span else None
    data = project.read_bytes(block.path, place, "image")
    if data is None:
        return None
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as picture:
            across, down = picture.size
            if across * down > MAX_PIXELS:
                message = f"{block.path} has {across} × {down} pixels, more than {MAX_PIXELS:,}"
                diagnostics.error("image-too-large", message, place)
                return None
            form = str(picture.format)
            picture.verify()
        with Image.open(BytesIO(data), formats=_FORMATS) as picture:  # verifying uses it up
            turned = picture.getexif().get(_ORIENTATION, 1) != 1
            inked = picture.mode == "CMYK"
        if turned or inked:
            data, (across, down) = _plain(data, form)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        hint = "PNG and JPEG files can be shown"
        diagnostics.error("bad-image", f"{block.path} is not a picture that can be read", place, hint)
        return None
    natural = across * 0.75, down * 0.75
    scale = min(1.0, width / natural[0], height / natural[1])
    return Picture(data, form, natural[0] * scale, natural[1] * scale)


def _plain(data: bytes, form: str) -> tuple[bytes, tuple[int, int]]:
    """A picture turned as its Exif orientation asks, which neither a PDF nor a deck does by itself, and in red, green
    and blue instead of printing inks, which an archival PDF cannot hold beside them (ISO 19005-2, 6.2.4.3)."""
    from PIL import Image, ImageOps

    with Image.open(BytesIO(data), formats=_FORMATS) as picture:
        turned = ImageOps.exif_transpose(picture)
        if turned.mode == "CMYK":
            turned = turned.convert("RGB")
    stream = BytesIO()
    turned.save(stream, form, **({"quality": 92} if form == "JPEG" else {}))
    return stream.getvalue(), turned.size
