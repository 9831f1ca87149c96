"""Questions over a hand-made town whose answers are known by arithmetic."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from gis import store
from gis.contract import (
    Coded,
    Eligibility,
    Geometry,
    Integer,
    Layer,
    Style,
    Symbol,
    Text,
    Tiles,
)
from gis.contract.codelists import Code
from gis.errors import InvalidRequest, NotFound
from gis.features import reading
from gis.processes import Ground, execute, process, processes
from gis.processes.batch import AboutAPlace
from gis.processes.geometry import in_metres
from tests.integration.builders import EAST, METADATA, NORTH, catalog, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.databases import Database

STATE = (Code("bueno", "Bueno", "", "#1a9850"), Code("malo", "Malo", "", "#d73027"))


def layer(name: str, shape: str, *fields: Any, **more: Any) -> Layer:
    return Layer(
        name=name,
        title=name.capitalize(),
        geometry=Geometry(shape, required=False),  # type: ignore[arg-type]
        key=("codigo",),
        fields=(field("codigo", Text(), required=True), *fields),
        metadata=METADATA,
        tiles=Tiles(minzoom=0),
        **more,
    )


PAINTED = Style(symbol=Symbol(), by="estado")
BLOCKS = layer("manzanas", "MultiPolygon", field("personas", Integer()), people="personas")
SERVICES = layer("servicios", "Point", field("estado", Coded("estado", STATE)), style=PAINTED)
STREETS = layer("calles", "LineString", field("estado", Coded("estado", STATE)), style=PAINTED)
ZONES = layer("zonas", "MultiPolygon", field("estado", Coded("estado", STATE)), style=PAINTED)
NEIGHBOURS = layer("barrios", "MultiPolygon")
PATHS = layer("sendas", "LineString")
PLACES = layer("poblados", "MultiPolygon", field("nombre", Text()), label="nombre")
KIOSKS = layer(
    "kioscos",
    "Point",
    field("poblado", Text()),
    field("habitantes", Integer()),
    field("fuente", Text()),
    field("estado", Coded("estado", STATE)),
    label="poblado",
    eligibility=Eligibility(
        id="quien-puede",
        title="Quién puede",
        settlement="poblado",
        places="poblados",
        people="habitantes",
        people_source="fuente",
        minimum_people=100,
        services=("servicios", "kioscos"),
        distance_m=2000.0,
        not_working=(("estado", "malo"),),
    ),
)
TOWN = catalog(BLOCKS, SERVICES, STREETS, ZONES, NEIGHBOURS, PATHS, PLACES, KIOSKS)


def box(x: float, y: float, side: float) -> str:
    ring = ((0, 0), (side, 0), (side, side), (0, side), (0, 0))
    corners = ", ".join(f"{EAST + x + a} {NORTH + y + b}" for a, b in ring)
    return f"SRID=9377;MULTIPOLYGON((({corners})))"


def disc(x: float, y: float, radius: float) -> str:
    turns = [2 * math.pi * corner / 1000 for corner in range(1000)]
    ring = [(x + radius * math.cos(turn), y + radius * math.sin(turn)) for turn in turns]
    corners = ", ".join(f"{EAST + a} {NORTH + b}" for a, b in (*ring, ring[0]))
    return f"SRID=9377;MULTIPOLYGON((({corners})))"


def at(x: float, y: float) -> str:
    return f"SRID=9377;POINT({EAST + x} {NORTH + y})"


def line(x: float, y: float, length: float) -> str:
    return f"SRID=9377;LINESTRING({EAST + x} {NORTH + y}, {EAST + x + length} {NORTH + y})"


ROWS: dict[str, list[dict[str, Any]]] = {
    # Three blocks of 100 m: one at the service, one cut by its reach, one far away.
    "manzanas": [
        {"codigo": "a", "personas": 40, "geom": box(0, 0, 100)},
        {"codigo": "b", "personas": 60, "geom": box(450, 0, 100)},
        {"codigo": "c", "personas": 80, "geom": box(3000, 0, 100)},
        {"codigo": "d", "personas": None, "geom": box(3150, 0, 100)},
    ],
    "servicios": [
        {"codigo": "s1", "estado": "bueno", "geom": at(50, 50)},
        {"codigo": "s2", "estado": "malo", "geom": at(3050, 50)},
        {"codigo": "s3", "estado": "bueno", "geom": None},
    ],
    "calles": [
        {"codigo": "k1", "estado": "malo", "geom": line(-100, 50, 300)},
        {"codigo": "k2", "estado": "bueno", "geom": line(0, 80, 50)},
        {"codigo": "k3", "estado": None, "geom": line(5000, 0, 10)},
    ],
    "zonas": [
        {"codigo": "z1", "estado": "malo", "geom": box(0, 0, 100)},
        {"codigo": "z2", "estado": "malo", "geom": box(50, 0, 100)},
    ],
    # One zone, one that only touches it, and a round one of so many corners that it is cut.
    "barrios": [
        {"codigo": "q1", "geom": box(0, 0, 100)},
        {"codigo": "q2", "geom": box(100, 0, 100)},
        {"codigo": "q3", "geom": disc(9000, 9000, 500)},
    ],
    "poblados": [
        {"codigo": "p1", "nombre": "Tapias", "geom": box(0, 0, 10)},
        {"codigo": "p2", "nombre": "El Cay", "geom": box(0, 0, 10)},
    ],
    "kioscos": [
        {"codigo": "k1", "poblado": "TAPIAS", "habitantes": 300, "fuente": "Censo",
         "estado": "bueno", "geom": at(30_000, 0)},
        {"codigo": "k2", "poblado": "El Cay", "habitantes": None, "fuente": None,
         "estado": "bueno", "geom": at(0, 30_000)},
        {"codigo": "k3", "poblado": "Machín", "habitantes": 500, "fuente": "Censo",
         "estado": "malo", "geom": at(30_500, 0)},
        {"codigo": "k4", "poblado": "Tapias", "habitantes": 90, "fuente": "Censo",
         "estado": "bueno", "geom": at(100, 100)},
        {"codigo": "k5", "poblado": "Santuario", "habitantes": 200, "fuente": None, "estado": None,
         "geom": None},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def town(new_database: Callable[..., Database]) -> Database:
    made = new_database("template0")
    store.migrate(made.engine)
    store.sync_layers(made.engine, TOWN)
    for name, rows in ROWS.items():
        with made.engine.begin() as connection:
            target = sa.table(name, *map(sa.column, rows[0]), schema="data")
            connection.execute(target.insert().values(rows))
    return made


@pytest.fixture
def ask(town: Database) -> Iterator[Callable[..., dict[str, Any]]]:
    """``ask(process, **inputs)`` as the public."""
    with reading(town.reader) as connection:
        yield lambda name, **inputs: execute(process(TOWN, name), Ground(TOWN, connection), inputs)


Ask = Any


def test_coverage_counts_by_area_with_both_bounds(ask: Ask) -> None:
    """The reach of 450 m ends in the middle of the second block (but for the circle's bend)."""
    total = ask("coverage", servicio="servicios", distancia_m=450, filtro="estado = 'bueno'")[
        "total"
    ]
    assert (total["personas"], total["manzanas"], total["manzanas_sin_dato"]) == (180, 4, 1)
    assert (total["personas_cubiertas_minimo"], total["personas_cubiertas_maximo"]) == (40, 100)
    assert (total["manzanas_cubiertas_minimo"], total["manzanas_cubiertas_maximo"]) == (1, 2)
    assert total["personas_cubiertas"] == pytest.approx(40 + 30, abs=1)


def test_coverage_by_section_adds_up_to_the_whole(ask: Ask) -> None:
    found = ask("coverage", servicio="servicios", distancia_m=450, por="zonas")
    assert [(row["nombre"], row["manzanas"]) for row in found["por"]] == [
        ("z1", 1), ("z2", 0), (None, 3),
    ]  # fmt: skip
    assert sum(row["personas"] for row in found["por"]) == found["total"]["personas"]


def test_a_service_that_reaches_nobody_covers_nobody(ask: Ask) -> None:
    total = ask("coverage", servicio="servicios", distancia_m=450, filtro="codigo = 'nada'")[
        "total"
    ]
    assert (total["personas_cubiertas"], total["manzanas_cubiertas_maximo"]) == (0, 0)


def test_gaps_group_neighbouring_blocks(ask: Ask) -> None:
    found = ask("gaps", servicio="servicios", distancia_m=600, filtro="estado = 'bueno'")
    assert found["total"] == {"personas": 80, "manzanas": 2, "vacios": 1}
    (gap,) = found["features"]
    assert gap["properties"] == {"personas": 80, "manzanas": 2, "manzanas_sin_dato": 1}
    assert gap["geometry"]["type"] in ("Polygon", "MultiPolygon")


def test_area_report_cuts_at_the_border_and_crosses(ask: Ask) -> None:
    found = ask("area-report", capas=["calles", "servicios"], capa_area="zonas", elemento="z1")
    streets, services = found["capas"]
    assert found["area"] == {"nombre": "Zonas: z1", "area_m2": 10_000.0}
    assert (streets["elementos"], streets["longitud_m"]) == (2, 150.0)
    assert streets["categorias"] == [
        {"categoria": "Bueno", "elementos": 1, "longitud_m": 50.0},
        {"categoria": "Malo", "elementos": 1, "longitud_m": 100.0},
    ]
    assert services["elementos"] == 1


def test_area_report_of_one_category_where_another_layer_covers(ask: Ask) -> None:
    found = ask(
        "area-report", capas=["calles"], filtro="estado = 'malo'", capa_area="zonas",
        elemento="z1", cruce="zonas", filtro_cruce="codigo = 'z2'",
    )  # fmt: skip
    (streets,) = found["capas"]
    assert (streets["elementos"], streets["longitud_m"]) == (1, 50.0)
    assert found["area"]["area_m2"] == 5_000.0


def test_area_where_nothing_crosses_is_empty_and_says_so(ask: Ask) -> None:
    found = ask(
        "area-report", capas=["calles"], capa_area="zonas", elemento="z1", cruce="zonas",
        filtro_cruce="codigo = 'nada'",
    )  # fmt: skip
    assert found["area"]["area_m2"] == 0
    assert found["capas"][0]["elementos"] == 0


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"capas": ["calles"]}, "Diga el área"),
        ({"capas": ["calles"], "capa_area": "zonas"}, "Diga el área"),
        ({"capas": ["calles", "servicios"], "filtro": "codigo = 'a'", "capa_area": "zonas",
          "elemento": "z1"}, "una sola capa"),
        ({"capas": [], "capa_area": "zonas", "elemento": "z1"}, "de 1 a 12"),
        ({"capas": ["calles"], "capa_area": "zonas", "elemento": "z1",
          "filtro_cruce": "codigo='a'"}, "necesita «cruce»"),
        ({"capas": ["calles"], "area": {"type": "Polygon", "coordinates":
          [[[-75.2, 4.4], [-75.1, 4.5], [-75.1, 4.4], [-75.2, 4.5], [-75.2, 4.4]]]}}, "se cruza"),
        ({"capas": ["calles"], "area": {"type": "Polygon", "coordinates":
          [[[-180, -90], [180, -90], [180, 90], [-180, 90], [-180, -90]]]}}, "fuera de Colombia"),
        ({"capas": ["calles"], "area": {"type": "Polygon", "coordinates": [[[-75, 4]]]}},
         "anillos"),
        ({"capas": ["calles"], "area": {"type": "Polygon", "coordinates": []}}, "vacía"),
        ({"capas": ["calles"], "area": {"type": "Point", "coordinates": [-75, 4]}}, "Polygon"),
        ({"capas": ["calles"], "area": "DROP TABLE"}, "Polygon"),
    ],
)  # fmt: skip
def test_wrong_areas_are_refused(ask: Ask, inputs: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidRequest, match=said):
        ask("area-report", **inputs)


