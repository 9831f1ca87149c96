"""Reading what a dataset is now: record and files must come from one snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis.contract.access import Access
from gis.lineage import steps
from gis.publications import facts
from gis.quality import measure_quality
from gis.store import layer_state
from gis.summary import summarise
from publishers.metadata import Record, State, make_record

if TYPE_CHECKING:
    import sqlalchemy as sa

    from gis.contract.entity import Entity
    from gis.contract.layer import Dataset, Layer


def read_record(
    conn: sa.Connection, entity: Entity, layer: Layer, dataset: Dataset, *, landing_page: str
) -> Record | None:
    """Describe the dataset as it stands, as the public sees it; None before any data.

    ``conn`` must be in one snapshot (REPEATABLE READ) that also serves to write the files.
    """
    found = facts(conn, layer.name)
    state = layer_state(conn, layer.name)
    if found is None or state.changeset is None:
        return None
    quality = measure_quality(
        conn,
        layer,
        Access.PUBLICA,
        extent=entity.extent,
        changeset=state.changeset,
        evaluated_at=found.modified,
        refused=found.refused,
        where=dataset.where,
        fields=dataset.fields,
    )
    seen = State(
        changeset=state.changeset,
        issued=found.issued,
        modified=found.modified,
        demonstration=state.demonstration,
        summary=summarise(conn, layer, Access.PUBLICA, where=dataset.where),
        quality=quality,
        reference_date=found.reference_date,
        steps=steps(conn, layer.name),
    )
    return make_record(entity, layer, dataset, seen, landing_page=landing_page)
