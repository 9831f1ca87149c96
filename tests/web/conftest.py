"""A real server with the sample layers, and a real browser that may talk to nobody else."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from playwright.sync_api import Error
from pydantic import SecretStr

from api import samples
from api.app import WEB, create_app
from api.settings import Settings
from api.wiring import System
from gis.contract.catalog import subset

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

    from gis.contract.catalog import Catalog
    from tests.databases import Database

OUTPUT = Path(__file__).parents[1] / "output"
SHOWN = (
    "municipio",
    "comunas",
    "malla_vial",
    "zonas_amenaza",
    "zonas_wifi",
    "puntos_vive_digital",
    "kioscos_vive_digital",
    "establecimientos",
    "inspecciones_sanitarias",
    "capacitaciones_pvd",
    "centros_poblados",
)
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def site(
    new_database: Callable[[str], Database],
    shipped_template: str,
    catalog: Catalog,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """Address of the application, with demonstration data in the layers of ``SHOWN``."""
    assert (WEB / "index.html").is_file(), "falta construir el mapa: npm run build en web/"
    database = new_database(shipped_template)
    home = tmp_path_factory.mktemp("sig")
    system = System(
        Settings(home=home, database_url=SecretStr(database.url)),
        catalog,
        database.engine,
        database.reader,
    )
    few = System(system.settings, subset(catalog, SHOWN), system.engine, system.reader)
    for _ in samples.load(few, samples.pending(few)):
        pass
    with serving(system) as address:
        yield address


@contextmanager
def serving(system: System) -> Iterator[str]:
    """The application on a free port of this machine, until the block ends."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(system), log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


class Visitor:
    """Somebody with a browser. Notes whatever a page must never do."""

    def __init__(self, context: BrowserContext, site: str) -> None:
        self.context = context
        self.site = site
        self.strangers: list[str] = []
        self.complaints: list[str] = []
        context.on("request", self._request)
        self.page = self._watched(context.new_page())

    def open(self, search: str = "", *, drawn: bool = True) -> Page:
        """The page at ``/`` with ``search``; waits until the map stands still."""
        self.page.goto(f"{self.site}/{search}")
        if drawn:
            self.wait_drawn()
        return self.page

    def wait_drawn(self) -> None:
        """Until the map has loaded what it shows."""
        self.page.wait_for_selector("#map[data-ready]", timeout=60_000)
        self.page.wait_for_timeout(150)
        self.page.wait_for_selector("#progress", state="hidden", timeout=60_000)

    def picture(self, name: str) -> None:
        """Keep a screenshot for people to look at."""
        OUTPUT.mkdir(exist_ok=True)
        self.page.screenshot(path=OUTPUT / f"{name}.png")

    def _watched(self, page: Page) -> Page:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def _request(self, request: Any) -> None:
        if not request.url.startswith((f"{self.site}/", "data:", "blob:")):
            self.strangers.append(request.url)

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Callable[..., Visitor]]:
    """Makes visitors: ``visit()`` on a desktop, ``visit(phone=True)`` with a finger.

    When the test ends, none may have asked another host for anything, nor seen an error in the
    console, unless ``faulty=True`` says that the test breaks something on purpose.
    """
    visitors: list[tuple[Visitor, bool]] = []

    def make(*, phone: bool = False, faulty: bool = False, **options: Any) -> Visitor:
        shape = {"viewport": PHONE if phone else DESKTOP, "is_mobile": phone, "has_touch": phone}
        scale = 2 if phone else 1
        context = browser.new_context(
            **{"locale": "es-CO", "device_scale_factor": scale, **shape, **options}
        )
        context.set_default_timeout(20_000)
        visitor = Visitor(context, site)
        visitors.append((visitor, faulty))
        return visitor

    yield make
    for visitor, faulty in visitors:
        with suppress(Error):
            visitor.context.close()
        assert visitor.strangers == []
        assert faulty or visitor.complaints == []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser without a graphics card takes its time."""
    for item in items:
        if "tests/web" in item.nodeid:
            item.add_marker(pytest.mark.timeout(300))
