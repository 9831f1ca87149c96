"""``items`` as files: the whole result of any query, of one moment, with nothing hidden."""

from __future__ import annotations

import csv
import io
import os
import re
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pyarrow.parquet as pq
import pyogrio
import pytest

from api import downloads
from gis import export
from tests.api import world
from tests.api.conftest import serving
from tests.api.test_tile_cache import within

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from api.wiring import System

ITEMS = "/api/collections/sitios/items"
FILES = {
    "csv": ("text/csv; charset=utf-8", "sitios.csv"),
    "geojson": ("application/geo+json", "sitios.geojson"),
    "gpkg": ("application/geopackage+sqlite3", "sitios.gpkg"),
    "fgb": ("application/flatgeobuf", "sitios.fgb"),
    "kml": ("application/vnd.google-earth.kml+xml", "sitios.kml"),
    "parquet": ("application/vnd.apache.parquet", "sitios.parquet"),
    "shp": ("application/zip", "sitios.zip"),
    "xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "sitios.xlsx",
    ),
}


def codes(form: str, content: bytes, folder: Path) -> list[str]:
    """The keys of the features in a file, in its order."""
    if form == "csv":
        return [row["codigo"] for row in csv.DictReader(io.StringIO(content.decode()))]
    if form == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True).worksheets[0]
        heading, *rows = sheet.iter_rows(values_only=True)
        return [str(row[heading.index("codigo")]) for row in rows]
    if form == "parquet":
        return [str(x) for x in pq.read_table(io.BytesIO(content)).column("codigo").to_pylist()]
    path = folder / ("file.shp.zip" if form == "shp" else f"file.{form}")
    path.write_bytes(content)
    return [str(code) for code in pyogrio.read_dataframe(path)["codigo"]]


@pytest.mark.parametrize("form", FILES)
def test_file_brings_the_whole_result(client: httpx.Client, tmp_path: Path, form: str) -> None:
    everything = client.get(ITEMS, params={"f": form})
    assert everything.status_code == 200, everything.text[:300]
    kind, name = FILES[form]
    assert everything.headers["content-type"] == kind
    assert everything.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert int(everything.headers["content-length"]) == len(everything.content)
    every = [row["codigo"] for row in world.ROWS["sitios"]]
    assert sorted(codes(form, everything.content, tmp_path)) == every


@pytest.mark.parametrize("form", FILES)
def test_file_obeys_every_filter(client: httpx.Client, tmp_path: Path, form: str) -> None:
    asked = {
        "filter": "cupos > 2 AND S_INTERSECTS(geometry, BBOX(-76,4,-75,5))",
        "bbox": "-75.2323,4.4388,-75.2,4.4390",
        "estado": "abierto",
        "datetime": "2024-01-01/2024-08-31",
        "as-of": "1",
        "sortby": "-puntaje",
        "properties": "codigo,puntaje",
    }
    page = client.get(ITEMS, params=asked | {"f": "json"}).json()
    found = [feature["id"] for feature in page["features"]]
    assert found == ["s019", "s017", "s015", "s013", "s007", "s005", "s003"]
    content = client.get(ITEMS, params=asked | {"f": form}).content
    read = codes(form, content, tmp_path)
    assert sorted(read) == sorted(found) if form == "fgb" else read == found


def test_file_is_chosen_by_accept(client: httpx.Client) -> None:
    for form, (kind, _) in FILES.items():
        if form == "geojson":  # That kind is a page's; the file has a word of its own.
            continue
        accept = {"Accept": kind.partition(";")[0]}
        answer = client.get(ITEMS, headers=accept)
        assert answer.headers["content-type"] == kind, form
        assert "Accept" in answer.headers["vary"]
    assert (
        client.get(ITEMS, headers={"Accept": "*/*"})
        .headers["content-type"]
        .startswith("application/geo+json")
    )


def test_file_comes_in_the_crs_asked_for(client: httpx.Client) -> None:
    nine = "http://www.opengis.net/def/crs/EPSG/0/9377"
    for crs, ends, heading in (("", "CRS84>", "longitud"), (nine, "9377>", "este")):
        asked = {"f": "csv", "codigo": "s000"} | ({"crs": crs} if crs else {})
        answer = client.get(ITEMS, params=asked)
        assert answer.headers["content-crs"].endswith(ends)
        (row,) = csv.DictReader(io.StringIO(answer.text))
        assert heading in row
    assert float(row["este"]) == pytest.approx(world.CONTROL[0], abs=1e-3)


@pytest.mark.parametrize("name", ["limit", "token"])
def test_page_of_a_file_is_refused(client: httpx.Client, name: str) -> None:
    answer = client.get(ITEMS, params={"f": "csv", name: "5"})
    assert answer.status_code == 400
    assert answer.json()["parameter"] == name


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ({"filter": "clave IS NULL"}, "filter"),
        ({"filter": "cupos / 0 = 1"}, "filter"),
        ({"properties": "clave"}, "properties"),
        ({"sortby": "clave"}, "sortby"),
        ({"clave": "x"}, "clave"),
        ({"f": "exe"}, "f"),
    ],
)
@pytest.mark.parametrize("form", FILES)
def test_refusal_comes_instead_of_a_file(
    client: httpx.Client, form: str, parameters: dict[str, str], name: str
) -> None:
    answer = client.get(ITEMS, params={"f": form} | parameters)
    assert answer.status_code == 400, answer.text[:300]
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["parameter"] == name


