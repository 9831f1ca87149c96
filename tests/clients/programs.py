"""Programs run as people run them, and what they print as rows."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx

from tests.clients.truth import Row, Site, plain

HERE = Path(__file__).parent
SYSTEM = {"id", "aviso", "time"}
"""What a client finds besides the fields: the id, that the data are a demonstration, and the time
of JSON-FG."""


def run(*command: str, seconds: int = 240) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    assert done.returncode == 0, (command, done.stderr[-3000:])
    return done.stdout


def complaints(*command: str) -> str:
    """What the program says on its error output, right or wrong."""
    return subprocess.run(command, capture_output=True, text=True, timeout=240, check=False).stderr


def frames(*asked: dict[str, Any]) -> list[tuple[dict[str, Any], list[Row]]]:
    """What GeoPandas reads from each source: its CRS and types, and the features."""
    printed = run(sys.executable, str(HERE / "frames.py"), json.dumps(asked))
    found = []
    for block in printed.split("\n\n")[:-1]:
        about, *rows = map(json.loads, block.strip().splitlines())
        found.append((about, [read(one) for one in rows]))
    return found


def read(one: dict[str, Any]) -> Row:
    values = plain((n, v) for n, v in one["values"].items() if n not in SYSTEM)
    return Row(values, None if one["box"] is None else tuple(one["box"]))


def ogr(source: str, layer: str, *options: str) -> list[Row]:
    """What ``ogr2ogr`` reads."""
    form = ("-f", "GeoJSON", "-lco", "RFC7946=NO", "-lco", "COORDINATE_PRECISION=12")
    printed = run("ogr2ogr", *form, *options, "/vsistdout/", source, layer)
    return [from_geojson(one) for one in json.loads(printed)["features"]]


def from_geojson(feature: dict[str, Any]) -> Row:
    values = {n: v for n, v in feature["properties"].items() if n not in SYSTEM}
    return Row(plain(values.items()), box(feature["geometry"]))


def box(geometry: dict[str, Any] | None) -> tuple[float, float, float, float] | None:
    """The box of a GeoJSON geometry, in the order of its numbers."""
    if geometry is None:
        return None
    ends = list(_positions(geometry["coordinates"]))
    xs, ys = [end[0] for end in ends], [end[1] for end in ends]
    return min(xs), min(ys), max(xs), max(ys)


def _positions(value: Any) -> Any:
    if isinstance(value[0], (int, float)):
        yield value
    else:
        for part in value:
            yield from _positions(part)


def download(site: Site, name: str, form: str, folder: Path, **asked: str) -> str:
    end = "shp.zip" if form == "shp" else form
    path = folder / f"{name}.{end}"
    answer = httpx.get(site.items(name), params={"f": form, **asked}, timeout=120)
    assert answer.status_code == 200, answer.text
    path.write_bytes(answer.content)
    return str(path)
