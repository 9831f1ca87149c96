"""Guards and approvals, over the store: what waits, what is let pass, what the ledger keeps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from gis import publications as ledger
from gis.errors import ChangesetConflict
from publishers.publish import publish

if TYPE_CHECKING:
    from publishers.publish import Order
    from tests.publishers.city import City


def careful(city: City, **values: Any) -> Order:
    """An order to an account that wants approval."""
    return city.order("arboles", account=replace(city.account("estatico"), approve=True), **values)


def row(city: City, number: int | None) -> ledger.Publication:
    assert number is not None
    with city.engine.connect() as conn:
        return ledger.publication(conn, number)


def test_a_plan_waits_and_leaves_once_approved(city: City) -> None:
    order = careful(city)
    waiting = publish(order)
    assert (waiting.result, waiting.writes) == (ledger.WAITING, 0)
    assert order.target.state("arboles") is None
    assert publish(order).publication == waiting.publication, "the same plan waits once"
    done = publish(careful(city, approving=waiting.publication, actor="quien aprueba"))
    assert (done.result, done.publication) == (ledger.PUBLISHED, waiting.publication)
    settled = row(city, waiting.publication)
    assert (settled.actor, settled.approved_by) == ("prueba", "quien aprueba")
    with pytest.raises(ChangesetConflict, match="no espera aprobación"):
        publish(careful(city, approving=waiting.publication, force=True))


def test_what_changed_since_it_was_shown_must_be_shown_again(city: City) -> None:
    shown = publish(careful(city)).publication
    city.run("UPDATE data.arboles SET altura_m = 5 WHERE codigo = 'A-1'")
    with pytest.raises(ChangesetConflict, match="cambiaron desde el plan"):
        publish(careful(city, approving=shown))
    newer = publish(careful(city)).publication
    assert newer != shown
    assert row(city, shown).result == ledger.REPLACED


def test_what_somebody_let_pass_stays_in_the_ledger(city: City) -> None:
    publish(city.order("arboles"))
    city.run("DELETE FROM data.arboles WHERE codigo = 'A-2'")
    refused = publish(city.order("arboles"))
    assert (refused.result, refused.plan.code) == (ledger.REFUSED, "removes")
    assert city.order("arboles").target.state("arboles") is not None
    excuse = (("removes", "Talado, acta 12"), ("extent-shrunk", "Talado, acta 12"))
    done = publish(city.order("arboles", let_pass=excuse))
    assert done.result == ledger.PUBLISHED
    kept = {guard["code"]: guard for guard in row(city, done.publication).let_pass}
    assert kept["removes"]["reason"] == "Talado, acta 12"
    assert kept["removes"]["actor"] == "prueba"
