"""An address as people say it: «Carrera 9 # 35-40», not the cadastre's ``KR 9 35 40``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis.geocode.address import (
    Along,
    Between,
    Block,
    Complement,
    Crossing,
    Kilometre,
    Plate,
    WayKind,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from gis.geocode.address import Form, Quadrant, Way

KINDS = {
    WayKind.CALLE: "Calle",
    WayKind.CARRERA: "Carrera",
    WayKind.AVENIDA: "Avenida",
    WayKind.AVENIDA_CALLE: "Avenida Calle",
    WayKind.AVENIDA_CARRERA: "Avenida Carrera",
    WayKind.DIAGONAL: "Diagonal",
    WayKind.TRANSVERSAL: "Transversal",
    WayKind.CIRCULAR: "Circular",
    WayKind.CIRCUNVALAR: "Circunvalar",
    WayKind.AUTOPISTA: "Autopista",
    WayKind.PASAJE: "Pasaje",
    WayKind.VIA: "Vía",
    WayKind.VARIANTE: "Variante",
}
SMALL = frozenset(["A", "AL", "DE", "DEL", "EL", "LA", "LAS", "LOS", "Y"])
"""Words of a name that are not written with a capital."""


def spoken(form: Form, called: Callable[[Way], str] | None = None) -> str:
    """What an address says, in full words. Accents are not known: names go without, unless
    ``called`` says how a street is written.

    >>> from gis.geocode.grammar import read
    >>> spoken(read("KR 4B BIS 37A SUR 15").address.form)
    'Carrera 4B Bis # 37A Sur-15'
    >>> spoken(read("Km 4 vía al Nevado").address.form)
    'Km 4 Vía al Nevado'
    """
    way = called or way_spoken
    if isinstance(form, Plate):
        side = f" {_side(form.quadrant)}" if form.quadrant else ""
        return f"{way(form.main)} # {way(form.cross)}-{form.number}{side}"
    if isinstance(form, Crossing):
        return f"{way(form.first)} con {way(form.second)}"
    if isinstance(form, Between):
        ends = f"{way(form.first)} y {way(form.second)}"
        return f"{way(form.street)} entre {ends}"
    if isinstance(form, Along):
        return way(form.street)
    if isinstance(form, Block):
        return f"{'Supermanzana' if form.superblock else 'Manzana'} {form.name}"
    if isinstance(form, Kilometre):
        far = f"{form.km}+{form.metres:03}" if form.metres else str(form.km)
        return f"Km {far} {_road(form.road)}".rstrip()
    return complement_spoken(form.place)


def complement_spoken(complement: Complement) -> str:
    """``BR GAITAN`` is «Barrio Gaitan»."""
    value = _named(complement.value) if complement.word.is_name else complement.value
    return f"{complement.word.label} {value}".strip()


def way_spoken(way: Way) -> str:
    """``KR 4B BIS SUR`` is «Carrera 4B Bis Sur»."""
    kind = "" if way.kind is None else KINDS[way.kind]
    named = way.named.replace("BIS", "Bis") if way.number is not None else _named(way.name)
    return " ".join(filter(None, (kind, named, _side(way.quadrant))))


def _named(words: str) -> str:
    return " ".join(w.lower() if w in SMALL else w.title() for w in words.split())


def _road(road: str) -> str:
    first, _, rest = road.partition(" ")
    return f"Vía {_named(rest)}" if first == "VIA" else _named(road)


def _side(quadrant: Quadrant | None) -> str:
    return "" if quadrant is None else quadrant.value.capitalize()
