"""``sig schedule`` and ``sig worker``: the calendar, and who attends it."""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import psycopg
import sqlalchemy as sa
import typer
from procrastinate.exceptions import ConnectorException
from rich.table import Table

from api import answers, derived, portals, watching
from api.console import Json, err, out, print_json
from api.settings import read_settings
from api.wiring import open_system
from gis import publications as ledger
from gis.errors import StoreUnavailable
from publishers import jobs
from publishers.calendar import ZONE, frequency_of
from publishers.publish import publish

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from api.wiring import System

PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0
AWAY = (
    ConnectorException,
    psycopg.OperationalError,
    sa.exc.OperationalError,
    sa.exc.InterfaceError,
    StoreUnavailable,
)

log = logging.getLogger("sig.trabajador")

Once = Annotated[bool, typer.Option("--once", help="Hace lo que esté pendiente y termina.")]


def register(app: typer.Typer) -> None:
    """Add ``sig schedule`` and ``sig worker``."""
    app.command("schedule")(schedule)
    app.command("worker")(worker)


def schedule(as_json: Json = False) -> None:
    with open_system(read_settings()) as system:
        jobs.sync_schedule(
            system.engine, system.catalog, portals.configured(system), datetime.now(UTC)
        )
        with system.engine.connect() as conn:
            found = ledger.schedule(conn)
        missing = [t.name for t in system.catalog.entity.targets]
        missing = [name for name in missing if name not in portals.configured(system)]
    if as_json:
        print_json([{n: getattr(due, n) for n in due.__slots__} for due in found])
        return
    table = Table("Vence", "Conjunto", "Destino", "Frecuencia")
    for due in found:
        when = f"{due.due_at.astimezone(ZONE):%Y-%m-%d %H:%M}"
        table.add_row(when, due.dataset, due.target, frequency_of(due.frequency).value.label)
    out.print(table)
    if missing:
        err.print(f"Sin configurar, fuera del calendario: {', '.join(missing)}", style="dim")


def worker(once: Once = False) -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    with open_system(read_settings()) as system:
        asyncio.run(work(system, wait=False) if once else attend(system))


async def attend(system: System) -> None:
    """Work until a signal asks to end. When the database goes away the work begins again once it
    is back; what was in the queue is still there."""
    asked = _asked_to_end()
    pause = PAUSE_SECONDS
    while not asked.is_set():
        started = time.monotonic()
        why = await _until(asked, work(system, wait=True))
        if time.monotonic() - started > LONGEST_PAUSE_SECONDS:
            pause = PAUSE_SECONDS
        if not asked.is_set():
            log.warning("La base de datos dejó de responder; otra vez en %.0f s. %s", pause, why)
            await _until(asked, asyncio.sleep(pause))
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)


def _asked_to_end() -> asyncio.Event:
    """Set by the first Ctrl-C or order to end; another one then ends the process at once."""
    loop, asked = asyncio.get_running_loop(), asyncio.Event()
    signals = (signal.SIGINT, signal.SIGTERM)

    def end() -> None:
        asked.set()
        for number in signals:
            loop.remove_signal_handler(number)

    for number in signals:
        loop.add_signal_handler(number, end)
    return asked


async def _until(asked: asyncio.Event, doing: Coroutine[Any, Any, None]) -> str:
    """Await ``doing``, which is told to end in order when it is ``asked`` to; why the database
    interrupted it, empty when it did not say."""
    task, end = asyncio.ensure_future(doing), asyncio.ensure_future(asked.wait())
    await asyncio.wait((task, end), return_when=asyncio.FIRST_COMPLETED)
    end.cancel()
    if not task.done():
        task.cancel()
    try:
        await task
    except AWAY as error:
        return str(error).strip()
    except asyncio.CancelledError:
        pass
    return ""


async def work(system: System, *, wait: bool) -> None:
    """Prepare the queue, put in it what is due, and attend it: what there is, or, to ``wait``,
    until it is cancelled or the database goes away, which may end it without a word."""
    targets = portals.configured(system)
    app = jobs.open_queue(system.engine.url)
    jobs.register(app, system.engine, system.catalog, targets, _publisher(system), _watch(system))
    answers.register(app, system)
    async with app.open_async():
        await jobs.prepare(app)
        jobs.sync_schedule(system.engine, system.catalog, targets, datetime.now(UTC))
        await asyncio.to_thread(jobs.enqueue_due, app, system.engine, datetime.now(UTC))
        publications = app.run_worker_async(
            queues=[jobs.QUEUE], wait=wait, concurrency=1, install_signal_handlers=not wait
        )
        await _together(publications, answers.attend(app, wait=wait), wait=wait)


async def _together(*attending: Coroutine[Any, Any, None], wait: bool) -> None:
    """Attend both queues: to ``wait``, until one ends (it was told to, or lost its database),
    which ends the other in order."""
    both = [asyncio.ensure_future(each) for each in attending]
    until = asyncio.FIRST_COMPLETED if wait else asyncio.ALL_COMPLETED
    try:
        await asyncio.wait(both, return_when=until)
    finally:
        for each in both:
            each.cancel()
        ended = await asyncio.gather(*both, return_exceptions=True)
    for end in ended:
        if isinstance(end, Exception):
            raise end


def _watch(system: System) -> Callable[[], int]:
    def look() -> int:
        try:
            return watching.tell(system)
        except watching.UNTOLD as error:
            log.warning("No se pudo avisar: %s", type(error).__name__)
            return 0

    return look


def _publisher(system: System) -> jobs.Publisher:
    def carry_out(dataset: str, target: str) -> str:
        (order,) = portals.orders(system, [dataset], target, actor="sig worker")
        derived.refresh(system, order.layer)
        return publish(order).result or "nada que enviar"

    return carry_out