def test_table_comes_in_no_file_of_shapes(client: httpx.Client, tmp_path: Path) -> None:
    address = "/api/collections/talleres/items"
    for form in FILES:
        answer = client.get(address, params={"f": form})
        assert answer.status_code == (400 if form in ("shp", "fgb", "kml") else 200), form
    rows = list(csv.DictReader(io.StringIO(client.get(address, params={"f": "csv"}).text)))
    assert [row["codigo"] for row in rows] == ["t1", "t2"]
    assert rows[0]["tema"] == "'=SUM(A1:A9)"


@pytest.mark.parametrize("form", FILES)
@pytest.mark.parametrize("layer", ["sitios", "talleres", "secretos", "aproximados"])
def test_no_file_has_what_is_not_public(client: httpx.Client, form: str, layer: str) -> None:
    answer = client.get(f"/api/collections/{layer}/items", params={"f": form})
    content = answer.content
    if form in ("xlsx", "shp") and answer.status_code == 200:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = b"".join(archive.read(name) for name in archive.namelist())
    if form == "parquet":
        content = str(pq.read_table(io.BytesIO(content)).to_pydict()).encode()
    for word in ("responsable", "clave", "documento", world.CANARY):
        assert word.encode() not in content
    if layer == "aproximados" and form == "csv":
        (row,) = csv.DictReader(io.StringIO(answer.text))
        assert abs(float(row["longitud"]) - -75.2322) > 1e-4


def test_same_state_is_not_sent_twice(own_client: httpx.Client, own_city: System) -> None:
    first = own_client.get(ITEMS, params={"f": "csv"})
    known = {"If-None-Match": first.headers["etag"]}
    assert own_client.get(ITEMS, params={"f": "csv"}, headers=known).status_code == 304
    for other in ({"f": "xlsx"}, {"f": "csv", "cupos": "1"}, {"f": "csv", "properties": "cupos"}):
        assert own_client.get(ITEMS, params=other, headers=known).status_code == 200
    with own_city.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE data.sitios SET nombre = 'Nuevo' WHERE codigo = 's003'")
    second = own_client.get(ITEMS, params={"f": "csv"}, headers=known)
    assert second.status_code == 200
    assert "Nuevo" in second.text


def test_nothing_but_finished_files_is_left_on_disk(
    own_client: httpx.Client, own_city: System
) -> None:
    for form in FILES:
        assert own_client.get(ITEMS, params={"f": form}).status_code == 200
    own_client.get(ITEMS, params={"f": "csv", "filter": "cupos / 0 = 1"})
    left = list((own_city.settings.home / "descargas").iterdir())
    files = [path for path in left if not path.name.startswith(".")]
    assert len(files) == len(FILES)
    assert all(path.suffix == ".lock" for path in left if path not in files)


def test_old_files_go_though_nobody_asks_for_another(own_city: System) -> None:
    folder = own_city.settings.home / "descargas"
    folder.mkdir(mode=0o700, exist_ok=True)
    old = folder / "viejo-1"
    old.write_bytes(b"1")
    os.utime(old, (0, 0))
    with serving(own_city):
        within(5, lambda: not old.exists())


def test_too_many_at_once_are_told_when_to_come_back(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"f": "csv", "codigo": "s007"}
    taken = [downloads._turns.acquire(blocking=False) for _ in range(downloads.AT_ONCE)]
    try:
        assert all(taken)
        answer = client.get(ITEMS, params=asked)
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
    finally:
        for _ in taken:
            downloads._turns.release()
    assert client.get(ITEMS, params=asked).status_code == 200


def test_files_are_linked_and_described(client: httpx.Client) -> None:
    collection = client.get("/api/collections/sitios").json()
    linked = {x["type"]: x["href"] for x in collection["links"] if x["rel"] == "enclosure"}
    assert set(linked) == {kind.partition(";")[0] for kind, _ in FILES.values()}
    for kind, href in linked.items():
        assert client.get(href).headers["content-type"].startswith(kind)
    page = client.get(ITEMS, params={"limit": 2, "filter": "cupos > 3"}).json()
    others = [x for x in page["links"] if x["rel"] == "alternate" and x["type"] == "text/csv"]
    whole = list(csv.DictReader(io.StringIO(client.get(others[0]["href"]).text)))
    assert len(whole) == world.SITES - 4
    operations = client.get("/api/openapi.json").json()["paths"]
    described: Any = operations[ITEMS.removeprefix("/api")]["get"]
    assert set(linked) < set(described["responses"]["200"]["content"])
    (chosen,) = [p for p in described["parameters"] if p.get("name") == "f"]
    assert chosen["schema"]["enum"] == ["json", "html", "jsonfg", *FILES]
    tables: Any = operations["/collections/talleres/items"]["get"]["parameters"]
    (chosen,) = [p for p in tables if p.get("name") == "f"]
    assert not {"shp", "fgb", "kml"} & set(chosen["schema"]["enum"])


def test_every_format_of_an_export_is_one_here() -> None:
    assert list(FILES) == list(export.FORMATS)


def test_page_for_people_leads_to_its_geojson(client: httpx.Client) -> None:
    page = client.get(ITEMS, params={"f": "html", "limit": 3}).text
    href = re.search(r'href="([^"]+)">Esta página como GeoJSON', page)
    assert href is not None
    assert "f=json" in href[1]
    assert "limit=3" in href[1]
