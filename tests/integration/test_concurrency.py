"""Two writers at once, and writers that die in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from gis.changesets import ledger, load, verify_chain
from gis.store import make_engine
from tests.integration.builders import SITES, ZONES, conformed, site, zone

pytestmark = pytest.mark.usefixtures("small")
ROOT = Path(__file__).parents[2]


def test_two_loads_of_one_layer_do_not_mix(engine: sa.Engine, rows: Any) -> None:
    deliveries = [
        conformed(SITES, [site(f"S{n}", nombre=name) for n in range(300)]) for name in ("a", "b")
    ]
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda delivery: load(engine, SITES, delivery), deliveries))
    assert sorted((report.added, report.changed) for report in reports) == [(0, 300), (300, 0)]
    assert rows("SELECT count(DISTINCT nombre), count(*) FROM data.sitios") == [(1, 300)]
    with engine.connect() as connection:
        assert list(verify_chain(connection)) == []


def test_load_of_one_layer_does_not_block_an_edit_of_another(engine: sa.Engine, run: Any) -> None:
    load(engine, ZONES, conformed(ZONES, [zone("MM", 1)]))
    with engine.begin() as busy:
        busy.execute(sa.text("INSERT INTO data.sitios (codigo) VALUES ('S1')"))
        run("SET LOCAL lock_timeout = '2s'", "UPDATE data.zonas_prueba SET nombre = 'ya'")
    with engine.connect() as connection:
        order = [(entry.seq, entry.layer) for entry in ledger(connection)]
        assert order == [(3, "sitios"), (2, "zonas_prueba"), (1, "zonas_prueba")]
        assert list(verify_chain(connection)) == []


def test_readers_go_on_while_a_load_is_open(engine: sa.Engine, reader: sa.Engine) -> None:
    load(engine, SITES, conformed(SITES, [site("S1", nombre="antes")]))
    with engine.begin() as busy:
        busy.execute(sa.text("UPDATE data.sitios SET nombre = 'durante'"))
        with reader.connect() as connection:
            assert connection.scalar(sa.text("SELECT nombre FROM publica.sitios")) == "antes"


def test_kill_in_the_middle_leaves_the_former_state(
    database: Any, engine: sa.Engine, rows: Any
) -> None:
    load(engine, SITES, conformed(SITES, [site("S1", nombre="antes")]))
    script = textwrap.dedent(
        """
        import sys, time
        from gis.store import make_engine
        from gis.changesets import load
        from tests.integration.builders import SITES, conformed, site

        def tell(phase, share):
            if phase == "índices":
                print("writing", flush=True)
                time.sleep(60)

        delivery = conformed(SITES, [site(f"S{n}", nombre="después") for n in range(500)])
        load(make_engine(sys.argv[1]), SITES, delivery, progress=tell)
        """
    )
    victim = subprocess.Popen(
        [sys.executable, "-c", script, database.url], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert victim.stdout is not None
    assert victim.stdout.readline() == "writing\n"
    os.kill(victim.pid, signal.SIGKILL)
    victim.wait()
    victim.stdout.close()
    assert rows("SELECT _id, nombre FROM data.sitios") == [("S1", "antes")]
    deadline = time.monotonic() + 20
    report = load(engine, SITES, conformed(SITES, [site("S2")]))  # the lock is free again
    assert time.monotonic() < deadline
    assert (report.added, report.removed) == (1, 1)
    assert rows("SELECT count(*) FROM sig.changeset") == [(2,)]


def test_engine_waits_for_its_pool_instead_of_growing(database: Any) -> None:
    few = make_engine(database.url, pool_size=2)
    with ThreadPoolExecutor(6) as pool:
        slept = list(pool.map(lambda _: _nap(few), range(6)))
    few.dispose()
    assert slept == [1] * 6


def _nap(engine: sa.Engine) -> int:
    with engine.connect() as connection:
        return int(connection.scalar(sa.text("SELECT 1 FROM pg_sleep(0.05)")) or 0)
