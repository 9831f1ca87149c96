"""The edges of a layer's graph, as pgRouting reads them: a statement in text, with numbers alone.

pgRouting runs a text given to it. Ours is compiled from the layer's view, boxes and costs; nothing
that a caller wrote is ever in it, and a number that is not finite is refused.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

import sqlalchemy as sa

from gis.contract.access import PUBLICA, Access
from gis.errors import InvalidRequest
from gis.store.drawing import sql_of
from gis.store.tables import SRID, Expression, edge_view

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gis.contract.layer import Layer
    from gis.contract.questions import Network

Box = tuple[float, float, float, float]
"""West, south, east, north in EPSG:9377."""
_SRID: Expression = sa.literal_column(str(SRID))
START, END = -1, -2
"""Numbers of the nodes put where one starts and ends, in the middle of an edge."""


class Mode(StrEnum):
    """How one travels."""

    FOOT = "pie"
    CAR = "carro"


@dataclass(frozen=True, slots=True)
class Link:
    """A part of an edge, from or to its middle: from a node to another, one way, in some seconds.
    ``end`` is the end of the edge at its other side: 0 where its line begins, 1 where it ends."""

    source: int
    target: int
    seconds: float
    end: float


@dataclass(frozen=True, slots=True)
class Streets:
    """A layer of streets as somebody travels on it, as the class ``access`` sees it."""

    layer: Layer
    mode: Mode = Mode.FOOT
    access: Access = PUBLICA

    @property
    def network(self) -> Network:
        """What the layer declares of travelling; :class:`InvalidRequest` where it declares none."""
        if self.layer.network is None or not self.layer.geometry_for(self.access):
            raise InvalidRequest(
                f"«{self.layer.title}» no es una red de vías por donde se pueda ir",
                layer=self.layer.name,
            )
        return self.layer.network

    @property
    def fastest(self) -> float:
        """Metres a second that nobody passes: what bounds how far one gets."""
        network = self.network
        if self.mode is Mode.FOOT:
            return network.walking_kmh / 3.6
        return max(network.default_kmh, *(kmh for _, kmh in network.car_kmh), 0) / 3.6

    @property
    def view(self) -> sa.TableClause:
        """The layer's edges."""
        self.network  # noqa: B018  refuses a layer that has none
        return edge_view(self.layer, self.access)

    def edge(self, number: Expression) -> sa.FromClause:
        """The edge of that number, looked up for each row: pgRouting tells no one how many there
        will be, and a join of a few with all would read them all."""
        edges = self.view
        return sa.select(edges).where(edges.c.id == number).limit(1).lateral("edge")

    def costs(self, edges: sa.FromClause) -> tuple[Expression, Expression]:
        """Seconds along an edge and back; below 0 where one may not."""
        if self.mode is Mode.FOOT:
            return edges.c.walk, edges.c.walk
        return edges.c.car, edges.c.car_back

    def passable(self, edges: sa.FromClause) -> Expression:
        """Whether one may travel it either way."""
        there, back = self.costs(edges)
        return sa.or_(there >= 0, back >= 0)

    def text(self, box: Box | None, links: Sequence[Link] = ()) -> str:
        """The edges that meet ``box`` (None: all of them) and ``links``, for pgRouting."""
        numbers = {f"box_{n}": repr(finite(side)) for n, side in enumerate(box or ())}
        for n, link in enumerate(links):
            numbers[f"from_{n}"], numbers[f"to_{n}"] = str(int(link.source)), str(int(link.target))
            numbers[f"seconds_{n}"] = repr(finite(link.seconds))
        return _text(self, box is not None, len(links)) % numbers


@lru_cache(maxsize=256)
def _text(streets: Streets, boxed: bool, links: int) -> str:
    """The statement with a place for each number, compiled once: doing so costs what a short walk
    does."""
    edges = streets.view
    there, back = streets.costs(edges)
    names = (there.label("cost"), back.label("reverse_cost"))
    real = sa.select(edges.c.id, edges.c.source, edges.c.target, *names)
    real = real.where(streets.passable(edges))
    if boxed:
        sides: list[Expression] = [sa.literal_column(f"%(box_{n})s") for n in range(4)]
        real = real.where(edges.c.geom.op("&&")(sa.func.ST_MakeEnvelope(*sides, _SRID)))
    added = [
        sa.select(
            sa.literal(-1 - n),
            *(sa.literal_column(f"%({name}_{n})s") for name in ("from", "to", "seconds")),
            sa.literal(-1.0),
        )
        for n in range(links)
    ]
    return sql_of(sa.union_all(real, *added) if added else real).replace("%%", "%")


def envelope(box: Box) -> Expression:
    """A box as a geometry, its numbers written in."""
    sides: list[Expression] = [sa.literal_column(repr(finite(side))) for side in box]
    made: Expression = sa.func.ST_MakeEnvelope(*sides, _SRID)
    return made


def around(x: float, y: float, metres: float) -> Box:
    """The box that reaches ``metres`` from a point."""
    return x - metres, y - metres, x + metres, y + metres


def ellipse(a: tuple[float, float], b: tuple[float, float], length: float) -> Box:
    """The box around every way from ``a`` to ``b`` that is no longer than ``length``."""
    (ax, ay), (bx, by) = a, b
    apart = math.hypot(bx - ax, by - ay)
    length = max(length, apart)
    major, minor = length / 2, math.sqrt(length**2 - apart**2) / 2
    cos, sin = ((bx - ax) / apart, (by - ay) / apart) if apart else (1.0, 0.0)
    wide = math.hypot(major * cos, minor * sin)
    tall = math.hypot(major * sin, minor * cos)
    x, y = (ax + bx) / 2, (ay + by) / 2
    return x - wide, y - tall, x + wide, y + tall


def finite(number: float) -> float:
    """The number itself; :class:`InvalidRequest` for infinity and what is no number."""
    if not math.isfinite(number):
        raise InvalidRequest("Un número de la pregunta no es finito", value=str(number))
    return float(number)
