"""Publishing one dataset in one target: plan, apply, read back, write it in the ledger.

Everything that happens leaves a row: what was sent, what was not needed, what was refused and
why, what failed. A process killed in the middle leaves its row «en curso», the target as it was
or, for a portal without transactions, in a state that the next publication completes.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gis import publications as ledger
from gis.errors import NotFound, SigError, TargetDrifted
from gis.later import Later
from publishers import approval, guards
from publishers.distributions import build, table_before
from publishers.metadata import DEMONSTRATION
from publishers.plan import Action, Plan, Situation, make_plan
from publishers.state import read_record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import sqlalchemy as sa

    from gis.contract.entity import Entity
    from gis.contract.entity import Target as Account
    from gis.contract.layer import Dataset, Layer
    from gis.findings import Finding
    from publishers import privacy
    from publishers.metadata import Record
    from publishers.package import Package
    from publishers.targets import Target
else:
    privacy = Later("publishers.privacy")

STALE_SECONDS = 24 * 3600
_PREFIX = "paquete-"


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be published where. ``engine`` writes the ledger; ``reader`` is the public's."""

    engine: sa.Engine
    reader: sa.Engine
    entity: Entity
    layer: Layer
    dataset: Dataset
    account: Account
    target: Target
    workspace: Path
    """Folder for files on their way; made when needed."""
    actor: str = ""
    force: bool = False
    let_pass: tuple[tuple[str, str], ...] = ()
    """Guards that the actor lets pass: code and reason."""
    approving: int | None = None
    """Number of the plan that the actor approves."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it. ``writes`` counts what the target was sent; 0 when nothing was."""

    plan: Plan
    result: str
    """As in the ledger; empty when nothing was needed, and for a dry run."""
    writes: int = 0
    publication: int | None = None
    address: str = ""


def plan(order: Order) -> Plan:
    """What would happen, without touching anything."""
    with _snapshot(order.reader) as conn:
        return _plan(order, conn)[0]


def describe(reader: sa.Engine, entity: Entity, layer: Layer, dataset: Dataset) -> Record:
    """A dataset as catalogues will see it, files aside. :class:`NotFound` before any data."""
    landing_page = f"{entity.base_url}/datos/{dataset.name}"
    with _snapshot(reader) as conn:
        record = read_record(conn, entity, layer, dataset, landing_page=landing_page)
    if record is None:
        raise NotFound(f"El conjunto «{dataset.name}» no tiene datos aún", dataset=dataset.name)
    return record


def inspect(order: Order) -> tuple[Finding, ...]:
    """What of a person would leave with the dataset as it is now, found in its files."""
    with _snapshot(order.reader) as conn, _workspace(order.workspace) as folder:
        record = _plan(order, conn)[1].record
        if record is None:
            return ()
        url = order.target.file_url
        package = build(conn, order.layer, order.dataset, record, folder, file_url=url)
        return privacy.check(package, _excused(order))


def publish(order: Order) -> Outcome:
    """Do what the plan says. Raises the target's error once the ledger has it."""
    with order.engine.begin() as holding, _snapshot(order.reader) as conn:
        ledger.lock(holding, order.dataset.name, order.account.name)
        decided, situation = _plan(order, conn)
        if decided.action is Action.NOTHING:
            return Outcome(decided, "", address=order.target.landing_page(order.dataset.name))
        if _must_wait(order, decided):
            return Outcome(decided, ledger.WAITING, publication=approval.wait(order, decided))
        publication = _open(order, decided)
        if decided.action is Action.REFUSE:
            _settle(order, publication, ledger.REFUSED, reason=decided.reason, code=decided.code)
            return Outcome(decided, ledger.REFUSED, publication=publication)
        try:
            return _apply(order, conn, decided, situation, publication)
        except SigError as error:
            _settle(order, publication, ledger.FAILED, reason=error.message, code=error.code)
            raise
        except Exception as error:
            reason = f"Error inesperado: {type(error).__name__}"
            _settle(order, publication, ledger.FAILED, reason=reason, code="unexpected")
            raise


def _plan(order: Order, conn: sa.Connection) -> tuple[Plan, Situation]:
    landing_page = order.target.landing_page(order.dataset.name)
    record = read_record(conn, order.entity, order.layer, order.dataset, landing_page=landing_page)
    with order.engine.connect() as ledger_conn:
        last = ledger.last_published(ledger_conn, order.dataset.name, order.account.name)
        interrupted = last is not None and ledger.interrupted(ledger_conn, last)
    standing = order.target.state(order.dataset.name) if last is not None else None
    situation = Situation(
        order.layer,
        order.dataset,
        order.account,
        record,
        last,
        standing,
        force=order.force,
        interrupted=interrupted,
        let_pass=order.let_pass,
        max_removed=order.entity.max_removed,
    )
    return make_plan(situation), situation


