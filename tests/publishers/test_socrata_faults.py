"""Faults of the line and of the portal, in every phase of a publication to Socrata.

Each case breaks one request once and publishes again as the queue would. What readers see is
looked at before and after each request: always one whole table, the former or the new one.
``SIG_FAULTS=FILE`` writes what was observed as a table.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gis import publications as ledger
from gis.errors import TargetError, TargetUnavailable
from tests.publishers.test_socrata import codes, only_view, portal, send

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.publishers.city import City
    from tests.publishers.socrata_portal import Answer, Portal

__all__ = ["portal"]
pytestmark = pytest.mark.heavy

PHASES = {
    "crear la revisión": ("POST", "/revision"),
    "anotarla": ("PUT", "/revision/"),
    "validar los metadatos": ("PATCH", "/api/views/metadata"),
    "crear la fuente": ("POST", "/source"),
    "iniciar el envío": ("POST", "/initiate"),
    "un pedazo del archivo": ("POST", "/chunk/1/"),
    "cerrar el envío": ("POST", "/commit"),
    "transformar": ("POST", "/schema/"),
    "aplicar": ("PUT", "/apply"),
    "ver el trabajo": ("GET", "/apply/"),
    "leer las filas": ("GET", "/resource/"),
}


def cut_before(work: Callable[[], Answer]) -> Answer:
    raise ConnectionError


def cut_after(work: Callable[[], Answer]) -> Answer:
    work()
    raise ConnectionError


def busy(work: Callable[[], Answer]) -> Answer:
    return 429, {"message": "despacio"}, {"Retry-After": "3"}


def broken(work: Callable[[], Answer]) -> Answer:
    return 503, b"<html>mantenimiento</html>", {"Content-Type": "text/html"}


def page(work: Callable[[], Answer]) -> Answer:
    work()
    return 200, b"<html>hola</html>", {"Content-Type": "text/html"}


def truncated(work: Callable[[], Answer]) -> Answer:
    work()
    return 200, b'{"resource": {"id"', {}


FAULTS = {
    "corte después de hacerlo": cut_after,
    "corte antes": cut_before,
    "429": busy,
    "503": broken,
    "otro tipo de contenido": page,
    "JSON cortado": truncated,
}
OBSERVED: list[tuple[str, str, str, int]] = []


@pytest.fixture(scope="module", autouse=True)
def table() -> Iterator[None]:
    """What was observed, written at the end where ``SIG_FAULTS`` says."""
    yield
    path = os.environ.get("SIG_FAULTS")
    if path:
        rows = [f"| {p} | {f} | {first} | {n} |" for p, f, first, n in OBSERVED]
        Path(path).write_text("\n".join(rows) + "\n", encoding="utf-8")


class Once:
    """Breaks the first request of a phase, or all of them, and watches what readers see."""

    def __init__(self, portal: Portal, phase: str, fault: Any, times: int = 1) -> None:
        self._portal, self._fault, self._left = portal, fault, times
        self._method, self._part = PHASES[phase]
        self.seen: set[frozenset[str]] = set()
        self.hit = False
        portal.fault = self

    def __call__(self, method: str, path: str, work: Callable[[], Answer]) -> Answer:
        self._look()
        if method == self._method and self._part in path and self._left:
            self._left -= 1
            self.hit = True
            return self._fault(work)  # type: ignore[no-any-return]
        answer = work()
        self._look()
        return answer

    def _look(self) -> None:
        """What anybody would read at this moment."""
        for view in self._portal.held.views.values():
            if view["publicationStage"] == "published":
                rows = self._portal.held.rows[view["id"]]
                self.seen.add(frozenset(row["codigo"] for row in rows))


def until_it_stands(city: City, portal: Portal) -> tuple[str, int]:
    """Publish as the queue does: again while the portal is away. What came of the first attempt,
    and how many it took."""
    first = ""
    for attempt in range(1, 5):
        try:
            done = send(city, portal)
        except TargetUnavailable as error:
            first = first or error.code
            continue
        assert done.result in (ledger.PUBLISHED, ledger.UNCHANGED), done.plan.reason
        return first or done.result, attempt
    raise AssertionError("never stood")


@pytest.mark.parametrize("phase", PHASES)
def test_a_fault_ends_in_one_whole_publication(
    city: City, portal: Portal, phase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first fault meets a new dataset, the others one that is there, replaced whole."""
    monkeypatch.setattr("publishers.targets.socrata.MOST_CHANGES", 0)
    now = frozenset({"A-1", "A-2", "A-3"})
    for number, (name, fault) in enumerate(FAULTS.items()):
        before, now = now, now | {f"B-{number}"}
        city.run("INSERT INTO data.arboles (codigo) VALUES (:code)", code=f"B-{number}")
        watch = Once(portal, phase, fault)
        first, attempts = until_it_stands(city, portal)
        assert watch.hit, f"{name}: never met"
        assert codes_of_published(portal) == [now], name
        assert watch.seen <= {before, now}, name
        OBSERVED.append((phase, name, first, attempts))


def codes_of_published(portal: Portal) -> list[frozenset[str]]:
    """Codes in each dataset that readers see: there must be just one dataset."""
    return [
        frozenset(row["codigo"] for row in portal.held.rows[ff])
        for ff, view in portal.held.views.items()
        if view["publicationStage"] == "published"
    ]


def left_open(portal: Portal) -> list[Any]:
    return [
        found
        for revisions in portal.held.revisions.values()
        for found in revisions
        if not found["task_sets"]
    ]


def test_a_credential_revoked_in_the_middle_says_what_to_do(city: City, portal: Portal) -> None:
    send(city, portal)
    before = codes(portal)
    city.run("DELETE FROM data.arboles")
    city.run("INSERT INTO data.arboles (codigo) SELECT 'C-' || n FROM generate_series(1, 9) n")

    def revoke(work: Callable[[], Answer]) -> Answer:
        portal.held.keys_valid = False
        return work()

    Once(portal, "validar los metadatos", revoke)
    excuse = (("extent-shrunk", "Otra campaña"),)
    with pytest.raises(TargetError, match="revise la llave"):
        send(city, portal, let_pass=excuse)
    assert codes(portal) == before
    portal.held.keys_valid = True
    assert send(city, portal, let_pass=excuse).result == ledger.PUBLISHED
    assert codes(portal) == {f"C-{n}" for n in range(1, 10)}


def test_a_queue_of_approvals_is_said_and_found_done(city: City, portal: Portal) -> None:
    from tests.publishers.socrata_portal import carry_out

    portal.held.approvals = True
    with pytest.raises(TargetError, match="cola de aprobación"):
        send(city, portal)
    with pytest.raises(TargetError, match="cola de aprobación"):
        send(city, portal)
    assert only_view(portal)["publicationStage"] == "unpublished"
    with portal.store.change() as held:
        (job,) = held.jobs.values()
        job["status"] = "initializing"
        carry_out(held, job)
    portal.held.approvals = False
    portal.requests.clear()
    assert send(city, portal).result == ledger.PUBLISHED
    assert not any("/chunk/" in request for request in portal.requests)


def test_rows_that_the_portal_does_not_understand_are_never_applied(
    city: City, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    from publishers.targets import socrata_package

    wrong = socrata_package.EXPRESSIONS | {"date": ("number", "to_number(`{0}`)")}
    monkeypatch.setattr(socrata_package, "EXPRESSIONS", wrong)
    with pytest.raises(TargetError, match="no entiende"):
        send(city, portal)
    assert only_view(portal)["publicationStage"] == "unpublished"
    assert not left_open(portal)
