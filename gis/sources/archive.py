"""Compressed files from outside: looked into before anything is taken out.

What is feared: a few kilobytes that swell to terabytes, names that climb out of the folder,
links, passwords, files within files, and archives cut short by a broken download.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gis.sources.recognise import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gis.errors import SourceError

MAX_ENTRIES = 1000
MAX_TOTAL = 2 * 1024**3
"""Bytes once taken out."""
MAX_RATIO = 250
"""Times a file may swell; attribute tables of a shapefile, mostly spaces, reach 100."""
RATIO_FROM = 20 * 1024**2
"""Below these bytes swelling does no harm, whatever its ratio."""
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError)


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """A zip file that has been looked into. Raises :class:`gis.errors.SourceError`."""
    try:
        archive = zipfile.ZipFile(path)
    except BROKEN as error:
        raise _cut(path) from error
    with archive:
        _inspect(path, archive.infolist())
        yield archive


def extract(path: Path, archive: zipfile.ZipFile, entry: str, target: Path) -> None:
    """Take one entry out, never more than it said it would be. Raises ``SourceError``."""
    limit = archive.getinfo(entry).file_size
    try:
        with archive.open(entry) as source, target.open("wb") as out:
            written = 0
            while chunk := source.read(1 << 20):
                written += len(chunk)
                if written > limit:
                    raise _bomb(path, entry)
                out.write(chunk)
    except BROKEN as error:
        raise _cut(path) from error


def _inspect(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_ENTRIES:
        raise refusal(
            path, f"Trae {len(entries)} archivos y el máximo es {MAX_ENTRIES}",
            "Comprima solo la capa que entrega",
        )  # fmt: skip
    seen: set[str] = set()
    for entry in entries:
        _check_name(path, entry)
        if entry.filename in seen:
            raise refusal(
                path, f"Trae dos veces «{entry.filename}»", "Vuelva a comprimir la carpeta"
            )
        seen.add(entry.filename)
        if entry.flag_bits & 0x1:
            raise refusal(path, "Está cifrado con contraseña", "Comprímalo sin contraseña")
        if entry.file_size > RATIO_FROM and entry.file_size > MAX_RATIO * entry.compress_size:
            raise _bomb(path, entry.filename)
    total = sum(entry.file_size for entry in entries)
    packed = max(path.stat().st_size, 1)
    if total > MAX_TOTAL or (total > RATIO_FROM and total > MAX_RATIO * packed):
        raise _bomb(path, None)


def _check_name(path: Path, entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename
    parts = name.replace("\\", "/").split("/")
    link = stat.S_ISLNK(entry.external_attr >> 16)
    if "\\" in name or ".." in parts or name.startswith("/") or ":" in parts[0] or link:
        raise refusal(
            path,
            f"Trae un nombre que sale de su carpeta o un enlace: «{name[:80]}»",
            "Vuelva a comprimir los archivos de la capa en una carpeta sencilla",
        )


def _bomb(path: Path, entry: str | None) -> SourceError:
    what = f"«{entry}»" if entry else "su contenido"
    return refusal(
        path,
        f"No se descomprime: {what} crece más de lo que un archivo de datos crece "
        f"(máximo {MAX_RATIO} veces y {MAX_TOTAL // 1024**3} GB)",
        "Si los datos son de verdad tan grandes, entréguelos como GeoPackage sin comprimir",
    )


def _cut(path: Path) -> SourceError:
    return refusal(
        path,
        "El archivo comprimido está cortado o dañado",
        "Vuelva a comprimirlo o a descargarlo, y compruebe que abre",
    )
