"""What every target does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from publishers.package import Package


@dataclass(frozen=True, slots=True)
class Standing:
    """What a target holds of a dataset, as the target itself says."""

    changeset: int
    fingerprint: str
    sha256s: dict[str, str]
    """SHA-256 in hex of each file, by name."""
    address: str
    marks: dict[str, str] = field(default_factory=dict)
    """What a portal that keeps no files says of when it was changed last, kept in the ledger."""


class Target(Protocol):
    """A portal. ``publish`` is idempotent: what already stands as wanted is not sent again.

    Failures are :class:`TargetUnavailable` (try again) or :class:`TargetRefused` (do not).
    """

    addresses_rows: bool
    """Whether rows can be sent one by one: then the package brings the file as it was before."""

    @property
    def name(self) -> str: ...

    def landing_page(self, dataset: str) -> str:
        """Address for people of a dataset, whether it stands there already or not."""
        ...

    def file_url(self, dataset: str, file: str) -> str:
        """Address from which a file of a dataset is downloaded."""
        ...

    def state(self, dataset: str) -> Standing | None:
        """What stands there now; None when nothing of ours does."""
        ...

    def publish(self, package: Package) -> int:
        """Make the target hold ``package``; how many writes it took (0: it already did)."""
        ...

    def verify(self, package: Package) -> list[str]:
        """Read everything back and say, in words for people, what differs from ``package``."""
        ...
