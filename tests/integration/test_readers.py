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
from api.wiring import doors_of, open_system
from gis import store
from gis.contract import Access
from gis.store import readers
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
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The log-ins are looked for again at once."""
    monkeypatch.setattr(readers, "RECHECK_SECONDS", 0.2)


def run(database: Database, statement: str) -> None:
    with database.engine.begin() as conn:
        conn.execute(sa.text(statement))


def cut_off(database: Database, login: str) -> None:
    """End the connections of a log-in, as a restart of the server does."""
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = :login"
    with database.engine.begin() as conn:
        conn.execute(sa.text(end), {"login": login})


def reads_as(engine: sa.Engine, begins: str) -> bool:
    """Whether within a moment the engine comes in as a name that begins so; it reads all along."""
    for _ in range(20):
        user, role = who(engine)
        assert role == "sig_publica"
        if user.startswith(begins):
            return True
        time.sleep(0.1)
    return False


@pytest.mark.usefixtures("let_in", "soon")
@pytest.mark.parametrize(
    ("refuse", "mend"),
    [
        ("ALTER ROLE {0} NOLOGIN", "ALTER ROLE {0} LOGIN"),
        (
            "ALTER ROLE {0} PASSWORD 'rotada'",
            "UPDATE sig_keys.reader SET secret = 'rotada' WHERE login = '{0}'",
        ),
    ],
    ids=["let in no more", "password rotated"],
)
def test_a_log_in_refused_while_running_is_left_and_taken_again_without_restart(
    database: Database, tmp_path: Path, refuse: str, mend: str
) -> None:
    with open_system(settings(database, tmp_path)) as system:
        login, _ = who(system.reader)
        assert login.startswith("sig_lector_publica_")
        run(database, refuse.format(login))
        cut_off(database, login)
        assert reads_as(system.reader, str(database.engine.url.username))
        run(database, mend.format(login))
        assert reads_as(system.reader, "sig_lector_publica_")


@pytest.mark.usefixtures("let_in", "soon")
def test_log_ins_that_the_administrator_makes_are_taken_without_restart(
    database: Database, tmp_path: Path
) -> None:
    run(database, "CREATE TABLE sig_keys.later AS TABLE sig_keys.reader")
    run(database, "DELETE FROM sig_keys.reader")
    doors = doors_of(settings(database, tmp_path), database.engine, (database.url,), prepare=False)
    reader = doors.open(Access.PUBLICA)
    try:
        assert reads_as(reader, str(database.engine.url.username))
        run(database, "INSERT INTO sig_keys.reader TABLE sig_keys.later")
        assert reads_as(reader, "sig_lector_publica_")
    finally:
        reader.dispose()


@pytest.mark.usefixtures("let_in")
def test_a_database_that_is_away_is_not_a_log_in_refused(
    database: Database, tmp_path: Path
) -> None:
    nowhere = sa.make_url(database.url).update_query_dict({"port": "1"})
    address = nowhere.render_as_string(hide_password=False)
    keys = store.make_engine(address, pool_size=1)
    door = readers.Door(keys, "sig_publica")
    away = store.make_engine(address, role="sig_publica", pool_size=1)
    door.guard(away)
    with pytest.raises(sa.exc.OperationalError):
        away.connect()
    assert not door.shut


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
