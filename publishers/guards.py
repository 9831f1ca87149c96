"""What keeps a plan from being carried out, and what a person may let pass. Pure.

Every guard is looked at, so that whoever decides reads all that is wrong at once. Some can never
be let pass: what is not public, what is not data, what the dataset does not declare.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gis.contract.access import Access
from publishers.metadata import published_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from publishers.metadata import Record
    from publishers.plan import Situation

LETTABLE = frozenset({"removes", "type-changed", "extent-shrunk", "new-field", "quality"})
"""Guards that a person may let pass, with a reason that stays in the ledger."""
POINT = 1e-4
"""Degrees, some ten metres: the least side of an extent, so that a point has an area."""


@dataclass(frozen=True, slots=True)
class Guard:
    """One reason why nothing should leave."""

    code: str
    reason: str
    let_pass: str = ""
    """Why somebody let it pass; empty: it holds."""

    def as_dict(self) -> dict[str, str]:
        """JSON-ready values."""
        return {"code": self.code, "guard": self.reason, "reason": self.let_pass}


def facts(record: Record) -> dict[str, Any]:
    """What the ledger keeps of a publication, for the next plan to compare with."""
    return {
        "fields": {variable.name: variable.kind for variable in record.variables},
        "geometry": record.geometry_type,
        "bbox": list(record.bbox) if record.bbox else None,
    }


def raised(situation: Situation) -> tuple[Guard, ...]:
    """Every guard that the situation raises, those let pass marked with their reason."""
    let_pass: Mapping[str, str] = dict(situation.let_pass)
    return tuple(
        replace(guard, let_pass=let_pass[guard.code])
        if guard.code in LETTABLE and guard.code in let_pass
        else guard
        for guard in _raised(situation)
    )


def _raised(situation: Situation) -> Iterator[Guard]:
    dataset, account, record = situation.dataset, situation.account, situation.record
    if account.name not in dataset.targets:
        names = ", ".join(dataset.targets) or "ninguno"
        yield Guard(
            "not-declared",
            f"El conjunto no declara el destino «{account.name}» (declara: {names})",
        )
    fields = published_fields(situation.layer, dataset)
    private = [field.name for field in fields if field.access is not Access.PUBLICA]
    if private:
        yield Guard("private-field", f"Saldrían campos que no son PUBLICA: {', '.join(private)}")
    if record is None or record.feature_count == 0:
        yield Guard("empty", "No hay datos que publicar: el portal quedaría con una tabla vacía")
        return
    if record.demonstration and not account.test:
        yield Guard(
            "demonstration",
            f"Son datos de demostración y «{account.name}» no está marcado como destino de prueba",
        )
    if record.quality.failures:
        named = "; ".join(
            f"{m.name} ({m.field or 'capa'}): {m.value:g}" for m in record.quality.failures
        )
        yield Guard("quality", f"No cumple las medidas de calidad que bloquean: {named}")
    if situation.last is not None:
        yield from _against(situation, record)


def _against(situation: Situation, record: Record) -> Iterator[Guard]:
    """Guards that compare with what was published last."""
    last = situation.last
    assert last is not None
    before = last.feature_count or 0
    lost = 1 - record.feature_count / before if before else 0.0
    if lost > situation.max_removed:
        yield Guard(
            "removes",
            f"Quedarían {record.feature_count} elementos de los {before} publicados: se quitan más "
            f"del {situation.max_removed:.0%}",
        )
    old, new = last.facts, facts(record)
    if not old:
        return
    kinds: dict[str, str] = old.get("fields", {})
    changed = [
        f"{name} ({kinds[name]} → {kind})"
        for name, kind in new["fields"].items()
        if kinds.get(name, kind) != kind
    ]
    if old.get("geometry", "") != new["geometry"]:
        changed.append(f"geometría ({old.get('geometry') or 'ninguna'} → {new['geometry']})")
    if changed:
        yield Guard("type-changed", f"Cambia el tipo de: {', '.join(changed)}")
    added = [name for name in new["fields"] if name not in kinds]
    if added:
        yield Guard("new-field", f"Saldrían por primera vez los campos: {', '.join(added)}")
    shrunk = _shrunk(old.get("bbox"), new["bbox"])
    if shrunk > situation.max_removed:
        yield Guard("extent-shrunk", f"La extensión se reduce en un {shrunk:.0%}")


def _shrunk(old: list[float] | None, new: list[float] | None) -> float:
    """Share of the area of ``old`` (degrees) that ``new`` does not have any more, 0 to 1."""
    if not old:
        return 0.0
    return max(0.0, 1 - _area(new) / _area(old)) if new else 1.0


def _area(box: list[float]) -> float:
    west, south, east, north = box
    return max(east - west, POINT) * max(north - south, POINT)
