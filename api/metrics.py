"""Figures of this process for Prometheus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    import sqlalchemy as sa
    from starlette.types import Scope

CONTENT_TYPE = CONTENT_TYPE_LATEST
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


class Metrics:
    """Requests by route and status, how long they took, connections in use."""

    def __init__(self, reader: sa.Engine) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self.requests = Counter(
            "sig_http_requests", "Solicitudes atendidas", labels, registry=self.registry
        )
        self.duration = Histogram(
            "sig_http_request_seconds",
            "Duración de las solicitudes",
            ("route",),
            registry=self.registry,
            buckets=SECONDS,
        )
        self.overdue = Gauge(
            "sig_publications_overdue",
            "Conjuntos por vencer o vencidos, por destino",
            ("dataset", "target", "level"),
            registry=self.registry,
        )
        in_use = Gauge(
            "sig_reader_connections_in_use",
            "Conexiones de lectura ocupadas",
            registry=self.registry,
        )
        in_use.set_function(lambda: reader.pool.checkedout())  # type: ignore[attr-defined]

    def observe(self, scope: Scope, status: int, seconds: float) -> None:
        """Count one answered request under its route's template, never under its address."""
        route = getattr(scope.get("route"), "path", "otra")
        self.requests.labels(scope["method"], route, str(status)).inc()
        self.duration.labels(route).observe(seconds)

    def tell_overdue(self, found: Iterable[tuple[str, str, str]]) -> None:
        """Replace which datasets are late: dataset, target and how late."""
        self.overdue.clear()
        for labels in found:
            self.overdue.labels(*labels).set(1)

    def text(self) -> bytes:
        """All figures in the exposition format."""
        return generate_latest(self.registry)
