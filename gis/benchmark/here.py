"""What is here, asked of the measured layers, and the best single statement for the same."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from psycopg2 import sql

from gis.benchmark.layers import PARCELS, POINTS, RISK, ROADS, few
from gis.contract import Here, Relation, Section
from gis.contract.catalog import Catalog
from gis.here.parts import CANDIDATES
from gis.here.statement import position
from gis.store.engine import driver_cursor

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

    from gis.contract.entity import Entity
    from gis.contract.layer import Layer

AROUND_M = 60.0
WORDS = {
    RISK.name: Here(Section.RISK, Relation.COVERS, ("nivel", "estudio"), "Sin estudio", "nivel"),
    PARCELS.name: Here(Section.LAND, Relation.COVERS, ("estrato", "area_terreno")),
    POINTS.name: Here(Section.SERVICES, Relation.NEAREST, ("texto_0", "nivel")),
    ROADS.name: Here(
        Section.NEIGHBOURS, Relation.AROUND, ("nombre", "jerarquia"), reach_m=AROUND_M, most=8
    ),
}
_BY_HAND = sql.SQL(
    """
    PREPARE here_by_hand (float8, float8) AS
    WITH p AS MATERIALIZED (SELECT ST_SetSRID(ST_MakePoint($1, $2), 9377) AS geom)
    SELECT 'r', _id, json_build_array(nivel, estudio), 0::float8, NULL::float8, NULL::float8
      FROM publica.{risk} WHERE ST_Intersects(geom, (SELECT geom FROM p))
    UNION ALL
    SELECT 'l', _id, json_build_array(estrato, area_terreno), 0, NULL, NULL
      FROM publica.{parcels} WHERE ST_Intersects(geom, (SELECT geom FROM p))
    UNION ALL
    (SELECT 's', _id, json_build_array(texto_0, nivel), ST_Distance(geom, (SELECT geom FROM p)),
            ST_X(geom), ST_Y(geom)
       FROM publica.{points} ORDER BY geom <-> (SELECT geom FROM p) LIMIT {candidates})
    UNION ALL
    (SELECT 'n', _id, json_build_array(nombre, jerarquia, count(*) OVER ()),
            ST_Distance(geom, (SELECT geom FROM p)) AS far,
            ST_X(ST_PointOnSurface(geom)), ST_Y(ST_PointOnSurface(geom))
       FROM publica.{roads} WHERE ST_DWithin(geom, (SELECT geom FROM p), {around})
      ORDER BY far, _id LIMIT 8)
    """
)
_REGISTER = "SELECT name, generation, changeset, feature_count FROM publica.sig_layer"


def asked(entity: Entity, *, small: bool = False) -> Catalog:
    """The measured layers (or their small twins) as layers that speak of a place."""
    layers = [replace(few(each) if small else each, here=WORDS[each.name]) for each in MEASURED]
    return Catalog(entity, {layer.name: layer for layer in layers})


MEASURED: tuple[Layer, ...] = (RISK, PARCELS, POINTS, ROADS)


class ByHand:
    """The statement, prepared once on a connection."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        with driver_cursor(connection) as cursor:
            cursor.execute(
                _BY_HAND.format(
                    risk=sql.Identifier(RISK.name),
                    parcels=sql.Identifier(PARCELS.name),
                    points=sql.Identifier(POINTS.name),
                    roads=sql.Identifier(ROADS.name),
                    candidates=sql.Literal(CANDIDATES),
                    around=sql.Literal(AROUND_M),
                )
            )

    def ask(self, lon: float, lat: float) -> list[tuple[Any, ...]]:
        """The rows, and the register that every answer names."""
        with driver_cursor(self._connection) as cursor:
            cursor.execute("EXECUTE here_by_hand (%(east)s, %(north)s)", position(lon, lat))
            found: list[tuple[Any, ...]] = cursor.fetchall()
            cursor.execute(_REGISTER)
            cursor.fetchall()
        return found


@contextmanager
def by_hand(reader: sa.Engine) -> Iterator[ByHand]:
    """The statement, prepared while the block lasts."""
    with reader.connect() as connection:
        yield ByHand(connection)
        with driver_cursor(connection) as cursor:
            cursor.execute("DEALLOCATE here_by_hand")
