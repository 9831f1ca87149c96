"""CKAN by its action API (tested against CKAN 2.12).

Names and ids are derived from ours, so that publishing again finds what it made: the package is
named like the dataset (with the account's prefix), and each file is a resource whose id is a UUID
of dataset and file name. Nothing is sent that already stands as wanted. A package is made private
and shown once its files are in, so that nobody sees it half made; on later publications the
changed files go first and the package's own description, which carries the changeset, last.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

import ckanapi
import requests
from ckanapi.errors import (
    CKANAPIError,
    NotAuthorized,
    NotFound,
    SearchError,
    SearchIndexError,
    ValidationError,
)

from gis.contract.metadata import CC_BY_4, CC_BY_SA_4, ODBL_1
from gis.errors import ConfigurationError, TargetError, TargetRefused, TargetUnavailable
from publishers.targets.ckan_package import describe, resource, slug
from publishers.targets.protocol import Standing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gis.contract.entity import Entity
    from publishers.metadata import Distribution
    from publishers.package import Package

Json = dict[str, Any]

TIMEOUT = (10.0, 120.0)
"""Seconds to connect and to wait for an answer."""
RETRY_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
LICENCES = {CC_BY_4: "cc-by", CC_BY_SA_4: "cc-by-sa", ODBL_1: "odc-odbl"}


class CkanTarget:
    """An organisation's account in a CKAN. ``session`` is injectable for tests and proxies."""

    addresses_rows = False

    def __init__(
        self,
        name: str,
        address: str,
        token: str,
        *,
        organization: str,
        organization_title: str,
        prefix: str = "",
        session: requests.Session | None = None,
        timeout: tuple[float, float] = TIMEOUT,
    ) -> None:
        self._name = name
        self._address = address.rstrip("/")
        self._organization = organization
        self._organization_title = organization_title
        self._prefix = prefix
        self._session = session or requests.Session()
        self._timeout = timeout
        self._status = 0
        self._session.hooks["response"].append(self._remember)
        self._ckan = ckanapi.RemoteCKAN(
            self._address, apikey=token, user_agent="sig-municipal", session=self._session
        )

    @classmethod
    def from_options(
        cls, name: str, options: Mapping[str, str], entity: Entity, secrets: Mapping[str, str]
    ) -> Self:
        """From the entity's file: ``url`` or ``url_env``, ``token_env`` (names of environment
        variables), ``organization`` and, if wanted, ``prefix`` for the names of packages."""
        address = options.get("url") or secrets.get(options.get("url_env", ""), "")
        token = secrets.get(options.get("token_env", ""), "")
        if not address or not token:
            variables = [options[key] for key in ("url_env", "token_env") if key in options]
            raise ConfigurationError(
                f"El destino «{name}» no está configurado: dé la dirección y la credencial en las "
                f"variables de entorno {' y '.join(variables) or 'que nombren url_env y token_env'}"
            )
        return cls(
            name,
            address,
            token,
            organization=options.get("organization") or slug(entity.name),
            organization_title=entity.name,
            prefix=options.get("prefix", ""),
        )

    @staticmethod
    def is_configured(options: Mapping[str, str], secrets: Mapping[str, str]) -> bool:
        """Whether address and credential are there."""
        address = options.get("url") or secrets.get(options.get("url_env", ""))
        return bool(address and secrets.get(options.get("token_env", "")))

    @property
    def name(self) -> str:
        return self._name

    def landing_page(self, dataset: str) -> str:
        return f"{self._address}/dataset/{self._package_name(dataset)}"

    def file_url(self, dataset: str, file: str) -> str:
        identifier = self._resource_id(dataset, file)
        return f"{self.landing_page(dataset)}/resource/{identifier}/download/{quote(file)}"

    def state(self, dataset: str) -> Standing | None:
        package = self._show(dataset)
        if package is None or package.get("private") or package.get("state") != "active":
            return None
        extras = {extra["key"]: extra["value"] for extra in package.get("extras", [])}
        if not extras.get("sig_changeset", "").isdigit():
            return None
        return Standing(
            changeset=int(extras["sig_changeset"]),
            fingerprint=extras.get("sig_fingerprint", ""),
            sha256s={r["name"]: r.get("hash", "") for r in package.get("resources", [])},
            address=self.landing_page(dataset),
        )

    def publish(self, package: Package) -> int:
        wanted = self._wanted(package)
        found = self._show(package.dataset)
        writes = 0
        if found is None:
            self._ensure_organization()
            found = self._call("package_create", {**wanted, "private": True})
            writes += 1
        writes += self._send_files(package, found)
        writes += self._drop_files(package, found)
        if found.get("private") or found.get("state") != "active" or _differs(found, wanted):
            self._call("package_patch", {"id": found["id"], **wanted, "private": False,
                                         "state": "active"})  # fmt: skip
            writes += 1
        return writes

    def verify(self, package: Package) -> list[str]:
        found = self._show(package.dataset)
        if found is None:
            return ["El conjunto no está en el portal"]
        differences = [f"«{key}» no es lo que se envió" for key in _differences(
            found, self._wanted(package))]  # fmt: skip
        if found.get("private"):
            differences.append("El conjunto quedó privado")
        resources = {r["id"]: r for r in found.get("resources", [])}
        for file in package.record.distributions:
            identifier = self._resource_id(package.dataset, file.file)
            differences += self._verify_file(file, resources.pop(identifier, None))
        differences += [f"Sobra el recurso {r['name']}" for r in resources.values()]
        return differences

    def _verify_file(self, file: Distribution, found: Json | None) -> list[str]:
        if found is None:
            return [f"Falta el recurso {file.file}"]
        if self._digest(found["url"]) != file.sha256:
            return [f"El recurso {file.file} no se descarga como se envió"]
        return []

    def _digest(self, url: str) -> str:
        """SHA-256 of what anybody downloads, without credentials."""
        try:
            with self._session.get(url, stream=True, timeout=self._timeout) as answer:
                if answer.status_code in RETRY_STATUSES:
                    raise TargetUnavailable("El portal no entrega el archivo", target=self._name)
                digest = hashlib.sha256()
                for piece in answer.iter_content(1 << 20):
                    digest.update(piece)
                return digest.hexdigest() if answer.ok else ""
        except requests.RequestException as error:
            raise self._unavailable(error) from error

    def _send_files(self, package: Package, found: Json) -> int:
        """Upload the files that differ from those that stand; how many."""
        standing = {r["id"]: r for r in found.get("resources", [])}
        sent = 0
        for file in package.record.distributions:
            identifier = self._resource_id(package.dataset, file.file)
            values = resource(file, package.record)
            before = standing.get(identifier)
            if before is not None and before.get("hash") == file.sha256:
                if _resource_differs(before, values):
                    self._call("resource_patch", {"id": identifier, **values})
                    sent += 1
                continue
            action = "resource_patch" if before is not None else "resource_create"
            with package.path(file).open("rb") as stream:
                self._call(
                    action,
                    {"id": identifier, "package_id": found["id"], **values},
                    files={"upload": (file.file, stream, file.media_type)},
                )
            sent += 1
        return sent

    def _drop_files(self, package: Package, found: Json) -> int:
        """Take away files of earlier publications that this one does not have."""
        wanted = {self._resource_id(package.dataset, d.file) for d in package.record.distributions}
        gone = [r["id"] for r in found.get("resources", []) if r["id"] not in wanted]
        for identifier in gone:
            self._call("resource_delete", {"id": identifier})
        return len(gone)

    def _wanted(self, package: Package) -> Json:
        licence = LICENCES[package.record.license]
        return {
            "name": self._package_name(package.dataset),
            "owner_org": self._organization,
            "license_id": licence,
            **describe(package.record),
        }

    def _show(self, dataset: str) -> Json | None:
        try:
            return self._call("package_show", {"id": self._package_name(dataset)})
        except _Missing:
            return None

    def _ensure_organization(self) -> None:
        try:
            self._call("organization_show", {"id": self._organization})
        except _Missing:
            self._call(
                "organization_create",
                {"name": self._organization, "title": self._organization_title},
            )

    def _package_name(self, dataset: str) -> str:
        return slug(f"{self._prefix}{dataset}")

    def _resource_id(self, dataset: str, file: str) -> str:
        name = f"{self._address}/{self._package_name(dataset)}/{file}"
        return str(uuid.uuid5(uuid.NAMESPACE_URL, name))

    def _call(self, action: str, values: Json, files: Json | None = None) -> Json:
        """One action. Every failure comes out as one of :class:`TargetError`'s children."""
        self._status = 0
        try:
            result: Json = self._ckan.call_action(
                action, values, files=files, requests_kwargs={"timeout": self._timeout}
            )
        except requests.RequestException as error:
            raise self._unavailable(error) from error
        except NotFound as error:
            raise _Missing(
                f"El portal «{self._name}» no encuentra lo que se pidió ({action})",
                target=self._name,
            ) from error
        except NotAuthorized as error:
            raise TargetRefused(
                f"El portal «{self._name}» no acepta la credencial o no permite esta acción "
                f"({action}): revise el token y el rol en la organización",
                target=self._name,
                status=self._status,
            ) from error
        except ValidationError as error:
            raise TargetRefused(
                f"El portal «{self._name}» no acepta los valores ({action}): "
                f"{json.dumps(_messages(error.error_dict), ensure_ascii=False)}",
                target=self._name,
                status=self._status,
            ) from error
        except CKANAPIError as error:
            raise self._failure(action, error) from error
        return result

    def _failure(self, action: str, error: CKANAPIError) -> TargetError:
        # CKAN answers 409, not 503, when its Solr fell and it was only asked to read.
        index = isinstance(error, SearchError | SearchIndexError)
        retry = index or self._status in RETRY_STATUSES
        kind = TargetUnavailable if retry else TargetRefused
        said = f"respondió {self._status} a {action}"
        return kind(f"El portal «{self._name}» {said}", target=self._name, status=self._status)

    def _unavailable(self, error: requests.RequestException) -> TargetUnavailable:
        slow = isinstance(error, requests.Timeout)
        what = "tardó demasiado en responder" if slow else "no responde"
        return TargetUnavailable(f"El portal «{self._name}» {what}", target=self._name)

    def _remember(self, answer: requests.Response, *_: Any, **__: Any) -> None:
        self._status = answer.status_code


class _Missing(TargetRefused):
    """What was asked for is not there: for some questions, the answer."""


def _messages(errors: Json) -> Json:
    return {key: value for key, value in errors.items() if not key.startswith("__")}


def _differs(found: Json, wanted: Json) -> bool:
    return bool(_differences(found, wanted))


def _differences(found: Json, wanted: Json) -> list[str]:
    """Keys of ``wanted`` that the portal holds otherwise; order of lists set aside."""
    different = []
    for key, value in wanted.items():
        if key == "owner_org":
            held: Any = (found.get("organization") or {}).get("name")
        elif key == "tags":
            held = sorted(tag["name"] for tag in found.get("tags", []))
            value = sorted(tag["name"] for tag in value)
        elif key == "extras":
            held = {e["key"]: e["value"] for e in found.get("extras", [])}
            value = {e["key"]: e["value"] for e in value}
        else:
            held = found.get(key)
        if held != value:
            different.append(key)
    return different


def _resource_differs(found: Json, wanted: Json) -> bool:
    return any(found.get(key) != value for key, value in wanted.items())
