"""Another city runs on SIG_ENTITY and SIG_LAYERS alone: no code of ours knows its name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from api.settings import read_settings
from api.wiring import open_system
from gis import changesets, conform
from gis.findings import blocking
from gis.surroundings import CurrentFeatures
from tests.api.conftest import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.wiring import System
    from tests.databases import Database

CITY = Path(__file__).parents[1] / "data" / "ciudad2"


@pytest.fixture
def city(
    empty_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[System]:
    """The system of Barrancabermeja over an empty database, from the environment alone."""
    monkeypatch.setenv("SIG_HOME", str(tmp_path))
    monkeypatch.setenv("SIG_DATABASE_URL", empty_database.url)
    monkeypatch.setenv("SIG_ENTITY", str(CITY / "barrancabermeja.toml"))
    monkeypatch.setenv("SIG_LAYERS", str(CITY / "capas"))
    with open_system(read_settings()) as system:
        yield system


def load(system: System, name: str, file: str) -> changesets.LoadReport:
    layer = system.catalog.layer(name)
    conformed = conform.prepare(
        CITY / "entregas" / file,
        layer,
        extent=system.catalog.entity.extent,
        surroundings=CurrentFeatures(system.engine, system.catalog),
    )
    assert not blocking(conformed.findings), blocking(conformed.findings)
    return changesets.load(system.engine, layer, conformed, actor="prueba")


def test_a_second_city_uses_its_own_layers_and_those_it_chooses(city: System) -> None:
    assert set(city.catalog.layers) == {"municipio", "comunas", "zonas_wifi", "cienagas"}
    assert city.catalog.entity.divipola == "68081"
    assert len(city.catalog.layer("comunas").field("comuna").type.codes) == 7


def test_a_second_city_loads_and_serves_its_data(city: System) -> None:
    assert load(city, "cienagas", "cienagas.geojson").added == 2
    assert load(city, "zonas_wifi", "zonas_wifi.csv").added == 2
    with serving(city) as address, httpx.Client(base_url=address, timeout=30) as client:
        collections = client.get("/api/collections?f=json").json()["collections"]
        items = client.get("/api/collections/cienagas/items?f=json").json()["features"]
    assert {c["id"] for c in collections} == set(city.catalog.layers)
    assert {f["properties"]["estado"] for f in items} == {"conservada", "intervenida"}
    assert all("denunciante" not in f["properties"] for f in items)


def test_nothing_served_names_the_city_that_ships(city: System) -> None:
    json_please = {"accept": "application/json"}
    addresses = ("/api", "/api/collections", "/api/openapi.json", "/api/map", "/api/styles")
    with serving(city) as address, httpx.Client(base_url=address, headers=json_please) as client:
        answers = {path: client.get(path) for path in addresses}
    assert {answer.status_code for answer in answers.values()} == {200}
    for path, answer in answers.items():
        assert not any(w in answer.text.lower() for w in ("ibagu", "tolima", "73001")), path
    assert "Barrancabermeja" in answers["/api"].text
