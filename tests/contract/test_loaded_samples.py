"""Every sample through the whole system: loaded as demonstration, served, and again a no-op."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

import layers
from api import samples
from api.settings import Settings
from api.wiring import System
from gis import changesets, conform, store
from gis.contract import PUBLICA
from gis.surroundings import CurrentFeatures
from tests.api.conftest import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gis.contract.catalog import Catalog
    from tests.databases import Database

NAMES = sorted(path.stem for path in layers.FOLDER.glob("[!_]*.py"))


@pytest.fixture(scope="module")
def loaded(
    new_database: Callable[[str], Database],
    shipped_template: str,
    catalog: Catalog,
    tmp_path_factory: pytest.TempPathFactory,
) -> System:
    """The shipped layers with their samples, as ``sig up`` leaves them."""
    database = new_database(shipped_template)
    settings = Settings(home=tmp_path_factory.mktemp("sig"), database_url=database.url)
    system = System(settings, catalog, database.engine, database.reader)
    for _ in samples.load(system, samples.pending(system)):
        pass
    return system


@pytest.fixture(scope="module")
def client(loaded: System) -> Iterator[httpx.Client]:
    with serving(loaded) as address, httpx.Client(base_url=address, timeout=30) as found:
        yield found


@pytest.mark.parametrize("name", NAMES)
def test_a_layer_is_loaded_and_says_it_is_a_demonstration(name: str, loaded: System) -> None:
    with loaded.reader.connect() as connection:
        state = store.layer_state(connection, name)
    assert state.demonstration
    assert state.feature_count > 0


@pytest.mark.parametrize("name", NAMES)
def test_a_collection_gives_its_public_fields_and_no_other(
    name: str, client: httpx.Client, catalog: Catalog
) -> None:
    layer = catalog.layer(name)
    answer = client.get(f"/api/collections/{name}/items?f=json&limit=5")
    assert answer.status_code == 200, answer.text
    features = answer.json()["features"]
    public = {field.name for field in layer.fields_for(PUBLICA)}
    assert features
    for feature in features:
        assert set(feature["properties"]) <= public
        assert set(layer.key) <= set(feature["properties"])


@pytest.mark.parametrize("name", ["comunas", "zonas_wifi", "inspecciones_sanitarias", "malla_vial"])
def test_the_same_sample_again_changes_nothing(name: str, loaded: System) -> None:
    layer = loaded.catalog.layer(name)
    folder = loaded.catalog.entity.samples
    assert folder is not None
    (path,) = folder.glob(f"{name}.*")
    conformed = conform.prepare(
        path,
        layer,
        extent=loaded.catalog.entity.extent,
        surroundings=CurrentFeatures(loaded.engine, loaded.catalog),
    )
    report = changesets.load(loaded.engine, layer, conformed, demonstration=True, actor="prueba")
    assert (report.added, report.changed, report.removed) == (0, 0, 0)
