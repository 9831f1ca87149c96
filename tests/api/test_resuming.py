"""A download that broke goes on where it was; a finished file is kept, and not for long."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING

import pytest

from gis.export import kept
from gis.export.kept import Shelf

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from api.wiring import System

ITEMS = "/api/collections/sitios/items"
CSV = {"f": "csv"}


def test_broken_download_goes_on(client: httpx.Client) -> None:
    whole = client.get(ITEMS, params=CSV)
    etag, size = whole.headers["etag"], len(whole.content)
    assert etag.startswith('"')
    assert whole.headers["accept-ranges"] == "bytes"
    first = client.get(ITEMS, params=CSV, headers={"Range": "bytes=0-99"})
    assert first.status_code == 206
    assert first.headers["content-range"] == f"bytes 0-99/{size}"
    assert first.headers["content-length"] == "100"
    assert first.headers["etag"] == etag
    rest = client.get(ITEMS, params=CSV, headers={"Range": "bytes=100-", "If-Range": etag})
    assert rest.status_code == 206
    assert first.content + rest.content == whole.content


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-0", slice(0, 1)),
        ("bytes=10-10000000", slice(10, None)),
        ("bytes=-5", slice(-5, None)),
        ("bytes=-10000000", slice(None)),
        ("BYTES = 3 - 4", slice(3, 5)),
    ],
)
def test_part_is_what_was_asked(client: httpx.Client, asked: str, part: slice) -> None:
    whole = client.get(ITEMS, params=CSV).content
    answer = client.get(ITEMS, params=CSV, headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.content == whole[part]


@pytest.mark.parametrize("asked", ["filas=1-2", "bytes=0-1,5-6", "bytes=-1, 0-1"])
def test_parts_that_are_not_offered_bring_the_whole(client: httpx.Client, asked: str) -> None:
    answer = client.get(ITEMS, params=CSV, headers={"Range": asked})
    assert answer.status_code == 200
    assert answer.content == client.get(ITEMS, params=CSV).content


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize("asked", ["bytes=10000000-", "bytes=10000000-10000001", "bytes=-0"])
def test_part_beyond_the_end_says_how_long_it_is(
    client: httpx.Client, form: str, asked: str
) -> None:
    size = len(client.get(ITEMS, params={"f": form}).content)
    answer = client.get(ITEMS, params={"f": form}, headers={"Range": asked})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{size}"
    assert answer.headers["content-type"] == "application/problem+json"
    assert str(size) in answer.json()["detail"]


@pytest.mark.parametrize(
    "asked",
    ["bytes=", "bytes=-", "bytes=a-b", "bytes=5-2", "bytes=1", "bytes=--1", "bytes=1-2-3",
     "bytes=0-1,x", "bytes=,", "bytes=" + "9" * 400 + "-", "bytes=" + "0-1," * 4000],
)  # fmt: skip
def test_part_that_says_nothing_is_refused(client: httpx.Client, asked: str) -> None:
    answer = client.get(ITEMS, params=CSV, headers={"Range": asked})
    assert answer.status_code == 400
    assert answer.json()["parameter"] == "Range"
    assert "PRIMERO" in answer.json()["detail"]


def test_changed_layer_is_sent_whole(own_client: httpx.Client, own_city: System) -> None:
    etag = own_client.get(ITEMS, params=CSV).headers["etag"]
    on = {"Range": "bytes=100-", "If-Range": etag}
    assert own_client.get(ITEMS, params=CSV, headers=on).status_code == 206
    with own_city.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE data.sitios SET nombre = 'Nuevo' WHERE codigo = 's003'")
    answer = own_client.get(ITEMS, params=CSV, headers=on)
    assert answer.status_code == 200
    assert "Nuevo" in answer.text
    assert answer.headers["etag"] != etag
    for other in ('"otro"', f"W/{etag}", "Fri, 20 Nov 2026 10:00:00 GMT"):
        on = {"Range": "bytes=1-", "If-Range": other}
        assert own_client.get(ITEMS, params=CSV, headers=on).status_code == 200


def test_download_goes_on_after_its_file_is_gone(
    own_client: httpx.Client, own_city: System
) -> None:
    for form in ("csv", "geojson", "gpkg", "fgb", "parquet", "shp", "kml", "xlsx"):
        whole = own_client.get(ITEMS, params={"f": form})
        for path in (own_city.settings.home / "descargas").iterdir():
            path.unlink()
        on = {"Range": "bytes=50-", "If-Range": whole.headers["etag"]}
        rest = own_client.get(ITEMS, params={"f": form}, headers=on)
        assert rest.status_code == 206, form
        assert rest.content == whole.content[50:], form


def test_head_tells_what_get_sends(client: httpx.Client) -> None:
    told, sent = client.head(ITEMS, params=CSV), client.get(ITEMS, params=CSV)
    for name in ("etag", "content-length", "content-type", "accept-ranges"):
        assert told.headers[name] == sent.headers[name]
    assert told.content == b""


def test_same_file_is_made_once(tmp_path: Path) -> None:
    shelf, made = Shelf(tmp_path, 1000), []

    def make(path: Path) -> None:
        time.sleep(0.2)
        made.append(path)
        path.write_bytes(b"12345")

    found: list[bytes] = []

    def ask() -> None:
        with shelf.take("k", make).file as file:
            found.append(file.read())

    askers = [threading.Thread(target=ask) for _ in range(4)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert found == [b"12345"] * 4
    assert len(made) == 1


def test_disk_is_bounded(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, 1000)

    def given(name: str, size: int) -> int:
        with shelf.take(name, lambda path: path.write_bytes(b"x" * size)).file as file:
            return len(file.read())

    for number in range(5):
        assert given(f"k{number}", 400) == 400
        time.sleep(0.02)
    assert {path.name.partition("-")[0] for path in tmp_path.glob("k*")} == {"k3", "k4"}
    assert given("grande", 2000) == 2000
    assert not list(tmp_path.glob("grande*"))
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 1000


def test_old_files_and_leftovers_go(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, 1000)
    for name, age in (
        ("viejo-1", kept.LONGEST_S + 1),
        ("nuevo-1", 0),
        (".a.lock", kept.ABANDONED_S + 1),
        (".b.99", kept.ABANDONED_S + 1),
        (".c.99", kept.LONGEST_S + 1),
    ):
        path = tmp_path / name
        path.write_bytes(b"x")
        then = time.time() - age
        os.utime(path, (then, then))
    shelf.sweep()
    assert {path.name for path in tmp_path.iterdir()} == {"nuevo-1", ".c.99"}


def test_failed_file_leaves_nothing(tmp_path: Path) -> None:
    def fail(path: Path) -> None:
        path.write_bytes(b"half")
        raise ValueError("half")

    with pytest.raises(ValueError, match="half"):
        Shelf(tmp_path, 1000).take("k", fail)
    assert [path.name for path in tmp_path.iterdir()] == [".k.lock"]
