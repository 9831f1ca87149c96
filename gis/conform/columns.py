"""Which column of a file is which field of the layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gis.contract.access import PUBLICA
from gis.errors import InvalidRequest, SourceError
from gis.export.ogr import short_names
from gis.sources.heading import original_name
from gis.spelling import fold, listed, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gis.conform.collector import Collector
    from gis.contract import Field, Layer

LONGITUDE = ("longitud", "longitude", "lon", "long", "lng", "x", "coordx", "coordenadax", "pointx",
             "este", "easting")  # fmt: skip
LATITUDE = ("latitud", "latitude", "lat", "y", "coordy", "coordenaday", "pointy", "norte",
            "northing")  # fmt: skip
SHAPE = ("geometria", "geometry", "geom", "thegeom", "wkt", "wktgeom")
PLACES = ("longitud", "latitud", "geometria")
"""What ``--map`` may name besides the layer's fields."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns by field name, and those that place a row that has no geometry of its own."""

    fields: Mapping[str, str]
    longitude: str | None = None
    latitude: str | None = None
    shape: str | None = None

    @property
    def places(self) -> list[str]:
        """Those that place a row."""
        return [name for name in (self.longitude, self.latitude, self.shape) if name]

    @property
    def used(self) -> set[str]:
        """Every column that is read."""
        return {*self.fields.values(), *self.places}


def bare(name: str) -> str:
    """A name as columns are compared: case, accents, spaces and signs set aside."""
    return fold(original_name(name)).replace(" ", "")


def match(
    layer: Layer, columns: Sequence[str], mapping: Mapping[str, str], has_shapes: bool,
    found: Collector,
) -> Columns:  # fmt: skip
    """Match by ``--map``, field name, source names, label, and last the name in a shapefile.

    A required field without a column, or two columns for one field, is a blocking finding of the
    whole delivery. Raises :class:`InvalidRequest` for a mapping that names what is not there.
    """
    asked = _asked(layer, columns, mapping)
    # What is not public never left in a file of ours, so it took no short name.
    short = short_names([field.name for field in layer.fields if field.access is PUBLICA])
    fields: dict[str, str] = {}
    for field in layer.fields:
        if field.name in asked:
            fields[field.name] = asked[field.name]
            continue
        candidates = _candidates(field, columns, short.get(field.name, field.name))
        if len(candidates) > 1:
            _ambiguous(field, candidates, found)
        elif candidates:
            fields[field.name] = candidates[0]
    _say_missing(layer, fields, columns, found)
    places = {} if has_shapes or layer.geometry is None else _places(fields, columns, asked)
    matched = Columns(
        fields, places.get("longitud"), places.get("latitud"), places.get("geometria")
    )
    _say_extra(columns, matched, found)
    return matched


def _asked(layer: Layer, columns: Sequence[str], mapping: Mapping[str, str]) -> dict[str, str]:
    asked: dict[str, str] = {}
    known = (*layer.field_names, *PLACES)
    for field, wanted in mapping.items():
        if field not in known:
            raise _unknown("--map", field, f"«{field}» no es un campo de la capa", known)
        asked[field] = named(columns, wanted, "--map")
    return asked


def named(columns: Iterable[str], wanted: str, parameter: str) -> str:
    """The column that somebody names in an option, however they write it.

    Raises :class:`InvalidRequest` when there is none, or more than one.
    """
    exact = [c for c in columns if c == wanted] or [c for c in columns if bare(c) == bare(wanted)]
    if len(exact) != 1:
        raise _unknown(parameter, wanted, f"El archivo no tiene la columna «{wanted}»", columns)
    return exact[0]


def _unknown(parameter: str, value: str, message: str, names: Iterable[str]) -> InvalidRequest:
    close = nearest(value, names)
    more = f"¿Quiso decir {listed(close)}?" if close else f"Hay {listed(names, limit=20)}"
    return InvalidRequest(f"{message}. {more}", parameter=parameter, value=value)


def _candidates(field: Field, columns: Sequence[str], short: str) -> list[str]:
    """Columns under the field's own name; failing that, its source names; failing that, label;
    failing that, ``short``: what a shapefile of ours calls it."""
    for names in ((field.name,), field.source_names, (field.label,), (short,)):
        wanted = {bare(name) for name in names}
        alike = [column for column in columns if bare(column) in wanted]
        if alike:
            return alike
    return []


def _ambiguous(field: Field, candidates: Sequence[str], found: Collector) -> None:
    found.whole(
        "ambiguous-column",
        f"El campo «{field.name}» puede venir de {listed(candidates)}",
        f"Diga cuál con --map {field.name}=COLUMNA",
        field=field.name,
    )


def _say_missing(
    layer: Layer, fields: Mapping[str, str], columns: Sequence[str], found: Collector
) -> None:
    ambiguous = {f.field for f in found.findings if f.rule == "ambiguous-column"}
    absent: list[str] = []
    free = [column for column in columns if column not in fields.values()]
    for field in layer.fields:
        if field.name in fields or field.name in ambiguous:
            continue
        if not field.required:
            absent.append(field.name)
            continue
        names = (field.name, *field.source_names)
        close = [near for name in names for near in nearest(name, free, limit=1)]
        meant = f"¿Es {listed(dict.fromkeys(close))}? " if close else ""
        found.whole(
            "missing-column",
            f"Falta la columna obligatoria «{field.name}» ({field.label}); se busca como "
            f"{listed(names)}",
            f"{meant}Agréguela, o diga cuál es con --map {field.name}=COLUMNA",
            field=field.name,
        )
    if absent:
        kept = "los elementos que ya estaban los conservan; en los nuevos " if layer.key else ""
        found.whole(
            "absent-fields",
            f"El archivo no trae {listed(absent, limit=40)}: {kept}quedan vacíos",
            "Si vienen con otro nombre, use --map campo=columna; para borrarlos, entregue la "
            "columna vacía",
        )


def _say_extra(columns: Sequence[str], matched: Columns, found: Collector) -> None:
    extra = [column for column in columns if column not in matched.used]
    if extra:
        found.whole(
            "extra-columns",
            f"La capa no usa {listed(extra, limit=12)}",
            "Ninguno; no se guardan ni se publican",
        )


def _places(
    fields: Mapping[str, str], columns: Sequence[str], asked: Mapping[str, str]
) -> dict[str, str]:
    """The columns of longitude and latitude, or of the geometry as WKT."""
    chosen = {place: asked[place] for place in PLACES if place in asked}
    if "geometria" in chosen or {"longitud", "latitud"} <= set(chosen):
        return chosen
    free = [column for column in columns if column not in fields.values()]
    for place, names in (("longitud", LONGITUDE), ("latitud", LATITUDE), ("geometria", SHAPE)):
        alike = _first_name(place, free, names)
        if alike and place not in chosen:
            chosen[place] = alike
    pair = {"longitud", "latitud"} <= set(chosen)
    if pair:
        chosen.pop("geometria", None)
    return chosen if pair or "geometria" in chosen else {}


def _first_name(place: str, columns: Sequence[str], names: Sequence[str]) -> str | None:
    alike = [column for column in columns if bare(column) in names]
    exact = [column for column in alike if bare(column) == place]
    if len(exact or alike) > 1:
        raise SourceError(
            f"La {place} puede venir de {listed(exact or alike)}. "
            f"Diga cuál con --map {place}=COLUMNA.",
            remedy=f"--map {place}=COLUMNA",
        )
    return next(iter(exact or alike), None)
