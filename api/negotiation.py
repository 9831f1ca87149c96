"""Which representation a caller wants: ``f=`` first, then ``Accept`` (RFC 9110 §12.5.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.params import FORMAT
from gis.errors import InvalidRequest, NotAcceptable

if TYPE_CHECKING:
    from starlette.requests import Request


@dataclass(frozen=True, slots=True)
class Form:
    """One representation: its word in ``f=``, and its media types, the first being what is sent."""

    word: str
    media_types: tuple[str, ...]
    label: str

    @property
    def media_type(self) -> str:
        return self.media_types[0]


JSON = Form("json", ("application/json",), "JSON")
GEOJSON = Form("json", ("application/geo+json", "application/json"), "GeoJSON")
JSONFG = Form("jsonfg", ("application/geo+json", "application/vnd.ogc.fg+json"), "JSON-FG")
SCHEMA = Form("json", ("application/schema+json", "application/json"), "JSON Schema")
OPENAPI = Form(
    "json", ("application/vnd.oai.openapi+json;version=3.0", "application/json"), "OpenAPI 3.0"
)
HTML = Form("html", ("text/html",), "HTML")
TXT = Form("txt", ("text/plain",), "texto")
PDF = Form("pdf", ("application/pdf",), "PDF")
MVT = Form("mvt", ("application/vnd.mapbox-vector-tile", "application/x-protobuf"), "MVT")


def choose(request: Request, *offered: Form) -> Form:
    """The form to answer in, the first offered when the caller does not mind."""
    word = request.query_params.get(FORMAT)
    if word is not None:
        for form in offered:
            if form.word == word:
                return form
        raise InvalidRequest(
            f"«f» debe ser {' o '.join(form.word for form in offered)}",
            parameter=FORMAT,
            value=word,
        )
    accept = request.headers.get("accept", "*/*")
    qualities = [max(_quality(accept, kind) for kind in form.media_types) for form in offered]
    best = max(qualities)
    if best <= 0:
        kinds = ", ".join(form.media_type for form in offered)
        raise NotAcceptable(f"No se puede responder en «{accept}»; aquí se ofrece: {kinds}")
    return offered[qualities.index(best)]


def prefers_html(request: Request) -> bool:
    """Whether a person in a browser is asking."""
    word = request.query_params.get(FORMAT)
    if word is not None:
        return word == HTML.word
    accept = request.headers.get("accept", "")
    return _quality(accept, "text/html") > _quality(accept, "application/json")


def prefers_text(request: Request) -> bool:
    """Whether a gateway to a chat or to SMS is asking, whose reader sees whatever it is given."""
    return request.query_params.get(FORMAT) == TXT.word


def _quality(accept: str, kind: str) -> float:
    """The weight ``Accept`` gives to a media type: that of its most specific range, 0 for none."""
    found = (-1, 0.0)
    plain = kind.partition(";")[0]
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        specificity = _specificity(name, plain)
        if specificity > found[0]:
            found = (specificity, _weight(parameters))
    return found[1]


def _specificity(name: str, kind: str) -> int:
    if name == kind:
        return 2
    if name.endswith("/*") and kind.startswith(name[:-1]):
        return 1
    return 0 if name == "*/*" else -1


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return float(parameter[2:])
            except ValueError:
                return 0.0
    return 1.0
