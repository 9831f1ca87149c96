"""Quality of a layer as of a changeset, in the measures of ISO 19157 (NTC 5043, NTC 5660).

Everything is counted by the store over the rows that the reader's access class sees; nothing is
estimated. What needs ground truth (positional accuracy, misclassification) is absent rather than
made up. Own measures, which ISO does not list, carry the code space :data:`OWN`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa

from gis.features.rows import rows
from gis.filters import condition
from gis.store.tables import SRID

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from gis.contract import Access, Extent, Field, Layer

ISO = "ISO 19157"
OWN = "sig-municipal"

Unit = Literal["count", "rate"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One result. ``passed`` None means that nothing is demanded of it."""

    id: str
    """Identifier in ``code_space``: «4», «18»…"""
    element: str
    """Class of the result in ISO 19115/19139: ``DQ_DomainConsistency``…"""
    name: str
    value: float
    unit: Unit
    field: str = ""
    """Field it was measured on; empty for the whole feature."""
    passed: bool | None = None
    blocking: bool = False
    """Whether a failure must keep the layer from being published."""
    code_space: str = ISO
    note: str = ""


@dataclass(frozen=True, slots=True)
class Quality:
    """The measures of one layer as of one changeset."""

    layer: str
    changeset: int
    evaluated_at: datetime
    """When the changeset was sealed: the same state always gives the same report."""
    feature_count: int
    measures: tuple[Measure, ...]

    @property
    def failures(self) -> tuple[Measure, ...]:
        """The blocking measures that did not pass."""
        return tuple(m for m in self.measures if m.blocking and m.passed is False)

    def measure(self, id: str, field: str = "") -> Measure:
        """The result of measure ``id`` on ``field``; KeyError when it was not measured."""
        for measure in self.measures:
            if measure.id == id and measure.field == field:
                return measure
        raise KeyError(id)

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        return {**asdict(self), "evaluated_at": self.evaluated_at.isoformat()}


def measure_quality(
    conn: sa.Connection,
    layer: Layer,
    access: Access,
    *,
    extent: Extent,
    changeset: int,
    evaluated_at: datetime,
    refused: int = 0,
    as_of: int | None = None,
    where: str = "",
    fields: tuple[str, ...] = (),
) -> Quality:
    """Measure ``layer`` over the rows and fields that ``access`` sees; of them, only the rows that
    meet ``where`` (CQL2 text) and the ``fields`` named, when given: those of one dataset.

    ``extent`` (CRS84) is where features must lie when the layer declares none; ``changeset`` and
    ``evaluated_at`` date the report; ``refused`` is how many rows of the last delivery stayed in
    quarantine; ``as_of`` reads an earlier moment. One scan of the layer; geometry validity is
    what costs (about 1 s per million vertices).
    """
    source = _source(layer, access, as_of, where)
    measured = tuple(f for f in layer.fields_for(access) if not fields or f.name in fields)
    counts = _counts(source, layer, measured, layer.extent or extent)
    named = [expression.label(name) for name, expression in counts.items()]
    found = dict(conn.execute(sa.select(*named)).mappings().one())
    total = int(found["total"])
    return Quality(
        layer=layer.name,
        changeset=changeset,
        evaluated_at=evaluated_at,
        feature_count=total,
        measures=tuple(_measures(layer, measured, found, total, refused)),
    )


def _source(layer: Layer, access: Access, as_of: int | None, where: str) -> sa.FromClause:
    """The rows, with ``valid`` computed once for surfaces (OFFSET keeps the planner from undoing
    it)."""
    found = rows(layer, access, as_of)
    columns: list[sa.ColumnElement[Any]] = [*found.c]
    if _surfaces(layer, access):
        columns.append(sa.func.ST_IsValid(found.c["geom"]).label("valid"))
    query = sa.select(*columns)
    if where:
        query = query.where(condition(where, found))
    return query.offset(0).subquery("measured")


def _surfaces(layer: Layer, access: Access) -> bool:
    return (
        layer.geometry is not None and layer.geometry.dimension == 2 and layer.geometry_for(access)
    )


def _required(measured: tuple[Field, ...]) -> list[Field]:
    return [field for field in measured if field.required]


def _counts(
    source: sa.FromClause, layer: Layer, measured: tuple[Field, ...], extent: Extent
) -> dict[str, sa.ColumnElement[Any]]:
    """What is counted, by the name under which it comes back."""
    geom = source.c.get("geom")
    identity = [source.c[name] for name in layer.key] or [source.c["_id"]]
    counts: dict[str, sa.ColumnElement[Any]] = {
        "total": sa.func.count(),
        "distinct": sa.func.count(sa.distinct(sa.func.row(*identity))),
    }
    missing: list[sa.ColumnElement[bool]] = [
        source.c[field.name].is_(None) for field in _required(measured)
    ]
    for field, absent in zip(_required(measured), missing, strict=True):
        counts["missing_" + field.name] = _count_if(absent)
    domain = _domain_conditions(source, measured)
    for name, outside in domain.items():
        counts["domain_" + name] = _count_if(outside)
    counts["domain"] = _count_if(sa.or_(sa.false(), *domain.values()))
    if geom is not None and layer.geometry is not None:
        counts |= _geometry_counts(source, geom, extent)
        if layer.geometry.required:
            missing.append(geom.is_(None))
        missing.append(sa.func.GeometryType(geom) != layer.geometry.type.upper())
    counts["schema"] = _count_if(sa.or_(sa.false(), *missing))
    if len(layer.time) == 2 and all(name in source.c for name in layer.time):
        start, end = (source.c[name] for name in layer.time)
        counts["chronology"] = _count_if(start > end)
    if "_reviewed" in source.c:
        counts["unreviewed"] = _count_if(sa.not_(source.c["_reviewed"]))
    return counts


