"""The cache of tiles as a data structure: bound, places, and builds overtaken by changes."""

from __future__ import annotations

import asyncio
import threading
import tracemalloc

import pytest

from gis.contract import CLASIFICADA, PUBLICA
from gis.tiles.cache import OVERHEAD, Key, Tile, TileCache
from gis.tiles.matrix import HALF_WORLD, Box

NOW = 1000.0


def key(zoom: int = 14, row: int = 8000, column: int = 5000, layer: str = "a") -> Key:
    return Key(layer, PUBLICA, zoom, row, column)


def tile(position: int = 0, size: int = 100) -> Tile:
    return Tile(f"{position:024}", {"identity": b"x" * size}, position)


def cache(capacity: int = 2**20) -> TileCache:
    made = TileCache(capacity, clock=lambda: NOW)
    made.confirm(NOW, 0)
    return made


def keep(kept: TileCache, where: Key, what: Tile) -> None:
    flight, leads = kept.join(where)
    assert leads
    kept.land(flight, what)


def box_of(zoom: int, row: int, column: int) -> Box:
    side = 2 * HALF_WORLD / 2**zoom
    west, north = column * side - HALF_WORLD, HALF_WORLD - row * side
    return Box(west + side / 3, north - side / 2, west + side / 2, north - side / 3)


def test_bytes_stay_within_the_bound_and_the_least_used_go_first() -> None:
    kept = cache(10 * (OVERHEAD + 100))
    for column in range(10):
        keep(kept, key(column=column), tile())
    assert kept.get(key(column=0))
    keep(kept, key(column=10), tile())
    assert kept.size == 10 * (OVERHEAD + 100)
    assert kept.get(key(column=0))
    assert kept.get(key(column=1)) is None


def test_a_tile_costs_no_more_memory_than_is_counted() -> None:
    kept = cache()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for column in range(1000):
        # Alone in its cell, with objects of its own: the dearest case.
        keep(kept, key(22, 10**6 + 7 * column, 2 * 10**6 + column), tile(10**6, size=50 + column))
    used = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert used <= kept.size <= 2**20


def test_a_tile_larger_than_all_the_room_is_given_and_not_kept() -> None:
    kept = cache(500)
    flight, _ = kept.join(key())
    kept.land(flight, tile(size=600))
    assert flight.result.result().forms
    assert len(kept) == kept.size == 0


def test_a_change_drops_the_tiles_it_meets_at_every_zoom_and_no_other() -> None:
    kept = cache()
    met = [key(z, 8000 >> (14 - z), 5000 >> (14 - z)) for z in range(15)]
    others = [key(14, 8000, 5001), key(14, 8002, 5000), key(14, 8000, 5000, "b"), key(12, 1999, 9)]
    for each in (*met, *others):
        keep(kept, each, tile())
    kept.touch("a", 1, [box_of(14, 8000, 5000)], 0)
    assert [kept.get(each) for each in met] == [None] * len(met)
    assert all(kept.get(each) for each in others)


def test_where_features_are_merged_a_change_reaches_half_a_tile_further() -> None:
    kept = cache()
    near, far, fine = key(14, 8000, 5001), key(14, 8000, 5002), key(17, 64000, 40009)
    for each in (near, far, fine):
        keep(kept, each, tile())
    kept.touch("a", 1, [box_of(14, 8000, 5000)], 2)
    assert kept.get(near) is None
    assert kept.get(far)
    assert kept.get(fine)


def test_a_change_near_the_side_drops_the_neighbour_that_draws_it() -> None:
    kept = cache()
    side = 2 * HALF_WORLD / 2**14
    west, north = 5000 * side - HALF_WORLD, HALF_WORLD - 8000 * side
    keep(kept, key(column=4999), tile())
    keep(kept, key(column=4998), tile())
    edge = Box(west + side / 80, north - 2, west + side / 80, north - 2)
    kept.touch("a", 1, [edge], 0)
    assert kept.get(key(column=4999)) is None
    assert kept.get(key(column=4998))


def test_a_tile_that_has_seen_the_change_stays() -> None:
    kept = cache()
    keep(kept, key(), tile(position=7))
    kept.touch("a", 7, [box_of(14, 8000, 5000)])
    kept.touch_layer("a", 6)
    assert kept.get(key())
    kept.touch_layer("a", 8)
    assert kept.get(key()) is None


@pytest.mark.parametrize(("position", "stays"), [(6, False), (7, True)])
def test_a_build_from_before_a_change_is_given_but_never_kept(position: int, stays: bool) -> None:
    kept = cache()
    flight, _ = kept.join(key())
    kept.touch("a", 7, [box_of(14, 8000, 5000)])
    kept.land(flight, tile(position))
    assert flight.result.result().position == position
    assert (kept.get(key()) is not None) is stays


def test_a_build_is_shared_until_a_change_overtakes_it() -> None:
    kept = cache()
    first, leads = kept.join(key())
    assert (kept.join(key()), leads) == ((first, False), True)
    kept.touch("a", 1, [box_of(14, 8000, 5000)])
    second, leads = kept.join(key())
    assert leads
    assert second is not first
    kept.land(second, tile(1))
    kept.land(first, tile(0))
    found = kept.get(key())
    assert found is not None
    assert found.position == 1


def test_a_new_contract_voids_tiles_and_builds_of_its_layer_alone() -> None:
    kept = cache()
    keep(kept, key(column=1), tile())
    keep(kept, key(layer="b"), tile())
    flight, _ = kept.join(key())
    kept.forget("a")
    kept.land(flight, tile(99))
    assert kept.get(key()) is kept.get(key(column=1)) is None
    assert kept.get(key(layer="b"))


def test_access_classes_do_not_meet() -> None:
    kept = cache()
    keep(kept, key(), tile())
    assert kept.get(key()._replace(access=CLASIFICADA)) is None


def test_memory_is_silent_when_changes_are_out_of_sight() -> None:
    now = [NOW]
    kept = TileCache(2**20, clock=lambda: now[0])
    keep(kept, key(), tile())
    assert kept.get(key()) is None
    kept.confirm(NOW, 0)
    assert kept.get(key())
    flight, _ = kept.join(key(column=1))
    now[0] += 2.1
    assert kept.get(key()) is None
    assert kept.join(key(column=1)) != (flight, False)
    kept.confirm(now[0], 0)
    assert kept.get(key())


def test_one_who_leaves_does_not_take_the_build_from_the_others() -> None:
    kept = cache()
    flight, _ = kept.join(key())

    async def scene() -> Tile:
        leaver = asyncio.ensure_future(asyncio.wrap_future(flight.result))
        patient = asyncio.ensure_future(asyncio.wrap_future(flight.result))
        await asyncio.sleep(0)
        leaver.cancel()
        threading.Timer(0.05, kept.land, (flight, tile())).start()
        return await patient

    assert asyncio.run(scene()).forms


def test_a_failure_reaches_those_who_wait_and_the_next_one_tries_again() -> None:
    kept = cache()
    flight, _ = kept.join(key())
    kept.fail(flight, asyncio.CancelledError())
    assert isinstance(flight.result.exception(), RuntimeError)
    assert kept.join(key())[1]


def test_a_build_that_lags_behind_what_was_applied_is_not_kept() -> None:
    """Connections behind a balancer may lead to a replica that is late."""
    kept = cache()
    kept.confirm(NOW, 5)
    keep(kept, key(column=1), tile(4))
    keep(kept, key(column=2), tile(5))
    assert kept.get(key(column=1)) is None
    assert kept.get(key(column=2))
