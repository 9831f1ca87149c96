"""A revision of a Socrata dataset: a draft made of a file, looked at, applied in one stroke.

Readers see what was there before until the portal applies the revision whole. Each revision
carries in its notes what it publishes, so that after a lost answer or a killed process the next
attempt finds what came of it: applied (nothing is sent again), still being applied (it waits), or
left open (it is discarded).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gis.errors import TargetRefused, TargetUnavailable
from publishers.targets.socrata_client import Missing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from publishers.targets.socrata_client import SocrataClient
    from publishers.targets.socrata_package import Column

Json = dict[str, Any]

ROOT = "/api/publishing/v1/revision"
OURS = "sig:"
"""How the notes of our revisions begin."""
APPROVAL = "approval_submitted"
PATIENCE = 1800
"""Questions, one a second, until a step of the portal is given up for this time."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file and the columns to make of it."""

    path: Path
    columns: tuple[Column, ...]
    content_type: str = "text/csv"


def standing(client: SocrataClient, view: str) -> str:
    """Notes of the newest revision of ours that was applied; empty when there is none."""
    for found in _list(client, view):
        notes = str(found.get("notes") or "")
        if _status(found) == "successful" and notes.startswith(OURS):
            return notes
    return ""


def settle(client: SocrataClient, view: str, note: str) -> bool:
    """Clear what earlier attempts left; whether ``note`` already is what was applied last.
    What others left waiting for an approval of theirs is theirs.

    Raises :class:`TargetUnavailable` while the portal applies something, and
    :class:`TargetRefused` while somebody there must approve it.
    """
    newest = True
    for entry in client.get(f"{ROOT}/{view}"):
        found, links = entry["resource"], entry["links"]
        status, notes = _status(found), str(found.get("notes") or "")
        if status == APPROVAL and notes.startswith(OURS):
            raise _to_approve(client)
        if _is_applying(found):
            raise TargetUnavailable(
                f"El portal «{client.name}» aún aplica otra revisión", target=client.name
            )
        if status == "successful" and newest:
            newest = False
            if notes == note:
                return True
        if not status and notes.startswith(OURS) and not found.get("closed_at"):
            client.send("DELETE", links["discard"])
    return False


def open_revision(
    client: SocrataClient, view: str | None, kind: str, metadata: Json, note: str
) -> Json:
    """A draft over ``view``, or of a new dataset; the portal's answer, links and all."""
    path = f"{ROOT}/{view}" if view else ROOT
    body = {"metadata": metadata, "action": {"type": kind, "permission": "public"}}
    made: Json = client.post(path, body)
    client.put(made["links"]["update"], {"notes": note})
    return made


def apply(client: SocrataClient, revision: Json, upload: Upload | None) -> int:
    """Fill the draft, look at it and apply it; the requests that wrote. A draft that does not
    come out as declared is discarded: nobody saw it."""
    try:
        body, writes = {}, 2
        if upload is not None:
            schema, writes = _fill(client, revision, upload)
            body = {"output_schema_id": schema}
    except TargetRefused:
        client.send("DELETE", revision["links"]["discard"])
        raise
    job = client.put(revision["links"]["apply"], body)
    if job.get("key") == APPROVAL:
        raise _to_approve(client)
    _await(
        client,
        job["links"]["show"],
        lambda found: bool(found["resource"]["finished_at"]),
        lambda found: found["resource"]["status"] == "failure",
    )
    return writes + 1


def _fill(client: SocrataClient, revision: Json, upload: Upload) -> tuple[int, int]:
    """Send the file and have its columns made; the output schema's id and how many writes."""
    source = client.post(
        revision["links"]["create_source"],
        {"source_type": {"type": "upload", "filename": upload.path.name}, "parse_options": {}},
    )
    sent = _send(client, source["links"], upload)
    read = _await(
        client,
        source["links"]["show"],
        lambda found: bool(found["resource"]["schemas"]),
        lambda found: bool(found["resource"]["failed_at"]),
    )
    schema = max(read["resource"]["schemas"], key=lambda one: int(one["id"]))
    links = _filled(read["links"]["input_schema_links"], input_schema_id=schema["id"])
    wanted = [column.output(n) for n, column in enumerate(upload.columns, start=1)]
    made = client.post(links["transform"], {"output_columns": wanted, "sort_bys": []})
    _check_key(client, made)
    done = _await(
        client,
        made["links"]["show"],
        lambda found: bool(found["resource"]["completed_at"]),
        lambda found: any(
            column["transform"]["failed_at"] for column in found["resource"]["output_columns"]
        ),
    )
    _check(client, done, upload.columns)
    return int(done["resource"]["id"]), sent + 4


