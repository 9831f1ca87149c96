"""Searching the catalogue as OGC API Records asks: text, place, time, type, identifiers, order.

A municipality has tens of datasets: they are looked through one by one, no index is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from api.params import read_integer, read_limit
from gis.errors import InvalidRequest
from gis.features import CIVIL_TIME, parse_bbox, parse_interval
from gis.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gis.features import Bbox, Interval

Json = dict[str, Any]

PARAMETERS = (
    "q", "bbox", "datetime", "type", "ids", "externalIds", "sortby", "limit", "offset",
)  # fmt: skip
SORTABLES = {"title": "Título", "created": "Creación", "updated": "Última actualización"}
SEARCHED = ("title", "description")


@dataclass(frozen=True, slots=True)
class Search:
    """What is asked; what is empty or None is not asked. All that is asked must hold."""

    terms: tuple[str, ...] = ()
    """Folded; one of them must be in the texts."""
    bbox: Bbox | None = None
    interval: Interval | None = None
    types: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    external_ids: tuple[str, ...] = ()
    order: tuple[tuple[str, bool], ...] = (("title", False),)
    """Names of :data:`SORTABLES`, and whether from the last to the first."""
    limit: int = 10
    offset: int = 0


def read_search(values: dict[str, str]) -> Search:
    """What the parameters ask. :class:`InvalidRequest` names the one that is wrong."""
    box, moment = values.get("bbox"), values.get("datetime")
    return Search(
        terms=tuple(" ".join(fold(term).split()) for term in _listed(values, "q")),
        bbox=None if box is None else parse_bbox(box),
        interval=None if moment is None else parse_interval(moment),
        types=_listed(values, "type"),
        ids=_listed(values, "ids"),
        external_ids=_listed(values, "externalIds"),
        order=_order(values),
        limit=read_limit(values.get("limit")),
        offset=read_integer("offset", values.get("offset", "0")),
    )


def matching(features: Iterable[Json], search: Search) -> list[Json]:
    """The features that hold all that is asked, in the order asked; every page of them."""
    found = [feature for feature in features if _matches(feature, search)]
    for name, backwards in reversed(search.order):
        found.sort(key=lambda f: (fold(f["properties"][name]), f["id"]), reverse=backwards)
    return found


def _listed(values: dict[str, str], name: str) -> tuple[str, ...]:
    if name not in values:
        return ()
    found = tuple(word.strip() for word in values[name].split(","))
    if not all(found):
        raise InvalidRequest(
            f"«{name}» debe ser uno o varios valores separados por comas",
            parameter=name,
            value=values[name],
        )
    return found


def _order(values: dict[str, str]) -> tuple[tuple[str, bool], ...]:
    names = _listed(values, "sortby") or ("title",)
    order = tuple((name.lstrip("+- "), name.startswith("-")) for name in names)
    if any(name not in SORTABLES for name, _ in order):
        raise InvalidRequest(
            f"«sortby» debe nombrar: {', '.join(SORTABLES)}; con «-» delante, de mayor a menor",
            parameter="sortby",
            value=values["sortby"],
        )
    return order


def _matches(feature: Json, search: Search) -> bool:
    properties = feature["properties"]
    return (
        (not search.terms or _says(properties, search.terms))
        and (not search.types or properties["type"] in search.types)
        and (not search.ids or feature["id"] in search.ids)
        and (not search.external_ids or _known_as(properties, search.external_ids))
        and (search.bbox is None or _meets(feature["geometry"], search.bbox))
        and (search.interval is None or _during(feature["time"], search.interval))
    )


def _says(properties: Json, terms: tuple[str, ...]) -> bool:
    texts = [properties[name] for name in SEARCHED] + properties["keywords"]
    folded = [" ".join(fold(text).split()) for text in texts]
    return any(term in text for term in terms for text in folded)


def _known_as(properties: Json, asked: tuple[str, ...]) -> bool:
    for known in properties["externalIds"]:
        scheme, value = known.get("scheme", ""), known["value"]
        if {value, f"{scheme}:{value}", scheme, f"{scheme}:"} & set(asked):
            return True
    return False


def _meets(geometry: Json | None, box: Bbox) -> bool:
    if geometry is None:
        return False
    west, south, east, north = _bounds(geometry["coordinates"])
    across = box.west <= east and west <= box.east
    if box.west > box.east:  # over the antimeridian
        across = west <= box.east or east >= box.west
    return across and box.south <= north and south <= box.north


def _bounds(coordinates: Any) -> tuple[float, float, float, float]:
    """The box of a point, a line or a polygon of one ring: how a record's extent is written."""
    points = [coordinates]
    while isinstance(points[0][0], list):
        points = points[0]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _during(time: Json | None, interval: Interval) -> bool:
    """A record without time always does (OGC API Features 1.0, /req/core/fc-time-response C)."""
    if time is None:
        return True
    ends = time.get("interval") or [time.get("date") or time["timestamp"]] * 2
    first, last = _instant(ends[0], "00:00:00"), _instant(ends[1], "23:59:59.999999")
    after = interval.start is None or last >= interval.start
    return after and (interval.end is None or first <= interval.end)


def _instant(text: str, hour: str) -> datetime:
    instant = datetime.fromisoformat(text if "T" in text else f"{text}T{hour}")
    return instant if instant.tzinfo else instant.replace(tzinfo=CIVIL_TIME)
