"""The catalog: every declared layer of one entity, found in folders of declarations."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gis.contract.codelists import Code, read_codelist
from gis.contract.layer import Dataset, Layer
from gis.errors import ContractError, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from gis.contract.entity import Entity


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
    layers: dict[str, Layer] = {}
    codelists: dict[str, tuple[Code, ...]] = {}
    for position, folder in enumerate(folders):
        codelists |= _codelists(folder)
        for path in sorted(folder.glob("[!_]*.py")):
            layer = read_layer(path)
            if position == 0 and entity.layers and layer.name not in entity.layers:
                continue
            if layer.name in layers and not layer.overrides:
                raise ContractError(
                    f"La capa «{layer.name}» ya está declarada; si la reemplaza, "
                    "declare overrides=True",
                    file=str(path),
                )
            layers[layer.name] = _located(layer, codelists, path)
    catalog = Catalog(entity, _ordered(layers))
    _check_catalog(catalog)
    return catalog


def read_layer(path: Path) -> Layer:
    """Read the one ``LAYER`` of a declaration file, its code lists still unfilled."""
    spec = importlib.util.spec_from_file_location(f"_declaration_{abs(hash(path))}", path)
    if spec is None or spec.loader is None:
        raise ContractError("No se puede leer la declaración", file=str(path))
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    except ContractError as error:
        raise ContractError(error.message, **{"file": str(path), **error.context}) from error
    except Exception as error:
        raise ContractError(
            f"La declaración no se puede leer: {type(error).__name__}: {error}", file=str(path)
        ) from error
    layer = getattr(module, "LAYER", None)
    if not isinstance(layer, Layer):
        raise ContractError("El archivo debe definir LAYER = Layer(…)", file=str(path))
    if layer.name != path.stem:
        raise ContractError(
            f"El archivo debe llamarse como la capa: «{layer.name}.py»",
            file=str(path),
            layer=layer.name,
        )
    return layer


def _codelists(folder: Path) -> dict[str, tuple[Code, ...]]:
    if not folder.is_dir():
        raise ContractError("No existe la carpeta de declaraciones", file=str(folder))
    return {path.stem: read_codelist(path) for path in sorted(folder.glob("_codelists/*.csv"))}


def _located(layer: Layer, codelists: dict[str, tuple[Code, ...]], path: Path) -> Layer:
    try:
        return layer.with_codes(codelists)
    except ContractError as error:
        raise ContractError(error.message, **{"file": str(path), **error.context}) from None


def _ordered(layers: dict[str, Layer]) -> dict[str, Layer]:
    ordered: dict[str, Layer] = {}
    pending: list[str] = []

    def visit(name: str) -> None:
        if name in ordered:
            return
        if name in pending:
            raise ContractError(f"Las capas se refieren en círculo: {' → '.join(pending)}")
        pending.append(name)
        for other in layers[name].referenced_layers:
            if other not in layers:
                raise ContractError(f"La capa «{name}» se refiere a «{other}», que no existe")
            visit(other)
        pending.pop()
        ordered[name] = layers[name]

    for name in layers:
        visit(name)
    return ordered


def _check_catalog(catalog: Catalog) -> None:
    seen: set[str] = set()
    for layer, dataset in catalog.datasets():
        if dataset.name in seen:
            raise ContractError(
                f"Dos conjuntos de datos se llaman «{dataset.name}»", layer=layer.name
            )
        seen.add(dataset.name)
    for layer in catalog:
        if layer.metadata.contact not in catalog.entity.contacts:
            raise ContractError(
                f"El contacto «{layer.metadata.contact}» no está en el archivo de la entidad",
                layer=layer.name,
                field="metadata.contact",
            )


def subset(catalog: Catalog, names: Sequence[str]) -> Catalog:
    """The catalog with only the layers named, in its own order."""
    return replace(catalog, layers={n: layer for n, layer in catalog.layers.items() if n in names})
