"""The queue and the calendar, on the same PostgreSQL: a real Procrastinate worker."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from gis import publications as ledger
from gis.contract import Frequency
from gis.errors import TargetRefused, TargetUnavailable
from publishers import jobs
from publishers.calendar import ZONE, next_due
from publishers.publish import publish
from tests.publishers.city import CATALOG, City

if TYPE_CHECKING:
    from collections.abc import Callable


TARGETS = ("estatico",)
NOW = datetime.now(UTC)
"""The worker's own ticker looks at the clock, so dates must be those of today."""


def work(
    city: City,
    publisher: Callable[[str, str], str],
    *,
    now: datetime | None = None,
    enqueue: int = 1,
) -> None:
    """A worker that starts, puts in the queue what is due, does what there is, and ends."""

    async def run() -> None:
        app = jobs.open_queue(city.engine.url)
        jobs.register(app, city.engine, CATALOG, TARGETS, publisher)
        async with app.open_async():
            await jobs.prepare(app)
            for _ in range(enqueue):
                moment = now or datetime.now(UTC)
                await asyncio.to_thread(jobs.enqueue_due, app, city.engine, moment)
            await app.run_worker_async(
                queues=[jobs.QUEUE], wait=False, install_signal_handlers=False, listen_notify=False
            )

    asyncio.run(run())


def for_real(city: City) -> Callable[[str, str], str]:
    return lambda dataset, target: publish(city.order(dataset, target)).result


def calendar(city: City) -> dict[str, ledger.Due]:
    with city.engine.connect() as conn:
        return {due.dataset: due for due in ledger.schedule(conn)}


def sync(city: City, now: datetime) -> None:
    jobs.sync_schedule(city.engine, CATALOG, TARGETS, now)


def statuses(city: City) -> dict[str, int]:
    count = (
        "SELECT status::text, count(*) FROM sig_jobs.procrastinate_jobs "
        "WHERE task_name = 'publish' GROUP BY 1"
    )
    with city.engine.connect() as conn:
        return {row[0]: row[1] for row in conn.execute(sa.text(count))}


def test_what_is_due_leaves_and_the_date_moves_on(city: City) -> None:
    now = datetime.now(UTC)
    sync(city, now)
    work(city, for_real(city))
    with city.engine.connect() as conn:
        found = ledger.publications(conn)
    assert {p.dataset for p in found} == {"arboles", "zonas_verdes", "cursos"}
    assert {p.result for p in found} == {ledger.PUBLISHED}
    assert calendar(city)["cursos"].due_at > now
    work(city, for_real(city))
    with city.engine.connect() as conn:
        assert len(ledger.publications(conn)) == len(found)


def test_dates_missed_are_caught_up_once(city: City) -> None:
    sync(city, NOW - timedelta(days=400))
    done: list[str] = []
    work(city, lambda dataset, _: done.append(dataset) or "hecho", now=NOW, enqueue=3)
    assert sorted(done) == ["arboles", "cursos", "zonas_verdes"]
    due = calendar(city)["arboles"].due_at.astimezone(ZONE)
    assert due == next_due(Frequency.MONTHLY, NOW)
    assert (due.day, due.hour) == (1, 5)


def test_declaring_again_keeps_the_dates(city: City) -> None:
    sync(city, NOW)
    work(city, lambda *_: "hecho", now=NOW)
    before = calendar(city)
    sync(city, NOW + timedelta(days=1))
    assert calendar(city) == before


def test_what_is_no_longer_declared_leaves_the_calendar(city: City) -> None:
    sync(city, NOW)
    jobs.sync_schedule(city.engine, CATALOG, (), NOW)
    assert calendar(city) == {}


def test_a_target_that_is_away_is_tried_again(city: City) -> None:
    sync(city, NOW)

    def away(dataset: str, target: str) -> str:
        raise TargetUnavailable("El portal no responde", target=target)

    work(city, away, now=NOW)
    assert statuses(city) == {"todo": 3}


def test_a_refusal_is_not_tried_again(city: City) -> None:
    sync(city, NOW)

    def refused(dataset: str, target: str) -> str:
        raise TargetRefused("El portal dice que no", target=target)

    work(city, refused, now=NOW)
    assert statuses(city) == {"succeeded": 3}


def test_a_dataset_that_already_waits_is_not_queued_twice(city: City) -> None:
    def away(dataset: str, target: str) -> str:
        raise TargetUnavailable("El portal no responde", target=target)

    sync(city, NOW)
    work(city, away, now=NOW)
    work(city, away, now=NOW + timedelta(days=800))
    assert statuses(city) == {"todo": 3}


@pytest.mark.parametrize("times", [2])
def test_the_queue_is_prepared_once(city: City, times: int) -> None:
    for _ in range(times):
        work(city, lambda *_: "hecho")


def test_public_readers_cannot_see_the_queue(city: City) -> None:
    work(city, lambda *_: "hecho")
    with city.reader.connect() as conn, pytest.raises(sa.exc.ProgrammingError):
        conn.execute(sa.text("SELECT * FROM sig_jobs.procrastinate_jobs"))
