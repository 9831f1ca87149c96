"""What would be published and why: pure, printed before anything is sent."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from publishers.guards import Guard, raised

if TYPE_CHECKING:
    from gis.contract.entity import Target as Account
    from gis.contract.layer import Dataset, Layer
    from gis.publications import Publication
    from publishers.metadata import Record
    from publishers.package import Package
    from publishers.targets.protocol import Standing


class Action(StrEnum):
    """What a plan decides."""

    PUBLISH = "publicar"
    NOTHING = "nada"
    REFUSE = "rechazar"


@dataclass(frozen=True, slots=True)
class Plan:
    """The decision on one dataset and one target, with its reasons in words for people."""

    dataset: str
    layer: str
    target: str
    action: Action
    reason: str
    code: str = ""
    """Stable name of the first guard that refused; empty otherwise."""
    changeset: int | None = None
    fingerprint: str = ""
    previous: int | None = None
    """Changeset last published there."""
    feature_count: int = 0
    warnings: tuple[str, ...] = ()
    guards: tuple[Guard, ...] = ()
    """All that were raised, those that somebody let pass included."""

    @property
    def let_pass(self) -> tuple[Guard, ...]:
        """The guards that somebody let pass."""
        return tuple(guard for guard in self.guards if guard.let_pass)

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        names = ("dataset", "layer", "target", "reason", "code", "changeset", "fingerprint")
        document = {name: getattr(self, name) for name in names}
        document |= {"action": self.action.value, "previous": self.previous}
        document |= {"guards": [guard.as_dict() for guard in self.guards]}
        return {**document, "feature_count": self.feature_count, "warnings": list(self.warnings)}


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a plan looks at. ``record`` None: the layer has never received data."""

    layer: Layer
    dataset: Dataset
    account: Account
    record: Record | None
    last: Publication | None
    standing: Standing | None = None
    """What the target says it holds, asked only when the ledger says that it holds something."""
    force: bool = False
    """Send again although nothing changed, or over what somebody changed there."""
    interrupted: bool = False
    """Whether a later attempt than ``last`` did not end well: what differs there may be ours."""
    let_pass: tuple[tuple[str, str], ...] = ()
    """Guards that a person lets pass: code and reason."""
    max_removed: float = 0.2
    """Share of the features published last, 0 to 1, that may go without somebody's word."""

    @property
    def drifted(self) -> bool:
        """Whether somebody changed on the target what the ledger says was published."""
        if self.last is None or self.standing is None:
            return False
        if self.standing.marks:
            return bool(self.standing.marks != self.last.facts.get("marks"))
        sent = {file["file"]: file["sha256"] for file in self.last.files}
        return self.standing.sha256s != sent

    def holds(self, package: Package) -> bool:
        """Whether the target already holds the very data of ``package``: another part of the
        layer changed, not this dataset."""
        if self.force or self.last is None or self.standing is None or self.record is None:
            return False
        if self.drifted:
            return False
        wanted = {d.file: d.sha256 for d in package.record.data if d.format != "GeoPackage"}
        sent = {file["file"]: file["sha256"] for file in self.last.files}
        same = all(sent.get(file) == digest for file, digest in wanted.items())
        return same and self.last.fingerprint == self.record.fingerprint


def make_plan(situation: Situation) -> Plan:
    """Decide. Guards come first: what must not leave does not, whatever the ledger says."""
    holding = [guard for guard in raised(situation) if not guard.let_pass]
    if holding:
        reason = "; ".join(guard.reason for guard in holding)
        return _plan(situation, Action.REFUSE, reason, holding[0].code)
    record, last = situation.record, situation.last
    assert record is not None
    if last is None:
        return _plan(situation, Action.PUBLISH, "Nunca se ha publicado aquí")
    if situation.standing is None:
        return _plan(situation, Action.PUBLISH, "El destino ya no tiene lo publicado")
    if situation.drifted and situation.interrupted:
        return _plan(situation, Action.PUBLISH, "Una publicación anterior quedó a medias")
    if situation.drifted and not situation.force:
        reason = (
            "Alguien cambió en el destino lo publicado: revíselo allá; --force lo reemplaza por "
            "lo nuestro"
        )
        return _plan(situation, Action.REFUSE, reason, "target-drifted")
    if last.changeset != record.changeset:
        reason = f"Hay datos nuevos: conjunto de cambios {record.changeset}, publicado el "
        return _plan(situation, Action.PUBLISH, f"{reason}{last.changeset}")
    if last.fingerprint != record.fingerprint:
        return _plan(situation, Action.PUBLISH, "Cambió la declaración, no los datos")
    if situation.force:
        return _plan(situation, Action.PUBLISH, "Se pidió enviarlo otra vez")
    reason = f"El conjunto de cambios {last.changeset} ya está publicado"
    return _plan(situation, Action.NOTHING, reason)


def _plan(situation: Situation, action: Action, reason: str, code: str = "") -> Plan:
    record, last = situation.record, situation.last
    return Plan(
        dataset=situation.dataset.name,
        layer=situation.layer.name,
        target=situation.account.name,
        action=action,
        reason=reason,
        code=code,
        changeset=record.changeset if record else None,
        fingerprint=record.fingerprint if record else "",
        previous=last.changeset if last else None,
        feature_count=record.feature_count if record else 0,
        warnings=_warnings(record) if record else (),
        guards=raised(situation),
    )


def _warnings(record: Record) -> tuple[str, ...]:
    found = []
    for id, text in (
        ("sin-revisar", "{:g} elementos cambiados por fuera de una entrega, sin revisar"),
        ("en-cuarentena", "{:g} filas de la última entrega quedaron en cuarentena"),
        ("2", "{:g} elementos fuera de la extensión declarada"),
    ):
        found += [text.format(m.value) for m in record.quality.measures if m.id == id and m.value]
    if record.without_geometry:
        found.append(f"{record.without_geometry} elementos sin geometría")
    return tuple(found)
