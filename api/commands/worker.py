"""``sig schedule`` and ``sig worker``: the calendar, and who attends it."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from api import answers, portals
from api.console import Json, err, out, print_json
from api.settings import read_settings
from api.wiring import open_system
from gis import publications as ledger
from publishers import jobs
from publishers.calendar import ZONE, frequency_of
from publishers.publish import publish

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from api.wiring import System

Once = Annotated[bool, typer.Option("--once", help="Hace lo que esté pendiente y termina.")]


def register(app: typer.Typer) -> None:
    """Add ``sig schedule`` and ``sig worker``."""
    app.command("schedule", help="Calendario: cuándo sale cada conjunto de datos.")(schedule)
    app.command("worker", help="Atiende la cola: publica lo que venza, hasta Ctrl-C.")(worker)


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
        asyncio.run(work(system, wait=not once))


async def work(system: System, *, wait: bool) -> None:
    """Prepare the queue, put in it what is due, and attend it."""
    targets = portals.configured(system)
    app = jobs.open_queue(system.engine.url)
    jobs.register(app, system.engine, system.catalog, targets, _publisher(system))
    answers.register(app, system)
    async with app.open_async():
        await jobs.prepare(app)
        jobs.sync_schedule(system.engine, system.catalog, targets, datetime.now(UTC))
        await asyncio.to_thread(jobs.enqueue_due, app, system.engine, datetime.now(UTC))
        publications = app.run_worker_async(queues=[jobs.QUEUE], wait=wait, concurrency=1)
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


def _publisher(system: System) -> jobs.Publisher:
    def carry_out(dataset: str, target: str) -> str:
        (order,) = portals.orders(system, [dataset], target, actor="sig worker")
        return publish(order).result or "nada que enviar"

    return carry_out
