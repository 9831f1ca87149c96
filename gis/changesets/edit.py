"""Edits of single features: each of them one changeset, by the rules of a delivery.

The row is judged whole before the layer's lock is taken and written under it, so an edit never
waits for another one's checks. What it rests on is compared again under the lock: of two edits of
one feature at once exactly one is written.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from psycopg2 import errors as pg

from gis.changesets import single
from gis.changesets.keeping import keep_findings
from gis.changesets.opening import Provenance, lock_layer, open_changeset, refuse_derived
from gis.changesets.proposal import Editor, Operation, Proposal
from gis.changesets.submitted import Submitted, read_patch
from gis.errors import (
    ChangesetConflict,
    EditRefused,
    EditStale,
    FeatureConflict,
    StoreUnavailable,
)
from gis.features import reading
from gis.findings import Finding, Severity
from gis.store.sorting import make_sort_indexes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gis.changesets.judging import Judged
    from gis.contract import Layer
    from gis.crs import Crs

LOCK_SECONDS = 10
"""How long an edit waits for another write to the layer: somebody is waiting for the answer."""
TRIES = 5
"""Times an edit is judged anew because something it does not see changed meanwhile."""

Held = frozenset[str] | None
"""Versions of the feature that an edit may rest on (:mod:`gis.features.version`); None for any."""


@dataclass(frozen=True, slots=True)
class EditReport:
    """What an edit did. ``changeset`` is None when the feature already was as it was sent;
    ``findings`` are warnings, as the editor may read them."""

    layer: str
    feature: str
    operation: Operation
    changeset: int | None
    findings: tuple[Finding, ...] = ()


def create(editor: Editor, sent: Submitted) -> EditReport:
    """Add a feature. Its id is that of its key; a layer without key gives it one.

    Raises :class:`EditRefused` with every finding, :class:`FeatureConflict` when the id is taken.
    """
    layer = editor.layer
    blank = dict.fromkeys(layer.field_names)
    proposal = Proposal(editor, "create", None, {**blank, **sent.properties}, sent)
    judged = proposal.judged(None)
    values = single.typed(judged.row, layer.field_names)
    with _writing(editor, proposal.feature) as conn:
        changeset = _open(conn, editor, "create", proposal.feature)
        feature = single.insert(conn, layer, values, proposal.stored(judged), changeset)
        _check_given_id(layer, sent, feature)
        keep_findings(conn, changeset, judged.findings)
        if single.is_bare(conn, layer):
            conn.execute(sa.select(sa.func.sig.ensure_indexes(layer.name)))
            make_sort_indexes(conn, [layer])
        _seal(conn)
    return EditReport(
        layer.name, feature, "create", changeset, proposal.told(judged.findings, feature)
    )


def replace(editor: Editor, feature_id: str, sent: Submitted, held: Held) -> EditReport:
    """Give a feature new content: fields the editor sees and the body lacks become null.

    What the editor does not see stays. Raises :class:`NotFound`, :class:`EditStale`,
    :class:`EditRefused`, and :class:`FeatureConflict` for another key.
    """
    layer = editor.layer
    _refuse_other_id(layer, feature_id, sent.id)
    absent = {f.name for f in layer.fields_for(editor.access)} - set(sent.properties)
    blank = dict.fromkeys(absent - set(layer.key))
    whole = Submitted({**blank, **sent.properties}, sent.geometry, sent.crs, sent.id)
    return _change(editor, "replace", feature_id, held, lambda conn: whole)


def update(editor: Editor, feature_id: str, patch: Any, crs: Crs, held: Held) -> EditReport:
    """Change what a merge patch (RFC 7396) names and nothing else; as :func:`replace` otherwise.

    ``patch`` is applied to the feature as the editor sees it, with coordinates in ``crs``.
    """

    def merged(conn: sa.Connection) -> Submitted:
        seen = single.as_seen(conn, editor.layer, editor.access, feature_id, crs)
        sent = read_patch(patch, seen, crs)
        _refuse_other_id(editor.layer, feature_id, sent.id)
        return sent

    return _change(editor, "update", feature_id, held, merged)


def delete(editor: Editor, feature_id: str, held: Held) -> EditReport:
    """Take a feature away, with what the editor does not see of it; undoing brings it all back.

    Raises :class:`FeatureConflict` when features of another layer refer to it.
    """
    for _ in range(TRIES):
        with reading(editor.engine) as conn:
            current = single.read_current(conn, editor.layer, editor.access, feature_id)
        _require(editor.layer, feature_id, current, held)
        with _writing(editor, feature_id, removing=True) as conn:
            if single.is_still(conn, editor.layer, current):
                changeset = _open(conn, editor, "delete", feature_id)
                single.remove(conn, editor.layer, current.fid)
                _seal(conn)
                return EditReport(editor.layer.name, feature_id, "delete", changeset)
    raise _too_busy(editor.layer, feature_id)


def _change(
    editor: Editor,
    operation: Operation,
    feature_id: str,
    held: Held,
    sent_of: Callable[[sa.Connection], Submitted],
) -> EditReport:
    layer = editor.layer
    for _ in range(TRIES):
        with reading(editor.engine) as conn:
            current = single.read_current(conn, layer, editor.access, feature_id)
            _require(layer, feature_id, current, held)
            sent = sent_of(conn)
        # No connection is held here: the rules may want one for other layers.
        values = {**current.values, **sent.properties}
        proposal = Proposal(editor, operation, feature_id, values, sent)
        judged = proposal.judged(current)
        _refuse_other_key(layer, feature_id, current, judged)
        findings = proposal.told(judged.findings, feature_id)
        names = [name for name in sent.properties if name not in layer.key]
        with _writing(editor, feature_id) as conn:
            if not single.is_still(conn, layer, current):
                continue
            changeset = _open(conn, editor, operation, feature_id)
            differed = single.update(
                conn, layer, current.fid, single.typed(judged.row, names),
                proposal.stored(judged), changeset, moved=proposal.moves,
            )  # fmt: skip
            if not differed:
                conn.rollback()
                return EditReport(layer.name, feature_id, operation, None, findings)
            keep_findings(conn, changeset, judged.findings)
            _seal(conn)
            return EditReport(layer.name, feature_id, operation, changeset, findings)
    raise _too_busy(layer, feature_id)


def _require(layer: Layer, feature_id: str, current: single.Current, held: Held) -> None:
    if held is not None and current.version not in held:
        raise EditStale(
            f"El elemento «{feature_id}» ya no es el que usted leyó: léalo otra vez, repita su "
            "cambio sobre lo que hay y envíelo con el ETag nuevo en If-Match",
            layer=layer.name,
            feature=feature_id,
        )


def _refuse_other_key(
    layer: Layer, feature_id: str, current: single.Current, judged: Judged
) -> None:
    wanted = single.typed(judged.row, layer.key)
    for name, value in wanted.items():
        if value != current.values[name]:
            raise _other_key(layer, feature_id, f"«{name}» pasaría a ser «{value}»")


def _refuse_other_id(layer: Layer, feature_id: str, sent: str | None) -> None:
    if sent is not None and sent != feature_id:
        raise _other_key(layer, feature_id, f"el «id» del cuerpo es «{sent[:60]}»")


def _other_key(layer: Layer, feature_id: str, what: str) -> FeatureConflict:
    return FeatureConflict(
        f"La llave de «{feature_id}» no se cambia: {what}. Si es otro elemento, créelo con POST en "
        f"/items y, si este sobra, bórrelo con DELETE; si no, envíe su propia llave",
        layer=layer.name,
        feature=feature_id,
    )


def _check_given_id(layer: Layer, sent: Submitted, feature: str) -> None:
    if sent.id is None or sent.id == feature:
        return
    why = f"por su llave sería «{feature[:60]}»" if layer.key else "lo pone el sistema"
    raise FeatureConflict(
        f"El «id» que envía («{sent.id[:60]}») no puede ser: {why}. Quítelo del cuerpo",
        layer=layer.name,
    )


def _open(conn: sa.Connection, editor: Editor, operation: Operation, feature: str | None) -> int:
    refuse_derived(editor.layer)
    source = {"format": "edit", "operation": operation, "feature": feature}
    made = Provenance(origin="edit", actor=editor.actor, note=editor.note, source=source)
    return open_changeset(conn, editor.layer, made)


def _seal(conn: sa.Connection) -> None:
    """Check references and seal now, while what goes wrong can still be told apart."""
    conn.execute(sa.text("SET CONSTRAINTS ALL IMMEDIATE"))


@contextmanager
def _writing(
    editor: Editor, feature: str | None, *, removing: bool = False
) -> Iterator[sa.Connection]:
    """The layer locked in a transaction that is committed at the end of the block."""
    layer = editor.layer
    try:
        with editor.engine.connect() as conn, conn.begin():
            conn.execute(sa.select(sa.func.set_config("jit", "off", True)))  # for one row
            lock_layer(conn, layer, LOCK_SECONDS)
            yield conn
    except sa.exc.IntegrityError as error:
        raise _integrity(layer, feature, error, removing=removing) from error
    except sa.exc.OperationalError as error:
        if isinstance(error.orig, pg.ProgramLimitExceeded):
            raise EditRefused("La llave es demasiado larga: pasa de 2 700 bytes", ()) from error
        if getattr(error.orig, "pgcode", None):  # the server lives: another write is in the way
            raise _too_busy(layer, feature) from error
        raise StoreUnavailable("La base de datos dejó de responder; nada se guardó") from error
    except sa.exc.TimeoutError as error:
        raise StoreUnavailable("Hay demasiados cambios en curso; repita en un momento") from error


def _integrity(
    layer: Layer, feature: str | None, error: sa.exc.IntegrityError, *, removing: bool
) -> Exception:
    told_by = getattr(error.orig, "diag", None)
    other = getattr(told_by, "table_name", "") or ""
    if isinstance(error.orig, pg.UniqueViolation):
        return FeatureConflict(
            f"Ya existe un elemento con esa llave en «{layer.name}»: edítelo con PUT o PATCH en su "
            "dirección, o envíe otra llave",
            layer=layer.name,
            feature=feature,
        )
    if isinstance(error.orig, pg.ForeignKeyViolation) and removing:
        return FeatureConflict(
            f"No se puede borrar «{feature}»: hay elementos de «{other}» que se refieren a él. "
            "Cámbielos o bórrelos primero",
            layer=layer.name,
            feature=feature,
        )
    finding = Finding(
        "contract-broken",
        Severity.BLOCKING,
        "La base de datos no admite estos valores juntos",
        "Revise las referencias y los límites de cada campo",
    )
    return EditRefused("No se guardó nada: hay 1 razón en «findings»", [finding], layer=layer.name)


def _too_busy(layer: Layer, feature: str | None) -> ChangesetConflict:
    return ChangesetConflict(
        f"Otros cambios de «{layer.name}» están en curso: nada se guardó; repita en un momento",
        layer=layer.name,
        feature=feature,
    )
