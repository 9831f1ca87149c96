"""What a database lacks is named with its remedy, and the administrator's orders mend it."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
import sqlalchemy as sa

from gis import store
from gis.binaries import find_binaries
from gis.diagnosis import administrator_script, examine
from gis.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.databases import Database, Server


@pytest.fixture
def ordinary(server: Server, empty_database: Database) -> Iterator[sa.Engine]:
    """An engine that runs as a login without any right of its own."""
    role = f"test_{uuid4().hex[:8]}"
    server.run(f"CREATE ROLE {role}")
    engine = sa.create_engine(
        empty_database.url, connect_args={"options": f"-c role={role}"}, poolclass=sa.NullPool
    )
    try:
        yield engine
    finally:
        with empty_database.engine.begin() as connection:
            connection.execute(sa.text(f"DROP OWNED BY {role} CASCADE"))
        server.run(f"DROP ROLE {role}")


def role_of(engine: sa.Engine) -> str:
    with engine.connect() as connection:
        return str(connection.scalar(sa.text("SELECT current_user")))


def failures(engine: sa.Engine) -> dict[str, str]:
    with engine.connect() as connection:
        return {check.name: check.remedy for check in examine(connection) if not check.ok}


def run_administrator_script(database: Database, owner: str) -> None:
    url = sa.make_url(database.url).set(drivername="postgresql")
    subprocess.run(
        [
            find_binaries()["psql"],
            url.render_as_string(hide_password=False),
            f"--set=owner={owner}",
            "--no-psqlrc",
            "--quiet",
        ],
        input=administrator_script(),
        text=True,
        check=True,
    )


def test_prepared_database_has_nothing_wrong(database: Database) -> None:
    assert failures(database.engine) == {}


def test_every_problem_of_a_login_without_rights_has_a_remedy(ordinary: sa.Engine) -> None:
    found = failures(ordinary)
    assert {"permisos", "extensión PostGIS", "extensión pgRouting"} <= set(found)
    assert all(found.values())


def test_migration_without_rights_says_what_to_do(ordinary: sa.Engine) -> None:
    with pytest.raises(ConfigurationError, match="sig doctor --sql"):
        store.migrate(ordinary)


def test_database_of_a_newer_program_is_said(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(sa.text("UPDATE sig_meta.alembic_version SET version_num = '9999'"))
    with pytest.raises(ConfigurationError, match="versión más reciente"):
        store.migrate(database.engine)


def test_administrators_orders_are_enough_for_everything(
    ordinary: sa.Engine, empty_database: Database
) -> None:
    role = role_of(ordinary)
    for _ in range(2):
        run_administrator_script(empty_database, role)
    assert failures(ordinary) == {}
    store.migrate(ordinary)
    assert failures(ordinary) == {}


def test_table_the_public_could_read_is_found(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(sa.text("GRANT USAGE ON SCHEMA data TO sig_publica"))
        connection.execute(sa.text("GRANT SELECT ON ALL TABLES IN SCHEMA data TO sig_publica"))
    assert "acceso" in failures(database.engine)


def test_schema_where_the_public_could_put_functions_is_found_and_mended(
    ordinary: sa.Engine, database: Database
) -> None:
    with database.engine.begin() as connection:
        connection.execute(sa.text("GRANT CREATE ON SCHEMA public TO PUBLIC"))
    assert "esquemas" in failures(database.engine)
    run_administrator_script(database, role_of(ordinary))
    assert "esquemas" not in failures(database.engine)


def test_wrong_definition_of_a_reference_system_is_found(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(
            sa.text(
                "UPDATE spatial_ref_sys SET proj4text = replace(proj4text, '0.9992', '1'), "
                "srtext = NULL, auth_name = 'PROPIO', auth_srid = 1 WHERE srid = 9377"
            )
        )
    assert "EPSG:9377" in failures(database.engine)
