"""Keeping the store in step with the declarations: make what is missing, refuse what differs.

Tables follow the *storage* part of a contract (columns, types, checks, key, references); changing
that is a migration somebody asks for (``sig layer migrate``). Views and tile functions follow the
whole contract and are made again whenever it changes: a field declared less public closes at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from gis.contract.document import document, fingerprint
from gis.errors import ContractError
from gis.store.engine import MIGRATION_LOCK
from gis.store.sorting import make_sort_indexes
from gis.store.tables import column_list, history_table, table
from gis.store.views import create_views

if TYPE_CHECKING:
    from gis.contract.catalog import Catalog
    from gis.contract.layer import Layer

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
REGISTER = sa.table(
    "layer",
    sa.column("name", sa.Text),
    sa.column("contract", postgresql.JSONB),
    sa.column("fingerprint", sa.Text),
    sa.column("storage", postgresql.JSONB),
    sa.column("columns", sa.Text),
    sa.column("dimension", sa.SmallInteger),
    sa.column("geometry_class", sa.Text),
    sa.column("rows_class", sa.Text),
    schema="sig",
)


def sync_layers(engine: sa.Engine, catalog: Catalog) -> list[str]:
    """Make tables, views and functions of the catalog's layers; names of those made or renewed.

    One process at a time; nothing happens for a layer whose contract is the stored one. Raises
    :class:`ContractError` when a stored layer's tables would have to change.
    """
    with engine.begin() as connection:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
        stored = {
            row.name: row
            for row in connection.execute(
                sa.select(REGISTER.c.name, REGISTER.c.fingerprint, REGISTER.c.storage)
            )
        }
        made = [layer.name for layer in catalog if _sync(connection, layer, stored.get(layer.name))]
        # A new layer's come after its first load: an index slows down every row put in.
        make_sort_indexes(connection, [layer for layer in catalog if layer.name in stored])
        return made


def register_layer(connection: sa.Connection, layer: Layer) -> None:
    """Write the layer's contract in the register, new or renewed."""
    values = {
        "contract": document(layer),
        "fingerprint": fingerprint(layer),
        "storage": storage(layer),
        "columns": ", ".join(map(_quote, column_list(layer))),
        "dimension": layer.geometry.dimension if layer.geometry else None,
        "geometry_class": str(layer.geometry.access if layer.geometry else layer.access),
        "rows_class": str(layer.access),
    }
    statement = postgresql.insert(REGISTER).values(name=layer.name, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))


def storage(layer: Layer) -> dict[str, Any]:
    """What the layer's tables are made from, as JSON values: equal means no migration."""
    built = table(layer)
    checks = {
        str(constraint.name): _sql(constraint.sqltext)
        for constraint in built.constraints
        if isinstance(constraint, sa.CheckConstraint)
    }
    return {
        "columns": {
            column.name: {
                "type": column.type.compile(_DIALECT),
                "nullable": column.nullable,
                "check": checks.get(f"{column.name}__valid"),
            }
            for column in built.columns
            if not column.name.startswith("_")
        },
        "key": list(layer.key),
        "references": sorted(layer.referenced_layers),
    }


def _sync(connection: sa.Connection, layer: Layer, stored: Any) -> bool:
    if stored is None:
        table(layer).create(connection)
        history_table(layer).create(connection)
    elif stored.fingerprint == fingerprint(layer):
        return False
    elif stored.storage != storage(layer):
        raise ContractError(
            "La declaración cambió de una forma que toca los datos guardados: revise "
            f"`sig layer migrate {layer.name} --dry-run` y, si está bien, repita sin --dry-run",
            layer=layer.name,
            field=_first_difference(stored.storage, storage(layer)),
        )
    register_layer(connection, layer)
    connection.execute(sa.select(sa.func.sig.attach(layer.name)))
    settle_tiles(connection, layer)
    settle_network(connection, layer)
    create_views(connection, layer)
    return True


def settle_tiles(connection: sa.Connection, layer: Layer) -> None:
    """Make the rows of tiles anew when another field tells merged features apart than before."""
    connection.execute(sa.select(sa.func.sig.settle_tiles(layer.name, layer.style.by)))


def settle_network(connection: sa.Connection, layer: Layer) -> None:
    """Make the layer's graph anew when its contract says something else of it than before."""
    said = document(layer)["network"]
    # The name of a street is told, not travelled.
    settings = said and {word: value for word, value in said.items() if word != "name"}
    wanted = sa.literal(settings, postgresql.JSONB(none_as_null=True))
    connection.execute(sa.select(sa.func.sig.settle_network(layer.name, wanted)))


def _first_difference(former: dict[str, Any], declared: dict[str, Any]) -> str | None:
    for name in (*declared["columns"], *former["columns"]):
        if former["columns"].get(name) != declared["columns"].get(name):
            return str(name)
    return None


def _sql(element: sa.ClauseElement) -> str:
    compiled = element.compile(dialect=_DIALECT, compile_kwargs={"literal_binds": True})
    return str(compiled)


def _quote(name: str) -> str:
    return str(_DIALECT.identifier_preparer.quote(name))
