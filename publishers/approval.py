"""Plans that wait: some accounts want a person to approve each publication before it leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gis import publications as ledger
from gis.errors import ChangesetConflict

if TYPE_CHECKING:
    from gis.publications import Publication
    from publishers.plan import Plan
    from publishers.publish import Order


def opening(order: Order, decided: Plan) -> dict[str, Any]:
    """What the ledger says of a publication as it begins."""
    return {
        "dataset": decided.dataset,
        "layer": decided.layer,
        "target": decided.target,
        "changeset": decided.changeset,
        "fingerprint": decided.fingerprint,
        "reason": decided.reason,
        "actor": order.actor,
        "let_pass": [{**g.as_dict(), "actor": order.actor} for g in decided.let_pass],
    }


def wait(order: Order, decided: Plan) -> int:
    """Write the plan in the ledger, to be approved; its number. The same plan waits once, and a
    newer one takes the place of those before it."""
    with order.engine.begin() as conn:
        for former in ledger.waiting(conn, decided.dataset, decided.target):
            if _same(former, decided):
                return former.id
            ledger.settle(conn, former.id, result=ledger.REPLACED)
        return ledger.open_publication(conn, result=ledger.WAITING, **opening(order, decided))


def resume(order: Order, decided: Plan, number: int) -> int:
    """Take up plan ``number``, that the order's actor approves; its number.

    Raises :class:`ChangesetConflict` when it does not wait any more, or when what would leave now
    is not what was shown to be approved.
    """
    with order.engine.begin() as conn:
        planned = ledger.publication(conn, number)
        if planned.result != ledger.WAITING:
            raise ChangesetConflict(
                f"La publicación {number} no espera aprobación: está «{planned.result}»",
                publication=number,
            )
        if not _same(planned, decided):
            raise ChangesetConflict(
                f"Los datos o la declaración cambiaron desde el plan {number}: haga el plan otra "
                "vez (sig publish) y apruebe el nuevo",
                publication=number,
            )
        ledger.settle(conn, number, result=ledger.IN_PROGRESS, approved_by=order.actor)
    return number


def _same(planned: Publication, decided: Plan) -> bool:
    shown = {guard["code"]: guard["guard"] for guard in planned.let_pass}
    return (planned.changeset, planned.fingerprint, shown) == (
        decided.changeset,
        decided.fingerprint,
        {guard.code: guard.reason for guard in decided.let_pass},
    )
