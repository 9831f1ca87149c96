"""Questions that are answered later: put in the queue by the server, answered by a worker.

The queue is that of publications (Procrastinate on the same PostgreSQL), under a name of its own
and with a worker of its own, so that a long question never holds up what must be published. A job
is put in it by the transaction that makes it: neither is ever there without the other.
"""

from __future__ import annotations

import logging
import threading
import time
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import procrastinate
import sqlalchemy as sa
from procrastinate.contrib.sqlalchemy import SQLAlchemyPsycopg2Connector
from procrastinate.jobs import DeleteJobCondition

from gis.contract.access import PUBLICA
from gis.errors import QueryAbandoned, SigError, StoreUnavailable
from gis.features import TookTooLong, reading
from gis.features.cancelling import Cancellation
from gis.processes import Ground, Shared, execute, jobs, process
from gis.store.away import answering
from publishers.jobs import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from procrastinate import JobContext

    from api.wiring import System
    from gis.processes import Process
    from gis.processes.jobs import Job

QUEUE = "preguntas"
ANSWER = "answer"
MOST_WAITING = 200
"""Jobs that may be unfinished at once: beyond them, who asks for one more hears 503."""
MOST_OF_NOBODY = 100
"""Those of them that may be of people without an account."""
MOST_KEPT = 4 * 2**30
"""Bytes of all answers that are kept: beyond them, only who has an account may ask for more."""
LONGEST_SECONDS = 900.0
"""How long a job may take."""
HEARTBEAT_SECONDS = 20.0
LOOK_SECONDS = 0.5
"""How often a job is asked whether its worker has to end."""
GRACE_SECONDS = 3.0
"""How long a worker that has to end waits for the question it answers."""

log = logging.getLogger("sig.preguntas")


def ask_later(
    system: System, one: Process, inputs: dict[str, Any], response: str, owner: str
) -> Job:
    """Put a question in the queue. Raises :class:`StoreUnavailable` when nobody ever attended
    the queue, or too many wait already."""
    with answering(), system.engine.begin() as conn:
        if not jobs.is_attended(conn, SCHEMA):
            raise StoreUnavailable(
                "Todavía no hay quien atienda trabajos: el operador los atiende con `sig worker`"
            )
        if jobs.waiting(conn) >= (MOST_WAITING if owner else MOST_OF_NOBODY):
            raise StoreUnavailable("Hay demasiados trabajos en espera; intente en unos minutos")
        if not owner and jobs.kept_bytes(conn) >= MOST_KEPT:
            raise StoreUnavailable("No cabe la respuesta de otro trabajo; intente mañana")
        made = jobs.add(conn, one.id, inputs, response, owner)
        _enqueue(conn, made.id)
    return made


def register(app: procrastinate.App, system: System) -> None:
    """Give the worker's ``app`` the tasks of questions."""
    shared = Shared()

    @app.task(name=ANSWER, queue=QUEUE, pass_context=True)
    def answer(context: JobContext, job: str) -> str:
        return do(system, job, shared, context.should_abort)

    @app.periodic(cron="* * * * *", periodic_id="rescue")
    @app.task(name="rescue", queue=QUEUE, queueing_lock="rescue")
    def rescue(timestamp: int) -> int:
        return look_after(system)


async def attend(app: procrastinate.App, *, wait: bool) -> None:
    """Answer what is asked, one question after another; what was done leaves the queue, since
    its job says how it ended."""
    await app.run_worker_async(
        name=QUEUE,
        queues=[QUEUE],
        wait=wait,
        concurrency=1,
        install_signal_handlers=False,
        shutdown_graceful_timeout=GRACE_SECONDS,
        delete_jobs=DeleteJobCondition.ALWAYS,
    )


def look_after(system: System) -> int:
    """Queue again what lost its worker, forget what is old; how many were queued."""
    with system.engine.begin() as conn:
        found = jobs.rescue(conn)
        for number in found:
            _enqueue(conn, number)
        jobs.forget_old(conn)
    return len(found)


