"""``filter``: CQL2 over what the caller sees, and nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis import export
from gis.contract import PUBLICA
from gis.errors import InvalidRequest
from gis.features import reading
from gis.filters import spatial, temporal
from gis.filters.translate import ARITHMETIC, COMPARISONS
from tests.api import world
from tests.api.test_paging import pages

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import httpx

    from api.wiring import System

ITEMS = "/api/collections/sitios/items"
ZONES = "/api/collections/zonas/items"
NINE = "http://www.opengis.net/def/crs/EPSG/0/9377"
SITES = world.ROWS["sitios"]
Row = dict[str, Any]


def found(client: httpx.Client, text: str, address: str = ITEMS, **more: Any) -> list[str]:
    answer = client.get(address, params={"filter": text, "limit": 1000, **more})
    assert answer.status_code == 200, answer.text
    document = answer.json()
    assert document["numberMatched"] == document["numberReturned"] == len(document["features"])
    return [feature["id"] for feature in document["features"]]


def sites(holds: Callable[[Row], bool]) -> list[str]:
    return [row["codigo"] for row in SITES if holds(row)]


MEANINGS: list[tuple[str, Callable[[Row], bool]]] = [
    ("cupos = 7", lambda r: r["cupos"] == 7),
    ("cupos <> 7", lambda r: r["cupos"] != 7),
    ("cupos >= 7 AND cupos < 9.5", lambda r: 7 <= r["cupos"] < 9.5),
    ("NOT (cupos > 3 AND cupos < 20)", lambda r: not 3 < r["cupos"] < 20),
    ("cupos = 1 OR cupos = 2 AND estado = 'abierto'", lambda r: r["cupos"] == 1),
    ("(cupos = 1 OR cupos = 2) AND estado = 'cerrado'", lambda r: r["cupos"] == 2),
    ("cupos=1 ORcupos=2 AND estado='abierto'", lambda r: r["cupos"] == 1),
    ("puntaje = 0.125", lambda r: r["cupos"] == 1),
    ("accesible", lambda r: r["accesible"]),
    ("accesible = false", lambda r: not r["accesible"]),
    ("true", lambda r: True),
    ("estado = 'abierto'", lambda r: r["estado"] == "abierto"),
    ("estado IN ('abierto', 'otro')", lambda r: r["estado"] == "abierto"),
    ("cupos NOT IN (1, 2, 3)", lambda r: r["cupos"] not in (1, 2, 3)),
    ("cupos BETWEEN 5 AND 8", lambda r: 5 <= r["cupos"] <= 8),
    ("cupos NOT BETWEEN 5 AND 8", lambda r: not 5 <= r["cupos"] <= 8),
    ("codigo LIKE 's01%'", lambda r: r["codigo"].startswith("s01")),
    ("codigo NOT LIKE '__0_'", lambda r: r["codigo"][2] != "0"),
    ("apertura IS NULL", lambda r: r["apertura"] is None),
    ("apertura IS NOT NULL", lambda r: r["apertura"] is not None),
    ("geometry IS NULL", lambda r: r["geom"] is None),
    ("apertura = DATE('2024-02-15')", lambda r: r["apertura"] == "2024-02-15"),
    ("visita < TIMESTAMP('2024-05-01T06:00:00Z')", lambda r: r["visita"][11:13] == "00"),
    ("visita < TIMESTAMP('2024-05-01T01:00:00-05:00')", lambda r: r["visita"][11:13] == "00"),
    ("CASEI(nombre) = CASEI('SITIO \"3\" ÑANDÚ')", lambda r: r["cupos"] == 3),
    ("ACCENTI(nombre) = ACCENTI('Sítio \"3\" nandu')", lambda r: r["cupos"] == 3),
    ("CASEI(ACCENTI(nombre)) LIKE CASEI(ACCENTI('%3\" Nándú'))", lambda r: r["cupos"] in (3, 13)),
    ("cupos + 1 = 8 / 2", lambda r: r["cupos"] == 3),
    ("puntaje * 8 = cupos", lambda r: True),
    ("nombre = 'l''autre'", lambda r: False),
    ("nombre = '%; DROP TABLE data.sitios; --'", lambda r: False),
    ("nombre = ''' OR 1=1 --'", lambda r: False),
]


@pytest.mark.parametrize(("text", "holds"), MEANINGS)
def test_filter_means_what_the_standard_says(
    client: httpx.Client, text: str, holds: Callable[[Row], bool]
) -> None:
    assert found(client, text) == sites(holds)


JSON: list[tuple[Any, Callable[[Row], bool]]] = [
    ({"op": "=", "args": [{"property": "cupos"}, 7]}, lambda r: r["cupos"] == 7),
    (
        {"op": "between", "args": [{"property": "cupos"}, 5, 8]},
        lambda r: 5 <= r["cupos"] <= 8,
    ),
    (
        {
            "op": "and",
            "args": [
                {"op": "in", "args": [{"property": "estado"}, ["abierto"]]},
                {"op": "not", "args": [{"op": "isNull", "args": [{"property": "apertura"}]}]},
                {"op": "like", "args": [{"property": "codigo"}, "s00%"]},
            ],
        },
        lambda r: r["estado"] == "abierto" and r["codigo"].startswith("s00"),
    ),
    (
        {"op": ">", "args": [{"property": "apertura"}, {"date": "2024-11-30"}]},
        lambda r: (r["apertura"] or "") > "2024-11-30",
    ),
]


@pytest.mark.parametrize(("tree", "holds"), JSON)
def test_filter_in_json_means_the_same(
    client: httpx.Client, tree: Any, holds: Callable[[Row], bool]
) -> None:
    more = {"filter-lang": "cql2-json"}
    assert found(client, json.dumps(tree), **more) == sites(holds)


EAST, NORTH = world.CONTROL
AROUND = f"POLYGON(({NORTH - 9} {EAST - 50},{NORTH - 9} {EAST + 250},{NORTH + 9} {EAST + 250},{NORTH + 9} {EAST - 50},{NORTH - 9} {EAST - 50}))"  # noqa: E501


@pytest.mark.parametrize(
    ("text", "crs", "ids"),
    [
        ("S_INTERSECTS(geometry, BBOX(-75.2323,4.4388,-75.2321,4.4390))", "", ["s000"]),
        ("S_INTERSECTS(geometry,BBOX(4.4388,-75.2323,4.4390,-75.2321))", "EPSG:4326", ["s000"]),
        (f"S_INTERSECTS(geometry, {AROUND})", NINE, ["s000", "s001", "s002"]),
        (f"S_WITHIN(geometry, {AROUND})", NINE, ["s000", "s001", "s002"]),
        (f"S_CONTAINS({AROUND}, geometry)", NINE, ["s000", "s001", "s002"]),
        (f"S_DISJOINT(geometry, {AROUND}) AND cupos < 5", NINE, ["s003", "s004"]),
        (f"S_EQUALS(geometry, POINT({NORTH} {EAST + 100}))", NINE, ["s001"]),
        (
            f"S_INTERSECTS(geometry, MULTIPOINT(({NORTH} {EAST}),({NORTH} {EAST + 300})))",
            NINE,
            ["s000", "s003"],
        ),
        (
            f"S_INTERSECTS(geometry, GEOMETRYCOLLECTION(POINT({NORTH} {EAST}),{AROUND}))",
            NINE,
            ["s000", "s001", "s002"],
        ),
        ("S_INTERSECTS(geometry, BBOX(10,10,11,11))", "", []),
        ("S_INTERSECTS(geometry, BBOX(170,-90,-170,90))", "", []),
        ("S_CONTAINS(geometry, POLYGON((0 0,1 0,1 1,0 0)))", "", []),
    ],
)
def test_spatial_functions_take_coordinates_in_the_order_of_their_crs(
    client: httpx.Client, text: str, crs: str, ids: list[str]
) -> None:
    assert found(client, text, **({"filter-crs": crs} if crs else {})) == ids


def test_whole_world_meets_all_that_has_a_place(client: httpx.Client) -> None:
    for world_box in (
        "BBOX(-180,-90,180,90)",
        "POLYGON((-180 -90,180 -90,180 90,-180 90,-180 -90))",
    ):
        assert found(client, f"S_INTERSECTS(geometry,{world_box})") == sites(
            lambda r: bool(r["geom"])
        )


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("S_TOUCHES(geometry, {edge})", ["0"]),
        ("S_CROSSES(geometry, {line})", ["0"]),
        ("S_OVERLAPS(geometry, {over})", ["0"]),
        ("S_CONTAINS(geometry, {edge}) OR S_WITHIN(geometry, {all})", ["0", "1", "2"]),
    ],
)
def test_shapes_relate_to_shapes(client: httpx.Client, text: str, ids: list[str]) -> None:
    def ring(west: float, south: float, east: float, north: float) -> str:
        corners = ((south, west), (south, east), (north, east), (north, west), (south, west))
        pairs = ",".join(f"{NORTH + y} {EAST + x}" for y, x in corners)
        return f"POLYGON(({pairs}))"

    shapes = {
        "edge": ring(-500, 0, 0, 500),
        "over": ring(-500, 0, 500, 500),
        "all": ring(-1, -1, 9001, 2001),
        "line": f"LINESTRING({NORTH + 10} {EAST - 10},{NORTH + 10} {EAST + 10})",
    }
    assert found(client, text.format(**shapes), ZONES, **{"filter-crs": NINE}) == ids


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("T_AFTER(desde, DATE('2019-12-31'))", ["0", "1", "2"]),
        ("T_BEFORE(hasta, DATE('2023-01-01'))", ["0", "1"]),
        ("T_EQUALS(desde, DATE('2020-01-01'))", ["0", "1", "2"]),
        ("T_DISJOINT(desde, INTERVAL('2020-01-01','..'))", []),
        ("T_INTERSECTS(INTERVAL(desde,hasta), INTERVAL('..','2020-01-01'))", ["0", "1"]),
        ("T_DURING(desde, INTERVAL('2019-01-01','2021-01-01'))", ["0", "1", "2"]),
        ("T_CONTAINS(INTERVAL(desde,hasta), INTERVAL('2021-01-01','2021-02-01'))", ["0", "1"]),
        ("T_MEETS(INTERVAL(desde,hasta), INTERVAL('2022-12-31','..'))", ["0", "1"]),
        ("T_METBY(INTERVAL(desde,hasta), INTERVAL('..','2020-01-01'))", ["0", "1", "2"]),
        ("T_STARTS(INTERVAL(desde,hasta), INTERVAL('2020-01-01','..'))", ["0", "1"]),
        ("T_STARTEDBY(INTERVAL(desde,hasta), INTERVAL('2020-01-01','2021-01-01'))", ["0", "1"]),
        ("T_FINISHES(INTERVAL(desde,hasta), INTERVAL('..','2022-12-31'))", ["0", "1"]),
        ("T_FINISHEDBY(INTERVAL(desde,hasta), INTERVAL('2021-01-01','2022-12-31'))", ["0", "1"]),
        ("T_OVERLAPS(INTERVAL(desde,hasta), INTERVAL('2021-01-01','..'))", ["0", "1"]),
        ("T_OVERLAPPEDBY(INTERVAL(desde,hasta), INTERVAL('..','2021-01-01'))", ["0", "1"]),
    ],
)
def test_temporal_functions_relate_times(client: httpx.Client, text: str, ids: list[str]) -> None:
    assert found(client, text, ZONES) == ids


HOSTILE = [
    "",
    "  ",
    "cupos",
    "cupos =",
    "inventado = 1",
    "responsable = 'x'",
    f"clave = '{world.CANARY}'",
    "clave IS NULL",
    "clave LIKE 'c%'",
    "_fid = 1",
    '"_fid" = 1',
    '"_changeset" > 0',
    "geom IS NULL",
    "geometry = 1",
    "cupos = 'siete'",
    "nombre = 7",
    "nombre > cupos",
    "accesible = 1",
    "apertura = '2024-02-15'",
    "apertura = TIMESTAMP('2024-02-15T00:00:00Z')",
    "apertura = DATE('2024-02-30')",
    "visita > TIMESTAMP('2024-05-01T00:00:00')",
    "visita > TIMESTAMP('0001-01-01T00:00:00+14:00')",
    "nombre LIKE 7",
    "cupos LIKE '7%'",
    "cupos IN ('a')",
    "cupos = 1e400",
    "cupos = 99999999999999999999",
    "cupos / 0 = 1",
    "nombre LIKE '%\\'",
    "puntaje * 1e300 * 1e300 > 1",
    "pg_sleep(10) = 1",
    "pg_sleep(10)",
    "cupos = (SELECT 1)",
    "1=1; DROP TABLE data.sitios",
    "cupos = 7 --",
    "cupos = 7 OR 1=1) --",
    "nombre = 'a' || 'b'",
    "nombre = 'a\x00b'",
    "S_INTERSECTS(geometry, 'POINT(0 0)')",
    "S_INTERSECTS(geometry, geometry)",
    "S_INTERSECTS(nombre, POINT(0 0))",
    "S_INTERSECTS(geometry, POINT(0))",
    "S_INTERSECTS(geometry, POINT EMPTY)",
    "S_INTERSECTS(geometry, POLYGON((0 0,1 1,1 0,0 1,0 0)))",
    "S_INTERSECTS(geometry, POLYGON((0 0,1 1)))",
    "S_INTERSECTS(geometry, LINESTRING(0 0))",
    "S_INTERSECTS(geometry, BBOX(1,2,3))",
    "S_INTERSECTS(geometry, BBOX(1,5,2,3))",
    "S_INTERSECTS(geometry, POINT(1e400 0))",
    "S_WITHIN(geometry, GEOMETRYCOLLECTION(POINT(0 0),LINESTRING(0 0,1 1)))",
    "T_AFTER(apertura, TIMESTAMP('2024-02-15T00:00:00Z'))",
    "T_AFTER(nombre, DATE('2024-02-15'))",
    "T_DURING(apertura, INTERVAL('..','..','..'))",
    "T_DURING(apertura, INTERVAL('ayer','hoy'))",
    "(" * 10_000 + "cupos = 1" + ")" * 10_000,
    "(" * 200 + "cupos = 1" + ")" * 200,
    "NOT " * 3_000 + "cupos = 1",
    "-" * 15_000 + "cupos = 1",
    "1=" * 7_000 + "cupos",
    "cupos = 1" + " + 1" * 3_000,
    "CASEI(" * 2_000 + "nombre" + ")" * 2_000 + " = 'a'",
    "cupos = 1 OR " * 1_200 + "cupos = 2",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:40])
def test_hostile_filter_is_a_refusal_in_spanish(client: httpx.Client, text: str) -> None:
    response = client.get(ITEMS, params={"filter": text})
    assert response.status_code == 400, response.text[:500]
    problem = response.json()
    assert problem["parameter"] == "filter"
    assert problem["detail"].startswith("«filter» ")
    assert len(response.content) < 3_000
    for word in ("psycopg", "SELECT", "sqlalchemy", "lark"):
        assert word not in problem["detail"].replace(text, "")


HOSTILE_JSON = [
    "{",
    "[]",
    '{"op":"and","args":[]}',
    "null",
    "7",
    '"x"',
    "NaN",
    '{"op":"="}',
    '{"op":"=","args":[]}',
    '{"op":"=","args":[{"property":"cupos"},NaN]}',
    '{"op":"=","args":[{"property":"clave"},"x"]}',
    '{"op":"=","args":[{"property":7},"x"]}',
    '{"op":"=","args":[{"property":"cupos"},{}]}',
    '{"op":"=","args":[{"property":"cupos"},null]}',
    '{"op":"=","args":[{"property":"nombre"},"a\\u0000b"]}',
    '{"op":"=","args":[{"property":"nombre"},"\\ud800"]}',
    '{"op":"in","args":[{"property":"cupos"},[]]}',
    '{"op":"in","args":[{"property":"cupos"},7]}',
    '{"op":"system","args":["ls"]}',
    '{"op":"a_contains","args":[{"property":"cupos"},[1]]}',
    '{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Point","coordinates":[]}]}',
    '{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Nada","coordinates":[1,2]}]}',
    '{"op":"s_intersects","args":[{"property":"geometry"},{"bbox":["a",1,2,3]}]}',
    '{"op":"t_during","args":[{"property":"apertura"},{"interval":[1,2]}]}',
    '{"op":"not","args":[' * 700,
    '{"op":"not","args":[' * 400 + "true" + "]}" * 400,
    "[" * 9_000,
]


@pytest.mark.parametrize("text", HOSTILE_JSON, ids=lambda text: text[:40])
def test_hostile_json_is_a_refusal(client: httpx.Client, text: str) -> None:
    response = client.get(ITEMS, params={"filter": text, "filter-lang": "cql2-json"})
    assert response.status_code == 400, response.text[:500]
    assert response.json()["parameter"] == "filter"


PIECES = (
    "cupos nombre = <> ( ) AND OR NOT 'a' 7 IN BETWEEN LIKE IS NULL , geometry - + * / apertura "
    "S_INTERSECTS POINT(0 0) DATE('2024-01-01') T_AFTER INTERVAL CASEI true"
)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60) | st.lists(st.sampled_from(PIECES.split()), max_size=14).map(" ".join))
def test_any_text_is_a_selection_or_a_refusal(client: httpx.Client, text: str) -> None:
    response = client.get(ITEMS, params={"filter": text})
    assert response.status_code in (200, 400), response.text
    assert response.status_code == 200 or response.json()["parameter"] == "filter"


LEAVES = (
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from([{"property": "cupos"}, {"property": "geometry"}, {"date": "2024-02-15"}])
)
WORDS = [*COMPARISONS, *ARITHMETIC, *spatial.RELATIONS, *temporal.RELATIONS]
WORDS += ["and", "or", "not", "in", "like", "between", "isNull", "casei", "accenti"]
TREES = st.recursive(
    LEAVES,
    lambda part: (
        st.lists(part, max_size=4)
        | st.fixed_dictionaries({"op": st.sampled_from(WORDS), "args": st.lists(part, max_size=3)})
        | st.fixed_dictionaries({"bbox": st.lists(st.floats(), max_size=6)})
        | st.fixed_dictionaries({"interval": st.lists(part, max_size=3)})
        | st.fixed_dictionaries(
            {
                "type": st.sampled_from(["Point", "LineString", "Polygon", "GeometryCollection"]),
                "coordinates": st.lists(part, max_size=4),
            }
        )
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(TREES)
def test_any_tree_is_a_selection_or_a_refusal(client: httpx.Client, tree: Any) -> None:
    parameters = {"filter": json.dumps(tree), "filter-lang": "cql2-json"}
    response = client.get(ITEMS, params=parameters)
    assert response.status_code in (200, 400), response.text
    assert response.status_code == 200 or response.json()["parameter"] == "filter"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("apertura >= '2024-06-01T'", "apertura >= DATE('2024-06-01')"),
        ("apertura = '2024-06-15TZ'", "apertura = DATE('2024-06-15')"),
        ("visita > '2024-05-01T12:00:00Z'", "visita > TIMESTAMP('2024-05-01T12:00:00Z')"),
        ("accesible = 1", "accesible = TRUE"),
        ("nombre ILIKE 'SITIO \"1%'", "CASEI(nombre) LIKE CASEI('SITIO \"1%')"),
    ],
)
def test_gdal_s_way_of_writing_means_the_same(
    client: httpx.Client, written: str, meant: str
) -> None:
    loose = client.get(ITEMS, params={"filter": written, "filter-lang": "cql-text"}).json()
    strict = client.get(ITEMS, params={"filter": meant}).json()
    assert 0 < loose["numberMatched"] < world.SITES
    assert loose["features"] == strict["features"]
    assert client.get(ITEMS, params={"filter": written}).status_code == 400


@pytest.mark.parametrize(
    "written",
    ["apertura > '2024-13-45T'", "visita > '2024-05-01T25Z'", "accesible = 2", "cupos = '1'"],
)
def test_gdal_s_way_of_writing_is_no_licence(client: httpx.Client, written: str) -> None:
    answer = client.get(ITEMS, params={"filter": written, "filter-lang": "cql-text"})
    assert answer.status_code == 400
    assert answer.json()["parameter"] == "filter"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("filter-lang", "cql-json"),
        ("filter-lang", ""),
        ("filter-crs", "EPSG:32618"),
        ("filter-crs", "x"),
    ],
)
def test_language_and_crs_that_are_not_offered_are_refused(
    client: httpx.Client, name: str, value: str
) -> None:
    response = client.get(ITEMS, params={"filter": "cupos = 1", name: value})
    assert response.status_code == 400
    assert response.json()["parameter"] == name


def test_table_has_no_geometry_to_filter_by(client: httpx.Client) -> None:
    for layer in ("talleres", "secretos"):
        address = f"/api/collections/{layer}/items"
        answer = client.get(address, params={"filter": "geometry IS NULL"})
        assert answer.status_code == 400


def test_coarse_geometry_is_what_a_filter_meets(client: httpx.Client) -> None:
    address = "/api/collections/aproximados/items"
    exact = "S_INTERSECTS(geometry, BBOX(-75.23221,4.43889,-75.23219,4.43891))"
    assert found(client, exact, address) == []


def test_filter_works_with_every_other_parameter(client: httpx.Client) -> None:
    more = {"bbox": "-75.2323,4.4388,-75.2,4.4390", "estado": "abierto", "datetime": "2024-02-15"}
    both = client.get(ITEMS, params={"filter": "cupos > 5", "as-of": "1", **more}).json()
    assert [f["id"] for f in both["features"]] == ["s013"]
    assert found(client, "cupos > 5", **more) == ["s013"]


@settings(max_examples=10, deadline=None)
@given(limit=st.integers(1, 12), least=st.integers(0, 20))
def test_pages_of_a_filter_add_up(client: httpx.Client, limit: int, least: int) -> None:
    walked = pages(client, ITEMS, limit=limit, filter=f"cupos >= {least}")
    ids = [feature["id"] for page in walked for feature in page["features"]]
    assert ids == sites(lambda r: r["cupos"] >= least)


def test_token_belongs_to_its_filter(client: httpx.Client) -> None:
    first = client.get(ITEMS, params={"limit": 2, "filter": "cupos > 1"}).json()
    following = next(x["href"] for x in first["links"] if x["rel"] == "next")
    assert client.get(following).status_code == 200
    changed = following.replace("cupos+%3E+1", "cupos+%3E+2")
    assert changed != following
    assert client.get(changed).json()["parameter"] == "token"
    other = client.get(following + "&filter-crs=EPSG:4326")
    assert other.json()["parameter"] == "token"


def test_export_filters_by_the_same_words(city: System, tmp_path: Path) -> None:
    path = tmp_path / "sitios.csv"
    where = "S_WITHIN(geometry, BBOX(-75.2323,4.4388,-75.2321,4.4390)) AND NOT (cupos > 3)"
    with reading(city.reader) as conn:
        assert export.write(conn, world.SITIOS, PUBLICA, path, "csv", where=where) == 1
        with pytest.raises(InvalidRequest, match="clave"):
            export.write(conn, world.SITIOS, PUBLICA, path, "csv", where="clave IS NOT NULL")
