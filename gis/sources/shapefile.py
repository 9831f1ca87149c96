"""Zipped shapefiles: the pieces looked for, the encoding declared or asked for."""

from __future__ import annotations

import tempfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from gis.sources import archive
from gis.sources.choose import choose
from gis.sources.encoding import check_encoding, is_valid, likely
from gis.sources.recognise import refusal
from gis.sources.vector import read_shapefile_at

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Sequence

    from gis.sources.delivered import Delivered

PIECES = (".shp", ".shx", ".dbf", ".prj", ".cpg")
NEEDED = (".shx", ".dbf")
LANGUAGE_BYTE = 29
"""Offset of a .dbf's language driver: not 0 when the file declares its code page."""
DRIVERS = {0x01: "cp437", 0x02: "cp850", 0x03: "cp1252", 0x57: "cp1252", 0x58: "cp1252"}


def read(path: Path, part: str, prefer: Sequence[str], encoding: str | None) -> Delivered:
    """Read one shapefile of a zip: the one called ``part``, the only one, or one of ``prefer``.

    Raises :class:`gis.errors.SourceError` for what :mod:`gis.sources.archive` refuses, a missing
    piece, and text of an encoding that nothing declares.
    """
    with archive.opened(path) as packed, tempfile.TemporaryDirectory(prefix="sig-") as folder:
        layers = _layers(path, packed)
        stems = {PurePosixPath(stem).name: stem for stem in layers}
        chosen = choose(path, "capa", sorted(stems), part, prefer)
        pieces = layers[stems[chosen]]
        for suffix in NEEDED:
            if suffix not in pieces:
                raise refusal(
                    path, f"Al shapefile «{chosen}» le falta el {suffix}",
                    "Comprima todos los archivos de la capa: .shp, .shx, .dbf, .prj y .cpg",
                )  # fmt: skip
        inner = Path(folder) / "capa.shp"
        for suffix, entry in pieces.items():
            archive.extract(path, packed, entry, inner.with_suffix(suffix))
        return read_shapefile_at(path, inner, chosen, _encoding(path, inner, encoding))


def _layers(path: Path, packed: zipfile.ZipFile) -> dict[str, dict[str, str]]:
    """Entries of each shapefile by suffix; the key is its path without suffix."""
    found: dict[str, dict[str, str]] = {}
    names = [n for n in packed.namelist() if not n.startswith("__MACOSX/") and not n.endswith("/")]
    for name in names:
        entry = PurePosixPath(name)
        if entry.suffix.lower() in PIECES:
            found.setdefault(str(entry.with_suffix("")), {})[entry.suffix.lower()] = name
    layers = {stem: pieces for stem, pieces in found.items() if ".shp" in pieces}
    if layers:
        return layers
    inside = next((n for n in names if n.lower().endswith(".zip")), None)
    if inside:
        raise refusal(
            path, f"Trae otro .zip dentro («{inside}»)", "Descomprímalo y entregue el de adentro"
        )
    shown = ", ".join(names[:5]) or "nada"
    raise refusal(
        path,
        f"No trae ningún shapefile (.shp); trae {shown}",
        "Un .zip se recibe solo con un shapefile; los demás formatos se entregan sin comprimir",
    )


def _encoding(path: Path, inner: Path, declared: str | None) -> str:
    """The encoding of the attribute table: asked for, of the .cpg, of the .dbf, or plain UTF-8."""
    table = inner.with_suffix(".dbf").read_bytes()
    if declared:
        return check_encoding(declared)
    said = _code_page(inner.with_suffix(".cpg")) or DRIVERS.get(_byte(table))
    records = table[int.from_bytes(table[8:10], "little") :]
    if said:
        if not is_valid(records, said):
            raise refusal(
                path, f"Su .cpg dice {said}, pero los textos no están en esa codificación",
                f"Entréguelo con --encoding {likely(records)}",
            )  # fmt: skip
        return said
    if is_valid(records, "utf-8"):
        return "utf-8"
    guess = likely(records)
    raise refusal(
        path,
        f"No declara la codificación de sus textos (falta el .cpg) y no es UTF-8; parece {guess}",
        f"Entréguelo con --encoding {guess}, o agregue un .cpg",
    )


def _code_page(cpg: Path) -> str | None:
    """Python's name for what a .cpg says (``UTF-8``, ``1252``, ``ISO-8859-1``…)."""
    if not cpg.exists():
        return None
    said = cpg.read_bytes()[:64].decode("ascii", "ignore").strip().strip("\x00")
    if said.upper().startswith("ANSI"):
        said = said.split()[-1]
    said = f"cp{said}" if said.isdigit() and not said.startswith("88591") else said
    said = said.replace("88591", "iso8859-1").replace("cp65001", "utf-8")
    try:
        "".encode(said)
    except LookupError:
        return None
    return said or None


def _byte(table: bytes) -> int:
    return table[LANGUAGE_BYTE] if len(table) > LANGUAGE_BYTE else 0
