"""The answer about a place: what is found, what is not known, and what nobody may learn."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from gis import store
from gis.contract import Section, Zone
from gis.contract.catalog import Catalog
from gis.features import reading
from gis.geocode.positions import to_degrees
from gis.here import Answer, Asking, Spot, ask, document, short_text
from gis.here import statement as asking_statement
from gis.here.answer import Said, Status, Walk
from gis.here.asking import recall
from gis.here.basis import head
from tests import here_city
from tests.api.world import CANARY, CONTROL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from gis.here.answer import LonLat
    from tests.databases import Database, Server

FAR_EAST = -75.2052
"""About 3 km east of the control point."""


@pytest.fixture(scope="module")
def here_template(new_database: Callable[..., Database]) -> str:
    made = new_database("template0")
    store.migrate(made.engine)
    store.sync_layers(made.engine, here_city.catalog())
    here_city.fill(made.engine)
    made.engine.dispose()
    made.reader.dispose()
    return made.name


@pytest.fixture
def database(server: Server, here_template: str) -> Iterator[Database]:
    with server.database(here_template) as fresh:
        yield fresh


def answered(database: Database, lon: float, lat: float, **more: Any) -> Answer:
    with reading(database.reader) as conn:
        return ask(conn, Asking(here_city.catalog(), **more), Spot(lon, lat, is_inside=False))


def said(answer: Answer, layer: str) -> Said:
    return next(s for part in answer.parts for s in part.said if s.layer == layer)


def test_what_covers_is_told_in_plain_words(database: Database) -> None:
    answer = answered(database, *here_city.HERE)
    found = said(answer, "peligros").found
    assert [f.feature for f in found] == ["1"]
    assert found[0].title == "Inundación"
    assert found[0].level is not None
    assert found[0].level.meaning == "Puede causar daños graves"
    assert [told.value for told in found[0].told][2:] == [here_city.HOSTILE, "05/03/2024"]
    assert [each.text for each in answer.advice] == ["Vaya a un lugar alto."]
    assert answer.summary.startswith(
        "Inundación: nivel alta. Movimientos en masa: sin estudio de peligros, no se sabe si los "
        "hay. Riesgos: todavía no hay datos."
    )
    assert answer.spot.zone is Zone.URBAN


def test_what_is_known_of_one_case_says_nothing_of_the_others(database: Database) -> None:
    peligros = said(answered(database, *here_city.HERE), "peligros")
    assert peligros.untold == ("Movimientos en masa",)
    told = document(answered(database, *here_city.HERE))
    layer = next(c for part in told["partes"] for c in part["capas"] if c["capa"] == "peligros")
    assert layer["sin_estudio"] == ["Movimientos en masa"]
    assert "no se sabe si los hay" in layer["texto"]
    with database.engine.begin() as conn:
        conn.execute(sa.text("UPDATE data.peligros SET geom = (SELECT geom FROM data.peligros "
                             "WHERE codigo = 1) WHERE codigo = 2"))  # fmt: skip
    assert said(answered(database, *here_city.HERE), "peligros").untold == ()


def beside(database: Database, metres: float, doubt: float) -> Answer:
    """The answer about a place so far to the east of the hazard around the control point."""
    east, north = CONTROL[0] + 200 + metres, CONTROL[1]
    spot = Spot(*to_degrees(east, north), is_inside=False, doubt_m=doubt)
    with reading(database.reader) as conn:
        return ask(conn, Asking(here_city.catalog()), spot)


@pytest.mark.parametrize(("doubt", "is_told"), [(0, False), (7, False), (9, True), (400, True)])
def test_a_zone_within_the_error_of_the_place_is_told(
    database: Database, doubt: float, is_told: bool
) -> None:
    answer = beside(database, 8, doubt)
    (*none, edge) = said(answer, "peligros").edges or (None,)
    assert none == []
    assert (edge is not None) is is_told
    told = "Puede estar también en otra zona: inundación: nivel alta (a menos de 10 m)"
    assert (told in answer.summary) is is_told
    assert said(answer, "peligros").status is Status.UNKNOWN
    assert "Sin estudio de peligros" in answer.summary
    if edge is not None:
        assert edge.metres == pytest.approx(8, abs=0.1)
        assert "Puede estar también en otra zona" in short_text(answer, "")


@pytest.mark.parametrize(("scale", "is_told"), [(10_000, False), (20_000, True), (None, False)])
def test_no_limit_is_read_with_more_detail_than_it_was_drawn_with(
    database: Database, scale: int | None, is_told: bool
) -> None:
    with database.engine.begin() as conn:
        conn.execute(sa.text("UPDATE data.peligros SET escala = :scale"), {"scale": scale})
    assert bool(said(beside(database, 8, 0), "peligros").edges) is is_told


def test_beside_what_says_the_same_nothing_is_told(database: Database) -> None:
    assert said(beside(database, -3, 50), "peligros").edges == ()


def test_without_a_limit_nobody_says_that_a_place_is_inside(database: Database) -> None:
    with database.engine.begin() as conn:
        conn.execute(sa.text("DELETE FROM data.ciudad"))
    answer = answered(database, *here_city.HERE)
    assert "No se sabe si está dentro del municipio" in answer.summary
    assert "Está dentro" not in answer.summary
    assert document(answer)["lugar"]["dentro"] is None
    assert document(answered(database, 2.35, 48.85))["lugar"]["dentro"] is False


def test_without_layers_of_risk_that_is_said(database: Database) -> None:
    whole = here_city.catalog()
    placed = {n: whole.layer(n) for n in ("ciudad", "sectores")}
    with reading(database.reader) as conn:
        answer = ask(
            conn, Asking(Catalog(whole.entity, placed)), Spot(*here_city.HERE, is_inside=False)
        )
    assert "no tiene estudios de amenaza" in answer.summary
    assert answer.calls


def test_no_study_and_no_data_are_told_apart_and_never_as_safety(database: Database) -> None:
    answer = answered(database, here_city.HERE[0] + 0.02, here_city.HERE[1])
    assert answer.spot.is_inside
    none, empty = said(answer, "peligros"), said(answer, "riesgos")
    assert (none.status, none.words) == (
        Status.UNKNOWN,
        "Sin estudio de peligros: no se sabe si los hay",
    )
    assert empty.status is Status.EMPTY
    assert "Sin estudio de peligros" in answer.summary
    assert "puede ser un río, una vía o un límite" in answer.summary
    assert answer.spot.zone is None


def test_outside_the_municipality_nothing_is_told(database: Database) -> None:
    for lon, lat in ((-75.0, 4.4389), (2.35, 48.85), (-75.2322, -89.0)):
        answer = answered(database, lon, lat)
        assert not answer.spot.is_inside
        assert answer.parts == ()
        assert answer.advice == ()
        assert "fuera del municipio de Prueba" in answer.summary
        assert answer.notices


def test_what_one_is_inside_of_comes_before_what_is_nearer(database: Database) -> None:
    (found,) = said(answered(database, *here_city.HERE), "antenas").found
    assert (found.title, found.is_inside, found.reach_m) == ("Lejana de mucho alcance", True, 300.0)
    assert said(answered(database, *here_city.HERE), "antenas").unplaced == 1


def test_distances_are_straight_until_a_network_leads(database: Database) -> None:
    class Streets:
        def to(
            self, conn: sa.Connection, place: LonLat, groups: Mapping[str, Sequence[LonLat]]
        ) -> dict[tuple[str, int], Walk]:
            return {
                (group, number): Walk(500, 400, (place, target))
                for group, targets in groups.items()
                for number, target in enumerate(targets)
            }

    (straight,) = said(answered(database, FAR_EAST, here_city.HERE[1]), "antenas").found
    assert straight.walk is not None
    assert straight.walk.is_straight
    assert straight.is_inside is False
    walked = answered(database, FAR_EAST, here_city.HERE[1], walks=Streets())
    (found,) = said(walked, "antenas").found
    assert found.walk == Walk(500, 400, ((FAR_EAST, here_city.HERE[1]), found.at))
    assert "a 7 min a pie" in str(document(walked))


def test_of_each_neighbour_only_the_latest_is_told_by_its_name(database: Database) -> None:
    visits = said(answered(database, *here_city.HERE), "visitas")
    told = [[told.value for told in found.told] for found in visits.found]
    assert told == [["Tienda 1", "Baja", "01/01/2024"], ["Tienda 2", "Alta", "01/02/2024"]]
    assert visits.more == 1


def test_nothing_that_is_not_public_comes_out(database: Database) -> None:
    answer = answered(database, *here_city.HERE)
    assert CANARY not in f"{answer}{document(answer)}{short_text(answer, '')}"
    assert "ocultos" not in {each.layer for each in answer.basis}


def test_the_answer_names_what_it_rests_on(database: Database) -> None:
    answer = answered(database, *here_city.HERE)
    with database.engine.connect() as conn:
        rows = conn.execute(sa.text("SELECT layer, id, seq FROM sig.changeset")).all()
        chain = conn.execute(sa.text("SELECT seq, encode(hash, 'hex') FROM sig.chain")).one()
    known = {row.layer: row.id for row in rows}
    assert {b.layer: b.changeset for b in answer.basis} == {
        name: known.get(name) for name in ("peligros", "riesgos", "ciudad", "sectores", "antenas",
                                           "visitas", "tiendas")
    }  # fmt: skip
    assert (answer.chain.seq, answer.chain.hash) == tuple(chain)


def test_short_text_is_short_and_in_lines(database: Database) -> None:
    text = short_text(answered(database, *here_city.HERE), "https://prueba.example/lugar")
    assert len(text) < 1500
    assert "123" in text
    assert "no reemplaza" in text
    assert "\u202e" not in text


def test_history_tells_what_was_said_then(database: Database) -> None:
    spot = Spot(*here_city.HERE, is_inside=False)
    with reading(database.reader) as conn:
        then = head(conn)
        before = ask(conn, Asking(here_city.catalog()), spot)
    with database.engine.begin() as conn:
        conn.execute(sa.text("UPDATE data.peligros SET nivel = 'baja' WHERE codigo = 1"))
    with database.engine.begin() as conn:
        conn.execute(sa.text("DELETE FROM data.sectores"))
    with reading(database.reader) as conn:
        now = ask(conn, Asking(here_city.catalog()), spot)
        past = recall(conn, Asking(here_city.catalog()), spot, then, datetime.now(UTC))
    assert "nivel baja" in now.summary
    assert now.spot.zone is None
    assert past.summary == before.summary
    assert past.spot.zone is Zone.URBAN
    recalled = {part.section for part in past.parts}
    assert recalled == {Section.RISK, Section.PLACE}
    assert replace(said(past, "peligros"), unplaced=0) == said(before, "peligros")


def test_every_layer_is_asked_by_its_spatial_index(database: Database) -> None:
    with database.engine.begin() as conn:
        conn.execute(
            sa.text(
                "INSERT INTO data.antenas (nombre, geom) SELECT 'a' || n, "
                "ST_SetSRID(ST_MakePoint(4700000 + n, 2000000 + n), 9377) "
                "FROM generate_series(1, 5000) AS n"
            )
        )
        conn.execute(
            sa.text(
                "INSERT INTO data.peligros (codigo, geom) SELECT 10 + n, ST_Multi(ST_Buffer("
                "ST_SetSRID(ST_MakePoint(4700000 + 9 * n, 2000000), 9377), 3)) "
                "FROM generate_series(1, 5000) AS n"
            )
        )
        for name in ("antenas", "peligros"):
            conn.execute(sa.select(sa.func.sig.ensure_indexes(name)))
    with database.engine.connect() as conn:
        conn.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")
    prepared = asking_statement.prepare(here_city.catalog())
    values = {**prepared.constants, **asking_statement.position(-75.2, 4.4)}
    with database.reader.connect() as conn:
        lines = conn.exec_driver_sql("EXPLAIN " + prepared.text, values)
        plan = "\n".join(line for (line,) in lines)
    for name in ("antenas", "peligros"):
        assert f"{name}__geom" in plan, plan
        assert f"Seq Scan on {name}" not in plan
