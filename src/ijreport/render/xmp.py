"""Metadata → what a PDF says of itself to machines: an XMP packet (ISO 16684-1), and the meaning of its colours."""

from __future__ import annotations

from datetime import date
from html import escape

from ijreport.document.blocks import Metadata
from ijreport.layout.theme import Profile

PROGRAM = "ijreport"

# The namespace of PDF/UA is none that PDF/A knows beforehand, so it is explained (ISO 19005-2, 6.6.2.3).
_UA_SCHEMA = """\
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>The part of ISO 14289 that the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>"""


def xmp_packet(metadata: Metadata, profile: tuple[Profile, ...]) -> bytes:
    """The packet, in UTF-8. It says the same as the information dictionary, and which standards the file follows."""
    parts = [
        _alternatives("dc:title", metadata.title),
        _list("dc:creator", "Seq", metadata.authors),
        _alternatives("dc:description", metadata.description or metadata.subtitle),
        _list("dc:subject", "Bag", metadata.keywords),
        _list("dc:language", "Bag", (metadata.language,)),
        _simple("dc:format", "application/pdf"),
        _simple("pdf:Keywords", ", ".join(metadata.keywords)),
        _simple("pdf:Producer", PROGRAM),
        _simple("xmp:CreatorTool", PROGRAM),
        *(_simple(f"xmp:{kind}Date", f"{written(metadata):%Y-%m-%dT00:00:00Z}") for kind in ("Create", "Modify")),
        _simple("pdfuaid:part", "1") if "ua1" in profile else "",
        _simple("pdfaid:part", "2") + "\n" + _simple("pdfaid:conformance", "A") if "a2a" in profile else "",
    ]
    described = "\n".join(filter(None, parts))
    explained = _UA_SCHEMA if {"ua1", "a2a"} <= set(profile) else ""
    return f"""\
<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
{described}
</rdf:Description>
{explained}
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>""".encode()


def written(metadata: Metadata) -> date:
    """The date of the file, which is the report's; a fixed one where it has none."""
    return metadata.date or date(1980, 1, 1)


def srgb_profile() -> bytes:
    """An ICC profile of sRGB, in which all colours of the file are meant, without the time at which it was made."""
    from PIL import ImageCms

    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = bytes(12)  # its date (ISO 15076-1, 7.2)
    profile[84:100] = bytes(16)  # its identifier, of which the date is a part
    return bytes(profile)


def _simple(name: str, value: str) -> str:
    return f"<{name}>{escape(value)}</{name}>" if value else ""


def _list(name: str, kind: str, values: tuple[str, ...]) -> str:
    entries = "".join(f"<rdf:li>{escape(value)}</rdf:li>" for value in values)
    return f"<{name}><rdf:{kind}>{entries}</rdf:{kind}></{name}>" if values else ""


def _alternatives(name: str, value: str) -> str:
    entry = f'<rdf:li xml:lang="x-default">{escape(value)}</rdf:li>'
    return f"<{name}><rdf:Alt>{entry}</rdf:Alt></{name}>" if value else ""
