"""Contracts that change: what is automatic, what the data must fit, what stays in history."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from gis.changesets import load, migrate_layer, verify_chain
from gis.contract import Coded, Decimal, Integer, Text
from gis.contract.codelists import Code
from gis.errors import ContractError
from gis.store import sync_layers
from tests.integration.builders import SITES, catalog, conformed, field, site

if TYPE_CHECKING:
    import sqlalchemy as sa

    from gis.contract import Field, Layer

pytestmark = pytest.mark.usefixtures("small")


def with_fields(*changes: Field, without: str = "") -> Layer:
    """SITES with fields replaced by name or added, and one left out."""
    named = {f.name: f for f in SITES.fields if f.name != without} | {f.name: f for f in changes}
    return replace(SITES, fields=tuple(named.values()), label="")


def holds(engine: sa.Engine) -> bool:
    with engine.connect() as connection:
        return not list(verify_chain(connection))


@pytest.fixture(autouse=True)
def _data(engine: sa.Engine, small: Any) -> None:
    load(engine, SITES, conformed(SITES, [site("S1", nombre="uno", camas=3), site("S2")]))


def test_changed_declaration_is_not_applied_by_itself(engine: sa.Engine) -> None:
    changed = with_fields(field("pisos", Integer()))
    with pytest.raises(ContractError, match="sig layer migrate sitios"):
        sync_layers(engine, catalog(changed))


def test_dry_run_shows_and_changes_nothing(engine: sa.Engine, rows: Any) -> None:
    steps = migrate_layer(engine, with_fields(field("pisos", Integer())), dry_run=True)
    assert [(step.kind, step.column) for step in steps] == [("add", "pisos")]
    assert rows("SELECT count(*) FROM information_schema.columns WHERE column_name = 'pisos'") == [
        (0,)
    ]


def test_field_is_added_to_table_history_and_views(engine: sa.Engine, rows: Any) -> None:
    changed = with_fields(field("pisos", Integer(minimum=1)))
    migrate_layer(engine, changed)
    load(engine, changed, conformed(changed, [site("S1", nombre="uno", camas=3, pisos=2)]))
    assert rows("SELECT pisos FROM publica.sitios") == [(2,)]
    assert rows("SELECT pisos FROM publica.sitios__history WHERE codigo = 'S1'") == [(None,)]
    assert sync_layers(engine, catalog(changed)) == []
    assert holds(engine)


def test_rename_keeps_the_data_and_the_chain(engine: sa.Engine, rows: Any) -> None:
    renamed = with_fields(field("plazas", Integer(minimum=0), formerly="camas"), without="camas")
    assert next(step.kind for step in migrate_layer(engine, renamed)) == "rename"
    assert rows("SELECT plazas FROM data.sitios WHERE codigo = 'S1'") == [(3,)]
    assert holds(engine)
    report = load(
        engine, renamed, conformed(renamed, [site("S1", nombre="x", plazas=3), site("S2")])
    )
    assert report.changed == 1
    assert holds(engine)


def test_widening_keeps_values_and_chain(engine: sa.Engine, rows: Any) -> None:
    changed = with_fields(field("camas", Decimal(minimum=0)))
    assert {step.kind for step in migrate_layer(engine, changed)} >= {"widen"}
    assert rows("SELECT camas FROM data.sitios WHERE codigo = 'S1'") == [(3.0,)]
    assert holds(engine)


def test_narrowing_that_the_data_do_not_fit_is_refused_whole(engine: sa.Engine, rows: Any) -> None:
    stricter = with_fields(field("camas", Integer(minimum=10)), field("pisos", Integer()))
    with pytest.raises(ContractError, match="camas"):
        migrate_layer(engine, stricter)
    assert rows("SELECT count(*) FROM information_schema.columns WHERE column_name = 'pisos'") == [
        (0,)
    ]
    assert holds(engine)


def test_new_code_of_a_list_is_a_migration_that_rewrites_nothing(engine: sa.Engine) -> None:
    coded = with_fields(
        field("nombre", Coded("n", listed=(Code("uno", "Uno"), Code("dos", "Dos"))))
    )
    assert [step.kind for step in migrate_layer(engine, coded)] == ["check"]
    assert holds(engine)


def test_dropped_field_leaves_the_table_and_stays_in_history(engine: sa.Engine, rows: Any) -> None:
    changed = with_fields(without="camas")
    migrate_layer(engine, changed, actor="ana")
    assert rows("SELECT camas FROM history.sitios WHERE codigo = 'S1'") == [(3,)]
    assert rows("SELECT origin, changed FROM sig.changeset ORDER BY id DESC LIMIT 1") == [
        ("migration", 2)
    ]
    assert holds(engine)
    assert load(engine, changed, conformed(changed, [site("S1", nombre="uno"), site("S2")])).is_noop


def test_key_and_incompatible_types_never_migrate(engine: sa.Engine) -> None:
    with pytest.raises(ContractError, match="llave"):
        migrate_layer(engine, replace(SITES, key=()))
    with pytest.raises(ContractError, match="declare un campo nuevo"):
        migrate_layer(engine, with_fields(field("nombre", Integer())))


def test_rename_and_drop_together(engine: sa.Engine, rows: Any) -> None:
    changed = with_fields(field("titulo", Text(), formerly="nombre"), without="nombre")
    changed = replace(changed, fields=tuple(f for f in changed.fields if f.name != "camas"))
    migrate_layer(engine, changed)
    assert rows("SELECT titulo, camas FROM history.sitios WHERE codigo = 'S1'") == [("uno", 3)]
    assert rows("SELECT titulo FROM publica.sitios WHERE codigo = 'S1'") == [("uno",)]
    assert holds(engine)
