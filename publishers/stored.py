"""Reading records that were written with the files they describe, also by former versions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gis.lineage import Step
from gis.quality import Measure, Quality
from publishers.metadata import Distribution, Link, Party, Record, Variable


def record_from_dict(document: dict[str, Any]) -> Record:
    """Read what :meth:`Record.as_dict` wrote."""
    values = dict(document)
    for name in ("publisher", "contact"):
        values[name] = Party(**values[name])
    for name in ("issued", "modified"):
        values[name] = datetime.fromisoformat(values[name])
    for name in ("keywords", "places", "bbox", "period"):
        values[name] = None if values[name] is None else tuple(values[name])
    values["variables"] = tuple(_read_variable(v) for v in values["variables"])
    values["steps"] = tuple(_read_step(step) for step in values.get("steps", ()))
    values["links"] = tuple(Link(**link) for link in values.get("links", ()))
    values["distributions"] = tuple(Distribution(**d) for d in values["distributions"])
    values["quality"] = _read_quality(values["quality"])
    return Record(**values)


def _read_variable(values: dict[str, Any]) -> Variable:
    return Variable(**{**values, "codes": tuple(tuple(code) for code in values["codes"])})


def _read_step(values: dict[str, Any]) -> Step:
    return Step(**{**values, "sealed_at": datetime.fromisoformat(values["sealed_at"])})


def _read_quality(values: dict[str, Any]) -> Quality:
    measures = tuple(Measure(**measure) for measure in values["measures"])
    evaluated = datetime.fromisoformat(values["evaluated_at"])
    return Quality(**{**values, "measures": measures, "evaluated_at": evaluated})
