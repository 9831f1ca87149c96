"""The catalog: every declared layer of one entity, found in folders of declarations."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import sqlalchemy as sa

from gis.contract.access import Access
from gis.contract.checks import meant
from gis.contract.codelists import Code, read_codelist
from gis.contract.counted import counted_layers, without_counts
from gis.contract.declaration import read_layer
from gis.contract.derived import Counted
from gis.contract.types import Reference
from gis.errors import ContractError, InvalidRequest, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from gis.contract.entity import Entity
    from gis.contract.fields import Field
    from gis.contract.layer import Dataset, Layer
    from gis.contract.questions import Eligibility


@dataclass(frozen=True, slots=True)
class Catalog:
    """The layers in use, by name, and the entity they belong to."""

    entity: Entity
    layers: dict[str, Layer]

    def __iter__(self) -> Iterator[Layer]:
        return iter(self.layers.values())

    def layer(self, name: str) -> Layer:
        """The layer so named; :class:`NotFound` otherwise."""
        try:
            return self.layers[name]
        except KeyError:
            raise NotFound(f"No existe la capa «{name}»", layer=name) from None

    def datasets(self) -> Iterator[tuple[Layer, Dataset]]:
        """Every dataset with its layer, in order of layers."""
        for layer in self:
            for dataset in layer.datasets:
                yield layer, dataset

    def dataset(self, name: str) -> tuple[Layer, Dataset]:
        """The dataset so named with its layer; :class:`NotFound` otherwise."""
        for layer, dataset in self.datasets():
            if dataset.name == name:
                return layer, dataset
        raise NotFound(f"No existe el conjunto de datos «{name}»", dataset=name)


def read_catalog(entity: Entity, folders: Sequence[Path]) -> Catalog:
    """Read every declaration in ``folders``; later folders may override earlier ones by name.

    Layers come out so that a referenced layer precedes those that refer to it. Raises
    :class:`ContractError` naming file and field of the first contradiction.
    """
    reading = _Reading(entity)
    for position, folder in enumerate(folders):
        reading.read(folder, shipped=position == 0)
    unknown = [name for name in entity.layers if name not in reading.known]
    if unknown:
        raise ContractError(
            f"La entidad usa la capa «{unknown[0]}», que no está declarada"
            f"{meant(unknown[0], reading.known)}",
            field="layers",
        )
    return reading.catalog()


class _Reading:
    """Declarations as they are found, with the file of each to blame."""

    def __init__(self, entity: Entity) -> None:
        self.entity = entity
        self.layers: dict[str, Layer] = {}
        self.files: dict[str, Path] = {}
        self.known: set[str] = set()
        """Every name declared, in use or not."""
        self.codelists: dict[str, tuple[Code, ...]] = {}

    def read(self, folder: Path, *, shipped: bool) -> None:
        if not folder.is_dir():
            raise ContractError("No existe la carpeta de declaraciones", file=str(folder))
        for path in sorted(folder.glob("_codelists/*.csv")):
            self.codelists[path.stem] = read_codelist(path)
        for path in sorted(folder.glob("[!_]*.py")):
            layer = read_layer(path)
            self.known.add(layer.name)
            if shipped and self.entity.layers and layer.name not in self.entity.layers:
                continue
            self._add(layer, path)

    def _add(self, layer: Layer, path: Path) -> None:
        if layer.name in self.layers and not layer.overrides:
            raise ContractError(
                f"La capa «{layer.name}» ya está declarada en {self.files[layer.name]}; si la "
                "reemplaza, declare overrides=True",
                file=str(path),
                layer=layer.name,
            )
        self.files[layer.name] = path
        self.layers[layer.name] = layer

    def catalog(self) -> Catalog:
        """The layers in order of reference, codes filled in, checked against each other.

        A code list of a later folder takes the place of an earlier one of the same name, so that
        a city names its own comunas without declaring the layer again.
        """
        ordered: dict[str, Layer] = {}
        for name, layer in self.layers.items():
            try:
                self.layers[name] = layer.with_codes(self.codelists)
            except ContractError as error:
                where = {"file": str(self.files[name]), **error.context}
                raise ContractError(error.message, **where) from None
        for name in self.layers:
            self._visit(name, [], ordered)
        self._check_datasets()
        for layer in ordered.values():
            self._check_layer(layer)
        return Catalog(self.entity, self._with_counts(ordered))

    def _with_counts(self, ordered: dict[str, Layer]) -> dict[str, Layer]:
        """The layers, and after them those that their aggregated datasets are."""
        found = {name: without_counts(layer) for name, layer in ordered.items()}
        for layer in ordered.values():
            for counted in counted_layers(layer):
                if counted.name in found:
                    raise self._error(
                        f"El conjunto agregado «{counted.name}» se llama como una capa: déle otro "
                        "nombre",
                        layer.name,
                        "datasets",
                    )
                found[counted.name] = counted
                self.files[counted.name] = self.files[layer.name]
                self._check_area(counted, found)
        return found

    def _check_area(self, counted: Layer, known: dict[str, Layer]) -> None:
        """An area is a surface that anybody may see, found by one value."""
        assert isinstance(counted.derived, Counted)
        area = counted.derived.aggregate.area
        if not area:
            return
        named = known.get(area)
        if named is None:
            raise self._error(
                f"«aggregate.area» nombra la capa «{area}», que no existe{meant(area, known)}",
                counted.name,
                "aggregate.area",
            )
        shape = named.geometry
        if shape is None or shape.dimension != 2 or shape.access is not Access.PUBLICA:
            raise self._error(
                f"«aggregate.area»: «{area}» debe ser de superficies públicas",
                counted.name,
                "aggregate.area",
            )

    def _visit(self, name: str, pending: list[str], ordered: dict[str, Layer]) -> None:
        if name in ordered:
            return
        if name in pending:
            circle = " → ".join([*pending[pending.index(name) :], name])
            raise self._error(f"Las capas se refieren en círculo: {circle}", name)
        for field in self.layers[name].fields:
            if isinstance(field.type, Reference):
                self._check_reference(name, field)
                self._visit(field.type.layer, [*pending, name], ordered)
        ordered[name] = self.layers[name]

    def _check_reference(self, name: str, field: Field) -> None:
        assert isinstance(field.type, Reference)
        other = field.type.layer
        if other not in self.layers:
            idle = "; está declarada pero la entidad no la usa" if other in self.known else ""
            raise self._error(
                f"El campo se refiere a la capa «{other}», que no existe"
                f"{idle or meant(other, self.layers)}",
                name,
                field.name,
            )
        if not self.layers[other].key:
            raise self._error(
                f"El campo se refiere a la capa «{other}», que no tiene llave", name, field.name
            )

    def _check_datasets(self) -> None:
        owners: dict[str, str] = {}
        for layer in self.layers.values():
            for dataset in layer.datasets:
                if dataset.name in owners:
                    raise self._error(
                        f"Dos conjuntos de datos se llaman «{dataset.name}»: el otro es de la "
                        f"capa «{owners[dataset.name]}»",
                        layer.name,
                        "datasets",
                    )
                owners[dataset.name] = layer.name
                if dataset.where:
                    self._check_filter(layer, dataset)

    def _check_filter(self, layer: Layer, dataset: Dataset) -> None:
        from gis.filters import condition  # a parser: only for those who filter

        # What is counted may be chosen by anything; what leaves row by row, by what is public.
        seen = Access.PUBLICA if dataset.aggregate is None else Access.RESERVADA
        columns = [sa.column(f.name, f.type.sql()) for f in layer.fields_for(seen)]
        if layer.geometry_for(seen):
            columns.append(sa.column("geom"))
        source = sa.table(layer.name, *columns)
        try:
            condition(dataset.where, source)
        except InvalidRequest as error:
            raise self._error(
                f"El filtro del conjunto «{dataset.name}» no sirve (solo ve campos públicos): "
                f"{error.message}",
                layer.name,
                "datasets.where",
            ) from error

    def _check_layer(self, layer: Layer) -> None:
        if layer.metadata.contact not in self.entity.contacts:
            raise self._error(
                f"El contacto «{layer.metadata.contact}» no está en el archivo de la entidad"
                f"{meant(layer.metadata.contact, self.entity.contacts)}",
                layer.name,
                "metadata.contact",
            )
        for rule in layer.rules:
            named = getattr(rule, "layer", None)
            for other in (*([named] if named else []), *getattr(rule, "also", ())):
                if other not in self.known:
                    raise self._error(
                        f"La regla {type(rule).__name__} mira la capa «{other}», que no existe"
                        f"{meant(other, self.known)}",
                        layer.name,
                        "rules",
                    )

        if layer.eligibility is not None:
            self._check_eligibility(layer, layer.eligibility)

    def _check_eligibility(self, layer: Layer, asked: Eligibility) -> None:
        for other in (asked.places, *asked.services):
            if other not in self.known:
                raise self._error(
                    f"«eligibility» mira la capa «{other}», que no existe"
                    f"{meant(other, self.known)}",
                    layer.name,
                    "eligibility",
                )
        for other in asked.services:
            for name, _ in asked.not_working:
                if other in self.layers and name not in self.layers[other].field_names:
                    raise self._error(
                        f"«eligibility.not_working» nombra el campo «{name}», que la capa "
                        f"«{other}» no declara{meant(name, self.layers[other].field_names)}",
                        layer.name,
                        "eligibility",
                    )

    def _error(self, message: str, layer: str, field: str | None = None) -> ContractError:
        return ContractError(message, file=str(self.files[layer]), layer=layer, field=field)


def subset(catalog: Catalog, names: Sequence[str]) -> Catalog:
    """The catalog with only the layers named, in its own order."""
    return replace(catalog, layers={n: layer for n, layer in catalog.layers.items() if n in names})
