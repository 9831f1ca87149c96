"""Text encodings: UTF-8 or what a person declares. Anything else is named, never guessed."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from gis.errors import InvalidRequest
from gis.sources.recognise import refusal

if TYPE_CHECKING:
    from pathlib import Path

    from gis.errors import SourceError

CHUNK = 1 << 24
LIKELY = ("cp1252", "cp850", "mac-roman")
"""What Spanish text that is not UTF-8 usually is: Windows, DOS (old shapefiles), old Macs."""
SPANISH = frozenset("áéíóúñüÁÉÍÓÚÑÜ¿¡°ºª–“”")


def check_encoding(name: str) -> str:
    """Python's name of an encoding; raises :class:`InvalidRequest` for no encoding."""
    try:
        codec = codecs.lookup(name)
    except LookupError:
        raise InvalidRequest(
            f"No existe la codificación «{name}». Las usuales son utf-8, latin-1 y cp1252.",
            parameter="encoding",
            value=name,
        ) from None
    return codec.name


def declared_or_utf8(path: Path, declared: str | None) -> str:
    """The encoding to read a text file with; ``utf-8-sig`` when it starts with a mark.

    Raises :class:`gis.errors.SourceError` naming line, likely encoding and option when the bytes
    are not of the encoding declared, or none is and they are not UTF-8.
    """
    if declared:
        encoding = check_encoding(declared)
        encoding = "utf-8-sig" if encoding == "utf-8" else encoding
    else:
        with path.open("rb") as stream:
            start = stream.read(4)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise refusal(
                path, "Está en UTF-16 (el «Texto Unicode» de Excel)",
                "Guárdelo como «CSV UTF-8», o entréguelo con --encoding utf-16",
            )  # fmt: skip
        encoding = "utf-8-sig" if start.startswith(codecs.BOM_UTF8) else "utf-8"
    place = _first_damage(path, encoding)
    if place is not None:
        raise _not_so(path, encoding, declared, place)
    return encoding


def is_valid(data: bytes, encoding: str) -> bool:
    """Whether the bytes can be read in an encoding."""
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def likely(data: bytes) -> str:
    """The encoding in which bytes that are not UTF-8 read most like Spanish."""
    strange = bytes(byte for byte in data if byte >= 0x80)

    def score(encoding: str) -> float:
        text = strange.decode(encoding, errors="replace")
        return sum(letter in SPANISH for letter in text) / max(len(text), 1)

    return max(LIKELY, key=score)


def _first_damage(path: Path, encoding: str) -> tuple[int, bytes] | None:
    """Line of the first bytes that are not of the encoding, and the bytes around; None if none."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                before, after = error.object[: error.start], error.object[error.start :]
                return line + before.count(b"\n"), after[:65536]
            line += chunk.count(b"\n")
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return line, b""
    return None


def _not_so(
    path: Path, encoding: str, declared: str | None, place: tuple[int, bytes]
) -> SourceError:
    line, data = place
    if declared:
        return refusal(
            path,
            f"No está en {declared}: la línea {line} trae bytes que esa codificación no tiene",
            "Revise --encoding, o guárdelo como «CSV UTF-8»",
        )
    guess = likely(data)
    return refusal(
        path,
        f"No está en UTF-8 (línea {line}); parece {guess}",
        f"Guárdelo como «CSV UTF-8», o entréguelo con --encoding {guess}",
    )
