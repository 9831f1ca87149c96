"""What every shipped declaration keeps, whichever layer it is: a new file is tested by being."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

import layers
from gis.contract import CLASIFICADA, PUBLICA, Coded, Role

if TYPE_CHECKING:
    from gis.contract import Layer
    from gis.contract.catalog import Catalog

NAMES = sorted(path.stem for path in layers.FOLDER.glob("[!_]*.py"))
PROMISED = (
    "municipio", "comunas", "barrios", "corregimientos", "veredas", "centros_poblados",
    "zonas_amenaza", "zonas_vulnerabilidad", "zonas_riesgo", "malla_vial", "zonas_wifi",
    "puntos_vive_digital", "kioscos_vive_digital", "establecimientos", "inspecciones_sanitarias",
    "vehiculos_alimentos", "capacitaciones_pvd", "uso_suelo", "estratificacion", "intervenciones",
    "cultivos", "areas_reforestadas", "cuadrantes_seguridad", "patrimonio_cultural",
    "empresas_tic", "bibliotecas", "salones_comunales", "instituciones_educativas",
    "centros_salud", "sedes_atencion", "siniestros_viales", "predios", "manzanas_censales",
    "zonas_pot", "contratos", "piscinas", "visitas_veterinarias", "aseguramiento_salud",
)  # fmt: skip
PERSONAL = re.compile(
    r"propietario|titular|cedula|documento|nit$|inspector|instructor|administrador|atendio"
    r"|observacion|correo$|placa|informe|razon_social|numero_acta|avaluo|matricula"
)
"""Names of fields that speak of a person; public only when institutional."""


COUNTED = ("suicidios", "casos_sivigila")
INVENTORY = (
    "contratacion_adjudicada", "zonas_wifi", "capacitaciones_pvd", "bibliotecas", "suicidios",
    "salones_comunales", "casos_sivigila", "aseguramiento_salud", "establecimientos_sanitarios",
    "visitas_veterinarias", "vehiculos_alimentos", "piscinas", "inspecciones_expendio_carne",
    "registro_activos_informacion", "indice_informacion_clasificada",
)  # fmt: skip
"""The fifteen datasets that the entity lists."""


@pytest.fixture(params=(*NAMES, *COUNTED))
def layer(request: pytest.FixtureRequest, catalog: Catalog) -> Layer:
    """Each shipped layer in turn."""
    return catalog.layer(request.param)


def test_every_promised_layer_is_declared() -> None:
    assert set(PROMISED) <= set(NAMES)


def test_every_dataset_of_the_inventory_is_declared(catalog: Catalog) -> None:
    declared = {dataset.name for _, dataset in catalog.datasets()}
    assert set(INVENTORY) <= declared


def test_nothing_of_a_secret_layer_is_public_but_its_counts(catalog: Catalog) -> None:
    secret = [layer for layer in catalog if layer.access is not PUBLICA]
    assert {layer.name for layer in secret} == {"registro_suicidios", "eventos_salud_publica"}
    for layer in secret:
        assert not layer.datasets
        assert not layer.fields_for(PUBLICA)


def test_no_declaration_names_a_city() -> None:
    files = [*layers.FOLDER.glob("*.py"), *layers.FOLDER.glob("_codelists/*.csv")]
    for path in files:
        text = path.read_text(encoding="utf-8").lower()
        assert not re.search(r"ibagu|tolima|barranca|73001", text), path.name


def test_words_for_people_are_whole(layer: Layer) -> None:
    assert layer.title[0].isupper()
    for field in layer.fields:
        assert field.label[0].isupper(), field.name
        assert field.definition.endswith((".", "…")), field.name
        assert len(field.definition) >= 8, field.name


def test_metadata_satisfies_the_profile(layer: Layer) -> None:
    metadata = layer.metadata
    assert len(metadata.keywords) >= 3
    assert metadata.purpose
    assert metadata.scale_denominator or layer.geometry is None
    assert not re.search(r"\b(TODO|pendiente|lorem)\b", metadata.abstract, re.IGNORECASE)


def test_what_speaks_of_persons_is_not_public(layer: Layer) -> None:
    for field in layer.fields:
        if PERSONAL.search(field.name):
            assert field.access is not PUBLICA, field.name
        if field.access is not PUBLICA:
            assert field.legal_basis, f"{field.name}: say why"


def test_every_dataset_gives_at_least_a_key_and_something_else(layer: Layer) -> None:
    assert layer.datasets or layer.access is not PUBLICA
    for dataset in layer.datasets:
        published = dataset.fields or tuple(f.name for f in layer.fields_for(PUBLICA))
        assert set(layer.key) <= set(published)
        assert len(published) >= 3
        assert "estatico" in dataset.targets
        assert len(dataset.description or layer.metadata.abstract) >= 100


def test_codes_read_well_and_do_not_repeat_their_labels(layer: Layer) -> None:
    for field in layer.fields:
        labels = [code.label for code in field.type.codes]
        assert len(labels) == len(set(labels)), field.name
        if isinstance(field.type, Coded):
            assert all(code.definition for code in field.type.codes), field.name


def test_source_names_are_not_shared_by_two_fields(layer: Layer) -> None:
    heads = [name for field in layer.fields for name in {field.name, *field.source_names}]
    folded = [re.sub(r"[\W_]", "", name.casefold()) for name in heads]
    by_field = [
        {re.sub(r"[\W_]", "", name.casefold()) for name in (field.name, *field.source_names)}
        for field in layer.fields
    ]
    assert folded
    assert sum(len(names) for names in by_field) == len(set().union(*by_field))


def test_json_schema_of_each_field_is_of_its_kind(layer: Layer) -> None:
    expected: dict[str, Any] = {
        "text": "string",
        "date": "string",
        "timestamp": "string",
        "integer": "integer",
        "number": "number",
        "boolean": "boolean",
    }
    for field in layer.fields:
        schema = field.type.json_schema()
        assert schema["type"] == expected[field.type.kind], field.name
        if field.type.codes:
            assert [option["const"] for option in schema["oneOf"]] == [
                code.code for code in field.type.codes
            ]


def test_the_base_map_is_declared(catalog: Catalog) -> None:
    base = {layer.name for layer in catalog if layer.style.role is Role.BASE}
    assert base == {"municipio", "comunas", "malla_vial"}
    assert all(catalog.layer(name).style.visible for name in base)


def test_the_five_views_of_inspections_share_no_row_and_filter_only_by_kind(
    catalog: Catalog,
) -> None:
    datasets = catalog.layer("inspecciones_sanitarias").datasets
    kinds = [set(re.findall(r"'(\w+)'", dataset.where)) for dataset in datasets]
    assert len(datasets) == 5
    assert sum(len(kind) for kind in kinds) == len(set().union(*kinds))
    codes = {c.code for c in catalog.layer("inspecciones_sanitarias").field("tipo_acta").type.codes}
    assert set().union(*kinds) <= codes


@pytest.mark.parametrize(
    ("layer_name", "field", "codes"),
    [
        ("zonas_amenaza", "nivel", ["alta", "media", "baja"]),
        (
            "inspecciones_sanitarias",
            "concepto",
            ["FAVORABLE", "FAVORABLE CON REQUERIMIENTOS", "DESFAVORABLE"],
        ),
        ("kioscos_vive_digital", "tipo", ["A", "B", "C", "sin_establecer"]),
        ("puntos_vive_digital", "tipo", ["tradicional", "plus", "lab", "sin_establecer"]),
        ("malla_vial", "orden", ["1", "2", "3", "urbana"]),
    ],
)
def test_vocabularies_are_those_of_the_norms(
    catalog: Catalog, layer_name: str, field: str, codes: list[str]
) -> None:
    assert [code.code for code in catalog.layer(layer_name).field(field).type.codes] == codes


def test_what_the_acta_says_of_persons_is_classified(catalog: Catalog) -> None:
    classified = {
        field.name
        for name in ("establecimientos", "inspecciones_sanitarias")
        for field in catalog.layer(name).fields
        if field.access is CLASIFICADA
    }
    assert {"razon_social", "documento_titular", "telefono", "inspector", "observaciones"} <= (
        classified
    )


def test_a_wifi_zone_is_drawn_with_its_reach(catalog: Catalog) -> None:
    assert catalog.layer("zonas_wifi").style.symbol.radius_m == 100


def test_a_kiosk_without_a_known_place_is_legal(catalog: Catalog) -> None:
    geometry = catalog.layer("kioscos_vive_digital").geometry
    assert geometry is not None
    assert not geometry.required


def test_hazard_zones_say_they_do_not_replace_the_concept(catalog: Catalog) -> None:
    for name in ("zonas_amenaza", "zonas_riesgo", "zonas_vulnerabilidad"):
        assert "No reemplaza el concepto de riesgo" in catalog.layer(name).metadata.notice
