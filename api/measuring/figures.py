"""The figures of a measurement, the bars they are held to, and how both are told."""

from __future__ import annotations

import os
import platform
import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection

HEAD = (
    "| Trabajo | Nuestro | Referencia | Razón | Meta | Detalle |",
    "|---|---:|---:|---:|---|---|",
)
SIDE_HEAD = (
    "| Capa y zoom | Servidor | ms | Razón | kB gzip | Elementos que representa |",
    "|---|---|---:|---:|---:|---:|",
)


@dataclass(frozen=True, slots=True)
class Bar:
    """At most ``times`` the reference, ``plus`` more in the figure's unit; at least ``times`` it
    where more is better, or as much as is ``enough`` in that unit."""

    times: float
    plus: float = 0.0
    more_is_better: bool = False
    enough: float = float("inf")

    def share(self, ours: float, reference: float) -> float:
        """How much of what is allowed was used: at most 1 keeps the bar."""
        allowed = self.times * reference + self.plus
        if self.more_is_better:
            ours, allowed = min(allowed, self.enough), ours
        return ours / allowed if allowed else float("inf")

    def told(self, unit: str) -> str:
        """The bar in words."""
        sign = "≥" if self.more_is_better else "≤"
        plus = f" + {_number(self.plus)} {unit}" if self.plus else ""
        enough = f" o {_number(self.enough)} {unit}" if self.enough < float("inf") else ""
        return f"{sign} {_number(self.times)}{plus}{enough}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report. ``ratio`` is ours over the reference, in the same run; where the
    figure is of many pairs it is the geometric mean of theirs, and ``share`` that of their
    :meth:`Bar.share`."""

    part: str
    work: str
    ours: float
    reference: float
    unit: str
    note: str = ""
    bar: Bar | None = None
    mean_ratio: float | None = None
    mean_share: float | None = None

    @property
    def ratio(self) -> float | None:
        """Below one is faster (or smaller) than the reference; None without one."""
        if self.mean_ratio is not None:
            return self.mean_ratio
        return self.ours / self.reference if self.reference else None

    @property
    def is_met(self) -> bool | None:
        """Whether the bar is kept; None when there is none."""
        if self.bar is None:
            return None
        if self.mean_share is not None:
            return self.mean_share <= 1
        return self.bar.share(self.ours, self.reference) <= 1


@dataclass(frozen=True, slots=True)
class Check:
    """Two numbers, or two texts, that must be the same."""

    part: str
    work: str
    expected: int
    found: int

    @property
    def holds(self) -> bool:
        """Whether they are."""
        return self.expected == self.found


def worst(counts: Collection[int], expected: int) -> int:
    """The count that is farthest from what was expected."""
    return max(counts, key=lambda count: abs(count - expected), default=0)


@dataclass(frozen=True, slots=True)
class Side:
    """One server's tiles beside another's. Kept: features that the tiles stand for, together."""

    work: str
    server: str
    milliseconds: float
    ratio: float | None
    gzip_kb: float
    kept: int


@dataclass(slots=True)
class Report:
    """All that a run found. ``absent`` says what was not measured, and why."""

    figures: list[Figure] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    sides: list[Side] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)

    def add(self, *found: Figure | Check | Side | str) -> None:
        """Each to its list; a text is something absent."""
        for each in found:
            match each:
                case Figure():
                    self.figures.append(each)
                case Check():
                    self.checks.append(each)
                case Side():
                    self.sides.append(each)
                case str():
                    self.absent.append(each)

    def document(self) -> dict[str, Any]:
        """The report as JSON values."""
        return {
            "measured": _machine(),
            "figures": [{**asdict(f), "ratio": f.ratio, "met": f.is_met} for f in self.figures],
            "checks": [{**asdict(check), "holds": check.holds} for check in self.checks],
            "side_by_side": [asdict(side) for side in self.sides],
            "absent": self.absent,
        }

    def markdown(self) -> str:
        """The report for people."""
        lines = [_introduction(), "", *HEAD, *map(_line, self.figures)]
        if self.sides:
            lines += ["", "### Lado a lado", "", *SIDE_HEAD, *map(_side, self.sides)]
        if self.checks:
            lines += ["", "### Comprobaciones exactas", "", *map(_check, self.checks)]
        if self.absent:
            lines += ["", "### No se midió", "", *(f"- {each}" for each in self.absent)]
        return "\n".join(lines) + "\n"


def _machine() -> dict[str, Any]:
    return {
        "date": time.strftime("%Y-%m-%d"),
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
    }


def _introduction() -> str:
    known = _machine()
    return (
        f"Medido el {known['date']} en {known['cores']} núcleos ({known['machine']}), Python "
        f"{known['python']}. Las razones se comparan; los tiempos son de esta máquina. ✔ cumple su "
        "meta, ✘ no."
    )


def _line(f: Figure) -> str:
    ratio = "" if f.ratio is None else _number(f.ratio)
    met = {None: "", True: " ✔", False: " ✘"}[f.is_met]
    bar = "" if f.bar is None else f.bar.told(f.unit) + met
    reference = f"{_number(f.reference)} {f.unit}" if f.reference else ""
    return f"| {f.work} | {_number(f.ours)} {f.unit} | {reference} | {ratio} | {bar} | {f.note} |"


def _side(side: Side) -> str:
    ratio = "" if side.ratio is None else _number(side.ratio)
    return (
        f"| {side.work} | {side.server} | {_number(side.milliseconds)} | {ratio} "
        f"| {_number(side.gzip_kb)} | {_grouped(side.kept)} |"
    )


def _check(check: Check) -> str:
    sign = "✔" if check.holds else "✘"
    return f"- {sign} {check.work}: {_grouped(check.found)} de {_grouped(check.expected)}"


def _number(value: float) -> str:
    """With as many decimals as say something, a comma before them."""
    decimals = 0 if abs(value) >= 1000 else 1 if abs(value) >= 10 else 2
    if 0 < abs(value) < 0.01:
        decimals = 4
    text = f"{value:.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", ",")


def _grouped(value: int) -> str:
    return f"{value:,}".replace(",", " ")
