"""The ledger of publications and the calendar, in the store. Callers own the transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from gis.errors import ChangesetConflict, NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

IN_PROGRESS = "en curso"
PUBLISHED = "publicada"
UNCHANGED = "sin cambios"
REFUSED = "rechazada"
FAILED = "fallida"
WAITING = "por aprobar"
REPLACED = "reemplazada"
"""A plan nobody approved before there was another."""

_metadata = sa.MetaData(schema="sig")
_publication = sa.Table(
    "publication",
    _metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("dataset", sa.Text),
    sa.Column("layer", sa.Text),
    sa.Column("target", sa.Text),
    sa.Column("changeset", sa.BigInteger),
    sa.Column("fingerprint", sa.Text),
    sa.Column("result", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Column("code", sa.Text),
    sa.Column("files", postgresql.JSONB),
    sa.Column("feature_count", sa.BigInteger),
    sa.Column("chain_head", sa.Text),
    sa.Column("address", sa.Text),
    sa.Column("actor", sa.Text),
    sa.Column("started_at", sa.DateTime(timezone=True)),
    sa.Column("finished_at", sa.DateTime(timezone=True)),
    sa.Column("facts", postgresql.JSONB),
    sa.Column("let_pass", postgresql.JSONB),
    sa.Column("approved_by", sa.Text),
)
_PRIVATE = ("reason", "code", "actor", "facts", "let_pass", "approved_by")
_schedule = sa.Table(
    "schedule",
    _metadata,
    sa.Column("dataset", sa.Text, primary_key=True),
    sa.Column("target", sa.Text, primary_key=True),
    sa.Column("frequency", sa.Text),
    sa.Column("due_at", sa.DateTime(timezone=True)),
    sa.Column("enqueued_at", sa.DateTime(timezone=True)),
)
_asset = sa.Table(
    "asset",
    _metadata,
    sa.Column("target", sa.Text, primary_key=True),
    sa.Column("dataset", sa.Text, primary_key=True),
    sa.Column("identifier", sa.Text),
)
_alert = sa.Table(
    "alert",
    _metadata,
    sa.Column("dataset", sa.Text, primary_key=True),
    sa.Column("target", sa.Text, primary_key=True),
    sa.Column("level", sa.Text),
)
_public = sa.table(
    "sig_publication",
    *[sa.column(c.name, c.type) for c in _publication.c if c.name not in _PRIVATE],
    schema="publica",
)


@dataclass(frozen=True, slots=True)
class Publication:
    """One row of the ledger."""

    id: int
    dataset: str
    layer: str
    target: str
    changeset: int | None
    fingerprint: str
    result: str
    files: tuple[dict[str, Any], ...]
    feature_count: int | None
    chain_head: str
    address: str
    started_at: datetime
    finished_at: datetime | None
    reason: str = ""
    code: str = ""
    actor: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    """Fields, geometry and extent as they were published."""
    let_pass: tuple[dict[str, str], ...] = ()
    """Guards that a person let pass, with the reason given."""
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """When a dataset must leave next for a target."""

    dataset: str
    target: str
    frequency: str
    due_at: datetime
    enqueued_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChangesetFacts:
    """What the layer's ledger says that metadata need. Dates are instants in UTC."""

    issued: datetime
    """When its first changeset was sealed."""
    modified: datetime
    """When its last was."""
    reference_date: str
    """*Fecha de corte* of the last delivery, ISO 8601; empty when it was not stated."""
    refused: int
    """Rows of the last delivery that stayed out, in quarantine."""
    chain_head: str
    """Hash of the whole chain, in hex."""


def lock(conn: sa.Connection, dataset: str, target: str) -> None:
    """Hold the publication of ``dataset`` in ``target`` until the transaction ends.

    Raises :class:`ChangesetConflict` when another process is publishing it.
    """
    key = sa.func.hashtextextended(f"sig.publication:{dataset}:{target}", 0)
    if not conn.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(key))):
        raise ChangesetConflict(
            f"El conjunto «{dataset}» se está publicando ahora mismo en «{target}»",
            dataset=dataset,
            target=target,
        )


def unlimited(conn: sa.Connection) -> None:
    """Lift, for the transaction, the limit on how long a statement may take."""
    conn.execute(sa.select(sa.func.set_config("statement_timeout", "0", True)))


