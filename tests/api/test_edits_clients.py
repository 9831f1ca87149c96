"""Programs that edit, and what an edit costs until everybody sees it."""

from __future__ import annotations

import json
import statistics
import subprocess
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import sqlalchemy as sa

from gis.accounts import Action
from tests.api import people, racing, world
from tests.api.conftest import serving
from tests.api.tiles import control_tile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from api.wiring import System
    from tests.databases import Database

ITEMS = "/api/collections/sitios/items"
STORAGE = "http://www.opengis.net/def/crs/EPSG/0/9377"
TILE = f"/api/collections/sitios/tiles/WebMercatorQuad/{control_tile(14)}"
MERGE = {"Content-Type": "application/merge-patch+json"}
EDIT = people.allow(Action.EDITAR)


@pytest.fixture
def token(own_city: System) -> str:
    people.add(own_city, "ana", EDIT)
    return people.token(own_city, "ana", EDIT)


class TestQgis:
    """The requests of QGIS' OAPIF provider, as it sends them since it can edit (3.32, 2023; that
    of 3.22 only reads). It sends no ``If-Match``: whoever edits from it adds the header, beside
    that of the token, in an «API Header» authentication configuration, which goes in them all."""

    @pytest.fixture
    def qgis(self, own_city: System, token: str) -> Iterator[httpx.Client]:
        headers = {
            "User-Agent": "Mozilla/5.0 QGIS/33200", "Accept": "*/*",
            "Authorization": f"Bearer {token}", "If-Match": "*",
        }  # fmt: skip
        with serving(own_city) as at, httpx.Client(base_url=at, headers=headers) as client:
            yield client

    def test_it_finds_out_what_it_may(self, qgis: httpx.Client) -> None:
        """``computeCapabilities``: POST on the items, then PUT, DELETE and PATCH on one of them."""
        page = qgis.get(ITEMS, params={"limit": "10"}).json()
        assert "POST" in qgis.options(ITEMS).headers["allow"].split(", ")
        for name in (page["features"][0]["id"], "unknown_id"):
            allowed = qgis.options(f"{ITEMS}/{name}").headers["allow"].split(", ")
            assert {"PUT", "DELETE", "PATCH"} <= set(allowed)

    def test_it_creates_changes_and_deletes(self, qgis: httpx.Client, own_city: System) -> None:
        """``createFeature``, ``patchFeature`` (geometry, then attributes), ``sendDELETE``."""
        whole = {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [2048868.316, 4752388.9041]},
            "properties": {
                "codigo": "q1", "nombre": "Hecho en QGIS", "estado": None, "cupos": 3,
                "puntaje": None, "accesible": True, "apertura": "2024-02-15",
                "visita": "2024-05-01T05:30:00.000Z",
            },
        }  # fmt: skip
        crs = {"Content-Crs": STORAGE}
        geo = {"Content-Type": "application/geo+json", **crs}
        made = qgis.post(ITEMS, content=json.dumps(whole), headers=geo)
        assert made.status_code == 201, made.text
        where = made.headers["location"]
        created = where[where.rindex("/items/") + len("/items/") :]
        read = qgis.get(f"{ITEMS}/{created}", params={"crs": STORAGE}).json()
        assert read["properties"]["apertura"] == "2024-02-15"
        assert read["geometry"]["coordinates"] == pytest.approx([2048868.316, 4752388.904])
        moved = {"geometry": {"type": "Point", "coordinates": [2048900.0, 4752400.0]}}
        one = f"{ITEMS}/{created}"
        assert qgis.patch(one, content=json.dumps(moved), headers=MERGE | crs).status_code == 200
        named = {"properties": {"nombre": "Otro", "cupos": None}}
        assert qgis.patch(one, content=json.dumps(named), headers=MERGE).status_code == 200
        with own_city.engine.connect() as conn:
            stored = conn.execute(
                sa.text("SELECT nombre, cupos, ST_X(geom) FROM data.sitios WHERE _id = 'q1'")
            ).one()
        assert tuple(stored) == ("Otro", None, pytest.approx(4752400.0))
        whole["id"] = created
        assert qgis.put(one, content=json.dumps(whole), headers=geo).status_code == 200
        assert qgis.delete(one).status_code == 200
        assert qgis.get(one).status_code == 404


