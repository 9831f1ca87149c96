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
ARTICLES = ("DEL ", "EL ", "LA ", "LOS ", "LAS ")
PARTS = ("PARTE ALTA", "PARTE BAJA", "PARTE MEDIA", "SECTOR", "CENTRO")
MEANT: dict[Word, tuple[tuple[PlaceKind, ...], ...]] = {
    Word.BARRIO: ((PlaceKind.NEIGHBOURHOOD,), (PlaceKind.SETTLEMENT,)),
    Word.URBANIZACION: ((PlaceKind.NEIGHBOURHOOD,),),
    Word.CONJUNTO: ((PlaceKind.NEIGHBOURHOOD,), (PlaceKind.SITE,)),
    Word.SECTOR: ((PlaceKind.NEIGHBOURHOOD,), (PlaceKind.VEREDA,), (PlaceKind.SETTLEMENT,)),
    Word.VEREDA: ((PlaceKind.VEREDA,), (PlaceKind.SETTLEMENT, PlaceKind.DISTRICT)),
    Word.CENTRO_POBLADO: ((PlaceKind.SETTLEMENT,),),
    Word.CORREGIMIENTO: ((PlaceKind.DISTRICT,), (PlaceKind.SETTLEMENT,)),
    Word.COMUNA: ((PlaceKind.DISTRICT,),),
    Word.MANZANA: ((PlaceKind.BLOCK,),),
}
"""Which places each complement may name: those of its own kind, else of the next ones, as likely
among them. A complement that is not here may name any."""
NUMBERED = frozenset([Word.COMUNA, Word.CORREGIMIENTO, Word.MANZANA])
"""What a number alone may name."""
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
    """Point or surface, EPSG:9377; empty where nobody has established it."""

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
class Unplaced:
    """Places that are in the layers and whose location nobody has established."""

    places: tuple[Place, ...] = ()
    by_key: dict[str, tuple[int, ...]] = field(default_factory=dict)
    names: Names = field(default_factory=lambda: Names.of(()))

    def named(self, text: str) -> list[Place]:
        """Those whose names have all the words of a text."""
        words = set(key_of(text).split())
        if not any(len(word) > len("PVD") for word in words):
            return []
        found = [n for key, ns in self.by_key.items() if words <= set(key.split()) for n in ns]
        return [self.places[n] for n in dict.fromkeys(found)]


@dataclass(frozen=True, slots=True)
class Places:
    """All of them, to be found by name or by where they are."""

    places: tuple[Place, ...]
    tree: Any
    by_key: dict[str, tuple[int, ...]]
    names: Names
    unplaced: Unplaced
    """Those whose place nobody has established."""
    by_feature: dict[tuple[str, str], Place]
    _cover: dict[tuple[int, int], tuple[int, ...]] = field(default_factory=dict, repr=False)

    def find(self, complement: Complement, stage: str = "") -> tuple[tuple[int, ...], str]:
        """Places that a complement names, and a note when they are written otherwise."""
        key = key_of(complement.value)
        if key.isdigit() and complement.word not in NUMBERED:
            return (), ""
        wanted = MEANT.get(complement.word)
        for attempt, lost in _attempts(key, stage):
            found, note = self._of(attempt, wanted)
            if found:
                return found, "; ".join(filter(None, (note, lost)))
        for attempt, lost in _attempts(key, stage):
            for name, _ in self.names.meant(attempt, SAME_PLACE, 3):
                found, note = self._of(name, wanted)
                if found and _digits(name) == _digits(attempt):
                    label = self.places[found[0]].label
                    read_as = f"«{complement.value}» se leyó como «{label}»"
                    return found, "; ".join(filter(None, (read_as, note, lost)))
        return (), ""

    def _of(
        self, key: str, wanted: tuple[tuple[PlaceKind, ...], ...] | None
    ) -> tuple[tuple[int, ...], str]:
        """Places of that name, and a note where they are of another kind than was said."""
        found = self.by_key.get(key, ())
        for kinds in wanted or ():
            own = tuple(n for n in found if self.places[n].kind in kinds)
            if own and wanted:
                said = wanted[0][0].label.lower()
                is_other = kinds is not wanted[0]
                return own, f"Ningún lugar de clase «{said}» se llama así" if is_other else ""
        if wanted is not None:
            return (), ""
        general = [n for n in found if self.places[n].kind in GENERAL]
        if not general:
            return found, ""
        largest = [n for n in general if self.places[n].kind is not PlaceKind.SITE]
        return tuple(largest or general), ""

    def of_feature(self, layer: str, feature: str) -> Place | None:
        """The place that a feature is, with or without a location."""
        return self.by_feature.get((layer, feature))

    def covering(self, x: float, y: float) -> list[Place]:
        """The surfaces on which a point lies, smallest kind first."""
        if not self.places:
            return []
        found = self.tree.query(shapely.Point(x, y), predicate="intersects")
        own = [self.places[n] for n in found if self.places[n].shape.area and self.places[n].names]
        order = list(PlaceKind)
        return sorted(own, key=lambda place: order.index(place.kind))


def build(places: Iterable[Place]) -> Places:
    """Index places by their names and by where they are."""
    given = tuple(places)
    listed = tuple(place for place in given if not place.shape.is_empty)
    shapes = np.array([place.shape for place in listed], dtype=object)
    by_key = _by_key(listed)
    unplaced = tuple(place for place in given if place.shape.is_empty)
    lost = _by_key(unplaced)
    return Places(
        listed, shapely.STRtree(shapes), by_key, Names.of(by_key),
        Unplaced(unplaced, lost, Names.of(lost)),
        {(place.layer, place.id): place for place in given},
    )  # fmt: skip


def _by_key(places: tuple[Place, ...]) -> dict[str, tuple[int, ...]]:
    keys: dict[str, list[int]] = {}
    for number, place in enumerate(places):
        for name in place.names:
            for key in {key_of(name), _bare(key_of(name))}:
                members = keys.setdefault(key, [])
                if number not in members:
                    members.append(number)
    return {key: tuple(found) for key, found in keys.items() if key}


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


def _attempts(key: str, stage: str) -> Iterable[tuple[str, str]]:
    """The name with its stage, then less and less of it, with what was left out."""
    if stage:
        lost = f"la etapa {stage} no se distingue"
        yield f"{key} ET {stage}", ""
        yield f"{_bare(key)} ET {stage}", ""
        yield f"{key} {stage}", ""
    yield key, lost if stage else ""
    yield _bare(key), lost if stage else ""
    for part in PARTS:
        before, cut, _ = key.partition(f" {part}")
        if cut and before:
            yield before, f"«{cut.strip().lower()}» no se distingue"
            yield _bare(before), f"«{cut.strip().lower()}» no se distingue"


def _bare(key: str) -> str:
    for article in ARTICLES:
        key = key.removeprefix(article)
    return key


def _digits(key: str) -> list[str]:
    return [word for word in key.split() if word.isdigit()]
