"""pycsw over the records laid out by :mod:`api.csw.index`. Run by the environment of pycsw.

``python engine.py FOLDER`` serves on the loopback, writes its port in ``FOLDER/puerto`` and, before
each answer, loads what ``FOLDER/sello`` names when that is not what it has. It imports nothing of
ours, and ours imports nothing of it.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pycsw.plugins.outputschemas
from pycsw.core import admin, config
from pycsw.core.etree import etree
from pycsw.server import Csw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

SEAL, PORT, CONFIG, DATABASE = "sello", "puerto", "config.json", "registros.db"
MDB = "http://standards.iso.org/iso/19115/-3/mdb/2.0"
MASTER = "iso19115-3"
"""Ending of the file beside each record (ISO 19139) that holds its master form."""


class Index:
    """The records now served, in a database of pycsw's own making."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seal = ""
        self.settings: dict[str, Any] = {}

    @property
    def place(self) -> Path:
        """Folder of the records served."""
        return self._folder / self._seal

    def refresh(self) -> None:
        """Serve what the seal names, and take away what it no longer does."""
        seal = (self._folder / SEAL).read_text(encoding="utf-8")
        if seal == self._seal:
            return
        place = self._folder / seal
        database = f"sqlite:///{place / DATABASE}"
        if not (place / DATABASE).exists():
            self._load(place)
        self.settings = json.loads((place / CONFIG).read_text(encoding="utf-8"))
        self.settings["repository"] = {"database": database, "table": "records"}
        self._seal = seal
        for old in self._folder.iterdir():
            if old.is_dir() and old.name != seal:
                shutil.rmtree(old, ignore_errors=True)

    def _load(self, place: Path) -> None:
        """Fill the database beside and name it when whole; a record left out is an error."""
        fresh = place / f"{DATABASE}.{os.getpid()}"
        fresh.unlink(missing_ok=True)
        admin.setup_db(f"sqlite:///{fresh}", "records", str(place))
        records = place / "iso19139"
        context = config.StaticContext()
        loaded = admin.load_records(context, f"sqlite:///{fresh}", "records", str(records))
        missing = len(list(records.glob("*.xml"))) - len(loaded)
        if missing:
            raise RuntimeError(f"pycsw does not read {missing} records of {records}")
        fresh.rename(place / DATABASE)


def master_schema(index: Index) -> ModuleType:
    """An output schema of pycsw: the master record in place of the one it was loaded from."""

    def write_record(result: Any, esn: str, context: Any, url: str | None = None) -> Any:
        path = index.place / MASTER / f"{result.identifier}.xml"
        return etree.parse(str(path), context.parser).getroot()

    module = ModuleType("mdb")
    module.NAMESPACE = MDB  # type: ignore[attr-defined]
    module.NAMESPACES = {"mdb": MDB}  # type: ignore[attr-defined]
    module.XPATH_MAPPINGS = {}  # type: ignore[attr-defined]
    module.write_record = write_record  # type: ignore[attr-defined]
    return module


def application(index: Index) -> Callable[..., Iterable[bytes]]:
    """The WSGI application: a fresh pycsw for each request, as its own wrapper does."""

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        index.refresh()
        environ["local.app_root"] = str(index.place)
        service = Csw(json.loads(json.dumps(index.settings)), environ, version="2.0.2")
        status, contents = service.dispatch_wsgi()
        start(status, [("Content-Type", str(service.contenttype))])
        return [contents]

    return answer


class Quiet(WSGIRequestHandler):
    """Says nothing of each request: who asked is in the server's own figures."""

    def log_message(self, format: str, *args: Any) -> None:
        pass


def main(folder: Path) -> None:
    index = Index(folder)
    module = master_schema(index)
    sys.modules["pycsw.plugins.outputschemas.mdb"] = module
    pycsw.plugins.outputschemas.mdb = module
    pycsw.plugins.outputschemas.__all__.append("mdb")
    with make_server("127.0.0.1", 0, application(index), handler_class=Quiet) as server:
        fresh = folder / f"{PORT}.nuevo"
        fresh.write_text(str(server.server_port), encoding="utf-8")
        fresh.rename(folder / PORT)
        server.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
