"""Whether one feature keeps the contract: what a delivery goes through, told to whoever edits.

What is judged is the whole row, so that rules over several fields hold; what is told is only what
the editor may see. Values and places of other classes never come out in a finding.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gis.conform import CHECKS, conform
from gis.findings import Finding, Severity, blocking
from gis.sources import Delivered, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gis.contract import Access, Extent, Field, Layer
    from gis.contract.rules import Surroundings

ROW = 1
SOURCE = Source(name="", sha256="", size=0, format="edit", rows=1)
NAMING = ("field", "fields", "earlier", "later", "by", "holder", "kind")
"""Attributes by which rules name fields of their layer (see :mod:`gis.contract.rules`)."""
REMEDIES = {
    "invalid-geometry": "Corrija la figura en el programa de SIG y envíela de nuevo",
    "third-dimension": "Envíe solo dos números por posición",
    "several-parts": "Cree un elemento por cada parte, con su propia llave",
    "missing-geometry": "Envíe «geometry» con el lugar del elemento",
    "empty-geometry": "Envíe la figura con sus coordenadas, o null si no se conoce el lugar",
    "unreadable-geometry": "Envíela como la define GeoJSON (RFC 7946 §3.1)",
    "wrong-geometry-type": "Envíe una geometría del tipo de la capa, o elija la capa correcta",
    "swapped-axes": "Use el orden de ejes de Content-Crs (en CRS84, primero la longitud)",
    "null-word": "Envíe null si no hay dato",
    "untidy-spaces": "Quite los espacios de más",
    "control-characters": "Quite esos caracteres",
    "damaged-text": "Escriba el texto de nuevo",
    "scientific-notation": "Envíe el código completo, como texto",
    "overlap": "Ajuste el límite común y envíelo de nuevo",
    "duplicate-row": "Edite el elemento que ya existe",
}
_OF_FILES = re.compile(
    r"[,;:]?\s*(?:[oy]\s)?[^,;:.(]*\(?--[^.;)]*\)?|(?<=\S)\s*y entregue de nuevo"
)
"""Words that only somebody who hands in a file could follow."""
_JSON_KINDS: dict[str, tuple[tuple[type, ...], str]] = {
    "text": ((str,), "un texto entre comillas"),
    "date": ((str,), "una fecha entre comillas, como 2026-01-31"),
    "timestamp": ((str,), "un instante entre comillas, como 2026-01-31T12:00:00-05:00"),
    "integer": ((int, float), "un número entero, sin comillas"),
    "number": ((int, float), "un número, sin comillas"),
    "boolean": ((bool,), "true o false, sin comillas"),
}


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of one row: typed values by field and its shape (EPSG:9377), None where refused,
    and every finding of it."""

    row: pd.DataFrame
    findings: tuple[Finding, ...]

    @property
    def is_refused(self) -> bool:
        """Whether anything keeps the row out."""
        return bool(blocking(self.findings))


def wrong_kinds(layer: Layer, sent: Mapping[str, Any]) -> list[Finding]:
    """Values whose JSON kind is not that of their field. Nulls are none of these."""
    found = []
    for name, value in sent.items():
        field = layer.field(name)
        kinds, expected = _JSON_KINDS[field.type.kind]
        right = isinstance(value, kinds) and (field.type.kind == "boolean") == (
            isinstance(value, bool)
        )
        if value is not None and not right:
            found.append(_wrong_kind(field, value, expected))
    return found


def judge(
    layer: Layer,
    values: Mapping[str, Any],
    shape: Any,
    code: int,
    *,
    extent: Extent,
    surroundings: Surroundings,
    unreadable: str = "",
) -> Judged:
    """Conform one row, all of its fields given, to the contract.

    ``shape`` is in the CRS of EPSG code ``code`` (x = easting or longitude), None without;
    ``unreadable`` says why one that was sent could not be read.
    """
    table = pd.DataFrame({name: [values[name]] for name in layer.field_names}, [ROW], dtype=object)
    shapes = None
    if layer.geometry is not None:
        shapes = np.empty(1, dtype=object)
        shapes[0] = shape
        # What a layer accepts of a file is a guard against guesses; here the CRS was said.
        accepted = tuple(dict.fromkeys((*layer.geometry.accepted_crs, code)))
        layer = replace(layer, geometry=replace(layer.geometry, accepted_crs=accepted))
    delivered = Delivered(
        table=table.rename_axis("row"),
        shapes=shapes,
        format="edit",
        crs=f"EPSG:{code}",
        unreadable={ROW: unreadable} if unreadable else {},
    )
    done = conform(delivered, SOURCE, layer, extent=extent, surroundings=surroundings)
    return Judged(done.rows, tuple(f for f in done.findings if f.severity is not Severity.INFO))


def told(
    layer: Layer, access: Access, findings: Iterable[Finding], feature: str | None
) -> tuple[Finding, ...]:
    """The findings as ``access`` may read them, blocking first: about the feature and no row, with
    remedies for whoever edits. A warning about what the class does not see is left out."""
    shown = []
    for finding in findings:
        if _is_seen(layer, access, finding):
            finding = replace(finding, remedy=_remedy(finding))
        elif finding.severity is Severity.BLOCKING:
            finding = _HIDDEN
        else:
            continue
        if not _sees_place(layer, access):
            finding = replace(finding, lon=None, lat=None)
        shown.append(replace(finding, row=None, feature=feature))
    order = list(Severity)
    return tuple(sorted(dict.fromkeys(shown), key=lambda f: order.index(f.severity)))


_HIDDEN = Finding(
    "hidden-data",
    Severity.BLOCKING,
    "Algo de este elemento que su cuenta no ve no cumple el contrato de la capa",
    "Pida el cambio a quien pueda verlo completo",
)


def _sees_place(layer: Layer, access: Access) -> bool:
    return layer.geometry is None or access.covers(layer.geometry.access)


def _is_seen(layer: Layer, access: Access, finding: Finding) -> bool:
    visible = {field.name for field in layer.fields_for(access)}
    if finding.field is not None and finding.field not in visible:
        return False
    for rule in layer.rules:
        if rule.id != finding.rule:
            continue
        if not _named(rule) <= visible:
            return False
        if getattr(rule, "spatial", False) and not _sees_place(layer, access):
            return False
    return finding.field is not None or _sees_place(layer, access)


def _named(rule: Any) -> set[str]:
    """Fields that a rule reads."""
    names: set[str] = set()
    for attribute in NAMING:
        value = getattr(rule, attribute, ())
        names.update((value,) if isinstance(value, str) else value)
    return names - {""}


def _remedy(finding: Finding) -> str:
    fixed = REMEDIES.get(finding.rule)
    if fixed is not None:
        return fixed
    return _OF_FILES.sub("", finding.remedy).strip() or "Corríjalo y envíelo de nuevo"


def _wrong_kind(field: Field, value: Any, expected: str) -> Finding:
    shown = str(value) if isinstance(value, str | int | float) else "un valor compuesto"
    return Finding(
        "invalid-value",
        CHECKS["invalid-value"].severity,
        f"«{field.label}» trae {shown[:200]} y se espera {expected}",
        f"Escriba {expected}, o null si no hay dato",
        field=field.name,
        value=shown,
    )
