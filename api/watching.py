"""Promises that are about to be broken: kept in the figures of each process, told by the worker."""

from __future__ import annotations

import asyncio
import logging
import smtplib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import requests
import sqlalchemy as sa

from api import portals
from gis.errors import SigError
from gis.publications import settle_alerts
from publishers.promises import Mail, Promise, broken, post, promises, write

if TYPE_CHECKING:
    from api.metrics import Metrics
    from api.wiring import System

SECONDS = 300
log = logging.getLogger("sig.avisos")


def standing(system: System) -> dict[tuple[str, str], Promise]:
    """Promises of which somebody must know now."""
    with system.reader.connect() as conn:
        found = promises(conn, system.catalog, portals.configured(system), datetime.now(UTC))
    return broken(found)


async def watching(system: System, metrics: Metrics) -> None:
    """Keep the figures up to date for as long as the server lives."""
    while True:
        try:
            found = await asyncio.to_thread(standing, system)
            metrics.tell_overdue((d, t, str(p.level)) for (d, t), p in found.items())
        except (sa.exc.SQLAlchemyError, SigError) as error:
            log.warning("No se pudo mirar el calendario: %s", type(error).__name__)
        await asyncio.sleep(SECONDS)


def tell(system: System) -> int:
    """Tell of what is new or worse since it was last told; of how many.

    What is written down is what stands, so that each is told once. When nobody takes the message
    nothing is written, and the next look tries again.
    """
    found = standing(system)
    with system.engine.begin() as conn:
        fresh = settle_alerts(conn, {pair: str(p.level) for pair, p in found.items()})
        about = [found[pair] for pair in fresh]
        if about:
            _send(system, about)
    return len(about)


def _send(system: System, about: list[Promise]) -> None:
    settings, base_url = system.settings, system.catalog.entity.base_url
    for promise in about:
        log.warning("%s en %s: %s", promise.dataset, promise.target, promise.level)
    if settings.alert_webhook is not None:
        post(settings.alert_webhook.get_secret_value(), about, base_url)
    if settings.smtp_host:
        password = settings.smtp_password
        mail = Mail(
            settings.smtp_host,
            settings.smtp_port,
            settings.smtp_from or next(iter(system.catalog.entity.contacts.values())).email,
            settings.smtp_user,
            password.get_secret_value() if password else "",
        )
        write(mail, about, settings.alert_emails, base_url)


UNTOLD = (requests.RequestException, smtplib.SMTPException, OSError)
"""What a messenger may fail with."""
