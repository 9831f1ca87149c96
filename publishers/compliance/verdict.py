"""What a row of the table can say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """Whether a requirement is met."""

    MET = "cumple"
    FAILED = "no cumple"
    UNPROVED = "sin probar"
    NOT_APPLICABLE = "no aplica"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A status and what it rests on, in Spanish, for people."""

    status: Status
    evidence: str


def met(evidence: str) -> Verdict:
    return Verdict(Status.MET, evidence)


def failed(evidence: str) -> Verdict:
    return Verdict(Status.FAILED, evidence)


def unproved(evidence: str) -> Verdict:
    return Verdict(Status.UNPROVED, evidence)


def not_applicable(evidence: str) -> Verdict:
    return Verdict(Status.NOT_APPLICABLE, evidence)


def judged(faults: list[str], evidence: str) -> Verdict:
    """Met with ``evidence`` when nothing is wrong; else what is, the first of it."""
    if not faults:
        return met(evidence)
    more = f" (y {len(faults) - 5} más)" if len(faults) > 5 else ""
    return failed("; ".join(faults[:5]) + more)
