"""Exceptions that stop the work, and who must act on each.

SigError
├── ContractError          a declaration contradicts itself          (who declared it)
├── ConfigurationError     a setting or the machine is not right     (operator)
├── SourceError            a file cannot be read as what it claims   (data provider)
├── DeliveryRefused        blocking findings, with the report        (data provider)
├── EditRefused            the same of a single feature that was sent (caller)
├── EditUnconditional      an edit that does not say what it rests on (caller)
├── EditStale              the feature is no longer what was read    (caller)
├── BodyTooLarge           more bytes than one feature may have      (caller)
├── MediaTypeRefused       a body in a format that is not received   (caller)
├── InvalidRequest         a query says something impossible         (caller)
├── NotAcceptable          no representation the caller accepts      (caller)
├── NotAuthenticated       nobody said who they are, or in vain      (caller)
├── NotAllowed             somebody without the role for it          (caller)
├── TooManyAttempts        log-ins that failed, too many too soon    (caller)
├── NotFound               no such layer, feature, changeset, …      (caller)
├── ChangesetConflict      another write to the layer came first     (operator)
│   └── FeatureConflict    the id is taken, changes, or is in use    (caller)
├── ServiceUnavailable     a program beside the server is away       (operator)
├── StoreUnavailable       the database is away                      (operator)
│   └── QueryAbandoned     whoever asked has left                    (nobody)
└── TargetError            a portal
    ├── TargetUnavailable  try again later                           (operator)
    ├── TargetRefused      the portal says no                        (operator)
    └── TargetDrifted      somebody edited the publication there     (operator)

Problems *in data* are values (:mod:`gis.findings`), never exceptions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gis.findings import Finding


class SigError(Exception):
    """Something that stops the work. ``message`` is Spanish, for people; ``code`` is stable."""

    code = "sig-error"
    exit_code = 1
    type = ""
    """Address by which a standard knows the problem (RFC 9457 ``type``); empty: none does."""

    def __init__(self, message: str, **context: str | int | None) -> None:
        super().__init__(message)
        self.message = message
        self.context = {name: value for name, value in context.items() if value is not None}


class ContractError(SigError):
    """A declaration contradicts itself. Context: ``file``, ``layer``, ``field``."""

    code = "contract-error"
    exit_code = 70

    def __str__(self) -> str:
        where = ", ".join(f"{name} {value}" for name, value in self.context.items())
        return f"{self.message} ({where})" if where else self.message


class ConfigurationError(SigError):
    """A setting is wrong, or the machine lacks what is needed; the message says what to do."""

    code = "configuration-error"
    exit_code = 78


class SourceError(SigError):
    """A delivered file cannot be read. Context: ``file``, ``remedy``."""

    code = "source-error"
    exit_code = 3


class DeliveryRefused(SigError):
    """The delivery has blocking findings; nothing of it was kept."""

    code = "delivery-refused"
    exit_code = 4

    def __init__(self, message: str, findings: Sequence[Finding], **context: str | int | None):
        super().__init__(message, **context)
        self.findings = tuple(findings)


class EditRefused(SigError):
    """What was sent of a feature does not keep the contract; ``findings`` say why, each of them."""

    code = "edit-refused"
    exit_code = 4

    def __init__(self, message: str, findings: Sequence[Finding], **context: str | int | None):
        super().__init__(message, **context)
        self.findings = tuple(findings)


class EditUnconditional(SigError):
    """A change or removal that does not say which state of the feature it rests on."""

    code = "if-match-required"
    exit_code = 2


class EditStale(SigError):
    """The feature is no longer in the state that a change or removal rests on."""

    code = "edit-stale"
    exit_code = 6


class BodyTooLarge(SigError):
    """A body with more bytes than a feature may have."""

    code = "body-too-large"
    exit_code = 2


class MediaTypeRefused(SigError):
    """A body in a media type or an encoding that is not received here."""

    code = "media-type-refused"
    exit_code = 2


class InvalidRequest(SigError):
    """The caller asked for something impossible. Context: ``parameter``, ``value``."""

    code = "invalid-request"
    exit_code = 2


class NotAcceptable(SigError):
    """No representation of the resource is acceptable to the caller."""

    code = "not-acceptable"
    exit_code = 2


class NotAuthenticated(SigError):
    """Nobody said who they are, or what proves it does not hold (any more)."""

    code = "not-authenticated"
    exit_code = 2


class NotAllowed(SigError):
    """Somebody known asks for what their role does not allow."""

    code = "not-allowed"
    exit_code = 2


class TooManyAttempts(SigError):
    """Too many log-ins failed for an account or from an address. ``retry_after`` is in seconds."""

    code = "too-many-attempts"
    exit_code = 2

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class NotFound(SigError):
    """The thing named does not exist, or is not public: both read the same."""

    code = "not-found"
    exit_code = 5


class ChangesetConflict(SigError):
    """Another write to the layer came first, or changed what this one rests on."""

    code = "changeset-conflict"
    exit_code = 6


class FeatureConflict(ChangesetConflict):
    """An id that is taken, that would change, or that other features refer to."""

    code = "feature-conflict"


class ServiceUnavailable(SigError):
    """A program that answers beside the server (CSW) is not there; the message says what to do."""

    code = "service-unavailable"
    exit_code = 6


class StoreUnavailable(SigError):
    """The database does not answer. ``retry_after`` is in seconds."""

    code = "store-unavailable"
    exit_code = 6
    retry_after = 5


class QueryAbandoned(StoreUnavailable):
    """Whoever asked has left, so the work was stopped: nobody reads this."""

    code = "query-abandoned"


class TargetError(SigError):
    """A portal did not take a publication."""

    code = "target-error"
    exit_code = 7


class TargetUnavailable(TargetError):
    """The portal does not answer, or asks to come back later: safe to try again."""

    code = "target-unavailable"


class TargetRefused(TargetError):
    """The portal understood and said no: trying again changes nothing."""

    code = "target-refused"


class TargetDrifted(TargetError):
    """What stands on the portal is not what the ledger says was published."""

    code = "target-drifted"