def open_publication(conn: sa.Connection, **values: Any) -> int:
    """Write that a publication begins; its id."""
    insert = _publication.insert().values({"result": IN_PROGRESS, **values})
    return int(conn.execute(insert.returning(_publication.c.id)).scalar_one())


def settle(conn: sa.Connection, publication_id: int, **values: Any) -> None:
    """Write what came of it (``result`` and whatever else is known now)."""
    conn.execute(
        _publication.update()
        .where(_publication.c.id == publication_id)
        .values(finished_at=sa.func.clock_timestamp(), **values)
    )


def last_published(conn: sa.Connection, dataset: str, target: str) -> Publication | None:
    """The newest publication of ``dataset`` that stands in ``target``, None when never."""
    found = _read(
        conn,
        _publication,
        _publication.c.dataset == dataset,
        _publication.c.target == target,
        _publication.c.result.in_((PUBLISHED, UNCHANGED)),
        limit=1,
    )
    return found[0] if found else None


def publication(conn: sa.Connection, number: int) -> Publication:
    """One row of the ledger; :class:`NotFound` when there is none."""
    found = _read(conn, _publication, _publication.c.id == number, limit=1)
    if not found:
        raise NotFound(f"No existe la publicación {number}", publication=number)
    return found[0]


def interrupted(conn: sa.Connection, last: Publication) -> bool:
    """Whether an attempt after ``last`` failed or was killed, so that its target may hold part."""
    newer = sa.select(_publication.c.id).where(
        _publication.c.dataset == last.dataset,
        _publication.c.target == last.target,
        _publication.c.id > last.id,
        _publication.c.result.in_((FAILED, IN_PROGRESS)),
    )
    return conn.scalar(sa.select(newer.exists())) or False


def asset(conn: sa.Connection, target: str, dataset: str) -> str | None:
    """What ``dataset`` is called in ``target``; None when it never was there."""
    query = sa.select(_asset.c.identifier).where(
        _asset.c.target == target, _asset.c.dataset == dataset
    )
    return conn.scalar(query)


def remember_asset(conn: sa.Connection, target: str, dataset: str, identifier: str) -> None:
    """Write what ``dataset`` is called in ``target``."""
    insert = postgresql.insert(_asset).values(target=target, dataset=dataset, identifier=identifier)
    conn.execute(
        insert.on_conflict_do_update(
            index_elements=["target", "dataset"], set_={"identifier": identifier}
        )
    )


def waiting(conn: sa.Connection, dataset: str, target: str) -> list[Publication]:
    """Plans that nobody approved yet, newest first."""
    return _read(
        conn,
        _publication,
        _publication.c.dataset == dataset,
        _publication.c.target == target,
        _publication.c.result == WAITING,
        limit=100,
    )


def publications(
    conn: sa.Connection,
    *,
    dataset: str | None = None,
    target: str | None = None,
    public: bool = False,
    limit: int = 50,
) -> list[Publication]:
    """The ledger, newest first. ``public``: only what anyone may know, by the public view."""
    source = _public if public else _publication
    wanted = [
        source.c[name] == value
        for name, value in (("dataset", dataset), ("target", target))
        if value is not None
    ]
    return _read(conn, source, *wanted, limit=limit)


def publications_of(conn: sa.Connection, results: Sequence[str]) -> list[str]:
    """Names of the datasets that have a publication with one of ``results``."""
    found = sa.select(_publication.c.dataset).where(_publication.c.result.in_(results))
    return list(conn.scalars(found.distinct()))


def latest(conn: sa.Connection) -> dict[tuple[str, str], datetime]:
    """When each dataset last left for each target, as the public may know."""
    found = sa.select(_public.c.dataset, _public.c.target, sa.func.max(_public.c.finished_at))
    rows = conn.execute(found.group_by(_public.c.dataset, _public.c.target))
    return {(dataset, target): at for dataset, target, at in rows}


