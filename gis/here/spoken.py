"""An address as people say it: «Carrera 9 # 35-40», not the cadastre's ``KR 9 35 40``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis.geocode.address import Crossing, Plate, Quadrant, WayKind

if TYPE_CHECKING:
    from gis.geocode.address import Address, Way

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


def spoken(address: Address) -> str:
    """Plates and crossings in full words; any other address in its normal form.

    >>> from gis.geocode.grammar import read
    >>> spoken(read("KR 4B BIS 37A SUR 15").address)
    'Carrera 4B Bis # 37A Sur-15'
    """
    form = address.form
    if isinstance(form, Plate):
        side = f" {_side(form.quadrant)}" if form.quadrant else ""
        return f"{_way(form.main)} # {_way(form.cross)}-{form.number}{side}"
    if isinstance(form, Crossing):
        return f"{_way(form.first)} con {_way(form.second)}"
    return str(address)


def _way(way: Way) -> str:
    kind = "" if way.kind is None else KINDS[way.kind]
    named = way.named.replace("BIS", "Bis") if way.number is not None else way.named.title()
    return " ".join(filter(None, (kind, named, _side(way.quadrant))))


def _side(quadrant: Quadrant | None) -> str:
    return "" if quadrant is None else quadrant.value.capitalize()
