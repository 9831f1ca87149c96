"""The web application: routes, error shapes, static files."""

from __future__ import annotations

from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import anyio.to_thread
from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.staticfiles import StaticFiles

from api.errors import install_errors
from api.metrics import Metrics
from api.middleware import Envelope
from api.pages import STATIC
from api.routes import collections, datos, items, landing, operation, styles, tiles, web
from gis.features import TemporalExtents

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from api.wiring import System

WEB = Path(__file__).parents[1] / "web" / "dist"


def create_app(system: System) -> FastAPI:
    """The application over an open system. It closes the system when the server ends."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        # One thread a connection: more would only wait for each other.
        limiter = anyio.to_thread.current_default_thread_limiter()
        limiter.total_tokens = system.reader.pool.size()  # type: ignore[attr-defined]
        yield
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
    app.state.extents = TemporalExtents()
    app.state.metrics = Metrics(system.reader)
    app.state.web = WEB
    install_errors(app)
    for module in (landing, collections, items, tiles, styles, operation, datos, web):
        app.include_router(module.router, include_in_schema=False)
    app.mount("/api/static", StaticFiles(directory=STATIC), name="static")
    web.install(app, WEB)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "HEAD", "OPTIONS"],
        allow_headers=["*"],
        expose_headers=["Content-Crs", "Link", "ETag", "Retry-After", "X-Request-ID"],
    )
    app.add_middleware(Envelope, metrics=app.state.metrics)
    return app
