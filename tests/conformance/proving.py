"""What tests of conformance share: which test proves which class, and how documents are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import httpx

SPEC = "http://www.opengis.net/spec/"
DEF = "http://www.opengis.net/def/"
CRS84 = DEF + "crs/OGC/1.3/CRS84"
EPSG = DEF + "crs/EPSG/0/"
REL = DEF + "rel/ogc/1.0/"
PROFILE = DEF + "profile/OGC/0/"
PROVED: dict[str, str] = {}
Test = TypeVar("Test", bound=Callable[..., None])


def proves(name: str) -> Callable[[Test], Test]:
    """Mark a test as a proof of a conformance class."""

    def mark(test: Test) -> Test:
        PROVED[SPEC + name] = test.__name__
        return test

    return mark


def rels(document: dict[str, Any]) -> dict[str, str]:
    """The addresses of a document's links by their relation."""
    return {link["rel"]: link["href"] for link in document["links"]}


def get(client: httpx.Client, path: str, **parameters: Any) -> Any:
    """The JSON of an address that answers 200."""
    response = client.get(path, params=parameters or None)
    assert response.status_code == 200, response.text
    return response.json()


def collections(client: httpx.Client) -> list[dict[str, Any]]:
    """Every collection document."""
    found: list[dict[str, Any]] = get(client, "/api/collections")["collections"]
    return found


def positions(coordinates: Any) -> list[list[float]]:
    """Every position of a geometry."""
    if coordinates and isinstance(coordinates[0], int | float):
        return [coordinates]
    return [position for part in coordinates for position in positions(part)]
