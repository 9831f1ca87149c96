"""Asking the running service what only it can show: headers, errors, bar, foot, legal notes."""

from __future__ import annotations

import html
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import requests

from gis.errors import TargetUnavailable
from gis.later import Later

if TYPE_CHECKING:
    from gis.contract.entity import Entity
    from publishers import compliance
    from publishers.metadata import Record
else:
    compliance = Later("publishers.compliance")

PATIENCE_SECONDS = 20
YES, UNSEEN = "sí", "sin mirar"


def probe(address: str, entity: Entity, record: Record) -> compliance.Probe:
    """What the service at ``address`` shows of a dataset. :class:`TargetUnavailable` when there
    is none there."""
    try:
        found = _look(address.rstrip("/"), entity, record)
    except requests.RequestException as error:
        raise TargetUnavailable(
            f"No responde el servicio en {address}: arránquelo con «sig up» o diga otra dirección "
            "con --address"
        ) from error
    return compliance.Probe(datetime.now(UTC).isoformat(timespec="seconds"), address, found)


def _look(address: str, entity: Entity, record: Record) -> dict[str, str]:
    collection = f"{address}/api/collections/{record.layer}"
    items = _get(f"{collection}/items?limit=1")
    page = _get(f"{address}/datos/{record.dataset}")
    body = html.unescape(page.text)
    described = _get(f"{collection}?f=json").json().get("description", "")
    found = {
        "content-crs": _said(items.headers.get("Content-Crs", "").startswith("<"), items),
        "bad-limit": _status(f"{collection}/items?limit=uno"),
        "unknown-parameter": _status(f"{collection}/items?no_existe=1"),
        "limit-schema": YES if _limit_described(address, record.layer) else "no se describe",
        "govco-bar": _said("barra-superior-govco" in body, page),
        "footer": _said(entity.name in body.rpartition("<footer")[2], page),
        "statement": _said("ccesibilidad" in body.rpartition("<footer")[2], page),
        "nosniff": _said(page.headers.get("X-Content-Type-Options") == "nosniff", page),
        "csp": _said("Content-Security-Policy" in page.headers, page),
        "tls": YES if address.startswith("https://") else UNSEEN,
    }
    if record.notice:
        found["notice-page"] = _said(record.notice in body, page)
        found["notice-api"] = YES if record.notice in described else "no la dice"
    return found


def _get(address: str) -> requests.Response:
    return requests.get(address, timeout=PATIENCE_SECONDS)


def _said(true: bool, answer: requests.Response) -> str:
    return YES if true else f"no ({answer.url}, HTTP {answer.status_code})"


def _status(address: str) -> str:
    status = _get(address).status_code
    return YES if status == 400 else f"HTTP {status}"


def _limit_described(address: str, layer: str) -> bool:
    document = _get(f"{address}/api/openapi.json").json()
    shared = document["components"]["parameters"]
    operation = document["paths"].get(f"/collections/{layer}/items", {}).get("get", {})
    for given in operation.get("parameters", []):
        parameter = shared[given["$ref"].rsplit("/", 1)[1]] if "$ref" in given else given
        if parameter["name"] == "limit":
            return {"minimum", "maximum", "default"} <= set(parameter["schema"])
    return False
