"""``items`` as a file: the whole result of a query, from one snapshot, through a file on disk.

The file is finished before the answer begins, so what cannot be written is still a refusal. It is
kept for a while, so that a download that broke goes on where it was (``Range``), and no process
makes twice what another has made.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import BoundedSemaphore
from typing import IO, TYPE_CHECKING

import anyio
import anyio.to_thread
from starlette.responses import Response, StreamingResponse

from api.errors import problem
from api.negotiation import Form
from api.params import FORMAT
from api.ranges import Unsatisfiable, asked_part
from gis import export
from gis.contract.document import fingerprint
from gis.crs import by_code
from gis.errors import InvalidRequest, StoreUnavailable
from gis.export.kept import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa
    from starlette.requests import Request

    from api.settings import Settings
    from gis.contract import Access, Layer
    from gis.export.kept import Kept
    from gis.features import Query
    from gis.store import LayerState

AT_ONCE = 3
"""Files that a process writes at once: each holds a connection, and pages need some too."""
WAITING = 2
"""Requests besides that wait for a file that somebody is writing: each holds a connection too."""
LONGEST_S = 300
"""Seconds that writing one may take the database."""
CHUNK = 2**20
"""Bytes sent at a time: each costs a turn of a thread."""
NAMES = {"format": FORMAT, "where": "filter"}
"""What the parameters of an export are called here."""

SWEEP_S = 300
"""Seconds between two times that old files are taken away though nobody asks for another."""

_FORMS = {
    name: Form(name, (known.media_type,), known.label) for name, known in export.FORMATS.items()
}
_turns = BoundedSemaphore(AT_ONCE)
_places = BoundedSemaphore(AT_ONCE + WAITING)


def file_forms(layer: Layer, access: Access) -> tuple[Form, ...]:
    """The files that a layer comes as; some carry no tables."""
    placed = layer.geometry_for(access)
    return tuple(form for name, form in _FORMS.items() if placed or not export.FORMATS[name].placed)


def send_file(
    request: Request,
    conn: sa.Connection,
    layer: Layer,
    access: Access,
    form: Form,
    query: Query,
    state: LayerState,
    shelf: Shelf,
    notice: str,
) -> Response:
    """The whole result as a file, or the part of it asked for; 304 when the caller has that of
    this state of the layer."""
    name = next(name for name, known in _FORMS.items() if known is form)
    chosen = export.FORMATS[name]
    code = query.crs.srid if "crs" in request.query_params else chosen.crs
    key = _key(layer, access, form, query, state, code)
    headers = {
        "Cache-Control": "no-cache",
        "Vary": "Accept, Accept-Encoding",
        "Content-Crs": by_code(code).header,
    }
    known = _known(request.headers.get("if-none-match", ""), key)
    if known:
        return Response(status_code=304, headers=headers | {"ETag": known})

    def make(path: Path) -> None:
        with (
            _one_of(_turns),
            _named_here(),
            TemporaryDirectory(prefix=".", dir=path.parent) as place,
        ):
            named = Path(place) / f"{layer.name}.{chosen.extension}"  # GDAL goes by the name.
            export.write(
                conn, layer, access, named, name,
                query=query, crs=code, notice=notice, limit_s=LONGEST_S,
            )  # fmt: skip
            named.rename(path)

    kept = shelf.find(key)
    if kept is None:
        with _one_of(_places):
            kept = shelf.take(key, make)
    kind = form.media_type
    headers |= {
        "ETag": f'"{key}-{kept.digest}"',
        "Accept-Ranges": "bytes",
        "Content-Type": f"{kind}; charset=utf-8" if kind.startswith("text/") else kind,
        "Content-Disposition": f'attachment; filename="{layer.name}.{chosen.extension}"',
    }
    return _sent(request, kept, headers)


def shelf_of(settings: Settings) -> Shelf:
    """Where finished files are kept."""
    return Shelf(settings.home / "descargas", settings.downloads_mb * 2**20)


async def sweeping(shelf: Shelf) -> None:
    """Take old files away for as long as the server lives: some hold what few may see."""
    while True:
        await anyio.to_thread.run_sync(shelf.sweep)
        await anyio.sleep(SWEEP_S)


def _sent(request: Request, kept: Kept, headers: dict[str, str]) -> Response:
    try:
        part = asked_part(request, headers["ETag"], kept.size)
    except Unsatisfiable:
        kept.file.close()
        answer = problem(
            request, 416, "range-not-satisfiable", f"El archivo tiene {kept.size} bytes"
        )
        answer.headers["Content-Range"] = f"bytes */{kept.size}"
        return answer
    except InvalidRequest:
        kept.file.close()
        raise
    start, end = part or (0, kept.size)
    headers["Content-Length"] = str(end - start)
    if part:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{kept.size}"
    return StreamingResponse(_chunks(kept.file, start, end), 206 if part else 200, headers)


def _key(
    layer: Layer, access: Access, form: Form, query: Query, state: LayerState, code: int
) -> str:
    """One question to one state of a layer as it is declared."""
    asked = (query.digest(layer, access), query.properties, form.word, code)
    known = (state.generation, state.changeset, state.demonstration, fingerprint(layer))
    return hashlib.blake2b(repr((asked, known)).encode(), digest_size=12).hexdigest()


def _known(condition: str, key: str) -> str:
    """The first ETag of ``If-None-Match`` that is of ``key``: whatever the bytes, the same data."""
    tags = (tag.strip().removeprefix("W/") for tag in condition.split(","))
    return next((tag for tag in tags if tag.startswith(f'"{key}-')), "")


@contextmanager
def _one_of(turns: BoundedSemaphore) -> Iterator[None]:
    if not turns.acquire(blocking=False):
        raise StoreUnavailable("Hay demasiadas descargas en curso; intente en un momento")
    try:
        yield
    finally:
        turns.release()


@contextmanager
def _named_here() -> Iterator[None]:
    """Refusals name the parameter as the caller wrote it."""
    try:
        yield
    except InvalidRequest as error:
        name = str(error.context.get("parameter", ""))
        error.context["parameter"] = NAMES.get(name, name)
        raise


def _chunks(file: IO[bytes], start: int, end: int) -> Iterator[bytes]:
    with file:
        file.seek(start)
        while start < end and (chunk := file.read(min(CHUNK, end - start))):
            start += len(chunk)
            yield chunk
