"""The feed of changes: what left, what changed in it row by row, and what is going to change.

Of counted layers no row is told: an edition is new, and that is all (see :mod:`gis.derived`).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from gis.contract.access import Access
from gis.contract.derived import Counted
from gis.differences import differences
from gis.publications import PUBLISHED, publications
from publishers.calendar import ZONE
from publishers.metadata import published_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import sqlalchemy as sa

    from gis.contract.catalog import Catalog
    from gis.contract.layer import Dataset, Layer
    from gis.differences import Differences
    from gis.publications import Publication

READ = 400
"""Publications of the ledger that are looked at, and entries told: of all, and of one dataset."""
TOLD, TOLD_OF_ONE = 50, 20
ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened or will. ``rows`` None: they are not told."""

    id: str
    dataset: str
    title: str
    text: str
    at: datetime
    address: str
    changeset: int | None = None
    rows: Differences | None = None

    def as_dict(self) -> dict[str, Any]:
        """An item of JSON Feed 1.1; what is ours begins with an underscore."""
        item: dict[str, Any] = {
            "id": self.id,
            "url": self.address,
            "title": self.title,
            "content_text": self.text,
            "date_published": self.at.isoformat(),
        }
        if self.changeset is not None:
            item["_cambio"] = self.changeset
        if self.rows is not None:
            item["_filas"] = {
                "agregadas": list(self.rows.added),
                "cambiadas": [
                    {"id": c.id, "campos": {n: _pair(*v) for n, v in c.fields.items()}}
                    for c in self.rows.changed
                ],
                "retiradas": list(self.rows.removed),
            }
        return item


def entries(conn: sa.Connection, catalog: Catalog, dataset: str = "") -> list[Entry]:
    """The newest first: of one dataset, with its rows, or of all, without. ``conn`` may be the
    public's."""
    found = [*_left(conn, catalog, dataset), *_announced(catalog, dataset)]
    newest = sorted(found, key=lambda entry: (entry.at, entry.id), reverse=True)
    return newest[: TOLD_OF_ONE if dataset else TOLD]


def json_feed(found: Sequence[Entry], title: str, home: str, address: str) -> dict[str, Any]:
    """JSON Feed 1.1."""
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": home,
        "feed_url": address,
        "language": "es-CO",
        "items": [entry.as_dict() for entry in found],
    }


def atom(found: Sequence[Entry], title: str, author: str, home: str, address: str) -> bytes:
    """Atom (RFC 4287)."""
    ElementTree.register_namespace("", ATOM)
    feed = ElementTree.Element(f"{{{ATOM}}}feed")
    _add(feed, "id", f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, address)}")
    _add(feed, "title", title)
    newest = max((entry.at for entry in found), default=datetime(2000, 1, 1, tzinfo=UTC))
    _add(feed, "updated", newest.isoformat())
    _add(_add(feed, "author"), "name", author)
    _add(feed, "link", rel="self", href=address)
    _add(feed, "link", rel="alternate", href=home)
    for entry in found:
        item = _add(feed, "entry")
        _add(item, "id", entry.id)
        _add(item, "title", entry.title)
        _add(item, "updated", entry.at.isoformat())
        _add(item, "link", rel="alternate", href=entry.address)
        _add(item, "content", _told(entry), type="text")
    return bytes(ElementTree.tostring(feed, xml_declaration=True, encoding="UTF-8"))


def _left(conn: sa.Connection, catalog: Catalog, wanted: str) -> Iterator[Entry]:
    declared = {dataset.name: (layer, dataset) for layer, dataset in catalog.datasets()}
    ledger = publications(conn, dataset=wanted or None, public=True, limit=READ)
    for newer, older in _steps(p for p in ledger if p.result == PUBLISHED):
        if newer.dataset in declared and newer.finished_at is not None:
            layer, dataset = declared[newer.dataset]
            rows = _rows(conn, layer, dataset, newer, older) if wanted else None
            yield _entry(catalog, layer, dataset, newer, older, rows)


