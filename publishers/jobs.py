"""The queue of publications: Procrastinate on the same PostgreSQL, in a schema of its own.

The calendar is a table of ours (:mod:`gis.publications`): a ticker looks at it every minute and
puts in the queue what is due, once however many dates were missed. A publication is locked by
dataset and target, so that any number of workers may run, and is tried again only when the
target was unavailable.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

import procrastinate
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.schema import SchemaManager

from gis.errors import ChangesetConflict, SigError, TargetUnavailable
from gis.publications import Due, postpone, replace_schedule, take_due
from publishers.calendar import declared, frequency_of, next_due

if TYPE_CHECKING:
    from collections.abc import Callable

    import sqlalchemy as sa

    from gis.contract.catalog import Catalog

SCHEMA = "sig_jobs"
QUEUE = "publicaciones"
PUBLISH = "publish"
RETRIES = procrastinate.RetryStrategy(
    max_attempts=6,
    exponential_wait=5,
    retry_exceptions=[TargetUnavailable, ChangesetConflict],
)
"""5 s, 25 s, 2 min, 10 min, 52 min: what a portal's outage usually lasts."""

log = logging.getLogger("sig.publicacion")


class Publisher(Protocol):
    """Publishes one dataset in one target; made by who wires the system."""

    def __call__(self, dataset: str, target: str) -> str:
        """What came of it, in a word for the log. Raises the target's errors."""
        ...


def open_queue(address: sa.URL) -> procrastinate.App:
    """The queue in the database at ``address`` (any driver named in it is ignored)."""
    plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
    connector = procrastinate.PsycopgConnector(
        conninfo=plain, kwargs={"options": f"-c search_path={SCHEMA}"}, min_size=1, max_size=4
    )
    return procrastinate.App(connector=connector)


async def prepare(app: procrastinate.App) -> None:
    """Create the queue's own tables when they are not there yet. ``app`` must be open."""
    if not await app.check_connection_async():
        await SchemaManager(app.connector).apply_schema_async()


def register(
    app: procrastinate.App,
    engine: sa.Engine,
    catalog: Catalog,
    targets: tuple[str, ...],
    publisher: Publisher,
    watch: Callable[[], int] = lambda: 0,
) -> None:
    """Give ``app`` its tasks. ``targets`` are the accounts that are configured; ``watch`` tells
    people of promises that are about to be broken, every hour."""

    @app.task(name=PUBLISH, queue=QUEUE, retry=RETRIES)
    def publish(dataset: str, target: str) -> str:
        try:
            result = publisher(dataset, target)
        except (TargetUnavailable, ChangesetConflict):
            raise
        except SigError as error:  # refused: trying again changes nothing, the ledger has it
            log.warning("%s en %s: %s", dataset, target, error.message)
            return error.code
        log.info("%s en %s: %s", dataset, target, result)
        return result

    @app.periodic(cron="* * * * *", periodic_id="tick")
    @app.task(name="tick", queue=QUEUE, queueing_lock="tick", pass_context=False)
    def tick(timestamp: int) -> int:
        return enqueue_due(app, engine, datetime.now(UTC))

    @app.periodic(cron="7 * * * *", periodic_id="watch")
    @app.task(name="watch", queue=QUEUE, queueing_lock="watch", pass_context=False)
    def look(timestamp: int) -> int:
        return watch()


def sync_schedule(
    engine: sa.Engine, catalog: Catalog, targets: tuple[str, ...], now: datetime
) -> None:
    """Make the calendar follow the declarations and the accounts that are configured."""
    with engine.begin() as conn:
        replace_schedule(conn, declared(catalog.datasets(), targets, now))


def enqueue_due(app: procrastinate.App, engine: sa.Engine, now: datetime) -> int:
    """Put in the queue what is due at ``now``; how many.

    The date moves only if the job is in the queue: a crash between the two puts it again, and
    the lock of the queue keeps one waiting job per dataset and target.
    """
    with engine.begin() as conn:
        found = take_due(conn, now)
        for due in found:
            _enqueue(app, due)
            following = next_due(frequency_of(due.frequency), now)
            assert following is not None
            postpone(conn, due, following, now)
    return len(found)


def _enqueue(app: procrastinate.App, due: Due) -> None:
    name = f"{due.dataset}:{due.target}"
    job = app.configure_task(PUBLISH, queue=QUEUE, lock=name, queueing_lock=name)
    try:
        job.defer(dataset=due.dataset, target=due.target)
    except AlreadyEnqueued:
        log.info("%s ya espera en la cola", name)
