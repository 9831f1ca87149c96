"""``items`` as a file: the whole result of a query, from one snapshot, through a file on disk.

The file is written before the answer begins, so what cannot be written is still a refusal; it
loses its name before the first byte leaves, so nothing stays behind when the caller does.
"""

from __future__ import annotations

import hashlib
import tempfile
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import IO, TYPE_CHECKING

from starlette.responses import Response, StreamingResponse

from api.negotiation import Form
from api.params import FORMAT
from api.responses import matches
from gis import export
from gis.crs import by_code
from gis.errors import InvalidRequest, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import sqlalchemy as sa
    from starlette.requests import Request

    from gis.contract import Access, Layer
    from gis.features import Query
    from gis.store import LayerState

AT_ONCE = 3
"""Files that a process writes at once: each holds a connection, and pages need some too."""
LONGEST_S = 300
"""Seconds that writing one may take the database."""
CHUNK = 256 * 1024
NAMES = {"format": FORMAT, "where": "filter"}
"""What the parameters of an export are called here."""

_FORMS = {
    name: Form(name, (known.media_type,), known.label)
    for name, known in export.FORMATS.items()
    if name != "geojson"
}
_turns = BoundedSemaphore(AT_ONCE)


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
    folder: Path,
    notice: str,
) -> Response:
    """The whole result as a file; 304 when the caller has that of this state of the layer."""
    name = next(name for name, known in _FORMS.items() if known is form)
    chosen = export.FORMATS[name]
    code = query.crs.srid if "crs" in request.query_params else chosen.crs
    headers = {
        "ETag": _etag(layer, access, form, query, state, code),
        "Cache-Control": "no-cache",
        "Vary": "Accept, Accept-Encoding",
        "Content-Crs": by_code(code).header,
    }
    if matches(request.headers.get("if-none-match", ""), headers["ETag"].removeprefix("W/")):
        return Response(status_code=304, headers=headers)
    with _turn(), _named_here(), tempfile.TemporaryDirectory(dir=folder) as place:
        path = folder / place / f"{layer.name}.{chosen.extension}"
        export.write(
            conn, layer, access, path, name, query=query, crs=code, notice=notice, limit_s=LONGEST_S
        )
        file = path.open("rb")
        size = path.stat().st_size
    kind = form.media_type
    headers |= {
        "Content-Type": f"{kind}; charset=utf-8" if kind.startswith("text/") else kind,
        "Content-Length": str(size),
        "Content-Disposition": f'attachment; filename="{path.name}"',
    }
    return StreamingResponse(_chunks(file), headers=headers)


def _etag(
    layer: Layer, access: Access, form: Form, query: Query, state: LayerState, code: int
) -> str:
    """Weak: one state of a layer gives one file, but for another release of the program."""
    asked = (query.digest(layer, access), query.properties, form.word, code)
    version = (state.generation, state.changeset, state.demonstration)
    digest = hashlib.blake2b(repr((asked, version)).encode(), digest_size=12)
    return f'W/"{digest.hexdigest()}"'


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(blocking=False):
        raise StoreUnavailable("Hay demasiadas descargas en curso; intente en un momento")
    try:
        yield
    finally:
        _turns.release()


@contextmanager
def _named_here() -> Iterator[None]:
    """Refusals name the parameter as the caller wrote it."""
    try:
        yield
    except InvalidRequest as error:
        name = str(error.context.get("parameter", ""))
        error.context["parameter"] = NAMES.get(name, name)
        raise


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK):
            yield chunk
