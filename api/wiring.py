"""The one place that reads declarations, makes engines and starts the private database."""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING, Self

import sqlalchemy as sa

import layers
from gis import store
from gis.cluster import ACCESS_ROLES, READER, READERS, Cluster
from gis.contract import Access
from gis.contract.catalog import read_catalog
from gis.contract.entity import LOCAL_URL, read_entity
from gis.errors import ConfigurationError
from gis.store.readers import Door, ensure_logins
from gis.tiles.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from types import TracebackType

    from api.settings import Settings
    from gis.contract.catalog import Catalog
    from gis.contract.entity import Entity

PUBLIC_ROLE = ACCESS_ROLES[0]
CLASS_POOL = 4
"""Connections of each class that is not public: few people read as it."""


@dataclass(frozen=True, slots=True)
class Doors:
    """How those that only read come in: where ``keys`` is the owner of a database of somebody
    else's, by the log-in of their class while it is let in; else by ``given``, which takes the
    class's role. The private cluster knows who comes by their process, so that their ``names``
    are enough."""

    given: str
    names: Mapping[str, str] = field(default_factory=dict)
    keys: sa.Engine | None = field(default=None, repr=False)

    def open(
        self, access: Access, pool_size: int = 8, query: Mapping[str, str] | None = None
    ) -> sa.Engine:
        """An engine that reads as ``access``. ``query`` are more of the driver's options."""
        role = ACCESS_ROLES[access.rank]
        url = sa.make_url(self.given).update_query_dict(query or {})
        if role in self.names:
            url = url.set(username=self.names[role])
        address = url.render_as_string(hide_password=False)
        engine = store.make_engine(address, role=role, pool_size=pool_size)
        if self.keys is not None:
            Door(self.keys, role).guard(engine)
        return engine


def private_doors(given: str) -> Doors:
    """Those of the private cluster."""
    return Doors(given, dict(zip(ACCESS_ROLES, READERS, strict=True)))


class Readers:
    """An engine for each access class, logged in as that class's role and nothing else.

    That of the public is there always; the others are made when somebody first may see more.
    """

    def __init__(self, public: sa.Engine, doors: Doors, closing: ExitStack) -> None:
        self._made = {Access.PUBLICA: public}
        self._doors = doors
        self._closing = closing
        self._lock = Lock()

    def __getitem__(self, access: Access) -> sa.Engine:
        with self._lock:
            if access not in self._made:
                engine = self._made[access] = self._doors.open(access, CLASS_POOL)
                self._closing.callback(engine.dispose)
            return self._made[access]


@dataclass(frozen=True, slots=True)
class System:
    """Everything an entry point needs. ``reader`` sees what is public and nothing else; it is the
    first of ``readers``."""

    settings: Settings
    catalog: Catalog
    engine: sa.Engine
    reader: sa.Engine
    _closing: ExitStack = field(default_factory=ExitStack, repr=False, compare=False)
    doors: Doors | None = field(default=None, repr=False, compare=False)
    """None: those of the database that ``reader`` reads."""
    readers: Readers = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        doors = self.doors
        if doors is None:
            address = self.reader.url.render_as_string(hide_password=False)
            private = self.reader.url.username == READER
            doors = private_doors(address) if private else Doors(address)
            object.__setattr__(self, "doors", doors)
        object.__setattr__(self, "readers", Readers(self.reader, doors, self._closing))

    def close(self) -> None:
        """Give back connections, and stop the private database if nobody else holds it."""
        self._closing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def catalog_of(settings: Settings) -> Catalog:
    """The catalog of the shipped layers and those of ``SIG_LAYERS``, for the entity in use."""
    return read_catalog(entity_of(settings), [layers.FOLDER, *settings.layers])


def entity_of(settings: Settings) -> Entity:
    """The municipality of ``SIG_ENTITY``, or the one that ships.

    One that declares no public address has that of this server, so that the links of its
    catalogue lead somewhere whatever the port.
    """
    entity = read_entity(settings.entity or _shipped_entity())
    if entity.base_url != LOCAL_URL:
        return entity
    return replace(entity, base_url=f"http://127.0.0.1:{settings.port}")


def _shipped_entity() -> Path:
    found = sorted(layers.FOLDER.glob("_entities/*.toml"))
    if len(found) != 1:
        names = ", ".join(str(path) for path in found) or "ninguna"
        raise ConfigurationError(f"Elija la entidad con SIG_ENTITY; hay: {names}")
    return found[0]


def cluster_of(settings: Settings) -> Cluster | None:
    """The private cluster, or None when ``SIG_DATABASE_URL`` names another database."""
    return Cluster(settings.home) if settings.database_url is None else None


@contextmanager
def database_of(settings: Settings) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Addresses of the database for its owner and for reading, while the block lasts."""
    cluster = cluster_of(settings)
    replicas = tuple(url.get_secret_value() for url in settings.database_read_urls)
    if cluster is None:
        assert settings.database_url is not None
        owner = settings.database_url.get_secret_value()
        yield owner, replicas or (owner,)
    else:
        with cluster.held():
            yield cluster.url(), replicas or (cluster.reader_url,)


def open_system(settings: Settings, *, prepare: bool = True) -> System:
    """Open everything: database started, migrated, layers synchronised; close it when done.

    ``prepare=False`` skips migration and synchronisation, for the processes of a server whose
    first process has done both.
    """
    catalog = catalog_of(settings)
    stack = ExitStack()
    try:
        owner, readers = stack.enter_context(database_of(settings))
        engine = store.make_engine(owner)
        stack.callback(engine.dispose)
        if prepare:
            store.migrate(engine)
            store.sync_layers(engine, catalog)
        doors = doors_of(settings, engine, readers, prepare=prepare)
        reader = doors.open(Access.PUBLICA)
        stack.callback(reader.dispose)
    except BaseException:
        stack.close()
        raise
    return System(settings, catalog, engine, reader, stack, doors)


def doors_of(
    settings: Settings, engine: sa.Engine, readers: tuple[str, ...], *, prepare: bool
) -> Doors:
    """How to read: ``readers`` are addresses, of which each process of a server takes one."""
    given = readers[os.getpid() % len(readers)]
    if settings.database_url is None and not settings.database_read_urls:
        return private_doors(given)
    if prepare:
        ensure_logins(engine)
    return Doors(given, keys=engine)


def own_reader(system: System) -> sa.Engine:
    """One more connection like the reader's, outside its pool: it never waits for other reads.

    A connection that dies without a word is noticed in seconds.
    """
    assert system.doors is not None
    patience = {"keepalives_idle": "2", "keepalives_interval": "1", "keepalives_count": "3"}
    return system.doors.open(Access.PUBLICA, 1, patience)


def open_shelf(settings: Settings) -> Shelf | None:
    """The tiles on disk that this machine's processes share; None when none are wanted."""
    if not settings.tile_disk_mb:
        return None
    return Shelf(settings.home / "cache", settings.tile_disk_mb * 2**20)


def free_bytes(path: Path) -> int:
    """Free space of the disk on which ``path`` is or would be made."""
    while not path.exists():
        path = path.parent
    return shutil.disk_usage(path).free
