"""Counts of rows that nobody may see, and registers of what is declared: made by the system."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from gis import changesets, derived, store
from gis.changesets.opening import Provenance, open_changeset
from gis.contract import (
    CLASIFICADA,
    PUBLICA,
    Aggregate,
    Dataset,
    Date,
    Geometry,
    Integer,
    Layer,
    Period,
    Register,
    Text,
)
from gis.contract.catalog import Catalog
from gis.contract.counted import counted_layers, without_counts
from gis.derived.registers import Known, rows_of
from gis.errors import ContractError, InvalidRequest
from tests.integration.builders import EAST, METADATA, NORTH, ZONES, catalog, conformed, field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.databases import Database, Server, TemplateOf

COUNTING = Aggregate(of="fecha", period=Period.YEAR, by=("zona",), k=5, sums=("dias",))
CASES = Layer(
    name="casos",
    title="Casos",
    geometry=Geometry("Point", required=False, access=CLASIFICADA),
    key=("codigo",),
    fields=(
        field("codigo", Text(), required=True, access=CLASIFICADA),
        field("fecha", Date(), access=CLASIFICADA),
        field("zona", Text(), access=CLASIFICADA, legal_basis="Ley 1581 de 2012."),
        field("dias", Integer(), access=CLASIFICADA),
    ),
    metadata=METADATA,
    datasets=(Dataset("casos_por_zona", aggregate=COUNTING),),
    access=CLASIFICADA,
)
SQUARES = replace(
    CASES,
    name="sitios_reservados",
    datasets=(
        Dataset(
            "sitios_por_cuadro",
            aggregate=replace(COUNTING, by=(), sums=(), grid_m=1000.0),
        ),
    ),
)
ASSETS = Layer(
    name="activos",
    title="Activos",
    geometry=None,
    key=("codigo",),
    fields=(
        field("codigo", Text(), required=True),
        field("categoria", Text(), required=True),
        field("disponibilidad", Text()),
    ),
    metadata=METADATA,
    derived=Register.ASSETS,
)
LAYERS = [
    without_counts(CASES),
    without_counts(SQUARES),
    *counted_layers(CASES),
    *counted_layers(SQUARES),
    replace(ZONES, datasets=(Dataset("zonas"),)),
    ASSETS,
]
CITY = catalog(*LAYERS)
TODAY = date(2026, 6, 1)


@pytest.fixture(scope="session")
def counted_template(template_of: TemplateOf) -> str:
    """A database with a layer of cases that nobody may see, and its counts."""
    return template_of("counted", CITY)


@pytest.fixture
def database(server: Server, counted_template: str) -> Iterator[Database]:
    with server.database(counted_template) as fresh:
        yield fresh


def fill(
    engine: sa.Engine, cases: dict[tuple[int, str], int], *, demonstration: bool = False
) -> None:
    """So many cases of each year and zone, after those there are."""
    with engine.begin() as conn:
        if demonstration:
            open_changeset(conn, CASES, Provenance("delivery", demonstration=True))
        for (year, zone), many in cases.items():
            conn.execute(
                sa.text("""
                    INSERT INTO data.casos (codigo, fecha, zona, dias)
                    SELECT gen_random_uuid()::text, make_date(:year, 3, 1), :zone, 2
                      FROM generate_series(1, :many)
                """),
                {"year": year, "zone": zone, "many": many},
            )


def refresh(engine: sa.Engine, name: str = "casos_por_zona", today: date = TODAY) -> Any:
    return derived.refresh(engine, CITY, CITY.layer(name), today)


def told(reader: sa.Engine) -> dict[str, int | None]:
    with reader.connect() as conn:
        rows = conn.execute(
            sa.text("SELECT celda, cantidad_casos, dias, reservado FROM publica.casos_por_zona")
        ).all()
    for row in rows:
        assert (row.cantidad_casos is None) == row.reservado
        assert row.dias == (None if row.reservado else 2 * row.cantidad_casos)
    return {row.celda: row.cantidad_casos for row in rows}


def test_small_cells_and_those_that_betray_them_are_silent(database: Database) -> None:
    fill(database.engine, {(2024, "norte"): 30, (2024, "sur"): 2, (2024, "este"): 9})
    refresh(database.engine)
    assert told(database.reader) == {"2024~norte": 30, "2024~sur": None, "2024~este": None}


def test_only_closed_periods_are_told_and_once(database: Database) -> None:
    fill(database.engine, {(2024, "norte"): 30, (2026, "norte"): 50})
    refresh(database.engine)
    assert told(database.reader) == {"2024~norte": 30}
    # One more case, late: telling 31 after 30 would tell of one person.
    fill(database.engine, {(2024, "norte"): 1})
    assert refresh(database.engine).is_noop
    refresh(database.engine, today=date(2027, 6, 1))
    assert told(database.reader) == {"2024~norte": 30, "2026~norte": 50}


def test_a_period_of_few_is_not_even_named(database: Database) -> None:
    fill(database.engine, {(2023, "norte"): 4, (2024, "norte"): 6})
    refresh(database.engine)
    assert told(database.reader) == {"2024~norte": 6}


def test_rows_counts_and_changes_of_a_secret_layer_are_not_told(database: Database) -> None:
    fill(database.engine, {(2024, "norte"): 7})
    with database.reader.connect() as conn:
        assert conn.scalar(sa.text("SELECT count(*) FROM publica.casos")) == 0
        assert conn.scalar(sa.text("SELECT count(*) FROM publica.casos__history")) == 0
        assert store.layer_state(conn, "casos").feature_count == 0
        change = conn.execute(
            sa.text("SELECT added, changed, removed FROM publica.sig_changeset WHERE layer='casos'")
        ).one()
    assert tuple(change) == (0, 0, 0)
    with database.engine.connect() as conn:
        assert conn.scalar(sa.text("SELECT count(*) FROM clasificada.casos")) == 7


def test_counts_of_a_demonstration_say_so_and_go_with_it(database: Database) -> None:
    fill(database.engine, {(2024, "norte"): 30}, demonstration=True)
    refresh(database.engine)
    with database.reader.connect() as conn:
        assert store.layer_state(conn, "casos_por_zona").demonstration
    with database.engine.begin() as conn:
        conn.execute(sa.text("DELETE FROM data.casos"))
    fill(database.engine, {(2024, "sur"): 12})
    refresh(database.engine)
    assert told(database.reader) == {"2024~sur": 12}
    with database.reader.connect() as conn:
        assert not store.layer_state(conn, "casos_por_zona").demonstration


def test_points_are_told_by_square(database: Database) -> None:
    with database.engine.begin() as conn:
        conn.execute(
            sa.text("""
                INSERT INTO data.sitios_reservados (codigo, fecha, geom)
                SELECT i::text, '2024-05-05',
                       ST_SetSRID(ST_Point(:x + i, :y + 5000 * (i / 8)), 9377)
                  FROM generate_series(1, 15) AS i
            """),
            {"x": EAST, "y": NORTH},
        )
    refresh(database.engine, "sitios_por_cuadro")
    with database.reader.connect() as conn:
        found = conn.execute(
            sa.text(
                "SELECT cantidad_casos, ST_Area(geom) FROM publica.sitios_por_cuadro ORDER BY 1"
            )
        ).all()
    assert [tuple(row) for row in found] == [(7, 1e6), (8, 1e6)]


def test_a_register_is_made_of_the_declarations(database: Database) -> None:
    refresh(database.engine, "activos")
    with database.reader.connect() as conn:
        found = dict(
            conn.execute(sa.text("SELECT codigo, disponibilidad FROM publica.activos"))
            .tuples()
            .all()
        )
    assert found.keys() == {"casos", "sitios_reservados", "zonas_prueba", "activos"}
    assert found["casos"] == "Disponible"
    assert refresh(database.engine, "activos").is_noop


def test_the_index_names_what_is_kept_and_why() -> None:
    rows = rows_of(Register.WITHHELD, CITY, Known({}, frozenset()))
    (row,) = [row for row in rows if row["codigo"] == "casos-clasificada"]
    assert "Zona" in row["informacion"]
    assert row["fundamento_legal"] == "Ley 1581 de 2012."
    assert row["excepcion"] == "parcial"


def test_nobody_delivers_what_the_system_makes(database: Database) -> None:
    layer = CITY.layer("activos")
    with pytest.raises(InvalidRequest, match="sig derive"):
        changesets.load(database.engine, layer, conformed(layer, [{"codigo": "x"}]))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"datasets": (Dataset("casos"),)}, "publicaría filas que no son públicas"),
        ({"fields": (*CASES.fields, field("nombre", Text()))}, "no puede ser PUBLICA"),
        ({"geometry": Geometry("Point")}, "su geometría también debe serlo"),
        (
            {"datasets": (*CASES.datasets, Dataset("otro", aggregate=COUNTING))},
            "se podría deducir",
        ),
        ({"datasets": (Dataset("uno", aggregate=replace(COUNTING, by=("zoma",))),)}, "zona"),
        ({"datasets": (Dataset("uno", aggregate=replace(COUNTING, of="zona")),)}, "no vale"),
    ],
)
def test_a_contradiction_is_named(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ContractError, match=message):
        replace(CASES, **changes)


def test_public_fields_of_counts_say_what_is_silent() -> None:
    assert isinstance(CITY, Catalog)
    counted = CITY.layer("casos_por_zona")
    assert all(field.access is PUBLICA for field in counted.fields)
    assert "menos de 5" in counted.field("cantidad_casos").definition
    assert [dataset.name for dataset in counted.datasets] == ["casos_por_zona"]


def test_a_dataset_does_not_take_the_address_of_a_page() -> None:
    with pytest.raises(ContractError, match="página del catálogo"):
        Dataset("calendario")
