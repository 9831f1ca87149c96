"""Links of OGC API documents, absolute, with the relations clients look for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from starlette.requests import Request

    from api.negotiation import Form

OGC_REL = "http://www.opengis.net/def/rel/ogc/1.0/"
QUERYABLES = OGC_REL + "queryables"
SORTABLES = OGC_REL + "sortables"
SCHEMA = OGC_REL + "schema"
TILESETS = OGC_REL + "tilesets-vector"
TILING_SCHEME = OGC_REL + "tiling-scheme"
TILING_SCHEMES = OGC_REL + "tiling-schemes"
PROCESSES = OGC_REL + "processes"
JOBS = OGC_REL + "job-list"
RESULTS = OGC_REL + "results"
EXECUTE = OGC_REL + "execute"
STYLES = OGC_REL + "styles"


@dataclass(frozen=True, slots=True)
class Link:
    """One link. ``title`` is for people, in Spanish."""

    rel: str
    href: str
    type: str
    title: str = ""
    templated: bool = False

    def as_dict(self) -> dict[str, str | bool]:
        """The link as its JSON form, without empty members."""
        document: dict[str, str | bool] = {"href": self.href, "rel": self.rel, "type": self.type}
        if self.title:
            document["title"] = self.title
        if self.templated:
            document["templated"] = True
        return document


def documents(links: Iterable[Link]) -> list[dict[str, str | bool]]:
    """The links as JSON values."""
    return [link.as_dict() for link in links]


def header(links: Iterable[Link]) -> str:
    """The links as an HTTP ``Link`` header (RFC 8288); templates are no links there."""
    return ", ".join(
        f'<{link.href}>; rel="{link.rel}"; type="{link.type}"'
        for link in links
        if not link.templated
    )


def root(request: Request) -> str:
    """Scheme and host by which the caller came, without a final slash."""
    return str(request.base_url).rstrip("/")


def address(request: Request, path: str, parameters: Mapping[str, str] | None = None) -> str:
    """An absolute address on this server; ``path`` is already quoted."""
    query = "?" + urlencode(parameters) if parameters else ""
    return root(request) + path + query


def here(request: Request, **changes: str) -> str:
    """The address asked for, with some parameters changed; an empty value takes one away."""
    values = dict(request.query_params) | changes
    kept = {name: value for name, value in values.items() if value}
    return address(request, quote(request.url.path), kept)


def representations(request: Request, chosen: Form, offered: Iterable[Form]) -> list[Link]:
    """``self`` and ``alternate``: this document in the form sent and in the others."""
    return [
        Link(
            "self" if form is chosen else "alternate",
            here(request, f=form.word),
            form.media_type,
            "Este documento" if form is chosen else f"Este documento como {form.label}",
        )
        for form in offered
    ]


def collection_path(name: str) -> str:
    """Path of a collection."""
    return f"/api/collections/{name}"


def item_path(name: str, feature_id: str) -> str:
    """Path of a feature; its id may hold any character."""
    return f"{collection_path(name)}/items/{quote(feature_id, safe='')}"
