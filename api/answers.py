"""Questions that are answered later: put in the queue by the server, answered by a worker.

The queue is that of publications (Procrastinate on the same PostgreSQL), under a name of its own.
A job is put in it by the transaction that makes it, so neither is ever there without the other.
"""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import procrastinate
import sqlalchemy as sa
from procrastinate.contrib.sqlalchemy import SQLAlchemyPsycopg2Connector

from gis.contract.access import PUBLICA
from gis.errors import QueryAbandoned, SigError, StoreUnavailable
from gis.features import reading
from gis.features.cancelling import Cancellation
from gis.processes import Ground, Shared, execute, jobs, process
from gis.store.away import answering
from publishers.jobs import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.wiring import System
    from gis.processes import Process
    from gis.processes.jobs import Job

QUEUE = "preguntas"
ANSWER = "answer"
MOST_WAITING = 200
"""Jobs that may be unfinished at once: beyond them, who asks for one more hears 503."""
LONGEST = "15min"
"""How long one statement of a job may take."""
HEARTBEAT_SECONDS = 20.0

log = logging.getLogger("sig.preguntas")


def ask_later(system: System, one: Process, inputs: dict[str, Any], owner: str) -> Job:
    """Put a question in the queue. Raises :class:`StoreUnavailable` when nobody ever attended
    the queue, or too many wait already."""
    with answering(), system.engine.begin() as conn:
        if not jobs.is_attended(conn, SCHEMA):
            raise StoreUnavailable(
                "Todavía no hay quien atienda trabajos: el operador los atiende con `sig worker`"
            )
        if jobs.waiting(conn) >= MOST_WAITING:
            raise StoreUnavailable("Hay demasiados trabajos en espera; intente en unos minutos")
        made = jobs.add(conn, one.id, inputs, owner)
        _enqueue(conn, made.id)
    return made


def register(app: procrastinate.App, system: System) -> None:
    """Give the worker's ``app`` the tasks of questions."""
    shared = Shared()

    @app.task(name=ANSWER, queue=QUEUE)
    def answer(job: str) -> str:
        return do(system, job, shared)

    @app.periodic(cron="* * * * *", periodic_id="rescue")
    @app.task(name="rescue", queue=QUEUE, queueing_lock="rescue")
    def rescue(timestamp: int) -> int:
        return look_after(system)


def look_after(system: System) -> int:
    """Queue again what lost its worker, forget what is old; how many were queued."""
    with system.engine.begin() as conn:
        found = jobs.rescue(conn)
        for number in found:
            _enqueue(conn, number)
        jobs.forget_old(conn)
    return len(found)


def do(system: System, number: str, shared: Shared) -> str:
    """Do one job; what came of it, in a word for the log."""
    with system.engine.begin() as conn:
        inputs = jobs.begin(conn, number)
        if inputs is None:
            return "nada que hacer"
        name = jobs.job(conn, number).process
    try:
        found = _answer(system, number, process(system.catalog, name), inputs, shared)
    except QueryAbandoned:
        return "descartado"
    except SigError as error:
        return _fail(system, number, error.message)
    except Exception:
        log.exception("job %s (%s) failed", number, name)
        return _fail(system, number, "Ocurrió un error inesperado; el operador tiene el detalle")
    with system.engine.begin() as conn:
        jobs.succeed(conn, number, found)
    return "terminado"


def _answer(
    system: System, number: str, one: Process, inputs: dict[str, Any], shared: Shared
) -> dict[str, Any]:
    cancellation = Cancellation()
    with (
        cancellation.covering(),
        _watching(system, number, cancellation) as tell,
        reading(system.readers[PUBLICA]) as conn,
    ):
        jobs.take_time(conn, LONGEST)
        return execute(one, Ground(system.catalog, conn, shared, tell), inputs)


@contextmanager
def _watching(system: System, number: str, cancellation: Cancellation) -> Iterator[Any]:
    """Say while the block lasts that the job goes on, and stop it when nobody wants it."""
    done = threading.Event()
    last: list[Any] = [0.0, "En marcha"]

    def tell(share: float, message: str) -> None:
        last[:] = share, message
        with system.engine.begin() as conn:
            wanted = jobs.advance(conn, number, share, message)
        if not wanted:
            cancellation.is_cancelled = True
        cancellation.check()

    def beat() -> None:
        while not done.wait(HEARTBEAT_SECONDS):
            try:
                with system.engine.begin() as conn:
                    wanted = jobs.advance(conn, number, *last)
            except sa.exc.SQLAlchemyError:
                continue
            if not wanted:
                cancellation.cancel()
                return

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield tell
    finally:
        done.set()
        thread.join()


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
