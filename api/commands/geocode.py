"""``sig geocode``: where an address is, or each row of a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.console import Json, err, out, print_json
from api.reports import Bar
from api.settings import read_settings
from api.wiring import open_system
from gis.errors import InvalidRequest
from gis.features import reading
from gis.geocode.batch import check_target, locate_file
from gis.geocode.documents import answered, context
from gis.geocode.kept import KeptGazetteer
from gis.geocode.locate import LIMIT, locate
from gis.geocode.positions import to_degrees
from gis.spelling import counted

if TYPE_CHECKING:
    from gis.geocode.answer import Answer
    from gis.geocode.batch import Batch
    from gis.geocode.gazetteer import Gazetteer

Text = Annotated[
    str | None,
    typer.Argument(metavar="[DIRECCIÓN]", help="La dirección como se escribe, entre comillas."),
]
Limit = Annotated[int, typer.Option(min=1, max=50, help="Cuántos candidatos se muestran.")]
Source = Annotated[
    Path | None,
    typer.Option("--file", metavar="ARCHIVO", help="CSV o XLSX: se ubica cada una de sus filas."),
]
Column = Annotated[
    str, typer.Option(metavar="COLUMNA", help="Columna del archivo con la dirección.")
]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="CSV", help="Las mismas filas, con dónde quedan."),
]
Encoding = Annotated[str, typer.Option(help="Codificación del archivo, p. ej. latin-1.")]


def register(app: typer.Typer) -> None:
    """Add ``sig geocode``."""
    app.command("geocode")(geocode)


def geocode(
    text: Text = None,
    limit: Limit = LIMIT,
    file: Source = None,
    column: Column = "direccion",
    output: Output = None,
    encoding: Encoding = "",
    as_json: Json = False,
) -> None:
    if (text is None) == (file is None):
        raise InvalidRequest("Diga una dirección, o un archivo con --file", parameter="--file")
    if file is not None and output is None:
        raise InvalidRequest("Diga con -o qué archivo se escribe", parameter="--output")
    if file is not None and output is not None:
        check_target(file, output)
    with open_system(read_settings()) as system:
        with reading(system.reader) as conn:
            gazetteer = KeptGazetteer().at(conn, system.catalog)
        if text is not None:
            _show(locate(text, gazetteer, limit), as_json=as_json)
        else:
            assert file is not None
            assert output is not None
            _locate(file, column, output, encoding, gazetteer, as_json=as_json)


def _locate(
    file: Path, column: str, output: Path, encoding: str, gazetteer: Gazetteer, *, as_json: bool
) -> None:
    with Bar(quiet=as_json) as tell:
        done = locate_file(file, column, output, gazetteer, encoding=encoding, progress=tell)
    if as_json:
        print_json(
            {
                "file": str(output),
                "rows": done.rows,
                "located": done.located,
                "ambiguous": done.ambiguous,
                "not_found": done.not_found,
                "unread": done.unread,
                "by_match": done.by_match,
            }
        )
    else:
        _tell(done, output)


def _tell(done: Batch, output: Path) -> None:
    out.print(f"{counted(done.rows, 'fila')} en {output}", markup=False)
    for code, count in sorted(done.by_match.items(), key=lambda pair: -pair[1]):
        out.print(f"  {count:>7} por {code}", markup=False)
    for count, what in (
        (done.ambiguous, "ambiguas: sin coordenadas, con sus candidatos"),
        (done.not_found, "leídas, pero sin nada que las ubique"),
        (done.unread, "sin dirección que leer"),
    ):
        if count:
            out.print(f"  {count:>7} {what}", markup=False)


def _show(answer: Answer, *, as_json: bool) -> None:
    if as_json:
        print_json(answered(answer))
    else:
        out.print(f"Se leyó: {answer.normal or 'nada'}", markup=False)
        for note in answer.notes:
            out.print(f"  supuesto: {note}", markup=False)
        if answer.candidates and answer.is_ambiguous:
            out.print("Es ambigua: hay varios lugares que la dirección puede ser")
        for number, candidate in enumerate(answer.candidates, 1):
            lon, lat = to_degrees(candidate.x, candidate.y)
            out.print(
                f"{number}. {candidate.match.label}: {candidate.label} · {lat:.6f}, {lon:.6f} · "
                f"± {candidate.error_m:.0f} m · confianza {candidate.confidence:.2f}",
                markup=False,
                soft_wrap=True,
            )
            for line in (*candidate.why, *candidate.warnings, context(candidate.within)):
                if line:
                    out.print(f"   {line}", markup=False, soft_wrap=True)
    if not answer.candidates:
        if not as_json:
            err.print(answer.why, markup=False, soft_wrap=True)
        raise typer.Exit(5)