def _steps(
    ledger: Iterator[Publication],
) -> Iterator[tuple[Publication, Publication | None]]:
    """Each state that left, whatever the target, with the one of its dataset before it."""
    states: dict[str, list[Publication]] = {}
    for publication in ledger:
        known = states.setdefault(publication.dataset, [])
        if known and _state(known[-1]) == _state(publication):
            known[-1] = publication  # the first time that it left
        else:
            known.append(publication)
    for known in states.values():
        yield from zip(known, [*known[1:], None], strict=True)


def _state(publication: Publication) -> tuple[int | None, str]:
    return publication.changeset, publication.fingerprint


def _rows(
    conn: sa.Connection,
    layer: Layer,
    dataset: Dataset,
    newer: Publication,
    older: Publication | None,
) -> Differences | None:
    if older is None or isinstance(layer.derived, Counted):
        return None
    if newer.changeset is None or older.changeset is None:
        return None
    first, last = sorted((older.changeset, newer.changeset))
    return differences(
        conn,
        layer,
        Access.PUBLICA,
        first,
        last,
        where=dataset.where,
        fields=tuple(field.name for field in published_fields(layer, dataset)),
    )


def _entry(
    catalog: Catalog,
    layer: Layer,
    dataset: Dataset,
    newer: Publication,
    older: Publication | None,
    rows: Differences | None,
) -> Entry:
    title = dataset.title or layer.title
    assert newer.finished_at is not None
    name = f"{dataset.name}:{newer.changeset}:{newer.fingerprint}"
    return Entry(
        id=f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}",
        dataset=dataset.name,
        title=title if older else f"Nuevo: {title}",
        text=_what(layer, newer, older),
        at=newer.finished_at.astimezone(UTC),
        address=f"{catalog.entity.base_url}/datos/{dataset.name}",
        changeset=newer.changeset,
        rows=rows,
    )


def _what(layer: Layer, newer: Publication, older: Publication | None) -> str:
    if older is None:
        return f"Se publica por primera vez, con {newer.feature_count} elementos."
    if isinstance(layer.derived, Counted):
        return f"Nueva edición, con {newer.feature_count} celdas."
    if newer.changeset == older.changeset:
        return "Cambió la declaración, no los datos."
    return (
        f"Del cambio {older.changeset} al {newer.changeset}: {newer.feature_count} elementos "
        f"(antes {older.feature_count})."
    )


def _announced(catalog: Catalog, wanted: str) -> Iterator[Entry]:
    today = datetime.now(ZONE).date()
    for layer, dataset in catalog.datasets():
        if wanted and dataset.name != wanted:
            continue
        for told in layer.announcements:
            since = date.fromisoformat(told.since)
            if since <= today:
                name = f"{dataset.name}:{told.since}:{told.effective}:{told.text}"
                yield Entry(
                    id=f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}",
                    dataset=dataset.name,
                    title=f"Cambio anunciado: {dataset.title or layer.title}",
                    text=f"Desde el {told.effective}: {told.text}",
                    at=datetime.combine(since, time(), tzinfo=ZONE).astimezone(UTC),
                    address=f"{catalog.entity.base_url}/datos/{dataset.name}",
                )


def _told(entry: Entry) -> str:
    if entry.rows is None:
        return entry.text
    counts = (
        ("agregadas", entry.rows.added),
        ("cambiadas", tuple(c.id for c in entry.rows.changed)),
        ("retiradas", entry.rows.removed),
    )
    return "\n".join([entry.text, *(f"{n}: {', '.join(ids)}" for n, ids in counts if ids)])


def _pair(before: Any, after: Any) -> list[Any]:
    return [value.isoformat() if isinstance(value, date) else value for value in (before, after)]


def _add(
    parent: ElementTree.Element, name: str, text: str = "", **attributes: str
) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    element.text = text or None
    return element
