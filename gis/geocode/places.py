"""The named places of the municipality: what an address or a search may call them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gis.contract.questions import PlaceKind
from gis.geocode.address import Block, Complement, Named, Word
from gis.geocode.grammar import read
from gis.geocode.tokens import plain
from gis.geocode.typos import Names

if TYPE_CHECKING:
    from collections.abc import Iterable

SAME_PLACE = 0.62
"""How alike a name must be to that of a place to be the same one mistyped."""
ARTICLES = ("EL ", "LA ", "LOS ", "LAS ")
PARTS = ("PARTE ALTA", "PARTE BAJA", "PARTE MEDIA", "SECTOR", "CENTRO")
MEANT: dict[Word, tuple[PlaceKind, ...]] = {
    Word.BARRIO: (PlaceKind.NEIGHBOURHOOD, PlaceKind.SETTLEMENT),
    Word.URBANIZACION: (PlaceKind.NEIGHBOURHOOD,),
    Word.CONJUNTO: (PlaceKind.NEIGHBOURHOOD, PlaceKind.SITE),
    Word.SECTOR: (PlaceKind.NEIGHBOURHOOD, PlaceKind.VEREDA, PlaceKind.SETTLEMENT),
    Word.VEREDA: (PlaceKind.VEREDA, PlaceKind.SETTLEMENT),
    Word.CENTRO_POBLADO: (PlaceKind.SETTLEMENT,),
    Word.CORREGIMIENTO: (PlaceKind.DISTRICT, PlaceKind.SETTLEMENT),
    Word.COMUNA: (PlaceKind.DISTRICT,),
    Word.MANZANA: (PlaceKind.BLOCK,),
}
"""Which places each complement may name; one that is not here may name any."""
GENERAL = frozenset(PlaceKind) - {PlaceKind.BLOCK, PlaceKind.DISTRICT}


@dataclass(frozen=True, slots=True)
class Place:
    """A feature that has a name."""

    layer: str
    id: str
    kind: PlaceKind
    label: str
    names: tuple[str, ...]
    shape: Any
    """Point or surface, EPSG:9377."""

    @property
    def error_m(self) -> float:
        """How far from its middle what is in it may be: radius of the circle as large."""
        area = float(self.shape.area)
        return math.sqrt(area / math.pi) if area else self.kind.error_m

    @property
    def middle(self) -> tuple[float, float]:
        """A point that is on it."""
        point = self.shape.point_on_surface()
        return point.x, point.y


@dataclass(frozen=True, slots=True)
class Places:
    """All of them, to be found by name or by where they are."""

    places: tuple[Place, ...]
    tree: Any
    by_key: dict[str, tuple[int, ...]]
    names: Names
    _cover: dict[tuple[int, int], tuple[int, ...]] = field(default_factory=dict, repr=False)

    def find(self, complement: Complement, stage: str = "") -> tuple[tuple[int, ...], str]:
        """Places that a complement names, and a note when they are written otherwise."""
        key = key_of(complement.value)
        wanted = MEANT.get(complement.word)
        for attempt in _attempts(key, stage):
            found = self._of(attempt, wanted)
            if found:
                return found, ""
        for attempt in _attempts(key, stage):
            for name, _ in self.names.meant(attempt, SAME_PLACE, 3):
                found = self._of(name, wanted)
                if found and _digits(name) == _digits(attempt):
                    label = self.places[found[0]].label
                    return found, f"«{complement.value}» se leyó como «{label}»"
        return (), ""

    def _of(self, key: str, wanted: tuple[PlaceKind, ...] | None) -> tuple[int, ...]:
        found = self.by_key.get(key, ())
        for kind in wanted or ():
            own = tuple(n for n in found if self.places[n].kind is kind)
            if own:
                return own
        if wanted is not None:
            return ()
        general = [n for n in found if self.places[n].kind in GENERAL]
        if not general:
            return found
        largest = [n for n in general if self.places[n].kind is not PlaceKind.SITE]
        return tuple(largest or general)

    def covering(self, x: float, y: float) -> list[Place]:
        """The surfaces on which a point lies, smallest kind first."""
        if not self.places:
            return []
        found = self.tree.query(shapely.Point(x, y), predicate="intersects")
        own = [self.places[n] for n in found if self.places[n].shape.area]
        order = list(PlaceKind)
        return sorted(own, key=lambda place: order.index(place.kind))


def build(places: Iterable[Place]) -> Places:
    """Index places by their names and by where they are."""
    listed = tuple(places)
    keys: dict[str, list[int]] = {}
    for number, place in enumerate(listed):
        for name in place.names:
            for key in {key_of(name), _bare(key_of(name))}:
                members = keys.setdefault(key, [])
                if number not in members:
                    members.append(number)
    by_key = {key: tuple(found) for key, found in keys.items() if key}
    shapes = np.array([place.shape for place in listed], dtype=object)
    return Places(listed, shapely.STRtree(shapes), by_key, Names.of(by_key))


def key_of(name: str) -> str:
    """A name as it is compared: what kind of place it is set aside, its stage at the end.

    >>> key_of("Barrio Jordán VII Etapa"), key_of("Vereda El Salto")
    ('JORDAN ET 7', 'EL SALTO')
    """
    address = read(name).address
    if address is not None and isinstance(address.form, Block):
        return str(address.form)
    if address is None or not isinstance(address.form, Named):
        return " ".join("".join(c if c.isalnum() else " " for c in plain(name)).split())
    words = [address.form.place.value, *(c.value for c in address.complements if c.word.is_name)]
    stages = [f"ET {stage}" for stage in address.values(Word.ETAPA)]
    rest = [str(c) for c in address.complements if not c.word.is_name and c.word is not Word.ETAPA]
    return " ".join((*words, *rest, *stages))


def _attempts(key: str, stage: str) -> Iterable[str]:
    """The name with its stage, then less and less of it."""
    if stage:
        yield f"{key} ET {stage}"
        yield f"{_bare(key)} ET {stage}"
        yield f"{key} {stage}"
    yield key
    yield _bare(key)
    for part in PARTS:
        before, cut, _ = key.partition(f" {part}")
        if cut and before:
            yield before
            yield _bare(before)


def _bare(key: str) -> str:
    for article in ARTICLES:
        key = key.removeprefix(article)
    return key


def _digits(key: str) -> list[str]:
    return [word for word in key.split() if word.isdigit()]
