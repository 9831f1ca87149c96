"""A feature as it would be after an edit, and all that keeps it out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa

from gis.changesets.judging import Judged, judge, told, wrong_kinds
from gis.changesets.neighbours import compare
from gis.changesets.shape import UnreadableShape, read_shape
from gis.changesets.submitted import KEEP
from gis.contract.types import Reference
from gis.crs import STORAGE
from gis.errors import DeliveryRefused, EditRefused
from gis.features import reading
from gis.findings import Finding, Severity
from gis.spelling import listed

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from gis.changesets.single import Current
    from gis.changesets.submitted import Submitted
    from gis.contract import Access, Extent, Layer
    from gis.contract.rules import Surroundings

Operation = Literal["create", "replace", "update", "delete"]


@dataclass(frozen=True, slots=True)
class Editor:
    """Somebody who edits a layer, and all that judging an edit takes.

    ``access`` is what they see of the layer: the rest they neither write nor wipe. ``extent`` is
    where features must lie when the layer declares none (CRS84).
    """

    engine: sa.Engine
    layer: Layer
    access: Access
    extent: Extent
    surroundings: Surroundings
    actor: str
    note: str = ""


class Proposal:
    """A row as it would be, and what is wrong with it. ``values`` are of every field."""

    def __init__(
        self,
        editor: Editor,
        operation: Operation,
        feature: str | None,
        values: Mapping[str, Any],
        sent: Submitted,
    ) -> None:
        self.editor, self.operation, self.values, self.sent = editor, operation, values, sent
        self.layer, self.access = editor.layer, editor.access
        self.feature = feature or _key_of(self.layer, values)

    @property
    def moves(self) -> bool:
        """Whether a geometry was sent. Null from somebody who does not see the place says nothing
        of it: that is how they were shown it."""
        if self.layer.geometry is None or self.sent.geometry is KEEP:
            return False
        return self.sent.geometry is not None or self._sees_place

    @property
    def _sees_place(self) -> bool:
        geometry = self.layer.geometry
        return geometry is not None and self.access.covers(geometry.access)

    def judged(self, current: Current | None) -> Judged:
        """The row conformed; :class:`EditRefused` with all that keeps it out."""
        strange = self._strange()
        if strange:
            raise self._refused(strange)  # of what was sent: nothing hidden in it
        wrong = wrong_kinds(self.layer, self.sent.properties)
        misread = {finding.field for finding in wrong}
        values = {n: None if n in misread else v for n, v in self.values.items()}
        shape, code, unreadable = self._shape(current)
        try:
            judged = judge(
                self.layer, values, shape, code, extent=self.editor.extent,
                surroundings=self.editor.surroundings, unreadable=unreadable,
            )  # fmt: skip
        except DeliveryRefused as refusal:
            raise self._refusal(refusal.findings) from refusal
        found = [*wrong, *(f for f in judged.findings if f.field not in misread)]
        with reading(self.editor.engine) as conn:
            found += self._lost_references(conn)
            if not wrong and not judged.is_refused:
                fid = None if current is None else current.fid
                found += compare(conn, self.layer, judged.row, fid, self.editor.surroundings)
        about = [replace(f, row=None, feature=self.feature) for f in found]
        done = Judged(judged.row, tuple(about))
        if done.is_refused:
            raise self._refusal(found)
        return done

    def stored(self, judged: Judged) -> Any:
        """The shape as it is kept (EPSG:9377), None without."""
        return None if self.layer.geometry is None else judged.row["geom"].iloc[0]

    def told(self, findings: Collection[Finding], feature: str | None) -> tuple[Finding, ...]:
        """The findings as the editor may read them."""
        return told(self.layer, self.access, findings, feature)

    def _refusal(self, findings: Collection[Finding]) -> EditRefused:
        return self._refused(self.told(findings, self.feature))

    def _refused(self, shown: Sequence[Finding]) -> EditRefused:
        many = len([f for f in shown if f.severity is Severity.BLOCKING])
        why = "1 razón" if many == 1 else f"{many} razones"
        return EditRefused(
            f"No se guardó nada: hay {why} en «findings»", shown, layer=self.layer.name
        )

    def _strange(self) -> list[Finding]:
        """What was sent and cannot be written: fields that are not there for the editor, a place
        they do not see, a geometry in a table."""
        visible = [field.name for field in self.layer.fields_for(self.access)]
        found = [
            Finding(
                "unknown-property",
                Severity.BLOCKING,
                f"«{name[:60]}» no es un campo de «{self.layer.name}»",
                f"Use los que hay: {listed(visible, limit=40)}",
                field=name,
                value=name,
            )
            for name in self.sent.properties
            if name not in visible
        ]
        if self.sent.geometry is KEEP:
            return found
        if self.layer.geometry is None and self.sent.geometry is not None:
            found.append(_no_place_here())
        elif self.layer.geometry is not None and not self._sees_place:
            unsaid = self.sent.geometry is None and self.operation == "replace"
            if not unsaid and not (self.sent.geometry is None and self.operation == "create"):
                found.append(_unseen_place())
        return found

    def _shape(self, current: Current | None) -> tuple[Any, int, str]:
        """The shape to judge, its EPSG code, and why it cannot be read."""
        if not self.moves:
            return (None if current is None else current.shape), STORAGE.srid, ""
        crs = self.sent.crs
        if self.sent.geometry is None:
            return None, crs.srid, ""
        try:
            return read_shape(self.sent.geometry, crs), crs.srid, ""
        except UnreadableShape as error:
            return None, crs.srid, str(error)

    def _lost_references(self, conn: sa.Connection) -> list[Finding]:
        """References that were sent and lead nowhere."""
        found = []
        for name in self.sent.properties:
            field, value = self.layer.field(name), self.values[name]
            if not isinstance(field.type, Reference) or not isinstance(value, str):
                continue
            other = sa.table(field.type.layer, sa.column("_id", sa.Text), schema="data")
            if not value or conn.scalar(sa.select(sa.exists().where(other.c["_id"] == value))):
                continue
            found.append(
                Finding(
                    "unknown-reference",
                    Severity.BLOCKING,
                    f"«{field.label}» dice «{value[:60]}», que no está en «{field.type.layer}»",
                    f"Use el identificador de un elemento de «{field.type.layer}»",
                    field=name,
                    value=value,
                )
            )
        return found


def _no_place_here() -> Finding:
    return Finding(
        "geometry-not-used",
        Severity.BLOCKING,
        "La capa es una tabla: sus elementos no tienen geometría",
        "Envíe «geometry»: null",
        field="geometry",
    )


def _unseen_place() -> Finding:
    return Finding(
        "geometry-not-visible",
        Severity.BLOCKING,
        "Su cuenta no ve la ubicación exacta de esta capa, así que no puede escribirla",
        "Quite «geometry» (o envíela null con PUT): la ubicación guardada no se toca",
        field="geometry",
    )


def _key_of(layer: Layer, values: Mapping[str, Any]) -> str | None:
    """What the key looks like to people, before it is known to be good."""
    parts = [values[name] for name in layer.key]
    if not parts or not all(isinstance(part, str | int) for part in parts):
        return None
    return "~".join(map(str, parts))[:200]
