"""Looking for persons in what is about to leave: the bytes of every file, whatever was declared.

Declarations say which fields leave; this looks at what is in them. A finding blocks the publication
and names file, row and field, never the value. A field that is public by law says so
(``legal_basis``) and is believed, save for the canary, which nothing excuses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.compute as pc

from gis.contract.access import Access
from gis.findings import Finding, Severity
from gis.spelling import fold
from publishers.privacy import names, patterns
from publishers.privacy.patterns import (
    CANARY,
    EMAIL_IN_BYTES,
    Hit,
    Kind,
    heading_of,
    look,
    masked,
)
from publishers.privacy.reading import GEOMETRY, batches, prose, raw

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from gis.contract.entity import Entity
    from gis.contract.layer import Layer
    from publishers.package import Package

CODE = "personal-data"
"""Stable name of the guard, in the ledger."""
SHOWN = 5
MOST = 100
"""Findings kept of one file: who corrects the first hundred runs it again."""
PROSE = 80
"""Letters from which a value is read as prose, not as a name by itself."""
PLACES = re.compile(r"barrio|vereda|corregimiento|comuna|direccion|ubicacion|centro_poblado|sector")
"""Fields of places, which are often called after persons."""
KEPT = 200_000
"""Values of a column remembered as looked at."""
TOLD = {
    Kind.CANARY: "un dato sembrado para descubrir fugas",
    Kind.DOCUMENT: "lo que parece un número de identidad",
    Kind.NIT: "lo que parece el NIT de una persona natural",
    Kind.PHONE: "lo que parece un teléfono",
    Kind.EMAIL: "un correo que no es de la entidad",
    Kind.PLATE: "lo que parece la placa de un vehículo",
    Kind.NETWORK: "la dirección de un equipo",
    Kind.NAME: "lo que parece el nombre de una persona",
}


@dataclass(frozen=True, slots=True)
class Allowed:
    """What may be read in files: the entity's own addresses, and what law makes public."""

    fields: frozenset[str] = frozenset()
    """Public by a rule of law, which their declaration cites."""
    places: frozenset[str] = frozenset()
    """Their values are names of places, which are often those of persons."""
    numbers: frozenset[str] = frozenset()
    """Quantities and dates: their digits are of nobody."""
    known: frozenset[str] = frozenset()
    """Telephones and addresses of the entity and its machine, as digits or in lower case."""
    domains: tuple[str, ...] = ("gov.co",)
    """Endings of the addresses of institutions."""

    def excuses(self, hit: Hit, name: str) -> bool:
        """Whether ``hit`` may be in the field ``name``."""
        if hit.kind is Kind.CANARY:
            return False
        if name in self.fields:
            return True
        if hit.kind is Kind.NAME and (name in self.places or PLACES.search(fold(name))):
            return True
        if hit.kind is Kind.EMAIL:
            told = hit.told.lower()
            domain = told.rpartition("@")[2]
            return told in self.known or any(
                domain == end or domain.endswith("." + end) for end in self.domains
            )
        if hit.kind is Kind.NETWORK:
            return hit.told in self.known
        return hit.kind is Kind.PHONE and _digits(hit.told)[-10:] in self.known


def allowed(entity: Entity, layer: Layer, portal: str = "") -> Allowed:
    """What the declarations of a layer and of the entity excuse; ``portal`` is an address that the
    files name as their own, where a number may stand for the host."""
    contacts = entity.contacts.values()
    emails = [contact.email.lower() for contact in contacts]
    phones = [_digits(contact.phone)[-10:] for contact in contacts if contact.phone]
    website = entity.website.rpartition("//")[2].partition("/")[0].removeprefix("www.")
    public = {f.name for f in layer.fields if f.access is Access.PUBLICA and f.legal_basis}
    if layer.key and public.issuperset(layer.key):
        public.add("id")  # of a feature in GeoJSON: its key
    return Allowed(
        fields=frozenset(public),
        places=frozenset(_places(layer)),
        numbers=frozenset(f.name for f in layer.fields if f.type.kind != "text"),
        known=frozenset([*emails, *phones, *_hosts(entity.base_url, portal)]),
        domains=tuple(filter(None, ("gov.co", website))),
    )


def check(package: Package, excused: Allowed) -> tuple[Finding, ...]:
    """What must not leave of all the files of ``package``; empty when it may."""
    found: list[Finding] = []
    for distribution in package.record.distributions:
        found += scan(package.path(distribution), excused)
    return tuple(found)


def _hosts(*addresses: str) -> set[str]:
    return {urlsplit(address).hostname or "" for address in addresses}


