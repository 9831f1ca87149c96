"""``sig bench``: measures this machine, in ratios that can be compared with another's."""

from __future__ import annotations

import signal
import time
from pathlib import Path
from typing import Annotated

import typer

from api.console import Json, err, out, print_json
from api.measuring.run import PARTS, Sizes, measure
from api.measuring.stage import throwaway_stage
from api.processes import end_in_order
from api.settings import read_settings
from gis.errors import InvalidRequest

DEFAULT = Sizes()


def register(app: typer.Typer) -> None:
    """Add ``sig bench``."""
    app.command("bench")(bench)


def bench(
    scale: Annotated[
        float, typer.Option(min=0.001, max=10, help="Parte de los datos: 0.02 tarda un minuto.")
    ] = 1.0,
    points: Annotated[
        int | None, typer.Option(min=1000, help=f"Puntos ({DEFAULT.points} × escala).")
    ] = None,
    roads: Annotated[
        int | None, typer.Option(min=100, help=f"Tramos de vía ({DEFAULT.roads} × escala).")
    ] = None,
    risk: Annotated[
        int | None, typer.Option(min=2, help=f"Polígonos de riesgo ({DEFAULT.risk} × escala).")
    ] = None,
    parcels: Annotated[
        int | None, typer.Option(min=10, help=f"Predios ({DEFAULT.parcels} × escala).")
    ] = None,
    streets: Annotated[
        int | None, typer.Option(min=100, help=f"Tramos de la red ({DEFAULT.streets} × escala).")
    ] = None,
    vertices: Annotated[
        int, typer.Option(min=100, help="Vértices del polígono de riesgo más grande.")
    ] = DEFAULT.vertices,
    tiles: Annotated[int, typer.Option(min=1, help="Teselas por zoom y capa.")] = DEFAULT.tiles,
    edits: Annotated[int, typer.Option(min=10, help="Ediciones que se miden.")] = DEFAULT.edits,
    only: Annotated[
        str, typer.Option(metavar="PARTES", help=f"Solo algunas: {','.join(PARTS)}.")
    ] = "",
    tipg: Annotated[
        bool, typer.Option("--tipg", help="Mide además tipg, que instala en SIG_HOME.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Escribe el informe en este Markdown.")
    ] = None,
    as_json: Json = False,
) -> None:
    chosen = _parts(only)
    if output is not None and not output.absolute().parent.is_dir():
        raise InvalidRequest(f"No existe la carpeta «{output.parent}»", parameter="output")
    sizes = Sizes(
        points=points or max(1000, round(DEFAULT.points * scale)),
        roads=roads or max(100, round(DEFAULT.roads * scale)),
        risk=risk or max(2, round(DEFAULT.risk * scale)),
        parcels=parcels or max(10, round(DEFAULT.parcels * scale)),
        streets=streets or max(100, round(DEFAULT.streets * scale)),
        vertices=vertices,
        tiles=tiles,
        edits=edits,
    )
    folder = read_settings().home / "medicion" if tipg else None
    signal.signal(signal.SIGTERM, end_in_order)  # The database it made goes with it.
    with throwaway_stage() as stage:
        report = measure(stage, sizes, chosen, _Telling(), folder)
    if output is not None:
        output.write_text(report.markdown(), encoding="utf-8")
    if as_json:
        print_json(report.document())
    else:
        out.print(report.markdown(), markup=False, soft_wrap=True)


def _parts(text: str) -> tuple[str, ...]:
    named = tuple(part.strip() for part in text.split(",") if part.strip())
    for part in named:
        if part not in PARTS:
            raise InvalidRequest(
                f"La medición no tiene la parte «{part}»; las que hay: {', '.join(PARTS)}",
                parameter="only",
                value=part,
            )
    return named


class _Telling:
    """Says what is being done, and how long after the beginning."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def __call__(self, what: str) -> None:
        err.print(f"{time.monotonic() - self._start:6.0f} s  {what}", markup=False)
