"""What a delivered file is, by its name and by its first bytes: both must agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 2 * 1024**3
EXTENSIONS = {
    ".csv": "CSV", ".tsv": "CSV", ".txt": "CSV",
    ".xlsx": "XLSX",
    ".geojson": "GeoJSON", ".json": "GeoJSON",
    ".ndjson": "NDJSON", ".geojsonl": "NDJSON", ".geojsonseq": "NDJSON", ".jsonl": "NDJSON",
    ".gpkg": "GeoPackage",
    ".zip": "Shapefile",
    ".parquet": "GeoParquet", ".geoparquet": "GeoParquet",
}  # fmt: skip
BINARY = {"XLSX": "zip", "Shapefile": "zip", "GeoPackage": "sqlite", "GeoParquet": "parquet"}
"""The container each binary format is; the others are text."""
REMEDIES = {
    ".xls": "Ábralo en Excel o LibreOffice y guárdelo como .xlsx",
    ".xlsm": "Guárdelo como .xlsx, sin macros",
    ".ods": "Guárdelo como .xlsx",
    ".shp": "Comprima en un .zip el .shp con sus .shx, .dbf, .prj y .cpg, y entregue el .zip",
    ".dbf": "Comprima en un .zip el .shp con sus .shx, .dbf, .prj y .cpg, y entregue el .zip",
    ".gz": "Descomprímalo y entregue el archivo que contiene",
    ".rar": "Descomprímalo y entregue el archivo, o un .zip si es un shapefile",
    ".7z": "Descomprímalo y entregue el archivo, o un .zip si es un shapefile",
    ".kml": "Ábralo en QGIS y expórtelo como GeoPackage (.gpkg)",
    ".kmz": "Ábralo en QGIS y expórtelo como GeoPackage (.gpkg)",
    ".gdb": "Ábrala en QGIS o ArcGIS y exporte la capa como GeoPackage (.gpkg)",
    ".dwg": "Ábralo en QGIS o AutoCAD y exporte la capa como GeoPackage (.gpkg)",
    ".dxf": "Ábralo en QGIS o AutoCAD y exporte la capa como GeoPackage (.gpkg)",
    ".pdf": "Un PDF no trae datos: pida la tabla o la capa de la que salió",
}
SEEMS = {
    "html": "una página web (HTML): casi siempre es la pantalla de error o de ingreso del sitio "
    "de donde se descargó",
    "zip": "un archivo comprimido (.zip o .xlsx)",
    "sqlite": "una base SQLite o GeoPackage",
    "parquet": "un archivo Parquet",
    "ole": "un libro del Excel antiguo (.xls)",
    "gzip": "un archivo comprimido con gzip",
    "pdf": "un PDF",
    "rar": "un archivo comprimido con RAR",
    "7z": "un archivo comprimido con 7-Zip",
    "xml": "un documento XML (KML o GML, quizá)",
    "json": "un documento JSON",
    "binary": "un archivo binario desconocido",
    "text": "un texto",
}
MAGIC = (
    (b"PK\x03\x04", "zip"), (b"PK\x05\x06", "zip"), (b"SQLite format 3\x00", "sqlite"),
    (b"PAR1", "parquet"), (b"\xd0\xcf\x11\xe0", "ole"), (b"\x1f\x8b", "gzip"), (b"%PDF", "pdf"),
    (b"Rar!", "rar"), (b"7z\xbc\xaf", "7z"),
)  # fmt: skip


def recognise(path: Path) -> str:
    """The format of a file (a value of :data:`EXTENSIONS`).

    Raises :class:`SourceError`, saying what the file seems to be and what to do, when it does not
    exist, is empty, is too large, has an extension not accepted, or is not what its name says.
    """
    extension = path.suffix.lower()
    _check_there(path)
    if extension not in EXTENSIONS:
        accepted = ", ".join(sorted(EXTENSIONS))
        raise refusal(
            path,
            f"No se recibe la extensión «{extension or 'ninguna'}»",
            REMEDIES.get(extension, f"Entregue uno de: {accepted}"),
        )
    kind = EXTENSIONS[extension]
    seems = _content(path)
    if not _agrees(kind, seems):
        raise refusal(
            path,
            f"Se llama «{extension}» pero su contenido es {SEEMS[seems]}",
            "Descargue o exporte el archivo otra vez y revise que abre antes de entregarlo"
            if seems == "html"
            else "Corrija la extensión, o exporte el archivo otra vez",
        )
    return kind


def refusal(path: Path, message: str, remedy: str) -> SourceError:
    """A :class:`SourceError` about a file: what, and what to do."""
    return SourceError(f"{path.name}: {message}. {remedy}.", file=path.name, remedy=remedy)


def _check_there(path: Path) -> None:
    if path.is_dir():
        raise refusal(path, "Es una carpeta", "Entregue un archivo; un shapefile va en un .zip")
    if not path.is_file():
        raise refusal(path, "No existe el archivo", "Revise el nombre y la carpeta")
    size = path.stat().st_size
    if size == 0:
        raise refusal(path, "El archivo está vacío (0 bytes)", "Expórtelo o descárguelo otra vez")
    if size > MAX_BYTES:
        raise refusal(
            path,
            f"Pesa {size / 1024**3:.1f} GB y el máximo es {MAX_BYTES / 1024**3:.0f} GB",
            "Pártalo en varias entregas con --mode upsert",
        )


def _content(path: Path) -> str:
    with path.open("rb") as stream:
        head = stream.read(4096)
    for magic, kind in MAGIC:
        if head.startswith(magic):
            return kind
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text"
    if b"\x00" in head:
        return "binary"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n\x1e").lower()
    if text.startswith((b"<!doctype html", b"<html")) or b"<html" in text[:1024]:
        return "html"
    if text.startswith(b"<"):
        return "xml"
    return "json" if text.startswith((b"{", b"[")) else "text"


def _agrees(kind: str, seems: str) -> bool:
    if kind in BINARY:
        return BINARY[kind] == seems
    if kind in ("GeoJSON", "NDJSON"):
        return seems == "json"
    return seems in ("text", "json", "binary")