def test_what_only_touches_an_area_is_not_in_it(ask: Ask) -> None:
    (found,) = ask("area-report", capas=["barrios"], capa_area="zonas", elemento="z1")["capas"]
    assert (found["elementos"], found["area_m2"]) == (1, 10_000.0)
    found = ask("overlay", capa="barrios", sobre="zonas", filtro_sobre="codigo = 'z1'")
    assert [(row["elementos"], row["area_m2"]) for row in found["encima"]] == [(1, 10_000.0)]
    assert found["fuera"][0]["elementos"] == 2


CUT = """
    WITH piece AS (
        SELECT row_number() OVER () AS n, p AS geom
          FROM data.barrios, ST_Subdivide(geom, 256) AS p WHERE codigo = 'q3'
    ), edge AS (
        SELECT ST_CollectionExtract(ST_Intersection(a.geom, b.geom), 2) AS geom
          FROM piece a JOIN piece b ON a.n < b.n AND ST_Intersects(a.geom, b.geom)
    )
    INSERT INTO data.sendas (codigo, geom)
    SELECT 'corte', ST_GeometryN(geom, 1) FROM edge ORDER BY ST_Length(geom) DESC LIMIT 1
    RETURNING ST_Length(geom)
"""


def test_a_line_along_a_cut_of_a_large_surface_counts_once(town: Database) -> None:
    """Large surfaces are measured in pieces: this line is the border of two of them."""
    with town.engine.begin() as connection:
        length = connection.execute(sa.text(CUT)).scalar_one()
    assert length > 100
    with reading(town.reader) as connection:
        ground = Ground(TOWN, connection)
        asked = {"capas": ["sendas"], "capa_area": "barrios", "elemento": "q3"}
        (found,) = execute(process(TOWN, "area-report"), ground, asked)["capas"]
        over = execute(process(TOWN, "overlay"), ground, {"capa": "sendas", "sobre": "barrios"})[
            "encima"
        ]
    assert found["longitud_m"] == pytest.approx(length, abs=0.1)
    assert over[0]["longitud_m"] == pytest.approx(length, abs=0.1)


