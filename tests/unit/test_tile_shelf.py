"""The shelf of tiles by itself: what it gives, what it drops, and when it must not be trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gis.contract import CLASIFICADA, PUBLICA
from gis.tiles import shelf as module
from gis.tiles.cache import Key, Tile
from gis.tiles.matrix import WEB_MERCATOR_QUAD, Box
from gis.tiles.shelf import Change, Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

KEY = Key("a", PUBLICA, 14, 8000, 5000)
CHAIN = [Change(n, f"h{n}", "a", []) for n in range(1, 9)]
TILE = Tile("d", {"gzip": b"x" * 100}, 3)


class Chain:
    """A chain of changes as the database would give it."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self.changes = list(changes)

    def __call__(self, position: int) -> list[Change]:
        return [change for change in self.changes if change.seq >= position]

    @property
    def head(self) -> tuple[int, str]:
        return (self.changes[-1].seq, self.changes[-1].hash) if self.changes else (0, "")


def follow(shelf: Shelf, chain: Chain, *, anew: bool = False) -> None:
    shelf.follow(chain.head, anew, chain)


def opened(folder: Path, chain: Chain | None = None, capacity: int = 2**20) -> Shelf:
    """A shelf as a process that has looked at the chain once has it."""
    made = Shelf(folder, capacity)
    made.know({"a": "c1", "b": "c1"}, {"a": 0, "b": 0})
    follow(made, chain or Chain(CHAIN[:3]), anew=True)
    return made


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    made = opened(tmp_path)
    yield made
    made.close()


def at(key: Key) -> Box:
    """The middle of a tile."""
    box = WEB_MERCATOR_QUAD.bounds(key.zoom, key.row, key.column)
    x, y = (box.west + box.east) / 2, (box.south + box.north) / 2
    return Box(x, y, x, y)


def test_what_is_put_is_found_by_another_process(shelf: Shelf, tmp_path: Path) -> None:
    assert shelf.get(KEY, 3) is None
    assert shelf.put(KEY, TILE, 3, "c1", 0.5)
    other = opened(tmp_path)
    found = other.get(KEY, 3)
    other.close()
    assert found == TILE
    assert shelf.has(KEY)
    assert shelf.get(KEY._replace(access=CLASIFICADA), 0) is None
    assert shelf.get(KEY._replace(grid="WorldCRS84Quad"), 0) is None


def test_a_change_drops_what_it_meets_and_the_rest_holds_up_to_it(shelf: Shelf) -> None:
    parents = [Key("a", PUBLICA, z, 8000 >> (14 - z), 5000 >> (14 - z)) for z in range(15)]
    others = [KEY._replace(column=5001), KEY._replace(layer="b")]
    for key in (*parents, *others):
        assert shelf.put(key, TILE, 3, "c1", 0.5)
    follow(shelf, Chain([*CHAIN[:3], Change(4, "h4", "a", [at(KEY)])]))
    assert [shelf.get(key, 0) for key in parents] == [None] * 15
    for key in others:
        found = shelf.get(key, 4)
        assert found is not None
        assert found.position == 4


def test_a_change_of_unknown_place_drops_the_layer(shelf: Shelf) -> None:
    for key in (KEY, KEY._replace(layer="b")):
        shelf.put(key, TILE, 3, "c1", 0.5)
    follow(shelf, Chain([*CHAIN[:3], Change(4, "h4", "a", None)]))
    assert shelf.get(KEY, 0) is None
    assert shelf.get(KEY._replace(layer="b"), 4)


def test_a_tile_older_than_the_mark_is_not_put(shelf: Shelf) -> None:
    follow(shelf, Chain(CHAIN[:5]))
    assert not shelf.put(KEY, TILE, 4, "c1", 0.5)
    assert shelf.put(KEY, TILE, 5, "c1", 0.5)


def test_whoever_knows_of_a_later_change_is_given_nothing(shelf: Shelf) -> None:
    shelf.put(KEY, TILE, 3, "c1", 0.5)
    assert shelf.get(KEY, 3)
    assert shelf.get(KEY, 4) is None


def test_a_tile_of_another_contract_is_not_given(shelf: Shelf) -> None:
    shelf.put(KEY, TILE, 3, "c0", 0.5)
    assert shelf.get(KEY, 0) is None
    assert not shelf.has(KEY)
    shelf.know({"a": "c0"}, {})
    assert shelf.get(KEY, 0)


