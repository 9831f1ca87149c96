"""A delivery becomes a changeset: one transaction, or nothing."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa
from psycopg2.errors import ProgramLimitExceeded

from gis.changesets import diff
from gis.changesets.keeping import keep_findings, keep_quarantine
from gis.changesets.opening import Provenance, lock_layer, open_changeset, refuse_derived
from gis.changesets.report import LoadReport
from gis.changesets.staging import stage
from gis.errors import DeliveryRefused, InvalidRequest
from gis.findings import Finding, Severity, blocking
from gis.store.sorting import make_sort_indexes
from gis.store.state import layer_state
from gis.store.tables import column_list, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    import pandas as pd

    from gis.conform import Conformed
    from gis.contract.layer import Layer

Mode = Literal["replace", "upsert"]
DERIVED = "derivada"
"""Format of the source of rows that the system makes (:mod:`gis.derived`)."""


def load(
    engine: sa.Engine,
    layer: Layer,
    conformed: Conformed,
    *,
    mode: Mode = "replace",
    dry_run: bool = False,
    quarantine: bool = False,
    demonstration: bool = False,
    actor: str = "",
    note: str = "",
    reference_date: date | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> LoadReport:
    """Bring the layer to what was delivered.

    ``replace`` makes the delivery the whole of the layer; ``upsert`` adds and changes, and removes
    nothing. With ``quarantine`` rows with blocking findings stay out, kept with their reasons, and
    the features they stand for keep their current state; without it they refuse the delivery whole
    (:class:`DeliveryRefused`). What comes from a file of ours that says it demonstrates stays a
    demonstration, whatever ``demonstration`` says. ``dry_run`` computes everything and writes
    nothing.
    """
    tell = progress or (lambda _phase, _share: None)
    if mode == "upsert" and not layer.key:
        raise InvalidRequest("La capa no tiene llave: solo admite --mode replace", layer=layer.name)
    if conformed.source.format != DERIVED:
        refuse_derived(layer)
    if conformed.refused and not quarantine and not dry_run:
        raise _refusal(layer, conformed)
    if conformed.refused and conformed.rows.empty and not dry_run:
        raise DeliveryRefused(
            "Entrega rechazada: ninguna fila se puede aceptar. No se guardó nada",
            conformed.findings,
            layer=layer.name,
        )
    with engine.connect() as connection, _long_keys(layer), connection.begin() as transaction:
        report = _Load(connection, layer, conformed, mode, tell).run(
            Provenance(
                origin="delivery",
                actor=actor,
                note=note,
                source=asdict(conformed.source),
                reference_date=reference_date,
                demonstration=demonstration or conformed.demonstration,
            ),
            write=not dry_run,
        )
        if report.changeset is None:
            transaction.rollback()
        else:
            tell("sellar", 0.9)
            transaction.commit()
    tell("listo", 1.0)
    return replace(report, dry_run=dry_run)


@contextmanager
def _long_keys(layer: Layer) -> Iterator[None]:
    """A key that no index can hold, told as what it is."""
    try:
        yield
    except sa.exc.OperationalError as error:
        if not isinstance(error.orig, ProgramLimitExceeded):
            raise
        raise DeliveryRefused(
            f"Un valor de la llave ({' + '.join(layer.key)}) es demasiado largo: pasa de 2 700 "
            "bytes. No se guardó nada. Deje en la llave solo el identificador",
            (),
            layer=layer.name,
        ) from error


class _Load:
    """One load in one transaction."""

    def __init__(
        self,
        connection: sa.Connection,
        layer: Layer,
        conformed: Conformed,
        mode: Mode,
        tell: Callable[[str, float], None],
    ) -> None:
        self.connection, self.layer, self.conformed = connection, layer, conformed
        self.mode, self.tell = mode, tell
        accepted: pd.DataFrame = conformed.rows
        self.rows = accepted[~accepted.index.isin(list(conformed.refused))]

    def run(self, provenance: Provenance, *, write: bool) -> LoadReport:
        lock_layer(self.connection, self.layer)
        self.tell("copiar", 0.1)
        staged = stage(self.connection, self.layer, self.rows)
        self._refuse_repeated(staged)
        self.keeps = self._keep_absent(staged, provenance)
        self.tell("comparar", 0.4)
        counts = diff.compute(
            self.connection,
            self.layer,
            staged,
            remove_absent=self.mode == "replace",
            keep=self._kept(),
        )
        report = self._report(counts, diff.sample(self.connection, self.layer, staged))
        if not write or report.is_noop:
            return report
        self.tell("escribir", 0.5)
        changeset = open_changeset(self.connection, self.layer, provenance)
        self._write(staged, counts, changeset)
        keep_findings(self.connection, changeset, self.conformed.findings)
        keep_quarantine(self.connection, changeset, self.conformed.delivered)
        return replace(report, changeset=changeset)

    def _kept(self) -> set[str]:
        """Ids of features whose rows were refused: their current state is not touched."""
        return {f.feature for f in blocking(self.conformed.findings) if f.feature is not None}

    def _refuse_repeated(self, staged: sa.Table) -> None:
        """The last guard against two rows with one id, whatever let them through."""
        repeated = sa.select(staged.c["_id"], sa.func.array_agg(staged.c["_row"]))
        repeated = repeated.group_by(staged.c["_id"]).having(sa.func.count() > 1).limit(100)
        findings = [
            Finding(
                rule="duplicate-key",
                severity=Severity.BLOCKING,
                message=f"Las filas {', '.join(map(str, rows))} son el mismo objeto",
                remedy="Deje una sola fila por objeto",
                row=rows[0],
                feature=feature,
            )
            for feature, rows in self.connection.execute(repeated)
        ]
        if findings:
            raise DeliveryRefused(
                f"La entrega repite {len(findings)} objetos", findings, layer=self.layer.name
            )

    def _keep_absent(self, staged: sa.Table, provenance: Provenance) -> bool:
        """A file without a column says nothing of it: features keep their value of it.

        Our own files leave out what is not public, so loading one again must not erase that. What
        was a demonstration is not kept among what is real, nor the other way round. True when
        anything was kept: the rules have not seen those rows whole.
        """
        state = layer_state(self.connection, self.layer.name)
        absent = self.conformed.absent
        if not absent or not self.layer.key or state.demonstration != provenance.demonstration:
            return False
        current = table(self.layer)
        kept = {staged.c[name]: current.c[name] for name in absent}
        same = staged.c["_id"] == current.c["_id"]
        return self.connection.execute(sa.update(staged).values(kept).where(same)).rowcount > 0

    def _report(self, counts: dict[str, int], sample: Any) -> LoadReport:
        added, changed = counts.get("added", 0), counts.get("changed", 0)
        return LoadReport(
            layer=self.layer.name,
            changeset=None,
            dry_run=False,
            added=added,
            changed=changed,
            removed=counts.get("removed", 0),
            unchanged=len(self.rows) - added - changed,
            refused=len(self.conformed.refused),
            findings=self.conformed.findings,
            sample=sample,
        )

    def _write(self, staged: sa.Table, counts: dict[str, int], changeset: int) -> None:
        current = table(self.layer)
        if counts.get("removed"):
            self.connection.execute(_delete(current))
        if counts.get("changed"):
            reviewed = not (self.keeps and self.layer.rules)
            self.connection.execute(
                _update(self.layer, staged, current, changeset, reviewed=reviewed)
            )
        if counts.get("added"):
            self.connection.execute(_insert(self.layer, staged, current, changeset))
        self.tell("índices", 0.8)
        self.connection.execute(sa.select(sa.func.sig.ensure_indexes(self.layer.name)))
        make_sort_indexes(self.connection, [self.layer])


def _refusal(layer: Layer, conformed: Conformed) -> DeliveryRefused:
    refused = len(conformed.refused)
    rows = "1 fila no se puede" if refused == 1 else f"{refused} filas no se pueden"
    return DeliveryRefused(
        f"Entrega rechazada: {rows} aceptar. No se guardó nada. Corrija el archivo y entréguelo "
        "de nuevo, o acepte las demás filas con --quarantine",
        conformed.findings,
        layer=layer.name,
    )


def _delete(current: sa.Table) -> sa.Delete:
    return sa.delete(current).where(
        current.c["_fid"] == diff.DIFF.c["_fid"], diff.DIFF.c.op == "removed"
    )


def _update(
    layer: Layer, staged: sa.Table, current: sa.Table, changeset: int, *, reviewed: bool
) -> sa.Update:
    values: dict[Any, Any] = {
        name: staged.c[name] for name in column_list(layer) if name not in layer.key
    }
    return (
        sa.update(current)
        .values({**values, "_changeset": changeset, "_reviewed": sa.literal(reviewed)})
        .where(
            current.c["_fid"] == diff.DIFF.c["_fid"],
            staged.c["_row"] == diff.DIFF.c["_row"],
            diff.DIFF.c.op == "changed",
        )
    )


def _insert(layer: Layer, staged: sa.Table, current: sa.Table, changeset: int) -> sa.Insert:
    names = column_list(layer)
    values = [staged.c[name] for name in names]
    system: dict[str, Any] = {"_changeset": sa.literal(changeset), "_reviewed": sa.true()}
    if not layer.key:
        system["_id"] = staged.c["_id"]
    select = (
        sa.select(*system.values(), *values)
        .select_from(staged.join(diff.DIFF, diff.DIFF.c["_row"] == staged.c["_row"]))
        .where(diff.DIFF.c.op == "added")
        .order_by(staged.c["_row"])
    )
    return sa.insert(current).from_select([*system, *names], select)
