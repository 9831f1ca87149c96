"""Who reads a class of a database of somebody else's logs in as that class and nothing more."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from api.commands.doctor import _checks
from api.settings import Settings
from api.wiring import open_system
from gis import store
from gis.contract import Access
from gis.store.readers import ensure_logins, logins

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.databases import Database, Server


@pytest.fixture
def let_in(server: Server, database: Database) -> None:
    """The server asks the readers' own log-ins for their password; one given for the tests is
    taken to do so already."""
    assert ensure_logins(database.engine) == []
    if server.owner == server.reader:
        return
    names = ",".join(name for name, _ in logins(database.engine).values())
    with database.engine.connect() as conn:
        rules = Path(str(conn.scalar(sa.text("SHOW hba_file"))))
        rules.write_text(f"local all {names} scram-sha-256\n{rules.read_text()}")
        conn.scalar(sa.text("SELECT pg_reload_conf()"))
    time.sleep(0.5)


def settings(database: Database, home: Path) -> Settings:
    return Settings(home=home, database_url=SecretStr(database.url))


def who(engine: sa.Engine) -> tuple[str, str]:
    with engine.connect() as conn:
        user, role = conn.execute(sa.text("SELECT session_user, current_user")).one()
    return str(user), str(role)


@pytest.mark.usefixtures("let_in")
def test_each_class_has_a_log_in_that_can_become_no_other(
    database: Database, tmp_path: Path
) -> None:
    with open_system(settings(database, tmp_path)) as system:
        names = set()
        for access in Access:
            user, role = who(system.readers[access])
            assert role == f"sig_{access}"
            assert user.startswith(f"sig_lector_{access}_")
            names.add(user)
            with system.readers[access].connect() as conn:
                others = {"sig", "sig_publica", "sig_clasificada", "sig_reservada"} - {role}
                for other in others:
                    with pytest.raises(sa.exc.ProgrammingError, match=r"permission denied|exist"):
                        conn.execute(sa.text(f"SET ROLE {other}"))
                    conn.rollback()
                conn.execute(sa.text("RESET ROLE"))
                with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
                    conn.execute(sa.text("SELECT * FROM sig_keys.reader"))
        assert len(names) == 3
    with open_system(settings(database, tmp_path)) as again:
        assert who(again.readers[Access.PUBLICA])[0] in names
    found = {check.name: check for check in _checks(settings(database, tmp_path))}
    assert not found["lectura reservada"].advice


def test_where_the_server_lets_no_log_in_in_the_owner_takes_the_role_and_doctor_says_so(
    server: Server, database: Database, tmp_path: Path
) -> None:
    if server.owner == server.reader:
        with database.engine.begin() as conn:  # a secret that is not the server's
            ensure_logins(database.engine)
            conn.execute(sa.text("UPDATE sig_keys.reader SET secret = 'otro'"))
    with open_system(settings(database, tmp_path)) as system:
        assert who(system.readers[Access.RESERVADA])[1] == "sig_reservada"
    found = {check.name: check for check in _checks(settings(database, tmp_path))}
    assert "sig doctor --sql" in found["lectura publica"].advice


@pytest.fixture
def ordinary(server: Server, database: Database) -> Iterator[sa.Engine]:
    """An engine of an owner who may not make roles."""
    role = f"test_{uuid4().hex[:8]}"
    server.run(f"CREATE ROLE {role}")
    with database.engine.begin() as conn:
        conn.execute(sa.text(f"GRANT ALL ON SCHEMA sig_keys TO {role}"))
        conn.execute(sa.text(f"GRANT ALL ON sig_keys.reader TO {role}"))
        conn.execute(sa.text(f"GRANT EXECUTE ON FUNCTION sig_keys.ensure_readers TO {role}"))
    engine = sa.create_engine(
        database.url, connect_args={"options": f"-c role={role}"}, poolclass=sa.NullPool
    )
    yield engine
    with database.engine.begin() as conn:
        conn.execute(sa.text(f"DROP OWNED BY {role}"))
    server.run(f"DROP ROLE {role}")


def test_an_owner_who_may_not_make_roles_says_which_are_missing(ordinary: sa.Engine) -> None:
    assert ensure_logins(ordinary) == ["sig_publica", "sig_clasificada", "sig_reservada"]
    assert logins(ordinary) == {}


def test_no_reader_sees_the_secrets(database: Database) -> None:
    store.migrate(database.engine)
    with database.reader.connect() as conn, pytest.raises(sa.exc.ProgrammingError, match="denied"):
        conn.execute(sa.text("SELECT * FROM sig_keys.reader"))
