"""datos.gov.co and other Socrata portals.

A dataset goes whole, in one revision that the portal applies in one stroke, with its metadata and
the documentation of each column. When few rows changed since what stands there, only those rows
go, in one request (SODA), and the metadata after them: in between, readers see the new rows under
the former description. What a dataset is called there (its 4x4) is remembered in the store.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Protocol, Self

from gis.errors import ConfigurationError, TargetRefused
from publishers.targets import socrata_revision as revision
from publishers.targets import socrata_rows as rows
from publishers.targets.protocol import Standing
from publishers.targets.socrata_client import Missing, SocrataClient
from publishers.targets.socrata_package import columns, differing, metadata

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gis.contract.entity import Entity
    from publishers.package import Package
    from publishers.targets.socrata_package import Column

Json = dict[str, Any]

MOST_CHANGES = 2_000
"""Rows in one request of differences, which the portal takes whole or not at all; more than
these and the dataset goes whole."""
OPTIONS = ("key_env", "secret_env")


class Assets(Protocol):
    """What each dataset is called on each portal, remembered by who wires the system."""

    def get(self, target: str, dataset: str) -> str | None: ...

    def put(self, target: str, dataset: str, identifier: str) -> None: ...


class SocrataTarget:
    """An account in a Socrata portal."""

    addresses_rows = True

    def __init__(
        self, client: SocrataClient, entity: Entity, assets: Assets, known: Mapping[str, str]
    ) -> None:
        self._client = client
        self._entity = entity
        self._assets = assets
        self._known = known

    @classmethod
    def from_options(
        cls,
        name: str,
        options: Mapping[str, str],
        entity: Entity,
        secrets: Mapping[str, str],
        assets: Assets,
    ) -> Self:
        """From the entity's file: ``domain`` (or ``url``), ``key_env`` and ``secret_env`` (names
        of environment variables), and ``"asset.CONJUNTO"`` for datasets that are there already."""
        credential = tuple(secrets.get(options.get(key, ""), "") for key in OPTIONS)
        address = options.get("url") or f"https://{options.get('domain', '')}"
        if not all(credential) or address == "https://":
            variables = [options[key] for key in OPTIONS if key in options]
            raise ConfigurationError(
                f"El destino «{name}» no está configurado: dé la llave de la cuenta en las "
                f"variables de entorno {' y '.join(variables) or 'que nombren ' + str(OPTIONS)}"
            )
        known = {k.removeprefix("asset."): v for k, v in options.items() if k[:6] == "asset."}
        key, secret = credential
        return cls(SocrataClient(name, address, (key, secret)), entity, assets, known)

    @staticmethod
    def is_configured(options: Mapping[str, str], secrets: Mapping[str, str]) -> bool:
        """Whether the account's key is there."""
        return all(secrets.get(options.get(key, "")) for key in OPTIONS)

    @property
    def name(self) -> str:
        return self._client.name

    def landing_page(self, dataset: str) -> str:
        view = self._view_id(dataset)
        return f"{self._client.address}/d/{view}" if view else self._client.address

    def file_url(self, dataset: str, file: str) -> str:
        return f"{self._entity.base_url}/datos/{dataset}/{file}"

    def state(self, dataset: str) -> Standing | None:
        view = self._view(dataset)
        if view is None or view.get("publicationStage") != "published":
            return None
        _, changeset, fingerprint, _ = f"{revision.standing(self._client, view['id'])}:::".split(
            ":", 3
        )
        return Standing(
            changeset=int(changeset or 0),
            fingerprint=fingerprint,
            sha256s={},
            address=self.landing_page(dataset),
            marks=_marks(view),
        )

    def publish(self, package: Package) -> int:
        view, note = self._view(package.dataset), _note(package)
        applied = view is not None and revision.settle(self._client, view["id"], note)
        if applied and not self.verify(package):
            return 0
        changes = self._changes(package) if view is not None else None
        if view is None or changes is None:
            return self._whole(package, view)
        writes = self._rows(package, view, changes)
        # What was erased from the history too, by order of law, is in no difference.
        return writes if not self.verify(package) else writes + self._whole(package, view)

    def _rows(self, package: Package, view: Json, changes: list[Json]) -> int:
        """Send the rows that changed, and after them what the dataset says of itself."""
        said = self._metadata(package, view)
        self._validate(view["id"], said)
        self._client.post(f"/resource/{view['id']}.json", changes)
        draft = revision.open_revision(self._client, view["id"], "update", said, _note(package))
        return 1 + revision.apply(self._client, draft, None)

    def _whole(self, package: Package, view: Json | None) -> int:
        """Replace everything in one revision; a new dataset is seen once it is applied."""
        said = self._metadata(package, view or {})
        known = view["id"] if view else None
        draft = revision.open_revision(self._client, known, "replace", said, _note(package))
        identifier = draft["resource"]["fourfour"]
        if view is None:
            self._assets.put(self.name, package.dataset, identifier)
        self._validate(identifier, said)
        upload = revision.Upload(_csv(package), self._columns(package))
        return revision.apply(self._client, draft, upload)

    def verify(self, package: Package) -> list[str]:
        view = self._view(package.dataset)
        if view is None:
            return ["El conjunto no está en el portal"]
        wanted = self._metadata(package, view)
        said = [f"«{key}» no es lo que se envió" for key in differing(view, wanted)]
        return said + rows.compare(self._client, view["id"], _csv(package), self._columns(package))

    def _changes(self, package: Package) -> list[Json] | None:
        """The rows to send; None when the dataset must go whole."""
        if package.before is None or len(package.key) != 1:
            return None
        (key,) = package.key
        changed, gone = rows.changes(package.before, _csv(package), key)
        if not 0 < len(changed) + len(gone) <= MOST_CHANGES:
            return None
        return rows.payload(changed, gone, key, self._columns(package))

    def _validate(self, view: str, said: Json) -> None:
        """Ask the portal, strictly, whether it would take the metadata; nothing is written."""
        body = {
            "name": said["name"],
            "customFields": said["metadata"]["custom_fields"],
        }
        path = f"/api/views/metadata/v1/{view}"
        checked = self._client.send(
            "PATCH", path, json=body, params={"validateOnly": "true", "strict": "true"}
        )
        wrong = [*(checked.get("errors") or []), *(checked.get("warnings") or [])]
        if wrong:
            raise TargetRefused(
                f"El portal «{self.name}» no acepta los metadatos: {wrong}", target=self.name
            )

    def _columns(self, package: Package) -> tuple[Column, ...]:
        key = package.key[0] if len(package.key) == 1 else ""
        return columns(package.record, key, rows.header(_csv(package)))

    def _metadata(self, package: Package, view: Json) -> Json:
        return metadata(package.record, view, self._entity)

    def _view(self, dataset: str) -> Json | None:
        identifier = self._view_id(dataset)
        if identifier is None:
            return None
        try:
            view: Json = self._client.get(f"/api/views/{identifier}")
        except Missing:
            return None
        return view

    def _view_id(self, dataset: str) -> str | None:
        return self._known.get(dataset) or self._assets.get(self.name, dataset)


def _csv(package: Package) -> Any:
    return package.folder / f"{package.dataset}.csv"


def _note(package: Package) -> str:
    """What a revision publishes: changeset, fingerprint of the contract, digest of the rows."""
    record = package.record
    digest = package.sha256s[f"{package.dataset}.csv"][:16]
    return f"{revision.OURS}{record.changeset}:{record.fingerprint}:{digest}"


def _marks(view: Json) -> dict[str, str]:
    """What changes when somebody edits the dataset there: its rows, or what it says of itself."""
    keys = ("name", "description", "category", "tags", "licenseId", "attribution", "metadata")
    said = json.dumps({key: view.get(key) for key in keys}, sort_keys=True)
    return {
        "rowsUpdatedAt": str(view.get("rowsUpdatedAt")),
        "metadata": hashlib.sha256(said.encode()).hexdigest(),
    }
