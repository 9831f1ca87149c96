"""``sig export``: a layer as a file, as the public sees it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from api.console import Json, err, print_json
from api.settings import read_settings
from api.wiring import open_system
from gis import export as files
from gis.contract import PUBLICA
from gis.demonstration import NOTICE
from gis.errors import InvalidRequest
from gis.features import parse_as_of, reading
from gis.store import layer_state

FORMATS = ", ".join(files.FORMATS)


def register(app: typer.Typer) -> None:
    """Add ``sig export``."""
    app.command("export")(export)


def export(
    name: Annotated[str, typer.Argument(metavar="CAPA", help="Nombre de la capa.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="ARCHIVO", help="Archivo que se escribe.")
    ],
    form: Annotated[
        str, typer.Option("--format", "-f", metavar="FORMATO", help=f"Uno de: {FORMATS}.")
    ] = "",
    crs: Annotated[
        str, typer.Option(metavar="EPSG:n", help="Sistema de coordenadas del archivo.")
    ] = "",
    where: Annotated[
        str, typer.Option(metavar="CQL2", help="Solo los elementos que cumplen el filtro.")
    ] = "",
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="CUÁNDO", help="Estado tras un cambio o en una fecha.")
    ] = "",
    as_json: Json = False,
) -> None:
    chosen, code = _format(form, output), _code(crs)
    if not output.absolute().parent.is_dir():
        raise InvalidRequest(f"No existe la carpeta «{output.parent}»", parameter="output")
    with open_system(read_settings()) as system, reading(system.reader) as conn:
        layer = system.catalog.layer(name)
        state = layer_state(conn, name, PUBLICA)
        count = files.write(
            conn,
            layer,
            PUBLICA,
            output,
            chosen,
            where=where,
            crs=code,
            as_of=parse_as_of(conn, layer, PUBLICA, as_of) if as_of else None,
            notice=NOTICE if state.demonstration else "",
        )
    if as_json:
        print_json({"layer": name, "file": str(output), "format": chosen, "rows": count})
    else:
        err.print(f"{layer.title}: {count} filas en {output}", markup=False)


def _format(asked: str, output: Path) -> files.FormatName:
    """The format asked for, or the one the file's name says."""
    word = asked or output.suffix.removeprefix(".").lower()
    for name, known in files.FORMATS.items():
        if word in (name, known.extension):
            if name == "shp" and output.suffix.lower() != ".zip":
                raise InvalidRequest(
                    "Un shapefile son varios archivos, que van en un ZIP: "
                    f"escriba -f shp -o {output.with_suffix('.zip').name}",
                    parameter="output",
                    value=output.name,
                )
            return name
    raise InvalidRequest(
        f"El formato «{word}» no se ofrece; los que hay: {FORMATS}", parameter="format", value=word
    )


def _code(text: str) -> int | None:
    if not text:
        return None
    match = re.fullmatch(r"(?:EPSG:)?(\d{4,6})", text, re.IGNORECASE)
    if match is None:
        raise InvalidRequest(
            f"«{text}» no es un código EPSG, como EPSG:9377", parameter="crs", value=text
        )
    return int(match[1])
