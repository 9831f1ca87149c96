"""The registers of Ley 1712 de 2014, read off the declarations: no list is kept beside them.

Columns are those of the Resolución MinTIC 1519 de 2020 for each instrument. What a declaration does
not say is left empty, never made up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gis.contract.access import Access
from gis.contract.derived import Register

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    from gis.contract.catalog import Catalog
    from gis.contract.layer import Dataset, Layer

Row = dict[str, Any]

LANGUAGE = "Español"
SUPPORT = "Digital"
FORMATS = "CSV, GeoJSON, GeoPackage"
STORED = "Base de datos"
NATIONAL = "socrata"
"""Kind of the accounts that publish in www.datos.gov.co."""
AIMS = {
    Access.CLASIFICADA: "Derechos de las personas a la intimidad, la vida, la salud o la seguridad,"
    " y secretos comerciales y profesionales",
    Access.RESERVADA: "Protección de los intereses públicos",
}
ARTICLES = {
    Access.CLASIFICADA: "Ley 1712 de 2014, artículo 18",
    Access.RESERVADA: "Ley 1712 de 2014, artículo 19",
}
TERMS = {
    Access.CLASIFICADA: "Ilimitado (Ley 1712 de 2014, artículo 18, parágrafo)",
    Access.RESERVADA: "Hasta 15 años (Ley 1712 de 2014, artículo 22)",
}


@dataclass(frozen=True, slots=True)
class Known:
    """What the store knows that declarations do not say."""

    issued: Mapping[str, date]
    """Day of the first data of each layer."""
    published: frozenset[str]
    """Datasets that stand somewhere."""


def rows_of(register: Register, catalog: Catalog, known: Known) -> list[Row]:
    """The rows of a register, in order of declaration."""
    return list(_MAKERS[register](catalog, known))


def _assets(catalog: Catalog, known: Known) -> Iterator[Row]:
    """One row for each layer: a category of information, whoever may see it."""
    national = {target.name for target in catalog.entity.targets if target.kind == NATIONAL}
    for layer, datasets in _by_source(catalog):
        public = [d for d in datasets if d.name in known.published]
        yield {
            "codigo": layer.name,
            "categoria": layer.title,
            "descripcion": layer.metadata.abstract,
            "idioma": LANGUAGE,
            "medio": SUPPORT,
            "formato": f"{STORED}; {FORMATS}" if datasets else STORED,
            "disponibilidad": _availability(datasets, public),
            "lugar_consulta": _places(catalog, datasets),
            "publicada_datos_gov": any(
                d.name in known.published and national & set(d.targets) for d in datasets
            ),
        }


def _availability(datasets: list[Dataset], public: list[Dataset]) -> str:
    if public:
        return "Publicada"
    return "Disponible" if datasets else "No disponible al público"


def _withheld(catalog: Catalog, known: Known) -> Iterator[Row]:
    """One row for each layer whose rows are not public, and for each class of fields kept from
    those that are."""
    for layer, datasets in _by_source(catalog):
        for access in (Access.CLASIFICADA, Access.RESERVADA):
            fields = [field for field in layer.fields if field.access is access]
            shape = layer.geometry is not None and layer.geometry.access is access
            if not fields and not shape:
                continue
            bases = dict.fromkeys(f.legal_basis for f in fields if f.legal_basis)
            names = [f.label for f in fields] + (["Ubicación exacta"] if shape else [])
            whole = layer.access is not Access.PUBLICA and not datasets
            contact = catalog.entity.contacts[layer.metadata.contact].name
            yield {
                "codigo": f"{layer.name}-{access}",
                "categoria": layer.title,
                "informacion": "; ".join(names),
                "idioma": LANGUAGE,
                "medio": SUPPORT,
                "fecha_generacion": known.issued.get(layer.name),
                "responsable_produccion": contact,
                "responsable_informacion": contact,
                "objetivo_legitimo": AIMS[access],
                "fundamento_legal": " ".join(bases) or ARTICLES[access],
                "fundamento_juridico": ARTICLES[access],
                "excepcion": "total" if whole else "parcial",
                "fecha_calificacion": None,
                "plazo": TERMS[access],
            }


def _scheme(catalog: Catalog, known: Known) -> Iterator[Row]:
    """One row for each dataset that leaves."""
    for layer, dataset in catalog.datasets():
        contact = catalog.entity.contacts[layer.metadata.contact].name
        frequency = dataset.frequency or layer.metadata.frequency
        yield {
            "codigo": dataset.name,
            "nombre": dataset.title or layer.title,
            "idioma": LANGUAGE,
            "medio": SUPPORT,
            "formato": FORMATS,
            "fecha_generacion": known.issued.get(layer.name),
            "frecuencia": frequency.value.label,
            "lugar_consulta": f"{catalog.entity.base_url}/datos/{dataset.name}",
            "responsable_produccion": contact,
            "responsable_informacion": contact,
        }


def _by_source(catalog: Catalog) -> Iterator[tuple[Layer, list[Dataset]]]:
    """Each layer that is information in itself, with every dataset that tells of it."""
    datasets: dict[str, list[Dataset]] = {}
    for layer, dataset in catalog.datasets():
        datasets.setdefault(source_of(layer), []).append(dataset)
    for layer in catalog:
        if source_of(layer) == layer.name:
            yield layer, datasets.get(layer.name, [])


def source_of(layer: Layer) -> str:
    """Name of the layer that ``layer`` counts, or its own."""
    return str(getattr(layer.derived, "layer", layer.name))


def _places(catalog: Catalog, datasets: list[Dataset]) -> str | None:
    base = catalog.entity.base_url
    return " ".join(f"{base}/datos/{dataset.name}" for dataset in datasets) or None


_MAKERS: dict[Register, Callable[[Catalog, Known], Iterator[Row]]] = {
    Register.ASSETS: _assets,
    Register.WITHHELD: _withheld,
    Register.SCHEME: _scheme,
}