def _send(client: SocrataClient, links: Json, upload: Upload) -> int:
    """The file in pieces of the size the portal prefers; a piece may be sent again."""
    start = client.post(links["initiate"], {"content_type": upload.content_type})
    size, offset, number = int(start["preferred_chunk_size"]), 0, 0
    with upload.path.open("rb") as stream:
        while piece := stream.read(size):
            client.send(
                "POST",
                _filled(links, seq_num=number, byte_offset=offset)["chunk"],
                repeat=True,
                data=piece,
                headers={"Content-Type": "application/octet-stream"},
            )
            number, offset = number + 1, offset + len(piece)
    last = _filled(links, seq_num=number - 1, byte_offset=offset)["commit"]
    client.send("POST", last, headers={"Content-Type": "application/json"})
    return number + 2


def _check_key(client: SocrataClient, made: Json) -> None:
    for column in made["resource"]["output_columns"]:
        if not column["is_primary_key"]:
            continue
        link = _filled(made["links"], transform_id=column["transform"]["id"])["validate_row_id"]
        if not client.get(link)["valid"]:
            raise TargetRefused(
                f"El portal «{client.name}» no acepta {column['field_name']} como identificador de "
                "las filas: está repetido o vacío",
                target=client.name,
            )


def _check(client: SocrataClient, done: Json, columns: Sequence[Column]) -> None:
    """Nothing is applied with a row in error or a type other than the declared one."""
    found = done["resource"]
    if found["error_count"]:
        shown = client.get(done["links"]["schema_errors"], limit=3, offset=0)[1:]
        raise TargetRefused(
            f"El portal «{client.name}» no entiende {found['error_count']} valores: {shown}"[:600],
            target=client.name,
        )
    types = {c["field_name"]: c["transform"]["output_soql_type"] for c in found["output_columns"]}
    wanted = {column.name: column.type for column in columns}
    other = [f"{k} ({types.get(k)})" for k, v in wanted.items() if types.get(k) != v]
    if other:
        raise TargetRefused(
            f"El portal «{client.name}» daría otro tipo a: {', '.join(other)}", target=client.name
        )


def _await(
    client: SocrataClient,
    link: str,
    finished: Callable[[Json], bool],
    failed: Callable[[Json], bool],
) -> Json:
    for _ in range(PATIENCE):
        found: Json = client.get(link)
        if failed(found):
            raise TargetRefused(
                f"El portal «{client.name}» no pudo con lo enviado", target=client.name
            )
        if finished(found):
            return found
        client.sleep(1)
    raise TargetUnavailable(f"El portal «{client.name}» no termina", target=client.name)


def _list(client: SocrataClient, view: str) -> list[Json]:
    try:
        return [entry["resource"] for entry in client.get(f"{ROOT}/{view}")]
    except Missing:
        return []


def _status(revision: Json) -> str:
    """How the applying of a revision goes; empty: nobody asked for it."""
    sets = revision.get("task_sets") or []
    return str(sets[-1]["status"]) if sets else ""


def _is_applying(revision: Json) -> bool:
    """Whether the portal is at it now: what it ended with, nobody here needs to know."""
    sets = revision.get("task_sets") or []
    return bool(sets) and not sets[-1].get("finished_at") and sets[-1]["status"] != APPROVAL


def _filled(links: Json, **values: object) -> dict[str, Any]:
    """Links with the portal's literal ``{name}`` put in."""
    made: dict[str, Any] = {}
    for name, link in links.items():
        if isinstance(link, dict):
            made[name] = _filled(link, **values)
            continue
        for key, value in values.items():
            link = link.replace(f"{{{key}}}", str(value))
        made[name] = link
    return made


def _to_approve(client: SocrataClient) -> TargetRefused:
    return TargetRefused(
        f"El portal «{client.name}» tiene la publicación en su cola de aprobación: pida que la "
        "aprueben allá y publique otra vez, que la encontrará hecha",
        target=client.name,
    )
