"""``sig tiles``: made before anybody asks, and as a file that needs no server."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from api import seeding
from api.console import Json, err, print_json
from api.documents import notice, shown_extent, shown_title
from api.settings import read_settings
from api.wiring import open_system
from gis.contract import PUBLICA
from gis.errors import ConfigurationError, InvalidRequest
from gis.features import reading
from gis.store import layer_state, layer_states
from gis.tiles import MAX_ZOOM
from gis.tiles.archive import Archive, write_archive

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.progress import TaskID

    from api.wiring import System
    from gis.contract import Layer

SEEDED_TO = 14
"""Zoom up to which tiles are seeded unless told otherwise: beyond it they are many and cheap."""

Zooms = Annotated[
    str, typer.Option("--zoom", metavar="A-B", help="Solo estos zooms: uno, o del primero al otro.")
]


def register(app: typer.Typer) -> None:
    """Add ``sig tiles`` and what is below it."""
    tiles = typer.Typer(no_args_is_help=True)
    tiles.command("seed", help="Hace teselas antes de que alguien las pida.")(seed)
    tiles.command("export", help="Escribe las teselas de una capa en un archivo PMTiles.")(export)
    app.add_typer(tiles, name="tiles")


def seed(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[CAPA]…", help="Estas capas; si falta, todas.")
    ] = None,
    zoom: Zooms = "",
    processes: Annotated[
        int, typer.Option("--processes", min=0, help="Procesos a la vez; 0 es uno por núcleo.")
    ] = 0,
    as_json: Json = False,
) -> None:
    settings = read_settings()
    if not settings.tile_disk_mb:
        raise ConfigurationError(
            "Las teselas se guardan en disco y SIG_TILE_DISK_MB=0 lo impide: dele un tamaño"
        )
    asked = read_zooms(zoom)
    with open_system(settings) as system, seeding.makers(processes or settings.workers) as makers:
        layers = [_tiled(system, name) for name in names] if names else _all_tiled(system)
        with reading(system.reader) as conn:
            states = layer_states(conn, PUBLICA)
        report = []
        with _progress() as progress:
            for layer in layers:
                zooms = _within(layer, asked, SEEDED_TO)
                if not zooms:
                    continue
                task = progress.add_task(layer.title, total=None)
                extent = shown_extent(layer, PUBLICA, states.get(layer.name), system.catalog.entity)
                done = seeding.seed(layer, extent, zooms, makers, _teller(progress, task))
                report.append({"layer": layer.name, "zoom": [zooms[0], zooms[-1]], **asdict(done)})
    if as_json:
        print_json(report)
        return
    for each in report:
        err.print(
            f"{each['layer']}: {each['made']} hechas, {each['kept']} ya estaban, "
            f"{each['empty']} vacías",
            markup=False,
        )
        if each["unsettled"]:
            err.print(f"  {each['unsettled']} cambiaron mientras se hacían: repita la orden")


def export(
    name: Annotated[str, typer.Argument(metavar="CAPA", help="Nombre de la capa.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="ARCHIVO", help="Archivo .pmtiles.")
    ],
    zoom: Zooms = "",
    as_json: Json = False,
) -> None:
    if output.suffix != ".pmtiles":
        raise InvalidRequest(
            f"El archivo de teselas es PMTiles: escriba -o {output.stem}.pmtiles",
            parameter="output",
            value=output.name,
        )
    if not output.absolute().parent.is_dir():
        raise InvalidRequest(f"No existe la carpeta «{output.parent}»", parameter="output")
    asked = read_zooms(zoom)
    with open_system(read_settings()) as system:
        layer, entity = _tiled(system, name), system.catalog.entity
        zooms = _within(layer, asked, layer.tiles.maxzoom)
        if not zooms:
            raise InvalidRequest(
                f"La capa «{name}» se dibuja en los zooms {layer.tiles.minzoom}–{MAX_ZOOM}",
                parameter="zoom",
                value=zoom,
            )
        with reading(system.reader) as conn, _progress() as progress:
            state = layer_state(conn, name, PUBLICA)
            archive = Archive(
                title=shown_title(layer, state),
                attribution=entity.name,
                notice=notice(layer, state),
                extent=shown_extent(layer, PUBLICA, state, entity),
                zooms=zooms,
            )
            task = progress.add_task(layer.title, total=None)
            tell = _teller(progress, task)
            count = write_archive(conn, layer, PUBLICA, output, archive, tell)
    if as_json:
        size = output.stat().st_size
        print_json({"layer": name, "file": str(output), "tiles": count, "bytes": size})
    else:
        err.print(f"{layer.title}: {count} teselas en {output}", markup=False)


def read_zooms(text: str) -> range | None:
    """``8-14`` or ``8``; None when nothing is said."""
    if not text:
        return None
    match = re.fullmatch(r"(\d{1,2})(?:-(\d{1,2}))?", text, re.ASCII)
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
    if first > last or last > MAX_ZOOM:
        raise InvalidRequest(
            f"«--zoom» debe ser un zoom de 0 a {MAX_ZOOM}, o dos como 8-14",
            parameter="zoom",
            value=text,
        )
    return range(first, last + 1)


def _within(layer: Layer, asked: range | None, last: int) -> range:
    """The zooms asked for at which the layer is drawn; without any, its own up to ``last``."""
    if asked is None:
        return range(layer.tiles.minzoom, min(layer.tiles.maxzoom, last) + 1)
    return range(max(asked[0], layer.tiles.minzoom), asked[-1] + 1)


def _all_tiled(system: System) -> list[Layer]:
    return [layer for layer in system.catalog if layer.geometry_for(PUBLICA)]


def _tiled(system: System, name: str) -> Layer:
    layer = system.catalog.layer(name)
    if not layer.geometry_for(PUBLICA):
        raise InvalidRequest(f"La capa «{name}» no tiene teselas públicas", layer=name)
    return layer


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TimeElapsedColumn(), console=err)


def _teller(progress: Progress, task: TaskID) -> Callable[[int, int], None]:
    return lambda done, total: progress.update(task, completed=done, total=total)