def test_area_of_a_feature_that_is_not_there(ask: Ask) -> None:
    with pytest.raises(NotFound):
        ask("area-report", capas=["calles"], capa_area="zonas", elemento="z9")


def test_overlay_counts_what_overlaps_once_and_what_is_left(ask: Ask) -> None:
    """Two zones of one category that overlap are one surface 150 m wide."""
    found = ask("overlay", capa="calles", sobre="zonas")
    assert found["total"] == {"elementos": 3, "longitud_m": 360.0}
    assert found["encima"] == [
        {"categoria": "Bueno", "sobre": "Malo", "elementos": 1, "longitud_m": 50.0},
        {"categoria": "Malo", "sobre": "Malo", "elementos": 1, "longitud_m": 150.0},
    ]
    assert found["fuera"] == [
        {"categoria": "Malo", "elementos": 1, "longitud_m": 150.0},
        {"categoria": "sin dato", "elementos": 1, "longitud_m": 10.0},
    ]


def test_each_settlement_has_its_verdict_and_reasons(ask: Ask) -> None:
    found = ask("quien-puede")
    verdicts = {one["id"]: one["veredicto"] for one in found["poblados"]}
    assert verdicts == {
        "k1": "elegible",  # 500 m from one that does not work, and its own does not count
        "k2": "sin dato",
        "k3": "no elegible",
        "k4": "no elegible",
        "k5": "no elegible",
    }
    reasons = {one["id"]: [c["razon"] for c in one["criterios"]] for one in found["poblados"]}
    assert "Sin dato de habitantes" in reasons["k2"]
    assert "«Machín» no figura en «Poblados»" in reasons["k3"]
    assert "200 habitantes, pero sin fuente: no se puede contar" in reasons["k5"]
    assert "Sin ubicación conocida: no se puede medir" in reasons["k5"]
    assert found["total"] == {"elegible": 1, "no elegible": 3, "sin dato": 1}