def _domain_conditions(
    source: sa.FromClause, measured: tuple[Field, ...]
) -> dict[str, sa.ColumnElement[bool]]:
    """Per field with a domain (code list, limits, pattern): the value is outside of it."""
    checks = {field.name: field.type.check(source.c[field.name]) for field in measured}
    return {name: sa.not_(check) for name, check in checks.items() if check is not None}


def _geometry_counts(
    source: sa.FromClause, geom: sa.ColumnElement[Any], extent: Extent
) -> dict[str, sa.ColumnElement[Any]]:
    box = sa.func.ST_MakeEnvelope(*extent.as_tuple(), 4326)
    place = sa.func.ST_Transform(sa.func.ST_Segmentize(box, 0.01), SRID)
    counts = {
        "without_geometry": _count_if(geom.is_(None)),
        "outside": _count_if(sa.not_(sa.func.ST_CoveredBy(geom, place))),
    }
    if "valid" in source.c:
        crossing = sa.func.ST_IsValidReason(geom).ilike("%self-intersection%")
        counts["self_intersecting"] = _count_if(sa.and_(sa.not_(source.c["valid"]), crossing))
        invalid = sa.and_(sa.not_(source.c["valid"]), sa.not_(crossing))
        counts["self_overlapping"] = _count_if(invalid)
    return counts


def _count_if(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.count().filter(condition)


def _measures(
    layer: Layer, measured: tuple[Field, ...], found: dict[str, Any], total: int, refused: int
) -> Iterator[Measure]:
    if "outside" in found:
        yield _count(
            "2", "DQ_CompletenessCommission", "Elementos fuera de la extensión", found["outside"]
        )
    yield _count(
        "4",
        "DQ_CompletenessCommission",
        "Elementos duplicados",
        total - int(found["distinct"]),
        blocking=True,
        note="Por la llave declarada" if layer.key else "Por el contenido completo",
    )
    yield from _omissions(layer, measured, found, total, refused)
    yield _count(
        "10",
        "DQ_ConceptualConsistency",
        "Elementos que no cumplen el esquema",
        found["schema"],
        note="Campos obligatorios vacíos, geometría ausente o de otro tipo",
    )
    yield from _domains(measured, found, total)
    yield from _topology(found)
    if "chronology" in found:
        yield _count(
            "159",
            "DQ_TemporalConsistency",
            "Elementos cuyo fin precede a su inicio",
            found["chronology"],
        )
    if "unreviewed" in found:
        yield _count(
            "sin-revisar",
            "DQ_ConceptualConsistency",
            "Elementos cambiados por fuera de una entrega, sin revisar",
            found["unreviewed"],
            own=True,
        )


def _omissions(
    layer: Layer, measured: tuple[Field, ...], found: dict[str, Any], total: int, refused: int
) -> Iterator[Measure]:
    for field in _required(measured):
        yield Measure(
            "7",
            "DQ_CompletenessOmission",
            "Tasa de valores ausentes en un campo obligatorio",
            _rate(found["missing_" + field.name], total),
            "rate",
            field=field.name,
            passed=found["missing_" + field.name] == 0,
            note="Por campo obligatorio: no hay un listado de referencia contra el cual contar",
        )
    if "without_geometry" in found:
        element, name = "DQ_CompletenessOmission", "Elementos sin geometría"
        number = int(found["without_geometry"])
        passed = number == 0 if layer.geometry and layer.geometry.required else None
        yield Measure(
            "sin-geometria", element, name, number, "count", passed=passed, code_space=OWN
        )
    yield Measure(
        "en-cuarentena",
        "DQ_CompletenessOmission",
        "Filas de la última entrega que quedaron en cuarentena",
        refused,
        "count",
        passed=refused == 0,
        code_space=OWN,
    )


def _domains(measured: tuple[Field, ...], found: dict[str, Any], total: int) -> Iterator[Measure]:
    element = "DQ_DomainConsistency"
    yield _count("16", element, "Elementos fuera de su dominio de valores", found["domain"])
    for field in measured:
        if "domain_" + field.name not in found:
            continue
        number = int(found["domain_" + field.name])
        yield Measure(
            "18",
            element,
            "Tasa de valores fuera de su dominio",
            _rate(number, total),
            "rate",
            field=field.name,
            passed=number == 0,
            blocking=True,
        )


def _topology(found: dict[str, Any]) -> Iterator[Measure]:
    element = "DQ_TopologicalConsistency"
    if "self_intersecting" not in found:
        return
    for id, key, name in (
        ("26", "self_intersecting", "Superficies que se cruzan a sí mismas"),
        ("27", "self_overlapping", "Superficies que se traslapan a sí mismas"),
    ):
        yield _count(id, element, name, found[key], blocking=True)


def _count(
    id: str,
    element: str,
    name: str,
    number: int,
    *,
    blocking: bool = False,
    own: bool = False,
    note: str = "",
) -> Measure:
    return Measure(
        id,
        element,
        name,
        int(number),
        "count",
        passed=number == 0,
        blocking=blocking,
        code_space=OWN if own else ISO,
        note=note,
    )


def _rate(number: int, total: int) -> float:
    return number / total if total else 0.0
