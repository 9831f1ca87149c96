"""Writers and readers at full speed over servers of their own: how old is what is served."""

from __future__ import annotations

import multiprocessing
import random
import threading
import time
from bisect import bisect_right
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import mapbox_vector_tile
import sqlalchemy as sa
import uvicorn
from pydantic import SecretStr

from api import tile_maker
from api.app import create_app
from api.settings import Settings
from api.wiring import PUBLIC_ROLE, System
from gis import store
from tests.api import world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

    from tests.databases import Database

RACERS = 8
"""Sites ``s000``… whose ``cupos`` the writers count up."""


def serve(url: str, reader_url: str, home: str, answer: Connection) -> None:
    """A server process of the invented city; it sends its address. Every tile is shelved."""
    tile_maker.WORTH_SECONDS = 0.0
    settings = Settings(home=Path(home), database_url=SecretStr(url))
    reader = store.make_engine(reader_url, role=PUBLIC_ROLE, pool_size=4)
    system = System(settings, world.catalog(), store.make_engine(url, pool_size=2), reader)
    config = uvicorn.Config(create_app(system), host="127.0.0.1", port=0, log_level="error")
    server = uvicorn.Server(config)

    def announce() -> None:
        while not server.started:
            time.sleep(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        answer.send(f"http://127.0.0.1:{port}")

    threading.Thread(target=announce, daemon=True).start()
    server.run()


@contextmanager
def processes(database: Database, home: Path, count: int) -> Iterator[list[str]]:
    """Addresses of ``count`` server processes over one database."""
    spawn = multiprocessing.get_context("spawn")
    started, addresses = [], []
    try:
        for _ in range(count):
            ours, theirs = spawn.Pipe()
            arguments = (database.url, database.reader_url, str(home), theirs)
            process = spawn.Process(target=serve, args=arguments, daemon=True)
            process.start()
            started.append(process)
            assert ours.poll(60), "the server did not start"
            addresses.append(ours.recv())
        yield addresses
    finally:
        for process in started:
            process.terminate()
            process.join(10)


class Race:
    """What was committed when, and how late readers saw it."""

    def __init__(
        self, engine: sa.Engine, addresses: list[str], tiles: dict[str, tuple[str, ...]]
    ) -> None:
        """``tiles`` are, for each site, the paths of tiles that show it."""
        self.engine, self.addresses, self.tiles = engine, addresses, tiles
        self.commits: dict[str, list[float]] = {site: [] for site in tiles}
        self.lags: list[float] = []
        self.reads = 0
        self.failures: list[BaseException] = []
        self._ending = threading.Event()

    def run(self, seconds: float) -> None:
        """Write and read for a while; what went wrong is raised."""
        sites = sorted(self.tiles)
        work = [(self._write, sites[0::2]), (self._write, sites[1::2])]
        work += [(self._read, sites)] * 3
        threads = [threading.Thread(target=self._guarded, args=each) for each in work]
        for thread in threads:
            thread.start()
        self._ending.wait(seconds)
        self._ending.set()
        for thread in threads:
            thread.join(30)
        if self.failures:
            raise self.failures[0]

    def _guarded(self, work: Any, sites: list[str]) -> None:
        try:
            work(sites)
        except BaseException as error:
            self.failures.append(error)
            self._ending.set()

    def _write(self, sites: list[str]) -> None:
        """The n-th commit of a site writes n: its place in the list plus one."""
        dice = random.Random(sites[0])
        update = sa.text("UPDATE data.sitios SET cupos = :n WHERE codigo = :site")
        while not self._ending.is_set():
            site = dice.choice(sites)
            with self.engine.begin() as connection:
                connection.execute(update, {"n": len(self.commits[site]) + 1, "site": site})
            self.commits[site].append(time.monotonic())
            time.sleep(dice.choice((0, 0, 0.01, 0.3)))

    def _read(self, sites: list[str]) -> None:
        dice = random.Random()
        with httpx.Client(timeout=30) as client:
            while not self._ending.is_set():
                site = dice.choice(sites)
                asked = time.monotonic()
                content = client.get(
                    dice.choice(self.addresses) + dice.choice(self.tiles[site])
                ).content
                self._judge(site, asked, value(content, site))

    def _judge(self, site: str, asked: float, seen: int) -> None:
        """How long before being asked was the first commit that the answer lacks."""
        self.reads += 1
        commits = self.commits[site]
        if seen < bisect_right(commits, asked):
            self.lags.append(asked - commits[seen])


def value(content: bytes, site: str) -> int:
    """``cupos`` of a site in a tile."""
    features = mapbox_vector_tile.decode(content)["sitios"]["features"]
    (found,) = (f["properties"] for f in features if f["properties"]["codigo"] == site)
    return int(found["cupos"])
