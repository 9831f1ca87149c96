"""The programs people use read our layers whole and right."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.api import world

if TYPE_CHECKING:
    from pathlib import Path


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_gdal_lists_every_layer(address: str) -> None:
    listed = run("ogrinfo", "-ro", f"OAPIF:{address}/api")
    for layer in world.LAYERS:
        assert layer.name in listed


def test_gdal_reads_a_layer_of_several_pages(address: str, tmp_path: Path) -> None:
    target = tmp_path / "sitios.geojson"
    source = f"OAPIF:{address}/api"
    run("ogr2ogr", "-oo", "PAGE_SIZE=5", str(target), source, "sitios")
    features = json.loads(target.read_text())["features"]
    assert [f["properties"]["codigo"] for f in features] == [
        row["codigo"] for row in world.ROWS["sitios"]
    ]
    first = features[0]
    assert first["geometry"]["coordinates"] == pytest.approx([-75.2322, 4.4389], abs=1e-7)
    assert first["properties"]["cupos"] == 0
    assert first["properties"]["nombre"] == 'Sitio "0" ñandú'
    assert features[-1]["geometry"] is None


def test_gdal_filters_by_box(address: str) -> None:
    source = f"OAPIF:{address}/api"
    box = ("-spat", "-75.2323", "4.4388", "-75.2321", "4.4390")
    shown = run("ogrinfo", "-ro", "-al", "-so", *box, source, "sitios")
    assert "Feature Count: 1" in shown or "Feature Count: 2" in shown


def geopandas(code: str, *arguments: str) -> Any:
    """What a program with GeoPandas prints, as JSON. A process of its own: GDAL keeps Python's
    lock while it reads, and the server of these tests is a thread."""
    program = f"import json, sys, geopandas as gpd\n{code}"
    return json.loads(run(sys.executable, "-c", program, *arguments))


def test_geopandas_reads_a_layer_of_several_pages(address: str) -> None:
    """A recent GDAL asks for the storage CRS, so this also proves the order of its axes."""
    code = """
frame = gpd.read_file(sys.argv[1], layer="sitios", PAGE_SIZE=5)
first = frame.to_crs(4326).geometry.iloc[0]
print(json.dumps([list(frame["codigo"]), first.x, first.y, int(frame.geometry.isna().sum())]))
"""
    codes, longitude, latitude, without_place = geopandas(code, f"OAPIF:{address}/api")
    assert codes == [row["codigo"] for row in world.ROWS["sitios"]]
    assert (longitude, latitude) == pytest.approx((-75.2322, 4.4389), abs=1e-7)
    assert without_place == 1


@pytest.mark.parametrize(("name", "kind"), [("zonas", "MultiPolygon"), ("vias", "LineString")])
def test_geopandas_reads_shapes_of_every_kind(address: str, name: str, kind: str) -> None:
    code = """
frame = gpd.read_file(sys.argv[1], layer=sys.argv[2])
print(json.dumps(list(frame.geom_type)))
"""
    assert geopandas(code, f"OAPIF:{address}/api", name) == [kind] * len(world.ROWS[name])


def test_geopandas_reads_a_page_as_plain_geojson(address: str) -> None:
    code = "print(json.dumps(list(gpd.read_file(sys.argv[1]).to_crs(9377).area)))"
    areas = geopandas(code, f"{address}/api/collections/zonas/items?limit=10")
    assert areas == pytest.approx([4_000_000] * 3, rel=1e-5)