def reason(found: Sequence[Finding]) -> str:
    """Why the files may not leave, for the ledger: places, never values."""
    places = dict.fromkeys(
        finding.message + (f", fila {finding.row}" if finding.row else "") for finding in found
    )
    shown = "; ".join([*places][:SHOWN])
    more = len(places) - SHOWN
    return f"Saldrían datos de personas: {shown}" + (f"; y {more} más" if more > 0 else "")


def scan(path: Path, excused: Allowed) -> list[Finding]:
    """What must not leave of one file, at most :data:`MOST`."""
    found = [*_in_tables(path, excused), *_in_prose(path, excused)]
    if len(found) < MOST:
        found += _in_bytes(path, excused, {finding.value for finding in found})
    return found[:MOST]


def _in_tables(path: Path, excused: Allowed) -> Iterator[Finding]:
    columns: dict[str, _Column] = {}
    count = 0
    for batch in batches(path):
        for name, array in zip(batch.table.schema.names, batch.table.columns, strict=True):
            column = columns.setdefault(name, _Column(name, excused))
            for hit, offset in column.look(array):
                yield _finding(path, hit, batch.first + offset, name)
                count += 1
                if count == MOST:
                    return


def _in_prose(path: Path, excused: Allowed) -> Iterator[Finding]:
    """What documents say. They repeat names of fields and places, so that only whole names of
    persons count, and numbers only where they are said to be of one."""
    for number, line in prose(path):
        for hit in look(line, alone=False):
            if not excused.excuses(hit, ""):
                yield _finding(path, hit, number, None)


@dataclass(slots=True)
class _Column:
    """One column of a file: each different value is looked at once."""

    name: str
    excused: Allowed
    seen: set[Any] = field(default_factory=set)

    def look(self, array: pa.Array) -> Iterator[tuple[Hit, int]]:
        """What is in new values of ``array``, with the place of the first that has it."""
        if self.name.lower() in GEOMETRY or pa.types.is_binary(array.type):
            return
        if self.name in self.excused.numbers:
            return
        said = heading_of(self.name)
        textual = pa.types.is_string(array.type) or pa.types.is_large_string(array.type)
        if not said and not textual:
            return
        values = pc.unique(array)
        if not said:
            values = values.filter(_suspicious(values))
        for value in values.to_pylist():
            if value is None or value == "" or value in self.seen:
                continue
            if len(self.seen) < KEPT:
                self.seen.add(value)
            hits = {
                hit for hit in self._hits(str(value)) if not self.excused.excuses(hit, self.name)
            }
            for hit in sorted(hits, key=lambda h: (h.kind, h.told)):
                yield hit, pc.index(array, value).as_py()

    def _hits(self, text: str) -> Iterator[Hit]:
        said = heading_of(self.name)
        if said and said[1].fullmatch(text.strip()) and set(_digits(text)) != {"0"}:
            yield Hit(said[0], text.strip())
        yield from look(text, alone=len(text) < PROSE)


def _suspicious(values: pa.Array) -> pa.Array:
    """Which values are worth a second look: nine in ten are not, and this tells at once."""
    numbers = pc.match_substring_regex(values, patterns.SUSPICIOUS)
    return pc.fill_null(pc.or_(numbers, pc.match_substring_regex(values, names.SUSPICIOUS)), False)


def _in_bytes(path: Path, excused: Allowed, told: Iterable[str | None]) -> Iterator[Finding]:
    """Canaries and addresses anywhere in the file, tables or not."""
    known = set(told)
    for piece in raw(path):
        text = piece.decode("utf-8", errors="replace")
        hits = [Hit(Kind.CANARY, match) for match in CANARY.findall(text)]
        if "@" in text:
            hits += [Hit(Kind.EMAIL, match) for match in EMAIL_IN_BYTES.findall(text)]
        for hit in dict.fromkeys(hits):
            if masked(hit.told) not in known and not excused.excuses(hit, ""):
                known.add(masked(hit.told))
                yield _finding(path, hit, None, None)


def _finding(path: Path, hit: Hit, row: int | None, name: str | None) -> Finding:
    where = f"en «{name}»" if name else "fuera de sus tablas"
    remedy = (
        "Busque por dónde salió: ese dato solo está donde nada debe salir"
        if hit.kind is Kind.CANARY
        else "Corríjalo en la fuente, o declare en el campo la norma que lo hace público "
        "(legal_basis)"
    )
    return Finding(
        rule=hit.kind.value,
        severity=Severity.BLOCKING,
        message=f"{path.name}: hay {TOLD[hit.kind]} {where}",
        remedy=remedy,
        row=row,
        field=name,
        value=masked(hit.told),
    )


def _places(layer: Layer) -> Iterator[str]:
    if layer.place is not None:
        yield from layer.place.names or ((layer.label,) if layer.label else ())
    if layer.network is not None:
        yield layer.network.name


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))
