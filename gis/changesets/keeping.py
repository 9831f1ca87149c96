"""What stays visible of a delivery besides its rows: findings, and rows left out on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from gis.findings import Finding

FINDING = sa.table(
    "finding",
    sa.column("changeset", sa.BigInteger),
    *[sa.column(name, sa.Text) for name in ("rule", "severity", "message", "remedy")],
    sa.column("row", sa.BigInteger),
    *[sa.column(name, sa.Text) for name in ("feature", "field", "value")],
    sa.column("lon", sa.Double),
    sa.column("lat", sa.Double),
    schema="sig",
)
QUARANTINE = sa.table(
    "quarantine",
    sa.column("changeset", sa.BigInteger),
    sa.column("row", sa.BigInteger),
    sa.column("delivered", JSONB),
    schema="sig",
)


def keep_findings(connection: sa.Connection, changeset: int, findings: Sequence[Finding]) -> None:
    """Write every finding of an accepted delivery beside its changeset."""
    if findings:
        values = [{"changeset": changeset, **finding.as_dict()} for finding in findings]
        connection.execute(sa.insert(FINDING), values)


def keep_quarantine(connection: sa.Connection, changeset: int, delivered: pd.DataFrame) -> None:
    """Write the refused rows as delivered, and their number in the ledger."""
    if delivered.empty:
        return
    values = [
        {"changeset": changeset, "row": int(row), "delivered": as_delivered}
        for row, as_delivered in zip(
            delivered.index, delivered.astype(str).to_dict("records"), strict=True
        )
    ]
    connection.execute(sa.insert(QUARANTINE), values)
    ledger = sa.table("changeset", sa.column("id"), sa.column("refused"), schema="sig")
    connection.execute(
        sa.update(ledger).where(ledger.c.id == changeset).values(refused=len(values))
    )
