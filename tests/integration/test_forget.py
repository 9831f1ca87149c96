"""Erased by order of law: gone from the layer and its history, and the chain still verifies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from gis import changesets
from gis.changesets.ledger import verify_chain
from gis.errors import InvalidRequest, NotFound
from gis.findings import Finding, Severity
from tests.integration.builders import SITES, conformed, site

if TYPE_CHECKING:
    from collections.abc import Callable

ORDER = "Resolución 12 de 2026"


def deliver(engine: sa.Engine, rows: list[dict[str, Any]], **options: Any) -> None:
    changesets.load(engine, SITES, conformed(SITES, rows), **options)


def everywhere(engine: sa.Engine) -> str:
    """Every value of every row of the tables of data, history and the system, as text."""
    with engine.connect() as conn:
        found = conn.scalar(
            sa.text("""
                SELECT string_agg(query_to_xml(
                           format('SELECT * FROM %I.%I', schemaname, tablename), true, true, ''
                       )::text, ' ')
                  FROM pg_tables WHERE schemaname IN ('data', 'history', 'tiles', 'sig')
            """)
        )
    return str(found)


def chain(engine: sa.Engine) -> list[str]:
    with engine.connect() as conn:
        return list(verify_chain(conn))


def test_what_is_erased_is_nowhere_and_the_chain_holds(engine: sa.Engine) -> None:
    deliver(engine, [site("S1", nombre="PERSONA A"), site("S2", nombre="otra")])
    deliver(engine, [site("S1", nombre="PERSONA B"), site("S2", nombre="otra")])
    done = changesets.forget(engine, SITES, ["S1"], order=ORDER, actor="ana")
    assert done.rows == 2
    text = everywhere(engine)
    assert "PERSONA" not in text
    assert "otra" in text
    assert chain(engine) == []
    deliver(engine, [site("S2", nombre="otra"), site("S3")])
    assert chain(engine) == []


def test_one_that_was_already_removed_is_erased_from_history(engine: sa.Engine) -> None:
    deliver(engine, [site("S1", nombre="PERSONA A"), site("S2")])
    deliver(engine, [site("S2")])
    assert changesets.forget(engine, SITES, ["S1"], order=ORDER).rows == 1
    assert "PERSONA" not in everywhere(engine)
    assert chain(engine) == []


def test_an_undo_does_not_bring_it_back(engine: sa.Engine, small: Any) -> None:
    deliver(engine, [site("S1", nombre="PERSONA A"), site("S2")])
    changesets.forget(engine, SITES, ["S1"], order=ORDER)
    with engine.connect() as conn:
        (last, *_) = changesets.ledger(conn, SITES.name)
    with pytest.raises(InvalidRequest, match="nada que deshacer"):
        changesets.undo(engine, small, last.id)
    assert "PERSONA" not in everywhere(engine)


def test_its_findings_and_its_quarantined_row_go_too(engine: sa.Engine) -> None:
    finding = Finding(
        "pattern", Severity.BLOCKING, "m", "r", row=2, feature="S1", value="PERSONA A"
    )
    deliver(engine, [site("S1"), site("S2")])
    delivered = conformed(
        SITES,
        [site("S1", nombre="PERSONA A"), site("S2", nombre="x")],
        refused=[2],
        findings=[finding],
    )
    changesets.load(engine, SITES, delivered, quarantine=True)
    assert "PERSONA" in everywhere(engine)
    changesets.forget(engine, SITES, ["S1"], order=ORDER)
    assert "PERSONA" not in everywhere(engine)
    assert chain(engine) == []


def test_who_and_by_which_order_stays(engine: sa.Engine, rows: Callable[..., list[Any]]) -> None:
    deliver(engine, [site("S1")])
    changesets.forget(engine, SITES, ["S1"], order=ORDER, actor="ana")
    assert set(rows("SELECT order_of, actor FROM sig.erased")) == {(ORDER, "ana")}


def test_a_trial_erases_nothing(engine: sa.Engine) -> None:
    deliver(engine, [site("S1", nombre="PERSONA A")])
    assert changesets.forget(engine, SITES, ["S1"], order=ORDER, dry_run=True).rows == 1
    assert "PERSONA" in everywhere(engine)


def test_an_order_and_a_feature_are_needed(engine: sa.Engine) -> None:
    with pytest.raises(InvalidRequest, match="orden"):
        changesets.forget(engine, SITES, ["S1"], order=" ")
    with pytest.raises(NotFound, match="ni tuvo"):
        changesets.forget(engine, SITES, ["S9"], order=ORDER)


def test_a_digest_that_was_tampered_with_is_noticed(
    engine: sa.Engine, run: Callable[..., None]
) -> None:
    deliver(engine, [site("S1")])
    changesets.forget(engine, SITES, ["S1"], order=ORDER)
    run("UPDATE sig.erased SET digest = sha256('otra')")
    assert chain(engine)
