"""Questions asked as jobs: accepted, done, read, dismissed, bounded, and not lost with a worker."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from api import answers
from api.commands.worker import work
from gis.accounts import Action
from gis.processes import Shared, jobs
from publishers.jobs import open_queue, prepare
from tests.api.people import add, allow, token
from tests.api.test_leaving import locked, stuck
from tests.api.test_processes import ASK, EXCEPTIONS, INPUTS, ask
from tests.api.test_tile_cache import within

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from api.wiring import System

ROOT = Path(__file__).parents[2]


async def _prepare(system: System) -> None:
    app = open_queue(system.engine.url)
    async with app.open_async():
        await prepare(app)


@pytest.fixture
def queue(own_city: System) -> System:
    """A city whose queue has been attended once."""
    asyncio.run(_prepare(own_city))
    return own_city


def test_without_anybody_to_attend_it_a_job_is_refused(own_client: httpx.Client) -> None:
    answer = ask(own_client, INPUTS, Prefer="respond-async")
    assert answer.status_code == 503
    assert "sig worker" in answer.json()["detail"]


def test_a_job_is_accepted_done_and_read(queue: System, own_client: httpx.Client) -> None:
    made = ask(own_client, INPUTS, Prefer="respond-async")
    assert made.status_code == 201
    assert made.headers["Preference-Applied"] == "respond-async"
    status = own_client.get(made.headers["Location"])
    assert status.json()["status"] == "accepted"
    early = own_client.get(made.headers["Location"] + "/results")
    assert (early.status_code, early.json()["type"]) == (404, EXCEPTIONS + "result-not-ready")
    number = status.json()["jobID"]
    assert answers.do(queue, number, Shared()) == "terminado"
    done = own_client.get(made.headers["Location"]).json()
    assert (done["status"], done["progress"]) == ("successful", 100)
    results = next(link["href"] for link in done["links"] if link["rel"].endswith("/results"))
    assert own_client.get(results).text == ask(own_client, INPUTS).text
    assert own_client.get("/api/jobs").json()["jobs"] == []


def test_a_job_answers_in_the_form_it_was_asked_for(
    queue: System, own_client: httpx.Client
) -> None:
    asked = {"inputs": INPUTS, "response": "document"}
    made = own_client.post(ASK, json=asked, headers={"Prefer": "respond-async"}).json()
    answers.do(queue, made["jobID"], Shared())
    found = own_client.get(f"/api/jobs/{made['jobID']}/results")
    assert found.text == own_client.post(ASK, json=asked).text
    assert set(found.json()) == {"resultado"}


def test_people_read_jobs_and_answers_as_pages(queue: System, own_client: httpx.Client) -> None:
    number = ask(own_client, INPUTS, Prefer="respond-async").json()["jobID"]
    answers.do(queue, number, Shared())
    for path in ("/api/jobs", f"/api/jobs/{number}", f"/api/jobs/{number}/results"):
        page = own_client.get(path, headers={"Accept": "text/html"})
        assert page.status_code == 200, path
        assert page.headers["content-type"].startswith("text/html"), path
        assert "<h1>" in page.text
    assert "Sitios" in page.text


def test_a_job_whose_worker_died_is_done_again_and_then_given_up(
    queue: System, own_client: httpx.Client
) -> None:
    number = ask(own_client, INPUTS, Prefer="respond-async").json()["jobID"]
    for expected in (1, 0):
        with queue.engine.begin() as conn:
            assert jobs.begin(conn, number) is not None
            conn.exec_driver_sql("UPDATE sig.job SET updated_at = now() - interval '1 hour'")
        assert answers.look_after(queue) == expected
    status = own_client.get(f"/api/jobs/{number}").json()
    assert status["status"] == "failed"
    assert "dos veces" in status["message"]
    results = own_client.get(f"/api/jobs/{number}/results")
    assert results.status_code == 400


def test_a_dismissed_job_is_not_done(queue: System, own_client: httpx.Client) -> None:
    number = ask(own_client, INPUTS, Prefer="respond-async").json()["jobID"]
    gone = own_client.delete(f"/api/jobs/{number}")
    assert gone.json()["status"] == "dismissed"
    assert answers.do(queue, number, Shared()) == "nada que hacer"
    assert own_client.get(f"/api/jobs/{number}/results").status_code == 404


def later(client: httpx.Client, **headers: str) -> str:
    """The number of a new job."""
    made = ask(client, INPUTS, Prefer="respond-async", **headers)
    assert made.status_code == 201, made.text
    number: str = made.json()["jobID"]
    return number


def status(client: httpx.Client, number: str, **headers: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/api/jobs/{number}", headers=headers).json()
    return found


QUEUED = sa.text(
    "SELECT count(*) FROM sig_jobs.procrastinate_jobs WHERE status = 'todo' AND task_name = :task"
)


def queued(system: System) -> int:
    """Questions that wait in the queue of the workers."""
    with system.engine.connect() as conn:
        return conn.execute(QUEUED, {"task": answers.ANSWER}).scalar_one()


def test_a_job_asked_with_an_account_is_that_account_s_alone(
    queue: System, own_client: httpx.Client
) -> None:
    keys = {}
    for name in ("ana", "beto"):
        add(queue, name, allow(Action.EDITAR, "sitios"))
        keys[name] = f"Bearer {token(queue, name, allow(Action.EDITAR, 'sitios'))}"
    number = later(own_client, Authorization=keys["ana"])
    for headers in ({}, {"Authorization": keys["beto"]}):
        for method, path in (("GET", ""), ("GET", "/results"), ("DELETE", "")):
            answer = own_client.request(method, f"/api/jobs/{number}{path}", headers=headers)
            assert answer.status_code == 404, (method, path)
            assert answer.json()["type"] == EXCEPTIONS + "no-such-job"
    mine = own_client.get("/api/jobs", headers={"Authorization": keys["ana"]})
    assert [one["jobID"] for one in mine.json()["jobs"]] == [number]
    assert mine.headers["cache-control"] == "private, no-store"
    theirs = own_client.get("/api/jobs", headers={"Authorization": keys["beto"]})
    assert theirs.json()["jobs"] == []


def test_too_many_that_wait_are_refused(
    queue: System, own_client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.answers.MOST_OF_NOBODY", 1)
    later(own_client)
    refused = ask(own_client, INPUTS, Prefer="respond-async")
    assert (refused.status_code, "retry-after" in refused.headers) == (503, True)
    assert "demasiados trabajos" in refused.json()["detail"]
    add(queue, "ana", allow(Action.EDITAR, "sitios"))
    key = token(queue, "ana", allow(Action.EDITAR, "sitios"))
    later(own_client, Authorization=f"Bearer {key}")
    assert queued(queue) == 2


def test_answers_that_no_longer_fit_are_refused(
    queue: System, own_client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers.do(queue, later(own_client), Shared())
    monkeypatch.setattr("api.answers.MOST_KEPT", 100)
    assert ask(own_client, INPUTS, Prefer="respond-async").status_code == 503


def test_an_answer_too_large_to_keep_is_said(
    queue: System, own_client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gis.processes.jobs.LARGEST", 10)
    number = later(own_client)
    answers.do(queue, number, Shared())
    found = status(own_client, number)
    assert (found["status"], "menos elementos" in found["message"]) == ("failed", True)


def in_thread(
    system: System, number: str, must_end: Callable[[], bool] = lambda: False
) -> tuple[threading.Thread, list[str]]:
    """A worker that does one job; what came of it."""
    ended: list[str] = []
    doing = threading.Thread(
        target=lambda: ended.append(answers.do(system, number, Shared(), must_end))
    )
    doing.start()
    return doing, ended


def test_a_dismissed_job_that_runs_is_stopped(
    queue: System, own_client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.answers.HEARTBEAT_SECONDS", 0.2)
    number = later(own_client)
    with locked(queue) as busy:
        doing, ended = in_thread(queue, number)
        within(5, lambda: stuck(busy) == 1)
        assert own_client.delete(f"/api/jobs/{number}").json()["status"] == "dismissed"
        within(5, lambda: stuck(busy) == 0)
        doing.join(5)
    assert ended == ["descartado"]
    assert status(own_client, number)["status"] == "dismissed"


def test_a_worker_that_has_to_end_leaves_the_job_to_another(
    queue: System, own_client: httpx.Client
) -> None:
    number = later(own_client)
    with locked(queue) as busy:
        doing, ended = in_thread(queue, number, lambda: stuck(busy) == 1)
        doing.join(10)
    assert ended == ["lo hará otro"]
    assert queued(queue) == 2
    assert status(own_client, number)["status"] == "accepted"
    assert answers.do(queue, number, Shared()) == "terminado"


def test_a_job_that_takes_too_long_ends_and_says_so(
    queue: System, own_client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.answers.LONGEST_SECONDS", 1.0)
    number = later(own_client)
    with locked(queue):
        doing, _ = in_thread(queue, number)
        doing.join(10)
    found = status(own_client, number)
    assert (found["status"], "Tardó más" in found["message"]) == ("failed", True)


def test_a_job_goes_on_saying_so(
    queue: System, own_client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.answers.HEARTBEAT_SECONDS", 0.2)
    number = later(own_client)
    with locked(queue) as busy:
        doing, _ = in_thread(queue, number)
        within(5, lambda: stuck(busy) == 1)
        first = status(own_client, number)["updated"]
        within(5, lambda: status(own_client, number)["updated"] > first)
        busy.rollback()
        doing.join(5)
    assert status(own_client, number)["status"] == "successful"


WORKER = """
import sys
from pathlib import Path
from pydantic import SecretStr
from api import answers
from api.commands.worker import work
from api.settings import Settings
from api.wiring import System
from gis.processes import Shared
from gis.store import make_engine
from tests.api import world
url, reader, home, number = sys.argv[1:]
settings = Settings(home=Path(home), database_url=SecretStr(url))
reads = make_engine(reader, role="sig_publica")
system = System(settings, world.catalog(), make_engine(url), reads)
answers.do(system, number, Shared())
"""


def test_a_job_outlives_the_kill_of_its_worker(
    queue: System, own_client: httpx.Client, tmp_path: Path
) -> None:
    number = later(own_client)
    addresses = [
        engine.url.render_as_string(hide_password=False) for engine in (queue.engine, queue.reader)
    ]
    with locked(queue) as busy:
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, *addresses, str(tmp_path), number], cwd=ROOT
        )
        try:
            within(30, lambda: stuck(busy) == 1)
        finally:
            worker.kill()
            worker.wait()
    assert status(own_client, number)["status"] == "running"
    assert answers.look_after(queue) == 0  # it may still be there
    with queue.engine.begin() as conn:
        conn.exec_driver_sql("UPDATE sig.job SET updated_at = now() - interval '3 minutes'")
    assert answers.look_after(queue) == 1
    attend(queue)
    assert status(own_client, number)["status"] == "successful"


def attend(system: System) -> None:
    """A worker of questions that does what there is."""

    async def run() -> None:
        app = open_queue(system.engine.url)
        answers.register(app, system)
        async with app.open_async():
            await answers.attend(app, wait=False)

    asyncio.run(run())


def test_what_is_old_is_forgotten(queue: System, own_client: httpx.Client) -> None:
    number = later(own_client)
    answers.do(queue, number, Shared())
    with queue.engine.begin() as conn:
        conn.exec_driver_sql("UPDATE sig.job SET finished_at = now() - interval '8 days'")
    answers.look_after(queue)
    gone = own_client.get(f"/api/jobs/{number}")
    assert gone.json()["type"] == EXCEPTIONS + "no-such-job"


def test_the_worker_attends_both_queues(queue: System, own_client: httpx.Client) -> None:
    numbers = [later(own_client) for _ in range(3)]
    asyncio.run(work(queue, wait=False))
    assert {status(own_client, number)["status"] for number in numbers} == {"successful"}
    assert queued(queue) == 0
