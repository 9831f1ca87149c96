"""Rows written in SQL await review; the contract judges them as it judges a delivery."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from gis import store
from gis.changesets import load, verify_chain
from gis.contract import NotInFuture
from gis.findings import Severity
from gis.review import review
from gis.store import layer_state
from gis.surroundings import CurrentFeatures
from tests.integration.builders import ENTITY, SITES, catalog, conformed, site

pytestmark = pytest.mark.usefixtures("small")
RULED = replace(SITES, rules=(NotInFuture("fecha", severity=Severity.BLOCKING),))


def judged(engine: sa.Engine) -> Any:
    around = CurrentFeatures(engine, catalog(RULED))
    return review(engine, RULED, extent=ENTITY.extent, surroundings=around)


def test_rows_of_a_delivery_need_no_review(engine: sa.Engine) -> None:
    load(engine, SITES, conformed(SITES, [site("S1")]))
    assert judged(engine).awaiting == 0


def test_row_written_in_sql_is_judged_and_marked(engine: sa.Engine, run: Any, rows: Any) -> None:
    store.sync_layers(engine, catalog(RULED))
    load(engine, RULED, conformed(RULED, [site("S1", nombre="uno"), site("S2", 50, nombre="dos")]))
    run(
        "UPDATE data.sitios SET nombre = 'tres' WHERE codigo = 'S1'",
        "UPDATE data.sitios SET fecha = '2999-01-01' WHERE codigo = 'S2'",
    )
    done = judged(engine)
    assert (done.awaiting, done.passed) == (2, 1)
    assert {(f.feature, f.field) for f in done.findings if f.severity is Severity.BLOCKING} == {
        ("S2", "fecha")
    }
    assert rows("SELECT _id FROM data.sitios WHERE NOT _reviewed") == [("S2",)]
    with engine.connect() as connection:
        assert layer_state(connection, "sitios").unreviewed == 1
        assert list(verify_chain(connection)) == []
    assert rows("SELECT count(*) FROM sig.changeset") == [(2,)]


def test_marking_cannot_smuggle_a_change(engine: sa.Engine, run: Any) -> None:
    load(engine, SITES, conformed(SITES, [site("S1", nombre="uno")]))
    run("UPDATE data.sitios SET nombre = 'dos'")
    with pytest.raises(sa.exc.DBAPIError, match="_changeset"):
        run("UPDATE data.sitios SET _reviewed = true, nombre = 'tres'")


def test_rows_that_kept_what_a_file_did_not_bring_await_review(
    engine: sa.Engine, rows: Any
) -> None:
    store.sync_layers(engine, catalog(RULED))
    whole = [site("S1", nombre="uno", responsable="Ana"), site("S2", nombre="dos")]
    load(engine, RULED, conformed(RULED, whole))
    public = conformed(RULED, [site("S1", nombre="otro"), site("S2", nombre="dos")])
    load(engine, RULED, replace(public, absent=frozenset({"responsable"})))
    assert rows("SELECT responsable, _reviewed FROM data.sitios WHERE codigo = 'S1'") == [
        ("Ana", False)
    ]
    assert rows("SELECT _reviewed FROM data.sitios WHERE codigo = 'S2'") == [(True,)]