def do(
    system: System, number: str, shared: Shared, must_end: Callable[[], bool] = lambda: False
) -> str:
    """Do one job; what came of it, in a word for the log.

    A database that goes away leaves it as it is, to be begun again by :func:`look_after`.
    """
    with system.engine.begin() as conn:
        inputs = jobs.begin(conn, number)
        if inputs is None:
            return "nada que hacer"
        name = jobs.job(conn, number).process
    watch = Watch(system, number, must_end)
    try:
        one = process(system.catalog, name)
        found = _answer(system, watch, one, inputs, shared)
        with system.engine.begin() as conn:
            jobs.succeed(conn, number, found)
    except QueryAbandoned:
        return _given_up(system, watch)
    except TookTooLong:
        return _fail(system, number, TOO_LONG)
    except (StoreUnavailable, sa.exc.OperationalError, sa.exc.InterfaceError):
        log.warning("job %s (%s): the database went away", number, name)
        return "se empezará de nuevo"
    except SigError as error:
        return _fail(system, number, error.message)
    except Exception:
        log.exception("job %s (%s) failed", number, name)
        return _fail(system, number, "Ocurrió un error inesperado; el operador tiene el detalle")
    return "terminado"


class Watch:
    """Says that a job goes on, and stops it when nobody wants it, it takes too long or its
    worker has to end."""

    def __init__(self, system: System, number: str, must_end: Callable[[], bool]) -> None:
        self.number = number
        self.cancellation = Cancellation()
        self.is_late = False
        self.has_to_end = False
        self._system = system
        self._must_end = must_end
        self._done = threading.Event()
        self._told: tuple[float, str] = (0.0, "En marcha")

    def tell(self, share: float, message: str) -> None:
        """Say how far the job is; raises :class:`QueryAbandoned` when it is to stop."""
        self._told = share, message
        if not self._is_wanted():
            self.cancellation.is_cancelled = True
        self.cancellation.check()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch while the block lasts."""
        thread = threading.Thread(target=self._beat, daemon=True)
        thread.start()
        try:
            with self.cancellation.covering():
                yield
        finally:
            self._done.set()
            thread.join()

    def _beat(self) -> None:
        started = beaten = time.monotonic()
        while not self._done.wait(LOOK_SECONDS):
            now = time.monotonic()
            self.has_to_end = self._must_end()
            self.is_late = now - started > LONGEST_SECONDS
            wanted = True
            if now - beaten >= HEARTBEAT_SECONDS:
                beaten = now
                try:
                    wanted = self._is_wanted()
                except sa.exc.SQLAlchemyError:
                    continue
            if self.has_to_end or self.is_late or not wanted:
                self.cancellation.cancel()
                return

    def _is_wanted(self) -> bool:
        with self._system.engine.begin() as conn:
            return jobs.advance(conn, self.number, *self._told)


def _answer(
    system: System, watch: Watch, one: Process, inputs: dict[str, Any], shared: Shared
) -> dict[str, Any]:
    with watch.watching(), reading(system.readers[PUBLICA]) as conn:
        jobs.take_time(conn, round(LONGEST_SECONDS))
        return execute(one, Ground(system.catalog, conn, shared, watch.tell), inputs)


def _given_up(system: System, watch: Watch) -> str:
    if watch.is_late:
        return _fail(system, watch.number, TOO_LONG)
    if watch.has_to_end:
        with system.engine.begin() as conn:
            if jobs.put_back(conn, watch.number):
                _enqueue(conn, watch.number)
        return "lo hará otro"
    return "descartado"


def _fail(system: System, number: str, why: str) -> str:
    with system.engine.begin() as conn:
        jobs.fail(conn, number, why)
    return why


def _enqueue(conn: sa.Connection, number: str) -> None:
    jobs.enter(conn, SCHEMA)
    _queue().configure_task(ANSWER, queue=QUEUE, connection=conn).defer(job=number)


@cache
def _queue() -> procrastinate.App:
    """A queue that only puts in: it uses the connection it is given."""
    return procrastinate.App(connector=SQLAlchemyPsycopg2Connector())


TOO_LONG = (
    f"Tardó más de {LONGEST_SECONDS / 60:.0f} minutos: pregunte por menos elementos o menos área"
)
