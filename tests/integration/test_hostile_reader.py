"""A reader with a session of its own, as in psql, gets nothing but what its views show."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from gis import store
from gis.changesets import load, verify_chain
from gis.contract import Access, Geometry, Text
from gis.store import layer_state
from tests.integration.builders import SITES, catalog, conformed, field, site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.databases import Database

SECRET = "1110000001"
OWN_TYPE = """
    CREATE FUNCTION pg_temp.spy(value pg_catalog.bytea) RETURNS boolean LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'ran as %', (SELECT d.responsable FROM data.sitios AS d LIMIT 1);
    END $$;
    CREATE DOMAIN pg_temp.bytea AS pg_catalog.bytea CHECK (pg_temp.spy(value));
"""

GUESS = """
    SELECT sha256(sha256('') || sha256(sha256(convert_to(ROW(
               s.codigo, s.nombre, s.camas, s.fecha, CAST(:guess AS text), s.geom)::text, 'UTF8')))
           || convert_to(concat_ws('|', c.id, c.layer, c.origin, l.fingerprint, c.added, c.changed,
               c.removed, c.refused, extract(epoch FROM c.sealed_at)), 'UTF8'))
      FROM publica.sitios AS s, publica.sig_changeset AS c, publica.sig_layer AS l
     WHERE l.name = 'sitios'
"""


@pytest.fixture
def guest(database: Database) -> Iterator[sa.Connection]:
    """A session that may write where a role of the public may: nowhere but ``pg_temp``."""
    engine = sa.create_engine(
        database.url, connect_args={"options": "-c role=sig_publica"}, poolclass=sa.NullPool
    )
    with engine.connect() as connection:
        yield connection


def test_type_of_the_readers_own_never_runs_as_the_owner(
    engine: sa.Engine, guest: sa.Connection
) -> None:
    load(engine, SITES, conformed(SITES, [site("S1", responsable=SECRET)]))
    guest.execute(sa.text(OWN_TYPE))
    tile = guest.scalar(sa.text("SELECT pg_catalog.length(publica.sitios__tile(0, 0, 0))"))
    assert tile


def test_every_function_that_runs_as_its_owner_looks_in_pg_temp_last(engine: sa.Engine) -> None:
    unsafe = """
        SELECT p.oid::regprocedure::text FROM pg_proc AS p
          JOIN pg_namespace AS n ON n.oid = p.pronamespace
         WHERE p.prosecdef AND n.nspname NOT IN ('public', 'pg_catalog')
           AND NOT 'search_path=pg_catalog, public, pg_temp' = ANY (coalesce(p.proconfig, '{}'))
    """
    with engine.connect() as connection:
        assert connection.scalars(sa.text(unsafe)).all() == []


def test_public_executes_no_function_behind_its_views(guest: sa.Connection) -> None:
    allowed = """
        SELECT DISTINCT p.proname FROM pg_proc AS p
          JOIN pg_namespace AS n ON n.oid = p.pronamespace
         WHERE has_function_privilege(p.oid, 'EXECUTE')
           AND (n.nspname = 'sig' OR p.proname = 'st_estimatedextent') ORDER BY 1
    """
    assert guest.scalars(sa.text(allowed)).all() == ["covers", "open_changeset"]


def test_estimates_do_not_tell_where_a_hidden_layer_is(
    engine: sa.Engine, guest: sa.Connection
) -> None:
    shape = Geometry("Point", required=False, access=Access.RESERVADA)
    hidden = replace(SITES, name="sitios_ocultos", geometry=shape)
    store.sync_layers(engine, catalog(hidden))
    load(engine, hidden, conformed(hidden, [site("S1"), site("S2", 500)]))
    with engine.begin() as connection:
        connection.execute(sa.text("ANALYZE data.sitios_ocultos"))
    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
        guest.execute(sa.text("SELECT st_estimatedextent('data', 'sitios_ocultos', 'geom')"))


def test_chain_does_not_confirm_a_guess_of_a_hidden_value(
    engine: sa.Engine, guest: sa.Connection
) -> None:
    """Everything hashed is public or guessed: with the true guess the hash must not agree."""
    load(engine, SITES, conformed(SITES, [site("S1", None, responsable=SECRET)]))
    seen = guest.execute(sa.text("TABLE publica.sig_changeset")).mappings().one()
    guess = guest.scalar(sa.text(GUESS), {"guess": SECRET})
    assert seen["hash"] != bytes(guess).hex()
    with engine.connect() as connection:
        assert list(verify_chain(connection)) == []


def test_id_made_of_content_does_not_confirm_a_guess_of_a_hidden_value(
    engine: sa.Engine, guest: sa.Connection
) -> None:
    notes = replace(
        SITES,
        name="quejas",
        geometry=None,
        key=(),
        fields=(field("texto", Text()), field("cedula", Text(), access=Access.CLASIFICADA)),
        label="",
        time=(),
    )
    store.sync_layers(engine, catalog(notes))
    rows: list[dict[str, Any]] = [{"texto": "ruido", "cedula": SECRET}]
    load(engine, notes, conformed(notes, rows))
    assert load(engine, notes, conformed(notes, rows)).is_noop
    guess = hashlib.md5(f'["ruido", "{SECRET}"]'.encode(), usedforsecurity=False).hexdigest()
    assert guest.scalar(sa.text("SELECT _id FROM publica.quejas")) != guess


def test_demonstration_edited_in_sql_is_still_one(engine: sa.Engine) -> None:
    load(engine, SITES, conformed(SITES, [site("S1", nombre="a")]), demonstration=True)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE data.sitios SET nombre = 'b'"))
    with engine.connect() as connection:
        assert layer_state(connection, "sitios", Access.PUBLICA).demonstration
