"""Undo in chains: what was itself undone is as if it had not been, to any depth."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.changesets import ledger, load, undo, verify_chain
from gis.errors import ChangesetConflict
from tests.integration.builders import SITES, conformed, site

if TYPE_CHECKING:
    from collections.abc import Callable

    from gis.contract.catalog import Catalog

pytestmark = pytest.mark.usefixtures("small")
ROWS = "SELECT _fid, _id, nombre, camas, ST_AsText(geom) FROM data.sitios ORDER BY _id"


@pytest.fixture
def last(engine: sa.Engine) -> Callable[[], int]:
    """Number of the newest changeset."""

    def read() -> int:
        with engine.connect() as connection:
            return ledger(connection)[0].id

    return read


@pytest.fixture
def change(run: Any, last: Callable[[], int]) -> Callable[..., int]:
    """``change(sql, …)``: one changeset of statements; its number."""

    def write(*statements: str) -> int:
        run(*statements)
        return last()

    return write


@pytest.fixture
def back(engine: sa.Engine, small: Catalog) -> Callable[[int], int]:
    """``back(number)``: undo it; the number of the undo."""

    def write(number: int) -> int:
        done = undo(engine, small, number).changeset
        assert done is not None
        return done

    return write


@pytest.fixture
def three(change: Callable[..., int], run: Any) -> list[int]:
    """One site, renamed by three changes after the one that added it."""
    run("INSERT INTO data.sitios (codigo, nombre) VALUES ('S1', NULL)")
    return [
        change("UPDATE data.sitios SET nombre = chr(coalesce(ascii(nombre), 96) + 1)")
        for _ in range(3)
    ]


def names(rows: Any) -> list[str | None]:
    return [name for (name,) in rows("SELECT nombre FROM data.sitios ORDER BY _id")]


def test_a_chain_is_undone_from_the_newest_to_the_oldest(
    three: list[int], back: Any, rows: Any, engine: sa.Engine
) -> None:
    for number, name in zip(reversed(three), ("b", "a", None), strict=True):
        back(number)
        assert names(rows) == [name]
    with engine.connect() as connection:
        assert list(verify_chain(connection)) == []


def test_the_changes_in_the_way_are_named_newest_first(three: list[int], back: Any) -> None:
    a, b, c = three
    with pytest.raises(ChangesetConflict, match=rf"S1 \(cambio {c}\), S1 \(cambio {b}\)\. Deshaga"):
        back(a)
    back(c)
    with pytest.raises(ChangesetConflict, match=rf"tocaron S1 \(cambio {b}\)\."):
        back(a)


def test_what_is_undone_says_by_which_and_that_is_undone_too(
    three: list[int], back: Any, rows: Any
) -> None:
    c = three[-1]
    undone = back(c)
    with pytest.raises(ChangesetConflict, match=f"ya está deshecho por el cambio {undone}"):
        back(c)
    redone = back(undone)
    assert names(rows) == ["c"]
    again = back(c)
    assert names(rows) == ["b"]
    with pytest.raises(ChangesetConflict, match=f"ya está deshecho por el cambio {redone}"):
        back(undone)
    back(again)
    assert names(rows) == ["c"]


def test_an_undo_is_undone_only_when_what_was_undone_before_it_is_back(
    three: list[int], back: Any, rows: Any
) -> None:
    a, b, c = three
    without_c, without_b = back(c), back(b)
    without_a = back(a)
    with pytest.raises(ChangesetConflict, match=rf"\(cambio {without_a}\)"):
        back(without_b)
    for number in (without_a, without_b, without_c):
        back(number)
    assert names(rows) == ["c"]


def test_only_the_rows_that_both_touched_are_in_the_way(
    change: Any, back: Any, run: Any, rows: Any
) -> None:
    run("INSERT INTO data.sitios (codigo) VALUES ('S1'), ('S2'), ('S3')")
    a = change("UPDATE data.sitios SET nombre = 'a' WHERE codigo IN ('S1', 'S2')")
    b = change("UPDATE data.sitios SET nombre = 'b' WHERE codigo IN ('S2', 'S3')")
    c = change("UPDATE data.sitios SET nombre = 'c' WHERE codigo = 'S3'")
    with pytest.raises(ChangesetConflict, match=rf"S3 \(cambio {c}\)"):
        back(b)
    back(c)
    back(b)
    back(a)
    assert names(rows) == [None] * 3


def test_a_removal_and_what_took_its_key_are_undone_in_turn(
    change: Any, back: Any, run: Any, rows: Any
) -> None:
    run("INSERT INTO data.sitios (codigo, nombre) VALUES ('S1', 'primero')")
    before = rows(ROWS)
    gone = change("DELETE FROM data.sitios")
    new = change("INSERT INTO data.sitios (codigo, nombre) VALUES ('S1', 'segundo')")
    renamed = change("UPDATE data.sitios SET nombre = 'tercero'")
    back(renamed)
    with pytest.raises(ChangesetConflict, match=rf"tocaron S1 \(cambio {new}\)\."):
        back(gone)
    back(new)
    back(gone)
    assert rows(ROWS) == before


def test_an_addition_goes_after_a_removal_of_it_came_back(
    change: Any, back: Any, rows: Any
) -> None:
    added = change("INSERT INTO data.sitios (codigo) VALUES ('S1')")
    removed = change("DELETE FROM data.sitios")
    returned = back(removed)
    gone = back(added)
    assert rows(ROWS) == []
    back(gone)
    back(returned)
    assert rows(ROWS) == []
    with pytest.raises(ChangesetConflict, match=rf"\(cambio {removed}\)"):
        back(added)


def test_features_that_exchanged_their_keys_get_them_back(
    change: Any, back: Any, run: Any, rows: Any
) -> None:
    run("INSERT INTO data.sitios (codigo, nombre) VALUES ('S1', 'uno'), ('S2', 'dos')")
    before = rows(ROWS)
    exchanged = change(
        "UPDATE data.sitios SET codigo = 'S9' WHERE codigo = 'S1'",
        "UPDATE data.sitios SET codigo = 'S1' WHERE codigo = 'S2'",
        "UPDATE data.sitios SET codigo = 'S2' WHERE codigo = 'S9'",
    )
    assert names(rows) == ["dos", "uno"]
    undone = back(exchanged)
    assert rows(ROWS) == before
    back(undone)
    assert names(rows) == ["dos", "uno"]


def test_a_feature_replaced_by_another_of_its_key_in_one_change_returns(
    change: Any, back: Any, run: Any, rows: Any
) -> None:
    run("INSERT INTO data.sitios (codigo, nombre) VALUES ('S1', 'uno')")
    before = rows(ROWS)
    back(change("DELETE FROM data.sitios", "INSERT INTO data.sitios (codigo) VALUES ('S1')"))
    assert rows(ROWS) == before


def test_without_a_key_each_feature_keeps_its_id(
    change: Any, back: Any, run: Any, rows: Any
) -> None:
    notes = "SELECT _fid, _id, texto FROM data.notas ORDER BY _fid"
    run("INSERT INTO data.notas (texto) VALUES ('una'), ('otra')")
    before = rows(notes)
    a = change("DELETE FROM data.notas WHERE texto = 'una'")
    b = change("UPDATE data.notas SET texto = 'b'")
    c = change("DELETE FROM data.notas")
    for number in (c, b, a):
        back(number)
    assert rows(notes) == before


def test_a_delivery_is_undone_after_the_edits_of_its_features_were(
    engine: sa.Engine, change: Any, back: Any, rows: Any
) -> None:
    delivered = load(engine, SITES, conformed(SITES, [site("S1"), site("S2", 10)])).changeset
    edits = [change("UPDATE data.sitios SET camas = 1 + coalesce(camas, 0)") for _ in range(2)]
    for number in reversed(edits):
        back(number)
    back(delivered)
    assert rows(ROWS) == []
    assert rows("SELECT count(*) FROM tiles.sitios__merged") == [(0,)]


def test_a_chain_can_be_rehearsed(
    engine: sa.Engine, small: Catalog, three: list[int], back: Any, rows: Any
) -> None:
    _, b, c = three
    back(c)
    report = undo(engine, small, b, dry_run=True)
    assert (report.changeset, report.changed) == (None, 1)
    assert names(rows) == ["b"]
    back(b)  # a rehearsal does not count as an undo
    assert names(rows) == ["a"]


CODES = tuple(f"S{n}" for n in range(4))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.lists(st.sampled_from(CODES), min_size=1, unique=True)),
        st.tuples(st.just("remove"), st.lists(st.sampled_from(CODES), min_size=1, unique=True)),
        st.tuples(st.just("rename"), st.permutations(CODES).map(lambda codes: codes[:2])),
        st.tuples(st.just("undo"), st.integers(1, 6)),
    ),
    min_size=3,
    max_size=14,
)


@dataclass(frozen=True)
class State:
    """A feature at a moment: the write that made it so, and its code and value while it is there.

    Two moments are the same state only when no write that stands lies between them."""

    write: int = 0
    code: str | None = None
    value: int | None = None


class Model:
    """What undo must do, told by states of features and not by the ledger: a change may be undone
    while each feature is as it left it and the codes it gives back are free."""

    def __init__(self) -> None:
        self.now: dict[int, State] = {}
        self.found: dict[int, dict[int, State]] = {}
        self.left: dict[int, dict[int, State]] = {}
        self.moments: dict[int, dict[str, int]] = {}

    def of(self, code: str) -> int | None:
        return next((f for f, state in self.now.items() if state.code == code), None)

    def put(self, number: int, states: dict[int, State]) -> None:
        self.found[number] = {f: self.now.get(f, State()) for f in states}
        self.left[number] = states
        self.now.update(states)
        self.moments[number] = self.present()

    def present(self) -> dict[str, int]:
        return {s.code: s.value for s in self.now.values() if s.code and s.value is not None}

    def may_undo(self, number: int) -> bool:
        left = self.left[number]
        codes = {s.code for s in self.found[number].values()} - {None}
        taken = any(s.code in codes for f, s in self.now.items() if f not in left)
        return not taken and all(self.now[f] == state for f, state in left.items())


class Trial:
    """The same steps in the store and in the model."""

    def __init__(self, engine: sa.Engine, catalog: Catalog) -> None:
        self.engine, self.catalog = engine, catalog
        self.model, self.count = Model(), itertools.count(1)
        with engine.begin() as connection:
            connection.execute(sa.text("DELETE FROM data.sitios"))

    def change(self, states: dict[int, State], *statements: tuple[str, dict[str, Any]]) -> None:
        with self.engine.begin() as connection:
            for statement, values in statements:
                connection.execute(sa.text(statement), values)
            number = connection.scalar(sa.text("SELECT max(id) FROM sig.changeset"))
        self.model.put(number, states)

    def write(self, codes: list[str]) -> None:
        n = next(self.count)
        put = """INSERT INTO data.sitios (codigo, camas, geom)
                 VALUES (:code, :n, ST_SetSRID(ST_MakePoint(4750000 + :n * 9, 2050000), 9377))
                 ON CONFLICT (_id) DO UPDATE SET camas = excluded.camas, geom = excluded.geom"""
        states = {self.model.of(code) or next(self.count): State(n, code, n) for code in codes}
        self.change(states, *((put, {"code": code, "n": n}) for code in codes))

    def remove(self, codes: list[str]) -> None:
        there = [feature for code in codes if (feature := self.model.of(code))]
        if there:
            gone = "DELETE FROM data.sitios WHERE codigo = ANY(:codes)"
            states = dict.fromkeys(there, State(next(self.count)))
            self.change(states, (gone, {"codes": codes}))

    def rename(self, codes: list[str]) -> None:
        """The feature of the first code takes the second, and who had that takes the first."""
        n = next(self.count)
        pairs = [(self.model.of(one), other) for one, other in (codes, reversed(codes))]
        states = {f: replace(self.model.now[f], write=n, code=new) for f, new in pairs if f}
        if states:
            former, new = codes
            move = "UPDATE data.sitios SET codigo = :new WHERE codigo = :former"
            steps = [(former, "S99"), (new, former), ("S99", new)]
            self.change(states, *((move, {"former": a, "new": b}) for a, b in steps))

    def undo(self, ago: int) -> None:
        changes = list(self.model.left)
        if not changes:
            return
        number = changes[-min(ago, len(changes))]
        if not self.model.may_undo(number):
            with pytest.raises(ChangesetConflict):
                undo(self.engine, self.catalog, number)
            return
        done = undo(self.engine, self.catalog, number).changeset
        assert done is not None
        self.model.put(done, self.model.found[number])

    def check(self) -> None:
        with self.engine.connect() as connection:
            current = sa.text("SELECT codigo, camas FROM data.sitios")
            assert dict(connection.execute(current).tuples().all()) == self.model.present()
            merged = "SELECT coalesce(sum(cantidad), 0) FROM tiles.sitios__merged WHERE band = 14"
            assert connection.scalar(sa.text(merged)) == len(self.model.present())
            for number, moment in self.model.moments.items():
                found = connection.execute(_AS_OF, {"number": number}).tuples().all()
                assert dict(found) == moment


_AS_OF = sa.text(
    """SELECT codigo, camas FROM data.sitios WHERE _changeset <= :number UNION ALL
       SELECT codigo, camas FROM history.sitios WHERE _opened <= :number AND _closed > :number"""
)


def test_any_changes_and_undos_end_in_the_expected_state(engine: sa.Engine, small: Catalog) -> None:
    @given(steps=STEPS)
    @settings(max_examples=40, deadline=None)
    def attempt(steps: list[tuple[str, Any]]) -> None:
        trial = Trial(engine, small)
        for kind, what in steps:
            getattr(trial, kind)(what)
        trial.check()

    attempt()
    with engine.connect() as connection:
        assert list(verify_chain(connection)) == []