def settle_alerts(
    conn: sa.Connection, standing: Mapping[tuple[str, str], str]
) -> list[tuple[str, str]]:
    """Write which alerts stand, (dataset, target) → level; those that are new or another level
    than before. Two workers at once: one of them is told."""
    conn.execute(sa.text("LOCK TABLE sig.alert IN EXCLUSIVE MODE"))
    rows = conn.execute(sa.select(_alert.c.dataset, _alert.c.target, _alert.c.level))
    known = {(dataset, target): level for dataset, target, level in rows}
    conn.execute(_alert.delete())
    if standing:
        values = [{"dataset": d, "target": t, "level": v} for (d, t), v in standing.items()]
        conn.execute(_alert.insert(), values)
    return [pair for pair, level in standing.items() if known.get(pair) != level]


def facts(conn: sa.Connection, layer: str) -> ChangesetFacts | None:
    """Dates and marks of a layer's changesets, as the public sees them; None without any."""
    change = sa.table(
        "sig_changeset",
        *map(sa.column, ("id", "seq", "layer", "origin", "refused")),
        sa.column("sealed_at", sa.DateTime(timezone=True)),
        sa.column("reference_date", sa.Date),
        sa.column("hash"),
        schema="publica",
    )
    mine = sa.select(change).where(change.c.layer == layer)
    last = conn.execute(mine.order_by(change.c.id.desc()).limit(1)).mappings().first()
    if last is None:
        return None
    first = conn.execute(mine.order_by(change.c.id).limit(1)).mappings().one()
    delivered = mine.where(change.c.origin == "delivery").order_by(change.c.id.desc()).limit(1)
    delivery = conn.execute(delivered).mappings().first()
    head = conn.scalar(sa.select(change.c.hash).order_by(change.c.seq.desc()).limit(1))
    day = delivery["reference_date"] if delivery else None
    return ChangesetFacts(
        issued=first["sealed_at"],
        modified=last["sealed_at"],
        reference_date=day.isoformat() if day else "",
        refused=delivery["refused"] if delivery else 0,
        chain_head=head or "",
    )


def schedule(conn: sa.Connection) -> list[Due]:
    """The calendar, what is due first coming first."""
    query = sa.select(_schedule).order_by(_schedule.c.due_at, _schedule.c.dataset)
    return [Due(**row) for row in conn.execute(query).mappings()]


def replace_schedule(
    conn: sa.Connection, declared: Mapping[tuple[str, str], tuple[str, datetime]]
) -> None:
    """Make the calendar hold just what is declared: (dataset, target) → (frequency, first due).

    A pair already there keeps its date unless its frequency changed.
    """
    kept = sa.tuple_(_schedule.c.dataset, _schedule.c.target).in_(list(declared))
    conn.execute(_schedule.delete().where(sa.not_(kept) if declared else sa.true()))
    rows = [
        {"dataset": dataset, "target": target, "frequency": frequency, "due_at": due}
        for (dataset, target), (frequency, due) in declared.items()
    ]
    if not rows:
        return
    insert = postgresql.insert(_schedule)
    conn.execute(
        insert.on_conflict_do_update(
            index_elements=["dataset", "target"],
            set_={"frequency": insert.excluded.frequency, "due_at": insert.excluded.due_at},
            where=_schedule.c.frequency != insert.excluded.frequency,
        ),
        rows,
    )


def take_due(conn: sa.Connection, now: datetime) -> list[Due]:
    """What is due at ``now``, locked until the transaction ends so that one worker takes it."""
    query = (
        sa.select(_schedule)
        .where(_schedule.c.due_at <= now)
        .order_by(_schedule.c.due_at)
        .with_for_update(skip_locked=True)
    )
    return [Due(**row) for row in conn.execute(query).mappings()]


def postpone(conn: sa.Connection, due: Due, next_due: datetime, now: datetime) -> None:
    """Write that ``due`` was put in the queue and when it is due again."""
    conn.execute(
        _schedule.update()
        .where(_schedule.c.dataset == due.dataset, _schedule.c.target == due.target)
        .values(due_at=next_due, enqueued_at=now)
    )


def _read(
    conn: sa.Connection,
    source: sa.FromClause,
    *conditions: sa.ColumnElement[bool],
    limit: int,
) -> list[Publication]:
    query = sa.select(source).where(*conditions).order_by(source.c.id.desc()).limit(limit)
    return [_publication_of(row) for row in conn.execute(query).mappings()]


def _publication_of(row: sa.RowMapping) -> Publication:
    lists = {name: tuple(row[name]) for name in ("files", "let_pass") if name in row}
    return Publication(**{**row, **lists})
