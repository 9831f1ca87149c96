"""Jobs of processes, in the store. Callers own the transaction; only the owner's role is let in.

A job is ``accepted``, ``running``, and then ``successful``, ``failed`` or ``dismissed`` (OGC API
Processes Part 1, clause 7.12).
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from gis.errors import InvalidRequest, NotFound

if TYPE_CHECKING:
    from datetime import datetime

KEPT = timedelta(days=7)
"""How long a finished job and its answer are kept."""
LARGEST = 32 * 2**20
"""Bytes of an answer that is kept."""
SILENT = timedelta(minutes=2)
"""A running job that has said nothing for so long has lost its worker."""
ATTEMPTS = 2
"""How often a job whose worker died is begun."""
UNFINISHED = ("accepted", "running")
_when = sa.DateTime(timezone=True)
_job = sa.Table(
    "job",
    sa.MetaData(schema="sig"),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("process", sa.Text),
    sa.Column("inputs", JSONB),
    sa.Column("response", sa.Text),
    sa.Column("owner", sa.Text),
    sa.Column("status", sa.Text),
    sa.Column("progress", sa.SmallInteger),
    sa.Column("message", sa.Text),
    sa.Column("attempts", sa.SmallInteger),
    sa.Column("answer", sa.JSON(none_as_null=True)),
    sa.Column("answer_bytes", sa.Integer),
    sa.Column("created_at", _when),
    sa.Column("started_at", _when),
    sa.Column("updated_at", _when),
    sa.Column("finished_at", _when),
)
_TOLD = [c for c in _job.c if c.name not in ("answer", "answer_bytes", "inputs")]


@dataclass(frozen=True, slots=True)
class Job:
    """One job. ``progress`` is a percentage; ``owner`` is empty for who did not say; ``response``
    is how the answer was asked for (``raw`` or ``document``)."""

    id: str
    process: str
    response: str
    owner: str
    status: str
    progress: int
    message: str
    attempts: int
    created_at: datetime
    started_at: datetime | None
    updated_at: datetime
    finished_at: datetime | None


def is_attended(conn: sa.Connection, schema: str) -> bool:
    """Whether the queue whose tables are in ``schema`` has ever been attended."""
    found = sa.func.to_regclass(f"{schema}.procrastinate_jobs")
    return conn.scalar(sa.select(found)) is not None


def enter(conn: sa.Connection, schema: str) -> None:
    """Have the rest of the transaction find what is in ``schema``."""
    conn.execute(sa.select(sa.func.set_config("search_path", f"{schema},public", True)))


def take_time(conn: sa.Connection, seconds: int) -> None:
    """Let each statement of the transaction take so long."""
    conn.execute(sa.select(sa.func.set_config("statement_timeout", f"{seconds}s", True)))


def add(
    conn: sa.Connection, process: str, inputs: dict[str, Any], response: str, owner: str
) -> Job:
    """A new job, accepted, under an id that nobody can guess."""
    values = {
        "id": secrets.token_urlsafe(16),
        "process": process,
        "inputs": inputs,
        "response": response,
        "owner": owner,
        "message": "Espera turno",
    }
    return Job(**conn.execute(sa.insert(_job).values(values).returning(*_TOLD)).mappings().one())


def waiting(conn: sa.Connection) -> int:
    """How many jobs are not finished."""
    count = sa.select(sa.func.count()).where(_job.c.status.in_(UNFINISHED))
    return conn.execute(count).scalar_one()


def kept_bytes(conn: sa.Connection) -> int:
    """How much the answers that are kept take up."""
    found: int | None = conn.scalar(sa.select(sa.func.sum(_job.c.answer_bytes)))
    return found or 0


def job(conn: sa.Connection, number: str, *, lock: bool = False) -> Job:
    """One job; :class:`NotFound` when there is none, or none any more."""
    select = sa.select(*_TOLD).where(_job.c.id == number)
    row = conn.execute(select.with_for_update() if lock else select).mappings().one_or_none()
    if row is None:
        raise NotFound(
            f"No existe el trabajo «{number}», o ya pasaron {KEPT.days} días", job=number
        )
    return Job(**row)


def jobs_of(conn: sa.Connection, owner: str, limit: int) -> list[Job]:
    """The newest jobs of an account, newest first."""
    select = sa.select(*_TOLD).where(_job.c.owner == owner).order_by(_job.c.created_at.desc())
    return [Job(**row) for row in conn.execute(select.limit(limit)).mappings()]


def answer(conn: sa.Connection, number: str) -> str | None:
    """The answer of a successful job, as JSON text."""
    text: str | None = conn.scalar(
        sa.select(sa.cast(_job.c.answer, sa.Text)).where(_job.c.id == number)
    )
    return text


def begin(conn: sa.Connection, number: str) -> dict[str, Any] | None:
    """Take a job to do; its inputs. None when it is not there to be done (any more)."""
    took = (
        sa.update(_job)
        .where(_job.c.id == number, _job.c.status == "accepted")
        .values(
            status="running",
            progress=0,
            message="En marcha",
            attempts=_job.c.attempts + 1,
            started_at=sa.func.now(),
            updated_at=sa.func.now(),
        )
        .returning(_job.c.inputs)
    )
    inputs: dict[str, Any] | None = conn.scalar(took)
    return inputs


def advance(conn: sa.Connection, number: str, share: float, message: str) -> bool:
    """Say how far a job is, from 0 to 1; whether it is still wanted."""
    told = (
        sa.update(_job)
        .where(_job.c.id == number, _job.c.status == "running")
        .values(
            progress=max(0, min(99, int(share * 100))), message=message, updated_at=sa.func.now()
        )
    )
    return conn.execute(told).rowcount == 1


def succeed(conn: sa.Connection, number: str, found: dict[str, Any]) -> None:
    """Keep the answer, unless the job was dismissed meanwhile. :class:`InvalidRequest` for one
    that is too large to keep."""
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    size = len(text.encode())
    if size > LARGEST:
        raise InvalidRequest(
            f"La respuesta ocupa {size / 2**20:.0f} MB y se guardan hasta {LARGEST // 2**20}: "
            "pregunte por menos elementos"
        )
    kept = sa.cast(sa.literal(text, sa.Text), sa.JSON)
    _end(conn, number, "successful", "Terminado", progress=100, answer=kept, answer_bytes=size)


def fail(conn: sa.Connection, number: str, why: str) -> None:
    """Say why a job has no answer."""
    _end(conn, number, "failed", why)


def put_back(conn: sa.Connection, number: str) -> bool:
    """Let another worker do a job that this one has to leave; whether it is still wanted."""
    back = (
        sa.update(_job)
        .where(_job.c.id == number, _job.c.status == "running")
        .values(
            status="accepted",
            progress=0,
            message="Espera turno otra vez",
            attempts=_job.c.attempts - 1,
            updated_at=sa.func.now(),
        )
    )
    return conn.execute(back).rowcount == 1


def dismiss(conn: sa.Connection, number: str) -> Job:
    """Stop a job, or forget the answer of one that has ended."""
    conn.execute(
        sa.update(_job)
        .where(_job.c.id == number)
        .values(
            status="dismissed",
            message="Descartado por quien lo pidió",
            answer=None,
            answer_bytes=0,
            updated_at=sa.func.now(),
            finished_at=sa.func.coalesce(_job.c.finished_at, sa.func.now()),
        )
    )
    return job(conn, number)


def rescue(conn: sa.Connection) -> list[str]:
    """Jobs whose worker died: accepted again, to be queued by the caller, or failed for good."""
    lost = (_job.c.status == "running") & (_job.c.updated_at < sa.func.now() - SILENT)
    conn.execute(
        sa.update(_job)
        .where(lost, _job.c.attempts >= ATTEMPTS)
        .values(
            status="failed",
            message="El proceso que lo hacía se interrumpió dos veces: pídalo con menos datos",
            updated_at=sa.func.now(),
            finished_at=sa.func.now(),
        )
    )
    again = (
        sa.update(_job)
        .where(lost)
        .values(status="accepted", progress=0, message="Empieza de nuevo")
    )
    return list(conn.scalars(again.returning(_job.c.id)))


def forget_old(conn: sa.Connection) -> int:
    """Delete what was kept long enough; how many."""
    old = sa.delete(_job).where(_job.c.finished_at < sa.func.now() - KEPT)
    return conn.execute(old).rowcount


def _end(conn: sa.Connection, number: str, status: str, message: str, **values: Any) -> None:
    conn.execute(
        sa.update(_job)
        .where(_job.c.id == number, _job.c.status == "running")
        .values(
            status=status,
            message=message,
            updated_at=sa.func.now(),
            finished_at=sa.func.now(),
            **values,
        )
    )