def test_every_answer_names_what_it_rests_on(ask: Ask) -> None:
    named = [source["capa"] for source in ask("quien-puede")["fuentes"]]
    assert sorted(named) == ["kioscos", "poblados", "servicios"]


def test_what_nobody_can_ask_is_not_offered() -> None:
    assert "coverage" not in processes(catalog(SERVICES, ZONES))
    assert {"coverage", "gaps", "quien-puede"} <= set(processes(TOWN))


def test_batch_asks_about_each_feature_and_tells_how_far_it_is(town: Database) -> None:
    told: list[float] = []
    asked = {"proceso": "nearest", "capa": "manzanas", "entradas": {"capa": "servicios"}}
    with reading(town.reader) as connection:
        ground = Ground(TOWN, connection, progress=lambda share, message: told.append(share))
        found = execute(process(TOWN, "batch"), ground, asked)
    nearest = {
        one["id"]: one["respuesta"]["features"][0]["properties"]["codigo"]
        for one in found["respuestas"]
    }
    assert nearest == {"a": "s1", "b": "s1", "c": "s2", "d": "s2"}
    assert told == [0.0]


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"proceso": "batch"}, "pregunta sobre un lugar"),
        ({"proceso": "coverage"}, "pregunta sobre un lugar"),
        ({"entradas": {"capa": "servicios", "lugar": [-75, 4]}}, "lo da cada elemento"),
        ({"entradas": 7}, "objeto JSON"),
    ],
)
def test_wrong_batches_are_refused(ask: Ask, inputs: dict[str, Any], said: str) -> None:
    whole = {"proceso": "nearest", "capa": "manzanas", "entradas": {"capa": "servicios"}}
    with pytest.raises(InvalidRequest, match=said):
        ask("batch", **{**whole, **inputs})


