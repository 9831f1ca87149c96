"""The web application: routes, error shapes, static files."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.staticfiles import StaticFiles

from api.downloads import shelf_of, sweeping
from api.errors import install_errors
from api.metrics import Metrics
from api.middleware import CORS, Envelope
from api.pages import STATIC
from api.places import Places
from api.routes import (
    calendario,
    cambios,
    collections,
    csw,
    datos,
    edits,
    fichas,
    items,
    landing,
    lugar,
    operation,
    processes,
    records,
    search,
    session,
    styles,
    tiles,
    verificar,
    web,
)
from api.tile_door import TileDoor
from api.tile_maker import TileMaker
from api.turns import TakesTurns, Turns
from api.watching import watching
from api.wiring import open_shelf, own_reader
from gis.features import TemporalExtents
from gis.processes import Shared
from gis.surroundings import KeptFeatures
from gis.tiles.cache import TileCache
from gis.tiles.composed import Bodies
from gis.tiles.freshness import Follower

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from api.wiring import System

WEB = Path(__file__).parents[1] / "web" / "dist"
ROUTES = (
    landing,
    collections,
    items,
    edits,
    tiles,
    styles,
    processes,
    search,
    operation,
    fichas,
    calendario,
    cambios,
    datos,
    csw,
    records,
    session,
    lugar,
    verificar,
    web,
)


def create_app(system: System) -> FastAPI:
    """The application over an open system. It closes the system when the server ends."""
    memory = system.settings.tile_cache_mb * 2**20
    tile_cache, bodies = TileCache(memory * 3 // 4), Bodies(memory // 4)
    turns = Turns(system.reader.pool.size(), system.settings.queue)  # type: ignore[attr-defined]
    shelf = open_shelf(system.settings)
    maker = TileMaker(system.reader, tile_cache, turns, shelf)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        follower = Follower(tile_cache, own_reader(system), system.engine, shelf)
        follower.start()
        tidier = asyncio.ensure_future(sweeping(shelf_of(system.settings)))
        watcher = asyncio.ensure_future(watching(system, app.state.metrics))
        yield
        watcher.cancel()
        tidier.cancel()
        follower.stop()
        if shelf is not None:
            shelf.close()
        system.close()

    app = FastAPI(
        title=f"Datos geográficos — {system.catalog.entity.name}",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.state.system = system
    app.state.shared = Shared()
    app.state.extents = TemporalExtents()
    app.state.surroundings = {
        demonstration: KeptFeatures(system.engine, system.catalog, demonstration)
        for demonstration in (False, True)
    }
    app.state.places = Places.of(system, app.state.shared)
    app.state.metrics = Metrics(system.reader)
    app.state.web = WEB
    install_errors(app)
    for module in ROUTES:
        app.include_router(module.router, include_in_schema=False)
    app.mount("/api/static", StaticFiles(directory=STATIC), name="static")
    web.install(app, WEB)
    app.add_middleware(TakesTurns, turns=turns)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        # Writing from another host's page takes a token that the page itself holds: without
        # credentials a browser sends no cookie there.
        allow_methods=["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"],
        allow_headers=["*"],
        expose_headers=CORS["Access-Control-Expose-Headers"].split(", "),
    )
    app.add_middleware(Envelope, metrics=app.state.metrics)
    app.add_middleware(
        TileDoor, system=system, maker=maker, bodies=bodies, metrics=app.state.metrics
    )
    return app
