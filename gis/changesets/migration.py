"""A contract that changes: what that asks of the tables, shown first and then applied whole.

Adding, renaming (``formerly=``) and widening are automatic. Narrowing (a stricter check, a field
made obligatory) is done when the data fit, and refused naming how many rows do not. A field that
goes leaves the current table and stays in history. Key and geometry type never change: that is
another layer. Every migration is a changeset when it rewrites rows, and keeps the chain whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from gis.changesets.opening import Provenance, lock_layer, open_changeset
from gis.errors import ContractError, NotFound
from gis.store.engine import driver_cursor
from gis.store.sync import REGISTER, register_layer, settle_network, settle_tiles, storage
from gis.store.tables import table
from gis.store.views import create_views, drop_views

if TYPE_CHECKING:
    from gis.contract.layer import Layer

Kind = Literal["add", "rename", "widen", "check", "require", "relax", "drop"]
_WIDENINGS = {("BIGINT", "DOUBLE PRECISION"), ("BIGINT", "TEXT"), ("DOUBLE PRECISION", "TEXT")}
"""Changes of type after which every value reads the same, so that the chain still verifies."""
_PREPARER = postgresql.dialect().identifier_preparer  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Step:
    """One change of the tables; ``message`` is Spanish. ``former`` is the name before a rename."""

    kind: Kind
    column: str
    message: str
    former: str = ""


def plan(connection: sa.Connection, layer: Layer) -> tuple[Step, ...]:
    """What the declaration asks of the stored tables; empty when they already agree.

    Raises :class:`NotFound` for a layer that was never stored and :class:`ContractError` for a
    change that no migration does.
    """
    stored = connection.scalar(sa.select(REGISTER.c.storage).where(REGISTER.c.name == layer.name))
    if stored is None:
        raise NotFound(f"La capa «{layer.name}» aún no está en la base de datos", layer=layer.name)
    return _steps(layer, stored, storage(layer))


def migrate_layer(
    engine: sa.Engine, layer: Layer, *, actor: str = "", dry_run: bool = False
) -> tuple[Step, ...]:
    """Apply :func:`plan` in one transaction; the steps done, or that would be."""
    with engine.begin() as connection:
        lock_layer(connection, layer)
        steps = plan(connection, layer)
        if dry_run or not steps:
            return steps
        drop_views(connection, layer.name)
        renames = [step for step in steps if step.kind == "rename"]
        for step in renames:
            _rename(connection, layer, step)
        if renames:
            connection.execute(sa.select(sa.func.sig.attach(layer.name)))
        register_layer(connection, layer)
        if any(step.kind == "drop" for step in steps):
            _supersede_all(connection, layer, actor)
        for step in steps:
            _apply(connection, layer, step)
        connection.execute(sa.select(sa.func.sig.attach(layer.name)))
        settle_tiles(connection, layer)
        settle_network(connection, layer)
        create_views(connection, layer)
        return steps


def _steps(layer: Layer, former: dict[str, Any], declared: dict[str, Any]) -> tuple[Step, ...]:
    if former["key"] != declared["key"]:
        raise ContractError(
            "La llave de una capa guardada no cambia: declare otra capa y cargue en ella",
            layer=layer.name,
        )
    old, new = dict(former["columns"]), declared["columns"]
    steps: list[Step] = []
    for name in new:
        was = layer.field(name).formerly if name in layer.field_names else ""
        if name not in old and was in old:
            old[name] = old.pop(was)
            steps.append(Step("rename", name, f"Renombrar «{was}» como «{name}»", former=was))
    for name, wanted in new.items():
        if name not in old:
            steps.append(Step("add", name, f"Agregar «{name}» ({wanted['type']})"))
            steps += _conditions(name, {"nullable": True, "check": None}, wanted)
            continue
        if old[name]["type"] != wanted["type"]:
            steps.append(_widening(layer, name, old[name]["type"], wanted["type"]))
        steps += _conditions(name, old[name], wanted)
    steps += [
        Step("drop", name, f"Retirar «{name}»: sus valores quedan en la historia")
        for name in old
        if name not in new
    ]
    return tuple(steps)


def _widening(layer: Layer, name: str, former: str, wanted: str) -> Step:
    if (former, wanted) not in _WIDENINGS:
        raise ContractError(
            f"«{name}» no puede pasar de {former} a {wanted}: declare un campo nuevo",
            layer=layer.name,
            field=name,
        )
    return Step("widen", name, f"Ampliar «{name}» de {former} a {wanted}")


def _conditions(name: str, former: dict[str, Any], wanted: dict[str, Any]) -> list[Step]:
    steps = []
    if former["check"] != wanted["check"]:
        steps.append(Step("check", name, f"Cambiar la condición de «{name}»"))
    if former["nullable"] and not wanted["nullable"]:
        steps.append(Step("require", name, f"Hacer obligatorio «{name}»"))
    if not former["nullable"] and wanted["nullable"]:
        steps.append(Step("relax", name, f"Dejar de exigir «{name}»"))
    return steps


def _apply(connection: sa.Connection, layer: Layer, step: Step) -> None:
    column = table(layer).c.get(step.column)
    name = _PREPARER.quote(step.column)
    constraint = _PREPARER.quote(step.column + "__valid")
    if step.kind == "add":
        for schema in ("data", "history"):
            _alter(connection, schema, layer, "ADD COLUMN", name, _type(column))
    elif step.kind == "widen":
        for schema in ("data", "history"):
            _alter(connection, schema, layer, "ALTER COLUMN", name, "TYPE", _type(column))
    elif step.kind == "check":
        _alter(connection, "data", layer, "DROP CONSTRAINT IF EXISTS", constraint)
        condition = storage(layer)["columns"][step.column]["check"]
        if condition:
            words = ("ADD CONSTRAINT", constraint, "CHECK (" + condition + ")")
            _narrow(connection, layer, step, *words)
    elif step.kind == "require":
        _narrow(connection, layer, step, "ALTER COLUMN", name, "SET NOT NULL")
    elif step.kind == "relax":
        _alter(connection, "data", layer, "ALTER COLUMN", name, "DROP NOT NULL")
    elif step.kind == "drop":
        _alter(connection, "data", layer, "DROP COLUMN", name)


def _rename(connection: sa.Connection, layer: Layer, step: Step) -> None:
    former, name = _PREPARER.quote(step.former), _PREPARER.quote(step.column)
    for schema in ("data", "history"):
        _alter(connection, schema, layer, "RENAME COLUMN", former, "TO", name)
    constraint = _PREPARER.quote(step.former + "__valid")
    _alter(connection, "data", layer, "DROP CONSTRAINT IF EXISTS", constraint)
    # What earlier digests cover is named by its columns: the same values under the new name.
    connection.execute(
        sa.text("SELECT sig.rename_column(:layer, :former, :name)"),
        {"layer": layer.name, "former": former, "name": name},
    )
    connection.execute(
        sa.select(sa.func.sig.rename_network_field(layer.name, step.former, step.column))
    )


def _supersede_all(connection: sa.Connection, layer: Layer, actor: str) -> None:
    """Send every current row to history as it is, so that what a column held is not lost."""
    provenance = Provenance("migration", actor=actor, note="Cambio de la declaración")
    changeset = open_changeset(connection, layer, provenance)
    current = table(layer)
    connection.execute(sa.update(current).values({"_changeset": changeset}))


def _narrow(connection: sa.Connection, layer: Layer, step: Step, *words: str) -> None:
    try:
        with connection.begin_nested():
            _alter(connection, "data", layer, *words)
    except sa.exc.IntegrityError as error:
        raise ContractError(
            f"Hay filas de «{layer.name}» que no cumplen lo que ahora se declara de "
            f"«{step.column}»: corríjalas con una entrega antes de migrar",
            layer=layer.name,
            field=step.column,
        ) from error


def _alter(connection: sa.Connection, schema: str, layer: Layer, *words: str) -> None:
    target = schema + "." + _PREPARER.quote(layer.name)
    try:
        with driver_cursor(connection) as cursor:
            cursor.execute(" ".join(("ALTER TABLE", target, *words)).replace("%%", "%"))
    except connection.dialect.dbapi.IntegrityError as error:  # type: ignore[union-attr]
        raise sa.exc.IntegrityError("ALTER TABLE", None, error) from error


def _type(column: Any) -> str:
    return str(column.type.compile(postgresql.dialect()))  # type: ignore[no-untyped-call]