def test_a_batch_whose_answers_do_not_fit_is_refused(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gis.processes.batch.LARGEST", 600)
    with pytest.raises(InvalidRequest, match="en el elemento 2 de 4"):
        ask("batch", proceso="nearest", capa="manzanas", entradas={"capa": "servicios"})


def test_batch_accounts_for_every_feature(ask: Ask) -> None:
    found = ask("batch", proceso="nearest", capa="servicios", entradas={"capa": "manzanas"})
    assert [(one["id"], one["estado"]) for one in found["respuestas"]] == [
        ("s1", "respondido"), ("s2", "respondido"), ("s3", "sin ubicación"),
    ]  # fmt: skip
    assert found["total"] == {
        "elementos": 3, "respondidos": 2, "sin_ubicacion": 1, "rechazados": 0, "sin_preguntar": 0,
    }  # fmt: skip


def test_batch_says_how_many_it_left(ask: Ask) -> None:
    asked = {"proceso": "nearest", "entradas": {"capa": "zonas"}, "cuantos": 1}
    total = ask("batch", capa="manzanas", filtro="personas > 50", **asked)["total"]
    assert (total["elementos"], total["respondidos"], total["sin_preguntar"]) == (2, 1, 1)


def refusing(monkeypatch: pytest.MonkeyPatch, *ids: float) -> None:
    """Have ``nearest`` refuse places so far east of the first block, in metres."""
    whole = process(TOWN, "nearest")

    def run(ground: Ground, inputs: Any) -> dict[str, Any]:
        if any(abs(in_metres(inputs["lugar"])[0] - EAST - x) < 200 for x in ids):
            raise InvalidRequest("No hay con qué responder allí", parameter="lugar")
        return whole.run(ground, inputs)

    monkeypatch.setattr(AboutAPlace, "named", lambda *_: {"nearest": replace(whole, run=run)})


BATCH = {"proceso": "nearest", "capa": "manzanas", "entradas": {"capa": "servicios"}}


def test_what_is_refused_for_one_feature_does_not_stop_the_others(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing(monkeypatch, 500)
    found = ask("batch", **BATCH)
    assert found["respuestas"][1] == {
        "id": "b", "nombre": "b", "estado": "rechazado", "rechazo": "No hay con qué responder allí",
    }  # fmt: skip
    assert (found["total"]["respondidos"], found["total"]["rechazados"]) == (3, 1)


def test_a_batch_of_which_all_is_refused_has_no_answer(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing(monkeypatch, 0, 500, 3000, 3150)
    with pytest.raises(InvalidRequest, match=r"los 4 elementos .* «a»: No hay con qué responder"):
        ask("batch", **BATCH)


FILTERED: dict[str, tuple[str, dict[str, Any]]] = {
    "nearest": ("filtro", {"lugar": [-75.2, 4.4], "capa": "sendas"}),
    "coverage": ("filtro", {"servicio": "sendas", "distancia_m": 10}),
    "gaps": ("filtro", {"servicio": "sendas", "distancia_m": 10}),
    "overlay": ("filtro_sobre", {"capa": "calles", "sobre": "barrios"}),
    "area-report": (
        "filtro_cruce",
        {"capas": ["calles"], "capa_area": "zonas", "elemento": "z1", "cruce": "barrios"},
    ),
    "batch": ("filtro", {**BATCH, "capa": "sendas"}),
}


@pytest.mark.parametrize("name", FILTERED)
@pytest.mark.parametrize("wrong", ["estado = 'malo'", "nada = 1"])
def test_a_filter_of_a_field_that_is_not_there_is_refused_before_anything_is_read(
    name: str, wrong: str
) -> None:
    filtered, inputs = FILTERED[name]
    with pytest.raises(InvalidRequest, match=wrong.split()[0]) as refused:
        process(TOWN, name).read({**inputs, filtered: wrong}, TOWN)
    assert refused.value.context["parameter"] == filtered
    process(TOWN, name).read({**inputs, filtered: "codigo = 'a'"}, TOWN)


@pytest.mark.parametrize(
    "wrong",
    [{"capa": "nada"}, {}, {"capa": "sendas", "filtro": "nada = 1"}, {"capa": "sendas", "x": 1}],
)
def test_other_inputs_of_a_batch_are_refused_before_anything_is_read(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest, match="«entradas»") as refused:
        process(TOWN, "batch").read({**BATCH, "entradas": wrong}, TOWN)
    assert refused.value.context["parameter"] == "entradas"