def test_gdal_only_reads(own_city: System, token: str, tmp_path: Path) -> None:
    """Its OAPIF driver opens and does nothing else, whatever the server lets it."""
    told = subprocess.run(
        ["ogrinfo", "--format", "OAPIF"], capture_output=True, text=True, check=True
    )
    assert "Open()" in told.stdout
    assert "Create" not in told.stdout
    extra = tmp_path / "uno.geojson"
    extra.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,'
        '"properties":{"codigo":"g1"}}]}'
    )
    with serving(own_city) as at:
        done = subprocess.run(
            ["ogr2ogr", "-append", f"OAPIF:{at}/api", str(extra), "-nln", "sitios",
             "--config", "GDAL_HTTP_HEADERS", f"Authorization: Bearer {token}"],
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode != 0
        assert httpx.get(f"{at}{ITEMS}/g1").status_code == 404


def test_an_edit_is_seen_by_every_process_within_two_seconds(
    own_database: Database, own_city: System, token: str, tmp_path: Path
) -> None:
    own_city.engine.dispose()
    with racing.processes(own_database, tmp_path, 2) as (one, other), httpx.Client() as client:
        lags = seen_elsewhere(client, token, one, other, edits=20)
    assert max(lags["item"]) <= 0.5
    assert max(lags["tile"]) <= 2.0


@pytest.mark.heavy
def test_p99_of_an_edit_seen_elsewhere(
    own_database: Database, own_city: System, token: str, tmp_path: Path
) -> None:
    own_city.engine.dispose()
    with racing.processes(own_database, tmp_path, 2) as (one, other), httpx.Client() as client:
        lags = seen_elsewhere(client, token, one, other, edits=200)
    for name, found in lags.items():
        ordered = sorted(found)
        p99 = ordered[int(len(ordered) * 0.99) - 1]
        print(f"{name}: median {statistics.median(found):.3f} s, p99 {p99:.3f} s")  # noqa: T201
        assert p99 <= 2.0


def seen_elsewhere(
    client: httpx.Client, token: str, one: str, other: str, *, edits: int
) -> dict[str, list[float]]:
    """Seconds from the answer to an edit in one process until the other serves it; and what the
    edit itself took."""
    lags: dict[str, list[float]] = {"edit": [], "item": [], "tile": []}
    headers = {"Authorization": f"Bearer {token}", "If-Match": "*", **MERGE}
    client.get(other + TILE)
    for number in range(1000, 1000 + edits):
        body = json.dumps({"properties": {"cupos": number}})
        asked = time.monotonic()
        done = client.patch(f"{one}{ITEMS}/s000", content=body, headers=headers)
        committed = time.monotonic()
        assert done.status_code == 200, done.text
        lags["edit"].append(committed - asked)
        lags["item"].append(until(lambda n=number: item(client, other) == n) - committed)
        lags["tile"].append(until(lambda n=number: tile(client, other) == n) - committed)
    return lags


def item(client: httpx.Client, address: str) -> Any:
    return client.get(f"{address}{ITEMS}/s000").json()["properties"]["cupos"]


def tile(client: httpx.Client, address: str) -> int:
    return racing.value(client.get(address + TILE).content, "s000")


def until(met: Any) -> float:
    """The moment at which it holds."""
    for _ in range(1000):
        if met():
            return time.monotonic()
        time.sleep(0.005)
    raise AssertionError("it never came")


@pytest.mark.heavy
@pytest.mark.timeout(600)
def test_an_edit_costs_the_same_in_a_layer_of_any_size(own_city: System, token: str) -> None:
    many = sa.text(
        "INSERT INTO data.sitios (codigo, nombre, geom) SELECT 'm' || n, 'Sitio ' || n,"
        " ST_SetSRID(ST_MakePoint(:x + (n % 700 - 350) * 60, :y + (n / 700 - 215) * 100), 9377)"
        " FROM generate_series(CAST(:a AS int), CAST(:b AS int)) AS n"
    )
    took = {}
    with serving(own_city) as at, httpx.Client(base_url=at, timeout=60) as client:
        client.headers.update({"Authorization": f"Bearer {token}", "If-Match": "*"})
        for first, last in ((1, 1_000), (1_001, 300_000)):
            values = {"x": world.CONTROL[0], "y": world.CONTROL[1], "a": first, "b": last}
            with own_city.engine.begin() as conn:
                conn.execute(many, values)
                conn.execute(sa.select(sa.func.sig.ensure_indexes("sitios")))
            with own_city.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
                conn.execute(sa.text("ANALYZE"))
            took[last] = timed(client, 60)
    for size, found in took.items():
        shown = ", ".join(f"{name} {value * 1000:.1f} ms" for name, value in found.items())
        print(f"{size} features: {shown}")  # noqa: T201
    small, large = took[1_000], took[300_000]
    for name in small:
        assert large[name] <= 1.5 * small[name] + 0.01


def timed(client: httpx.Client, times: int) -> dict[str, float]:
    """Median seconds of each kind of edit."""
    took: dict[str, list[float]] = {"create": [], "update": [], "delete": []}
    geo = {"Content-Type": "application/geo+json"}
    for number in range(times):
        name = f"z{number}"
        body = json.dumps({
            "type": "Feature", "geometry": {"type": "Point", "coordinates": [-75.2322, 4.4389]},
            "properties": {"codigo": name, "nombre": "Nuevo"},
        })  # fmt: skip
        calls = (
            ("create", "POST", ITEMS, body, geo),
            ("update", "PATCH", f"{ITEMS}/{name}", '{"properties":{"cupos":1}}', MERGE),
            ("delete", "DELETE", f"{ITEMS}/{name}", "", {}),
        )
        for kind, method, path, content, headers in calls:
            start = time.monotonic()
            done = client.request(method, path, content=content, headers=headers)
            took[kind].append(time.monotonic() - start)
            assert done.status_code in (200, 201), done.text
    return {kind: statistics.median(found) for kind, found in took.items()}
