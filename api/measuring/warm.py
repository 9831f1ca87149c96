"""Tiles in memory under sixteen connections, against nginx with the same bytes on disk."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

from api.measuring.figures import Bar, Figure
from api.measuring.processes import processor_seconds
from api.measuring.stage import free_port, running
from api.measuring.tiles import chosen, path_of
from gis.benchmark.layers import POINTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from api.measuring.stage import Client, Server, Stage

PART = "warm"
CONNECTIONS = 16
ZOOMS = (13, 16)
PER_ZOOM = 20
ENOUGH = 10_000.0
"""Answers a second that are enough whatever nginx does."""
BAR = Bar(0.5, more_is_better=True, enough=ENOUGH)
CONFIGURATION = """\
worker_processes 1; daemon off; master_process off; pid {folder}/nginx.pid; error_log stderr;
events {{ worker_connections 256; }}
http {{
    access_log off; sendfile on; tcp_nopush on; open_file_cache max=2000;
    keepalive_requests 1000000000;
    client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
    uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
    server {{
        listen 127.0.0.1:{port}; root {folder}/root;
        default_type application/vnd.mapbox-vector-tile; add_header Content-Encoding gzip;
    }}
}}
"""
SCRIPT = """\
local paths = {{ {paths} }}
local n = 0
request = function()
  n = n % #paths + 1
  return wrk.format("GET", paths[n], {{["Accept-Encoding"] = "gzip"}})
end
"""


def measure(
    stage: Stage, server: Server, client: Client, seconds: int, tell: Callable[[str], None]
) -> Iterator[Figure | str]:
    """Answers a second of one process of each; needs ``wrk``, and ``nginx`` to compare with."""
    if shutil.which("wrk") is None:
        yield "teselas en memoria: no está instalado wrk"
        return
    tell("Teselas en memoria con 16 conexiones …")
    paths = [path_of(POINTS, tile) for tile in chosen(stage, POINTS, *ZOOMS, PER_ZOOM)]
    size = _lay_out(client, paths, stage.folder / "nginx" / "root")
    ours, cost = _per_second(server, paths, stage.folder, seconds)
    note = f"{len(paths)} teselas, {size / len(paths) / 1000:.0f} kB gzip en promedio; un proceso"
    work = "Teselas en memoria, 16 conexiones"
    if shutil.which("nginx") is None:
        yield "teselas en memoria frente a nginx: no está instalado"
        yield Figure(PART, work, ours, 0, "/s", note)
        return
    port = free_port()
    command = _nginx(stage.folder / "nginx", port)
    with running(command, port, paths[0]) as other:
        reference, other_cost = _per_second(other, paths, stage.folder, seconds)
    note += f"; {cost:.0f} µs de procesador cada una, y nginx {other_cost:.0f}"
    yield Figure(PART, work, ours, reference, "/s", f"{note}; frente a nginx", BAR)


def _lay_out(client: Client, paths: list[str], root: Path) -> int:
    """The same bytes as files, which also puts them in our memory; how many."""
    size = 0
    for path in paths:
        body = client.get(path, Accept_Encoding="gzip").body
        place = root / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(body)
        size += len(body)
    return size


def _nginx(folder: Path, port: int) -> list[str]:
    # Its process may belong to another user, who reads the files.
    for place in (folder, *folder.rglob("*")):
        place.chmod(0o755 if place.is_dir() else 0o644)
    configuration = folder / "nginx.conf"
    configuration.write_text(CONFIGURATION.format(folder=folder, port=port))
    return ["nginx", "-p", str(folder), "-c", str(configuration)]


def _per_second(
    server: Server, paths: list[str], folder: Path, seconds: int
) -> tuple[float, float]:
    """Answers a second, and microseconds of processor for each: what a busy machine leaves be."""
    script = folder / "paths.lua"
    script.write_text(SCRIPT.format(paths=", ".join(f'"{path}"' for path in paths)))
    options = ["-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(script)]
    before = processor_seconds(server.pid)
    done = subprocess.run(
        ["wrk", *options, server.address], check=True, capture_output=True, text=True
    )
    spent = processor_seconds(server.pid) - before
    found = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    total = re.search(r"(\d+) requests in", done.stdout)
    assert found is not None, done.stdout
    assert total is not None, done.stdout
    assert "Non-2xx" not in done.stdout, done.stdout
    return float(found[1]), spent / max(int(total[1]), 1) * 1e6
