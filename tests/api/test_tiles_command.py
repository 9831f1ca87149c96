"""``sig tiles`` as people type it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import mapbox_vector_tile
import pytest
import sqlalchemy as sa
from pmtiles.reader import MmapSource, Reader

from api.cli import main
from api.settings import Settings
from api.wiring import System
from tests.api import world

if TYPE_CHECKING:
    from pathlib import Path

    from gis.contract.catalog import Catalog
    from tests.databases import Database


@pytest.fixture(autouse=True)
def settings(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("SIG_DATABASE_URL", database.url)
    monkeypatch.setenv("SIG_HOME", str(tmp_path / "sig"))
    layer = sa.table("comunas", *map(sa.column, ("comuna", "geom")), schema="data")
    with database.engine.begin() as connection:
        for number in range(3):
            place = (world.CONTROL[0] + 700 * number, world.CONTROL[1])
            square = world.square(*place, 500)
            connection.execute(layer.insert().values(comuna=str(number + 1), geom=square))
    return Settings(home=tmp_path / "sig", database_url=database.url)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    with pytest.raises(SystemExit) as ended:
        main(["tiles", *arguments, "--json"])
    text = capsys.readouterr().out
    return int(ended.value.code or 0), json.loads(text) if text else None


def test_export_writes_what_the_public_sees(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "comunas.pmtiles"
    code, report = run(capsys, "export", "comunas", "-o", str(path), "--zoom", "10-13")
    assert (code, report["tiles"] > 3) == (0, True)
    with path.open("rb") as file:
        reader = Reader(MmapSource(file))
        assert reader.header()["max_zoom"] == 13
        assert reader.metadata()["vector_layers"][0]["id"] == "comunas"
    assert path.stat().st_size == report["bytes"]


@pytest.mark.heavy
def test_seed_fills_the_shelf_and_goes_on_where_it_was(
    capsys: pytest.CaptureFixture[str], settings: Settings, database: Database, catalog: Catalog
) -> None:
    arguments = ("seed", "comunas", "--zoom", "9-13", "--processes", "2")
    code, (first,) = run(capsys, *arguments)
    assert code == 0
    assert (first["layer"], first["zoom"]) == ("comunas", [9, 13])
    assert first["made"] >= 5
    assert first["kept"] == first["unsettled"] == 0
    _, (again,) = run(capsys, *arguments)
    assert (again["made"], again["kept"]) == (0, first["made"])
    with database.engine.begin() as connection:
        connection.execute(sa.text("UPDATE data.comunas SET comuna = '9' WHERE comuna = '3'"))
    _, (later,) = run(capsys, *arguments)
    assert later["made"] > 0
    assert later["made"] + later["kept"] == first["made"]


def test_seed_makes_all_that_has_tiles(
    capsys: pytest.CaptureFixture[str], catalog: Catalog
) -> None:
    code, report = run(capsys, "seed", "--zoom", "8", "--processes", "1")
    assert code == 0
    assert {each["layer"] for each in report} <= {layer.name for layer in catalog}
    assert "comunas" in {each["layer"] for each in report}


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("export", "nada", "-o", "x.pmtiles"), 5, "No existe la capa «nada»"),
        (("export", "comunas", "-o", "x.mbtiles"), 2, "-o x.pmtiles"),
        (("export", "comunas", "-o", "no/hay/x.pmtiles"), 2, "No existe la carpeta"),
        (("export", "comunas", "-o", "x.pmtiles", "--zoom", "9-8"), 2, "8-14"),
        (("export", "comunas", "-o", "x.pmtiles", "--zoom", "23"), 2, "8-14"),
        (("export", "comunas", "-o", "x.pmtiles", "--zoom", "a"), 2, "8-14"),
        (("export", "malla_vial", "-o", "x.pmtiles", "--zoom", "14"), 2, "no dibuja nada"),
        (("seed", "nada"), 5, "No existe la capa «nada»"),
    ],
)
def test_refusals_say_what_to_write(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int, words: str
) -> None:
    found, report = run(capsys, *arguments)
    assert found == code
    assert words in report["message"]


def test_seed_without_disk_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIG_TILE_DISK_MB", "0")
    code, report = run(capsys, "seed")
    assert (code, "SIG_TILE_DISK_MB" in report["message"]) == (78, True)


def test_a_server_takes_what_was_seeded(
    capsys: pytest.CaptureFixture[str], settings: Settings, database: Database, catalog: Catalog
) -> None:
    import httpx

    from tests.api.conftest import serving
    from tests.api.test_tile_cache import counted, within
    from tests.api.tiles import control_tile

    run(capsys, "seed", "comunas", "--zoom", "9-13", "--processes", "1")
    system = System(settings, catalog, database.engine, database.reader)
    path = "/api/collections/comunas/tiles/WebMercatorQuad/"
    with serving(system) as address:

        def from_memory() -> bool:
            with counted(system) as given:
                httpx.get(address + path + "3/0/0")
                return not given

        within(5, from_memory)
        with counted(system) as given:
            body = httpx.get(address + path + control_tile(13)).content
        assert given == []
    assert len(mapbox_vector_tile.decode(body)["comunas"]["features"]) >= 1