def test_variants_are_not_kept(shelf: Shelf) -> None:
    assert not shelf.put(KEY._replace(variant="filter"), TILE, 3, "c1", 0.5)


@pytest.mark.parametrize(
    "chain",
    [
        Chain([]),
        Chain(CHAIN[:2]),
        Chain([*CHAIN[:2], Change(3, "another", "a", [])]),
        Chain([*CHAIN[:2], Change(3, "another", "a", []), Change(4, "h4", "a", [])]),
    ],
)
def test_another_history_empties_it(shelf: Shelf, tmp_path: Path, chain: Chain) -> None:
    shelf.put(KEY, TILE, 3, "c1", 0.5)
    other = opened(tmp_path, chain)
    assert other.get(KEY, 0) is None
    # The first process does not use it again before it has found the new mark in its chain.
    assert shelf.get(KEY, 0) is None
    assert not shelf.put(KEY, TILE, 9, "c1", 0.5)
    follow(shelf, chain, anew=True)
    assert shelf.put(KEY, TILE, 9, "c1", 0.5)
    assert other.get(KEY, 0)
    other.close()


def test_one_who_lags_behind_leaves_it_alone(shelf: Shelf, tmp_path: Path) -> None:
    ahead = opened(tmp_path, Chain(CHAIN[:5]))
    ahead.put(KEY, TILE, 5, "c1", 0.5)
    follow(shelf, Chain(CHAIN[:4]))
    assert shelf.get(KEY, 4)
    assert ahead.get(KEY, 5)
    ahead.close()


def test_too_many_changes_empty_it(shelf: Shelf) -> None:
    shelf.put(KEY, TILE, 3, "c1", 0.5)
    shelf.follow((8, "h8"), False, lambda position: None)
    assert shelf.get(KEY, 0) is None
    assert shelf.put(KEY, TILE, 8, "c1", 0.5)


def test_what_was_cheapest_to_make_goes_first(tmp_path: Path) -> None:
    shelf = opened(tmp_path, capacity=300 * 356)
    for column in range(400):
        shelf.put(KEY._replace(column=column), TILE, 3, "c1", cost=column / 100)
    kept = [column for column in range(400) if shelf.get(KEY._replace(column=column), 0)]
    shelf.close()
    assert len(kept) <= 300
    assert kept == list(range(400 - len(kept), 400))


def test_a_program_that_draws_otherwise_starts_anew(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.put(KEY, TILE, 3, "c1", 0.5)
    monkeypatch.setattr(module, "_code", lambda: "another")
    other = opened(tmp_path)
    assert other.get(KEY, 0) is None
    assert other.put(KEY, TILE, 3, "c1", 0.5)
    other.close()


def test_a_disk_that_fails_is_as_if_there_were_none(tmp_path: Path) -> None:
    (tmp_path / "tiles.sqlite").mkdir()
    shelf = opened(tmp_path)
    assert shelf.get(KEY, 0) is None
    assert not shelf.put(KEY, TILE, 3, "c1", 0.5)
    assert not shelf.has(KEY)
    shelf.close()


def test_a_damaged_file_is_thrown_away_when_the_shelf_opens(tmp_path: Path) -> None:
    first = opened(tmp_path)
    first.close()
    (tmp_path / "tiles.sqlite").write_bytes(b"\x07" * 8192)
    again = opened(tmp_path)
    assert again.put(KEY, TILE, 3, "c1", 1.0)
    assert again.get(KEY, 3) == TILE
    again.close()


def test_damage_found_in_use_gives_nothing_and_ends_at_the_next_opening(tmp_path: Path) -> None:
    first = opened(tmp_path)
    assert first.put(KEY, TILE, 3, "c1", 1.0)
    first.close()
    path = tmp_path / "tiles.sqlite"
    whole = opened(tmp_path)
    path.write_bytes(path.read_bytes()[:4096] + b"\x07" * (path.stat().st_size - 4096))
    assert whole.get(KEY, 3) is None
    whole.close()
    again = opened(tmp_path)
    assert again.put(KEY, TILE, 3, "c1", 1.0)
    assert again.get(KEY, 3) == TILE
    again.close()
