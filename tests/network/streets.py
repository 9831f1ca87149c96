"""Small networks drawn by hand, in metres from a point of the storage CRS."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Any

import shapely
import sqlalchemy as sa

from gis.contract import Boolean, Coded, Geometry, Layer, Network, Text
from gis.contract.codelists import Code
from gis.store.tables import SRID
from tests.integration.builders import EAST, METADATA, NORTH, field

if TYPE_CHECKING:
    from collections.abc import Sequence

KINDS = tuple(
    Code(name, name.capitalize()) for name in ("avenida", "calle", "sendero", "autopista")
)
WAYS = tuple(Code(name, name.capitalize()) for name in ("doble", "directo", "inverso"))
STREETS = Layer(
    name="calles",
    title="Calles",
    geometry=Geometry("MultiLineString"),
    key=("codigo",),
    fields=(
        field("codigo", Text(), required=True),
        field("nombre", Text()),
        field("clase", Coded("clase", listed=KINDS)),
        field("sentido", Coded("sentido", listed=WAYS)),
        field("cerrada", Boolean()),
    ),
    metadata=METADATA,
    network=Network(
        name="nombre",
        kind="clase",
        car_kmh=(("avenida", 60.0), ("calle", 36.0), ("autopista", 72.0)),
        default_kmh=18.0,
        walking_kmh=3.6,
        no_car=("sendero",),
        no_foot=("autopista",),
        direction="sentido",
        closed="cerrada",
    ),
)
"""On foot a metre takes a second; by car an avenue 0.06 s, a street 0.1 s, a motorway
0.05 s, any other 0.2 s."""
Point = tuple[float, float]


def at(x: float, y: float) -> Point:
    """A place in EPSG:9377, ``x`` and ``y`` metres from the corner."""
    return EAST + x, NORTH + y


def line(*parts: Sequence[Point]) -> str:
    """WKT of a street of some parts."""
    moved = [[at(*point) for point in part] for part in parts]
    return str(shapely.MultiLineString(moved).wkt)


def draw(connection: sa.Connection, **streets: Any) -> None:
    """Insert streets: by code their points, or a dict with ``line`` and fields."""
    for code, told in streets.items():
        values = told if isinstance(told, dict) else {"line": told}
        shape = values["line"]
        parts = shape if isinstance(shape[0], list) else [shape]
        connection.execute(
            _INSERT,
            {
                "codigo": code,
                "clase": values.get("clase", "calle"),
                "sentido": values.get("sentido"),
                "cerrada": values.get("cerrada"),
                "wkt": line(*parts),
                "srid": SRID,
            },
        )


def graph(connection: sa.Connection) -> list[tuple[Any, ...]]:
    """Every edge whole, its feature's own number left out of nothing."""
    return [tuple(row) for row in connection.execute(_GRAPH)]


def shape_of(connection: sa.Connection) -> tuple[int, int, list[int]]:
    """How many edges, how many nodes, and how many nodes each connected piece has."""
    links: dict[int, set[int]] = {}
    edges = connection.execute(sa.text("SELECT source, target FROM network.calles__edge")).all()
    for a, b in edges:
        links.setdefault(a, set()).add(b)
        links.setdefault(b, set()).add(a)
    pieces, left = [], set(links)
    while left:
        found, ahead = set(), [left.pop()]
        while ahead:
            found.add(ahead.pop())
            ahead += set().union(*(links[f] for f in found)) - found
        pieces.append(len(found))
        left -= found
    return len(edges), len(links), sorted(pieces)


Graph = dict[Any, list[tuple[Any, float]]]


def shortest(graph: Graph, start: Any, also: Graph | None = None) -> dict[Any, float]:
    """Dijkstra, by the book: the cost to each node that is reached. ``also``: more ways out of
    some nodes."""
    found: dict[Any, float] = {}
    ahead = [(0.0, start)]
    while ahead:
        cost, node = heapq.heappop(ahead)
        if node in found:
            continue
        found[node] = cost
        for other, more in [*graph.get(node, ()), *(also or {}).get(node, ())]:
            if other not in found:
                heapq.heappush(ahead, (cost + more, other))
    return found


_INSERT = sa.text(
    "INSERT INTO data.calles (codigo, clase, sentido, cerrada, geom) "
    "VALUES (:codigo, :clase, :sentido, :cerrada, ST_GeomFromText(:wkt, :srid))"
)
_GRAPH = sa.text(
    "SELECT id, fid, source, target, metres, walk, car, car_back, ST_AsEWKB(geom)::bytea "
    "FROM network.calles__edge ORDER BY id"
)
