"""The best single statements for pages of features: the same bytes, without HTTP or paging.

Written by hand: text concatenation, ``ST_AsGeoJSON``, prepared once.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg2 import sql

from gis.store.engine import driver_cursor

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

    from gis.contract.layer import Layer

FEATURE = sql.SQL(
    """'{"type":"Feature","id":' || to_json(r._id)::text
       || ',"geometry":' || coalesce(ST_AsGeoJSON(ST_Transform(r.geom, 4326), 7, 0), 'null')
       || ',"properties":' || row_to_json(p)::text || '}'"""
)
"""A feature of ``r`` whose declared fields are ``p``."""
_PAGE = sql.SQL(
    """
    PREPARE plain_page ({types}) AS
    SELECT string_agg({feature}, ',')
      FROM (SELECT * FROM {source} WHERE {condition} ORDER BY _fid LIMIT {limit}) AS r,
           LATERAL (SELECT {fields}) AS p
    """
)
_PLAN = sql.SQL("SET LOCAL plan_cache_mode = {mode}")
_EXECUTE = sql.SQL("EXECUTE plain_page ({values})")
_FORGET = sql.SQL("DEALLOCATE plain_page")


@dataclass(frozen=True, slots=True)
class Question:
    """What a page is asked for: a condition on the stored row, its values and their types."""

    condition: sql.Composable
    types: tuple[str, ...] = ()
    values: tuple[Any, ...] = ()
    planned_once: bool = True
    """Whether one plan is the best for any values."""


def after(fid: int = 0) -> Question:
    """The rows behind a feature."""
    return Question(sql.SQL("_fid > $1"), ("bigint",), (fid,))


def named(feature: str) -> Question:
    """One feature by its id."""
    return Question(sql.SQL("_id = $1"), ("text",), (feature,))


def inside(west: float, south: float, east: float, north: float) -> Question:
    """The rows that meet a box in degrees. The sides bend as the projection does."""
    piece = max(east - west, north - south) / 32
    box = "ST_Transform(ST_Segmentize(ST_MakeEnvelope($1, $2, $3, $4, 4326), $5), 9377)"
    condition = sql.SQL("ST_Intersects(geom, {})").format(sql.SQL(box))
    values = (west, south, east, north, piece)
    return Question(condition, ("float8",) * 5, values, planned_once=False)


def level_and_number(text: str, number: str, most: int) -> Question:
    """The rows at level ``alta`` of one field and below ``most`` in another."""
    condition = sql.SQL("{} = 'alta' AND {} < $1")
    names = sql.Identifier(text), sql.Identifier(number)
    return Question(condition.format(*names), ("bigint",), (most,), planned_once=False)


class PlainPage:
    """One question as a prepared statement."""

    def __init__(
        self, connection: sa.Connection, layer: Layer, asked: Question, limit: int
    ) -> None:
        self._connection = connection
        self._values = sql.SQL(", ").join(map(sql.Literal, asked.values))
        statement = _PAGE.format(
            types=sql.SQL(", ").join(map(sql.SQL, asked.types)),
            feature=FEATURE,
            source=sql.Identifier("data", layer.name),
            condition=asked.condition,
            limit=sql.Literal(limit),
            fields=fields_of(layer),
        )
        mode = "force_generic_plan" if asked.planned_once else "force_custom_plan"
        with driver_cursor(connection) as cursor:
            cursor.execute(_PLAN.format(mode=sql.Literal(mode)))
            cursor.execute(statement)

    def read(self) -> str:
        """The features, separated by commas."""
        with driver_cursor(self._connection) as cursor:
            cursor.execute(_EXECUTE.format(values=self._values))
            (text,) = cursor.fetchone()
        return text or ""


@contextmanager
def plain_page(
    engine: sa.Engine, layer: Layer, asked: Question, limit: int = 1
) -> Iterator[PlainPage]:
    """The statement, prepared while the block lasts."""
    with engine.connect() as connection:
        yield PlainPage(connection, layer, asked, limit)
        with driver_cursor(connection) as cursor:
            cursor.execute(_FORGET)


def fields_of(layer: Layer) -> sql.Composed:
    """The declared fields of ``r``."""
    return sql.SQL(", ").join(sql.Identifier("r", name) for name in layer.field_names)
