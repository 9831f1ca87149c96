"""Rules over shapes: overlaps, slivers, and places that do not agree with what is written.

All measures are metres and square metres of EPSG:9377, the CRS the rows come in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import shapely
from pyproj import Transformer

from gis.findings import Finding, Severity
from gis.spelling import figure, fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import geopandas as gpd
    import pandas as pd

    from gis.contract.rules import Surroundings

MOST = 10_000
"""Findings one rule gives before it stops: a stack of copies has as many pairs as its square."""
ARTICLES = frozenset({"el", "la", "los", "las"})
URBAN = re.compile(
    r"\b(calle|cll|cl|carrera|cra|kra|kr|cr|avenida|av|diagonal|dg|transversal|tv|manzana|mz|"
    r"supermanzana)\s*\d"
)
RURAL = re.compile(r"\b(vereda|vda|corregimiento|correg|finca|km|kilometro)\b")


@dataclass(frozen=True, slots=True)
class NoOverlap:
    """Surfaces of the layer do not cover each other (ISO 19157 measure 11).

    ``by``: only features equal in these fields are compared (zones of one study, say).
    """

    tolerance_m2: float = 1.0
    by: tuple[str, ...] = ()
    severity: Severity = Severity.WARNING
    id: ClassVar[str] = "overlap"
    measure: ClassVar[int | None] = 11
    spatial: ClassVar[bool] = True

    def check(self, rows: gpd.GeoDataFrame, surroundings: Surroundings) -> Iterator[Finding]:
        """One finding per pair, on the later row, placed within the overlap."""
        shapes, index = _shapes(rows)
        groups = rows[list(self.by)].astype(str).agg("\x1f".join, axis=1) if self.by else None
        found = 0
        for first, second in _pairs(shapes):
            if groups is not None and groups[index[first]] != groups[index[second]]:
                continue
            shared = shapely.intersection(shapes[first], shapes[second])
            if shapely.area(shared) <= self.tolerance_m2:
                continue
            found += 1
            if found > MOST:
                return
            yield self._finding(int(index[first]), int(index[second]), shared)

    def _finding(self, first: int, second: int, shared: Any) -> Finding:
        lon, lat = _place(shared)
        return Finding(
            rule=self.id,
            severity=self.severity,
            message=f"Se superpone con la fila {first} en {figure(shapely.area(shared))} m²",
            remedy="Ajuste el límite común en el programa de SIG y entregue de nuevo",
            row=second,
            value=str(first),
            lon=lon,
            lat=lat,
        )


@dataclass(frozen=True, slots=True)
class NoSliver:
    """No part of a surface is both small and thin (ISO 19157 measure 25).

    ``thinness`` is the quotient 4·π·area/perimeter²: 1 for a circle, near 0 for a sliver.
    """

    max_area_m2: float
    thinness: float
    severity: Severity = Severity.WARNING
    id: ClassVar[str] = "sliver"
    measure: ClassVar[int | None] = 25
    of_parts: ClassVar[bool] = True
    """Checked before parts are dissolved into features: what is merged away would go unsaid."""
    spatial: ClassVar[bool] = True

    def check(self, rows: gpd.GeoDataFrame, surroundings: Surroundings) -> Iterator[Finding]:
        """One finding per part that is a sliver."""
        shapes, index = _shapes(rows)
        parts, owner = shapely.get_parts(shapes, return_index=True)
        area, length = shapely.area(parts), shapely.length(parts)
        with np.errstate(divide="ignore", invalid="ignore"):
            quotient = 4 * np.pi * area / length**2
        bad = (area <= self.max_area_m2) & ~(quotient > self.thinness)
        for position in np.flatnonzero(bad)[:MOST]:
            lon, lat = _place(parts[position])
            yield Finding(
                rule=self.id,
                severity=self.severity,
                message=(
                    f"Tiene una astilla de {figure(area[position])} m² "
                    f"(esbeltez {figure(quotient[position], 3)})"
                ),
                remedy="Una la astilla a la parte vecina o bórrela, y entregue de nuevo",
                row=int(index[owner[position]]),
                value=f"{area[position]:.2f} m²",
                lon=lon,
                lat=lat,
            )


@dataclass(frozen=True, slots=True)
class Inside:
    """Every feature lies within the features of another layer taken together.

    Passes when that layer has no features. ISO 19157 measure 10.
    """

    layer: str
    severity: Severity = Severity.WARNING
    tolerance_m: float = 0.0
    id: ClassVar[str] = "not-inside"
    measure: ClassVar[int | None] = 10
    spatial: ClassVar[bool] = True

    def check(self, rows: gpd.GeoDataFrame, surroundings: Surroundings) -> Iterator[Finding]:
        """One finding per row that is not covered, with how far it lies."""
        area = _area_of(surroundings, self.layer, self.tolerance_m)
        if area is None:
            return
        shapes, index = _shapes(rows)
        for position in np.flatnonzero(~shapely.covers(area, shapes)):
            away = shapely.distance(area, shapes[position])
            how = f"a {spoken(away)}" if away > 0 else "en parte fuera"
            yield Finding(
                rule=self.id,
                severity=self.severity,
                message=f"No está dentro de la capa «{self.layer}»: {how}",
                remedy="Revise las coordenadas; si son correctas, revise el límite",
                row=int(index[position]),
            )


@dataclass(frozen=True, slots=True)
class NearNamed:
    """A feature whose text names a known place lies near it.

    Names are sought as whole words, the longest first, with case, accents, spaces and a leading
    article set aside; with several places named, being near one of them is enough. A text that
    names none passes: nothing is guessed. ``also`` are more layers whose names count, under the
    same ``name_field``; ``ignore`` are names too common to tell a place; a text with one of the
    words ``unless`` is left alone (a rural place that has the name of a neighbourhood).
    ISO 19157 measure 65 (incorrect attribute values) or 28 (position): which of both is wrong
    only a person can say.
    """

    layer: str
    field: str
    name_field: str = "nombre"
    max_m: float = 2000.0
    ignore: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    severity: Severity = Severity.WARNING
    id: ClassVar[str] = "far-from-named-place"
    measure: ClassVar[int | None] = 65
    spatial: ClassVar[bool] = True

    def check(self, rows: gpd.GeoDataFrame, surroundings: Surroundings) -> Iterator[Finding]:
        """One finding per row that lies farther than ``max_m`` from every place it names."""
        known = self._known(surroundings)
        if not known:
            return
        spared = {fold(word) for word in self.unless}
        longest = max((len(name.split()) for name in known), default=0)
        compact = {name.replace(" ", ""): name for name in known}
        named = {
            text: names
            for text in rows[self.field].dropna().unique()
            if not spared & set(fold(text).split())
            and (names := _named(fold(text), compact, longest))
        }
        shapes, index = _shapes(rows)
        texts = rows.loc[index, self.field]
        for position, (row, text) in enumerate(texts.items()):
            yield from self._far(row, text, shapes[position], named.get(text, []), known)

    def _known(self, surroundings: Surroundings) -> dict[str, Any]:
        """Where each name is, homonyms of all the layers taken together."""
        known: dict[str, list[Any]] = {}
        for layer in (self.layer, *self.also):
            places = surroundings.features(layer)
            if places is not None and self.name_field in places:
                for name, shape in _by_name(places, self.name_field, self.ignore).items():
                    known.setdefault(name, []).append(shape)
        return {name: shapely.union_all(shapes) for name, shapes in known.items()}

    def _far(
        self, row: Any, text: str, shape: Any, names: list[str], known: Mapping[str, Any]
    ) -> Iterator[Finding]:
        if not names:
            return
        away = {name: float(shapely.distance(shape, known[name])) for name in names}
        name = min(away, key=lambda name: away[name])
        if away[name] <= self.max_m:
            return
        yield Finding(
            rule=self.id,
            severity=self.severity,
            message=(
                f"Nombra «{name}» pero está a {spoken(away[name])} de ese lugar "
                f"({', '.join((self.layer, *self.also))})"
            ),
            remedy="Corrija la coordenada (o el nombre) y entregue de nuevo",
            row=int(row),
            field=self.field,
            value=text,
        )


@dataclass(frozen=True, slots=True)
class UrbanAddress:
    """An address with street numbers (calle, carrera, manzana…) lies within the urban area.

    ``layer`` is the urban area's surfaces (comunas, say). An address that also speaks of a
    vereda, a corregimiento or a kilometre passes.
    """

    field: str
    layer: str
    tolerance_m: float = 300.0
    severity: Severity = Severity.WARNING
    id: ClassVar[str] = "urban-address-outside"
    measure: ClassVar[int | None] = 65
    spatial: ClassVar[bool] = True

    def check(self, rows: gpd.GeoDataFrame, surroundings: Surroundings) -> Iterator[Finding]:
        """One finding per row with an urban address outside the urban area."""
        area = _area_of(surroundings, self.layer, 0.0)
        if area is None:
            return
        urban = {text: _is_urban(fold(text)) for text in rows[self.field].dropna().unique()}
        shapes, index = _shapes(rows)
        texts = rows.loc[index, self.field]
        chosen = np.flatnonzero([urban.get(text, False) for text in texts])
        away = shapely.distance(area, shapes[chosen])
        for position, metres in zip(chosen, away, strict=True):
            if metres > self.tolerance_m:
                yield Finding(
                    rule=self.id,
                    severity=self.severity,
                    message=(
                        "La dirección es urbana pero el punto está a "
                        f"{spoken(metres)} del área de «{self.layer}»"
                    ),
                    remedy="Corrija la coordenada, o diga en la dirección la vereda",
                    row=int(index[position]),
                    field=self.field,
                    value=str(texts.iloc[position]),
                )


def _shapes(rows: gpd.GeoDataFrame) -> tuple[Any, Any]:
    """Geometries that are there, as an array, and their row numbers."""
    present = rows.geometry[(rows.geometry.notna() & ~rows.geometry.is_empty).to_numpy()]
    return present.to_numpy(), present.index.to_numpy()


def _pairs(shapes: Any) -> Iterator[tuple[int, int]]:
    """Positions of every two shapes that meet, a few shapes at a time to bound memory."""
    tree = shapely.STRtree(shapes)
    for start in range(0, len(shapes), 256):
        here, there = tree.query(shapes[start : start + 256], predicate="intersects")
        here = here + start
        for first, second in zip(there[there < here], here[there < here], strict=True):
            yield int(first), int(second)


def _area_of(surroundings: Surroundings, layer: str, tolerance_m: float) -> Any:
    features = surroundings.features(layer)
    if features is None or features.empty:
        return None
    area = shapely.union_all(features.geometry.dropna().to_numpy())
    if tolerance_m:
        area = shapely.buffer(area, tolerance_m)
    shapely.prepare(area)
    return area


def _by_name(places: gpd.GeoDataFrame, field: str, ignore: tuple[str, ...]) -> dict[str, Any]:
    """Geometry of each name, folded and without its article; homonyms taken together."""
    ignored = {_without_article(fold(name)) for name in ignore}
    names: pd.Series[Any] = places[field].dropna().map(lambda name: _without_article(fold(name)))
    known: dict[str, Any] = {}
    for name, members in names.groupby(names):
        shapes = places.geometry.loc[members.index].dropna().to_numpy()
        if len(str(name)) > 2 and name not in ignored and len(shapes):
            known[str(name)] = shapely.union_all(shapes)
    return known


def _without_article(name: str) -> str:
    first, _, rest = name.partition(" ")
    return rest if first in ARTICLES and rest else name


def _named(text: str, compact: Mapping[str, str], longest: int) -> list[str]:
    """Names within a folded text: whole words, longest first, no word used twice."""
    words = text.split()
    found: list[str] = []
    used: set[int] = set()
    for size in range(longest + 1, 0, -1):
        for start in range(len(words) - size + 1):
            span = set(range(start, start + size))
            name = compact.get("".join(words[start : start + size]))
            if name and not span & used:
                found.append(name)
                used |= span
    return found


def _is_urban(text: str) -> bool:
    return bool(URBAN.search(text)) and not RURAL.search(text)


def _place(shape: Any) -> tuple[float, float]:
    point = shapely.point_on_surface(shape)
    lon, lat = _to_degrees().transform(point.x, point.y)
    return round(lon, 7), round(lat, 7)


@cache
def _to_degrees() -> Transformer:
    return Transformer.from_crs(9377, 4326, always_xy=True)


def spoken(metres: float) -> str:
    """A distance as people say it in Spanish.

    >>> spoken(640.4), spoken(2005)
    ('640 m', '2,0 km')
    """
    if metres < 1000:
        return f"{metres:.0f} m"
    return f"{metres / 1000:.1f} km".replace(".", ",")
