"""The private cluster: made once, shared, stopped by the last, unharmed by kill -9."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg2
import pytest
import sqlalchemy as sa

from gis.cluster import READER, Cluster

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def new_cluster() -> Iterator[Cluster]:
    # Not pytest's folder: the server's user cannot cross that one when root runs the tests.
    home = Path(tempfile.mkdtemp(prefix="sig-cluster-"))
    home.chmod(0o755)
    made = Cluster(home, durable=False, place=home / "server")
    try:
        yield made
    finally:
        made.remove()
        shutil.rmtree(home)


@pytest.fixture(scope="module")
def made() -> Iterator[Cluster]:
    with new_cluster() as cluster:
        yield cluster


@pytest.fixture
def cluster(made: Cluster) -> Iterator[Cluster]:
    """A cluster that is stopped when a test begins."""
    yield made
    made.stop()


HOLD = """
import sys, time
from pathlib import Path
from gis.cluster import Cluster
home = Path(sys.argv[1])
with Cluster(home, durable=False, place=home / "server").held() as held:
    held.connect("sig").close()
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
    held.connect("sig").close()
"""


def holder(cluster: Cluster, seconds: float) -> subprocess.Popen[bytes]:
    """Another process that holds the cluster for a while."""
    return subprocess.Popen(
        [sys.executable, "-c", HOLD, str(cluster.home), str(seconds)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )


def process_of(cluster: Cluster) -> int:
    pid = cluster.status().pid
    assert pid is not None
    return pid


def test_start_and_stop_may_be_repeated(cluster: Cluster) -> None:
    assert [cluster.start(), cluster.start()] == [True, False]
    assert cluster.status().running
    assert [cluster.stop(), cluster.stop()] == [True, False]
    assert not cluster.status().running


def test_rows_survive_a_restart(cluster: Cluster) -> None:
    with cluster.held():
        engine = sa.create_engine(cluster.url(), poolclass=sa.NullPool)
        with engine.begin() as connection:
            connection.execute(sa.text("CREATE TABLE kept AS SELECT 1 AS one"))
    with cluster.held(), engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT one FROM kept")) == 1


def test_database_is_in_utf8_and_sorts_the_same_everywhere(cluster: Cluster) -> None:
    with cluster.held(), sa.create_engine(cluster.url()).connect() as connection:
        settings = connection.execute(
            sa.text(
                "SELECT pg_encoding_to_char(encoding), datcollate, current_setting('TimeZone'), "
                "current_setting('jit'), upper('ñáü') FROM pg_database WHERE datname = 'sig'"
            )
        ).one()
        connection.engine.dispose()
    assert tuple(settings) == ("UTF8", "C.UTF-8", "UTC", "off", "ÑÁÜ")


def test_nothing_listens_on_the_network(cluster: Cluster) -> None:
    with cluster.held():
        pid = process_of(cluster)
        listening = (
            Path(f"/proc/{pid}/net/tcp").read_text() + Path(f"/proc/{pid}/net/tcp6").read_text()
        )
        sockets = {os.readlink(entry) for entry in Path(f"/proc/{pid}/fd").iterdir()}
    inodes = {line.split()[9] for line in listening.splitlines()[1:] if len(line.split()) > 9}
    assert not {f"socket:[{inode}]" for inode in inodes} & sockets


def test_other_users_of_the_machine_are_kept_out(cluster: Cluster) -> None:
    with cluster.held():
        assert cluster.socket.stat().st_mode & 0o077 == 0
        with pytest.raises(psycopg2.OperationalError, match=r"[Pp]eer"):
            psycopg2.connect(host=str(cluster.socket), user="postgres", dbname="sig")


def test_reader_logs_in_without_rights_of_its_own(cluster: Cluster) -> None:
    with cluster.held():
        engine = sa.create_engine(cluster.reader_url, poolclass=sa.NullPool)
        with engine.connect() as connection:
            asked = sa.text(
                "SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user"
            )
            assert tuple(connection.execute(asked).one()) == (READER, False)
            connection.execute(sa.text("SET ROLE sig_publica"))
            with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
                connection.execute(sa.text("SET ROLE sig"))


def test_processes_that_start_it_at_once_share_it(cluster: Cluster) -> None:
    holders = [holder(cluster, seconds) for seconds in (0.0, 0.4, 0.8)]
    for process in holders:
        process.communicate()
    assert [process.returncode for process in holders] == [0, 0, 0]
    assert not cluster.status().running


def test_last_holder_stops_it(cluster: Cluster) -> None:
    with cluster.held():
        with cluster.held():
            pass
        assert cluster.status().running
    assert not cluster.status().running


def test_holder_that_was_killed_does_not_keep_it(cluster: Cluster) -> None:
    with holder(cluster, 60) as other:
        assert other.stdout is not None
        other.stdout.readline()
        other.kill()
    assert cluster.status().running
    with cluster.held():
        pass
    assert not cluster.status().running


def test_server_killed_hard_starts_again(cluster: Cluster) -> None:
    cluster.start()
    os.kill(process_of(cluster), signal.SIGKILL)
    assert cluster.start()
    cluster.connect("sig").close()


def test_process_id_given_to_another_is_not_taken_for_the_server(cluster: Cluster) -> None:
    cluster.start()
    os.kill(process_of(cluster), signal.SIGKILL)
    lock = cluster.data / "postmaster.pid"
    rest = lock.read_text().split("\n", 1)[1]
    bystander = subprocess.Popen(["sleep", "60"])
    try:
        lock.write_text(f"{bystander.pid}\n{rest}")
        assert cluster.status().pid is None
        assert not cluster.stop()
        assert cluster.start()
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_interrupted_creation_leaves_nothing_in_the_way() -> None:
    with new_cluster() as cluster:
        half = cluster.root / "data.new"
        half.mkdir(parents=True)
        (half / "PG_VERSION").write_text("15\n")
        assert cluster.start()


def test_socket_path_fits_however_deep_the_home(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["carpeta_muy_profunda"] * 8)
    path = Cluster(deep).socket / ".s.PGSQL.5432"
    probe = socket.socket(socket.AF_UNIX)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        probe.bind(str(path))
    finally:
        probe.close()
        shutil.rmtree(path.parent)
