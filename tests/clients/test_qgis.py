"""QGIS, Debian's and without a display, reads every layer and draws our tiles in our style.

Version 3.22 (bookworm) reads CRS84 alone, guesses types from the first page and only reads.
"""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from gis.contract import PUBLICA
from tests.clients import programs
from tests.clients.truth import CENTIMETRE, Site, agree

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(900)]

PYTHON = "/usr/bin/python3"
Blocks = list[list[dict[str, Any]]]


@pytest.fixture
def qgis(tmp_path: Path) -> Any:
    """Runs tasks in QGIS, with a profile that nobody used before; gives what each printed."""

    def run(*tasks: dict[str, Any]) -> Blocks:
        home = {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "LANG": "C.UTF-8"}
        tmp_path.chmod(0o700)
        command = [PYTHON, str(programs.HERE / "qgis_program.py"), json.dumps(tasks)]
        done = subprocess.run(
            command, env={"PATH": "/usr/bin:/bin", **home}, capture_output=True, text=True,
            timeout=600, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        lines = done.stdout.splitlines()
        blocks: Blocks = [[]]
        for line in lines:
            if line.startswith("{"):
                blocks[-1].append(json.loads(line))
            elif not line:
                blocks.append([])
        return blocks

    return run


def test_every_layer_is_read_whole(site: Site, qgis: Any) -> None:
    layers = list(site.catalog)
    found = qgis(*({"do": "read", "url": site.api, "layer": one.name} for one in layers))
    for layer, (about, *rows) in zip(layers, found[:-1], strict=True):
        expected = site.rows(layer.name)
        assert about["count"] == len(expected)
        if about["version"] < 33200:  # TestQgis in test_edits_clients has what later ones ask.
            assert about["edits"] is False
        agree(layer, map(programs.read, rows), expected, CENTIMETRE[4326])


def test_pages_boxes_filters_and_other_crs(small: Site, qgis: Any) -> None:
    box = [-75.20, 4.43, -75.15, 4.47]
    area = f"ST_MakeEnvelope({', '.join(map(str, box))}, 4326)"
    inside = f"ST_Intersects(ST_Transform(geom, 4326), {area})"
    cases: list[tuple[str, dict[str, Any], int, str]] = [
        ("puntos", {"page": 7}, 4326, "true"),
        ("multipoligonos", {"page": 1}, 4326, "true"),
        ("poligonos", {"box": box}, 4326, inside),
        ("lineas", {"box": box, "restricted": True}, 4326, inside),
        ("puntos", {"where": "clase = 'abierto' AND decimal > 2.6"}, 4326,
         "clase = 'abierto' AND decimal > 2.6"),
        *((name, {"crs": f"EPSG:{srid}"}, srid, "true")
          for name in ("puntos", "multilineas") for srid in (9377, 4686, 3116)),
    ]  # fmt: skip
    tasks = [{"do": "read", "url": small.api, "layer": name, **task} for name, task, *_ in cases]
    for (name, _, srid, sql), (_, *rows) in zip(cases, qgis(*tasks)[:-1], strict=True):
        expected = small.rows(name, srid, sql)
        assert expected
        within = CENTIMETRE[srid] if srid in (4326, 4686) else 0.02  # Of seven decimals of degree.
        agree(small.layer(name), map(programs.read, rows), expected, within)


def test_tiles_are_drawn_in_our_style(site: Site, qgis: Any, folder: Path) -> None:
    """By the XYZ address of the TileJSON, as «Añadir capa de teselas vectoriales» asks for it."""
    tasks = []
    names = [layer.name for layer in site.catalog if layer.geometry_for(PUBLICA)]
    for name in names:
        base = f"{site.api}/collections/{name}/tiles/WebMercatorQuad/tilejson"
        document = httpx.get(base).json()
        west, south, east, north = site.extent(name)
        margin = 0.1 * (east - west) + 0.001
        box = [west - margin, south - margin, east + margin, north + margin]
        style = httpx.get(f"{site.api}/styles/{name}").json()
        zooms = {key: document[key] for key in ("minzoom", "maxzoom")}
        (tiles,) = document["tiles"]
        task = {"do": "draw", "tiles": tiles, "box": box, "style": style, **zooms}
        tasks.append({**task, "picture": str(folder / f"{name}.png")})
    (found,) = qgis(*tasks)
    for name, drawn in zip(names, found, strict=True):
        assert drawn["errors"] == [], name
        assert drawn["drawn"] > 20, (name, drawn)
        layer = site.layer(name)
        codes = {row.values.get(layer.style.by) for row in site.rows(name)}
        if layer.style.by and layer.geometry and layer.geometry.dimension == 2:
            assert len(drawn["colours"]) >= len(codes), (name, drawn)