def _apply(
    order: Order, conn: sa.Connection, decided: Plan, situation: Situation, publication: int
) -> Outcome:
    record = situation.record
    assert record is not None
    with _workspace(order.workspace) as folder:
        package = build(
            conn, order.layer, order.dataset, record, folder, file_url=order.target.file_url
        )
        found = privacy.check(package, _excused(order))
        if found:
            reason = privacy.reason(found)
            _settle(order, publication, ledger.REFUSED, reason=reason, code=privacy.CODE)
            refused = replace(decided, action=Action.REFUSE, reason=reason, code=privacy.CODE)
            return Outcome(refused, ledger.REFUSED, publication=publication)
        address = order.target.landing_page(order.dataset.name)
        if situation.last is not None and situation.holds(package):
            # The ledger keeps what stands there: documents of the former publication and all.
            standing = situation.last.files
            marks = situation.last.facts.get("marks", {})
            _settle_package(order, publication, ledger.UNCHANGED, package, conn, standing, marks)
            return Outcome(decided, ledger.UNCHANGED, 0, publication, address)
        writes = order.target.publish(_with_before(order, conn, situation, package))
        differences = order.target.verify(package)
        if differences:
            raise TargetDrifted(
                f"Lo que se lee en «{order.account.name}» no es lo que se envió: "
                + "; ".join(differences),
                dataset=order.dataset.name,
                target=order.account.name,
            )
        standing_now = order.target.state(order.dataset.name)
        marks = standing_now.marks if standing_now else {}
        _settle_package(order, publication, ledger.PUBLISHED, package, conn, _files(package), marks)
    return Outcome(decided, ledger.PUBLISHED, writes, publication, address)


def _with_before(
    order: Order, conn: sa.Connection, situation: Situation, package: Package
) -> Package:
    """With the table as it stands there, if only the rows that differ from it may be sent."""
    last = situation.last
    if last is None or last.changeset is None or not order.target.addresses_rows:
        return package
    same_contract = last.fingerprint == package.record.fingerprint
    if situation.drifted or situation.standing is None or not same_contract:
        return package
    notice = DEMONSTRATION if package.record.demonstration else ""
    path = table_before(conn, order.layer, order.dataset, package.folder, last.changeset, notice)
    return replace(package, before=path)


def _must_wait(order: Order, decided: Plan) -> bool:
    wanted = decided.action is Action.PUBLISH and order.account.approve
    return wanted and order.approving is None


def _open(order: Order, decided: Plan) -> int:
    if order.approving is not None:
        return approval.resume(order, decided, order.approving)
    with order.engine.begin() as conn:
        return ledger.open_publication(conn, **approval.opening(order, decided))


def _settle(
    order: Order, publication: int, result: str, *, reason: str = "", code: str = ""
) -> None:
    with order.engine.begin() as conn:
        ledger.settle(conn, publication, result=result, reason=reason, code=code)


def _settle_package(
    order: Order,
    publication: int,
    result: str,
    package: Package,
    snapshot: sa.Connection,
    files: Sequence[dict[str, Any]],
    marks: dict[str, str],
) -> None:
    found = ledger.facts(snapshot, order.layer.name)
    with order.engine.begin() as conn:
        ledger.settle(
            conn,
            publication,
            result=result,
            files=list(files),
            feature_count=package.record.feature_count,
            facts={**guards.facts(package.record), "marks": marks},
            chain_head=found.chain_head if found else "",
            address=order.target.landing_page(order.dataset.name),
        )


def _excused(order: Order) -> privacy.Allowed:
    return privacy.allowed(order.entity, order.layer, order.target.landing_page(order.dataset.name))


def _files(package: Package) -> list[dict[str, Any]]:
    return [
        {"file": d.file, "size": d.size, "sha256": d.sha256, "media_type": d.media_type}
        for d in package.record.distributions
    ]


@contextmanager
def _snapshot(reader: sa.Engine) -> Iterator[sa.Connection]:
    """One snapshot, read only, without the limit of time that protects interactive readers."""
    isolated = reader.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with isolated.connect() as conn:
        ledger.unlimited(conn)
        yield conn


@contextmanager
def _workspace(root: Path) -> Iterator[Path]:
    root.mkdir(parents=True, exist_ok=True)
    for left in root.glob(f"{_PREFIX}*"):  # by processes that were killed
        if time.time() - left.stat().st_mtime > STALE_SECONDS:
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=root) as folder:
        yield Path(folder)
