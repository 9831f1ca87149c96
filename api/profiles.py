"""The parameter ``profile`` (OGC API Features Part 5 clause 13): which variant of a representation.

A profile that is not there for a resource is no error: the links with the relation ``profile`` say
which ones an answer has. Something that names no profile at all is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from api.links import Link
from api.negotiation import GEOJSON, JSONFG
from api.params import FORMAT
from gis.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request

    from api.negotiation import Form
    from gis.features import Encoding

PROFILE = "profile"
REGISTER = "http://www.opengis.net/def/profile/OGC/0/"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}|https?://[!-~]{1,400}")


def read_profiles(text: str | None) -> tuple[str, ...]:
    """The profiles asked for, those of OGC's register by their identifier."""
    names = () if text is None else tuple(text.split(","))
    if not all(_NAME.fullmatch(name) for name in names):
        raise InvalidRequest(
            "«profile» debe ser un identificador del registro de OGC (rfc7946, jsonfg) o una "
            "dirección http, o varios separados por comas",
            parameter=PROFILE,
            value=text,
        )
    return tuple(re.sub("^https?" + re.escape(REGISTER[4:]), "", name) for name in names)


def encoding_of(form: Form, text: str | None) -> Encoding:
    """How features are written: the first profile asked for that ``form`` has, or its own."""
    asked = read_profiles(text)
    offered: tuple[Encoding, ...] = ("rfc7946", "jsonfg", "jsonfg-plus")
    if form is JSONFG:
        offered = ("jsonfg", "jsonfg-plus")
    elif form is not GEOJSON:
        return "rfc7946"
    return next((known for name in asked for known in offered if name == known), offered[0])


def sent_type(request: Request, form: Form) -> str:
    """The media type of an answer: JSON-FG is GeoJSON, but for who asks by its draft's type."""
    if form is JSONFG and FORMAT not in request.query_params:
        return form.media_types[-1]
    return form.media_type


def profile_links(names: Iterable[str], media_type: str) -> list[Link]:
    """What says that an answer has these profiles."""
    return [
        Link("profile", REGISTER + name, media_type, f"Perfil de la respuesta: {name}")
        for name in names
    ]
