"""Documents on paper: PDF from our own templates, by WeasyPrint; nothing is fetched from anywhere.

Letters are DejaVu Sans (Debian's ``fonts-dejavu-core``), which has all that Spanish needs.
"""

from __future__ import annotations

import base64
import io
import threading
from typing import TYPE_CHECKING, Any

import segno
from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Iterable

SIZES = (8.0, 7.2, 6.5, 6.0, 0.0)
"""Points in which a page is set until it is one page; 0: as many pages as it takes."""
_ONE_AT_A_TIME = threading.Lock()
"""Layout takes a core for a second, and Pango's fonts are shared: one at a time in a process."""


def pdf(pages: Iterable[str]) -> bytes:
    """The first of ``pages`` (HTML documents, the same text in smaller and smaller letters) that
    is one page of paper; else the last as it is, since no line of it may be left out."""
    from weasyprint import HTML  # half a second: only for who prints
    from weasyprint.urls import URLFetcher

    with _ONE_AT_A_TIME:
        document: Any = None
        own = URLFetcher(allowed_protocols=("data",), allow_redirects=False)
        for text in pages:
            document = HTML(string=text, url_fetcher=own).render()
            if len(document.pages) == 1:
                break
        made: bytes = document.write_pdf(pdf_tags=True, pdf_variant="pdf/ua-1")
    return made


def qr(text: str) -> Markup:
    """A QR code as an address for ``img``: SVG, black on white."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=2, scale=4)
    return data_address(out.getvalue(), "image/svg+xml")


def data_address(content: bytes, media_type: str) -> Markup:
    """Bytes as an address that holds them."""
    return Markup(f"data:{media_type};base64,{base64.b64encode(content).decode()}")
