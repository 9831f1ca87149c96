"""Rules over attributes: dates in order and in the past, values that should not repeat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo

from gis.findings import Finding, Severity
from gis.later import Later
from gis.spelling import fold, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from gis.contract.rules import Surroundings
else:
    pd = Later("pandas")

CIVIL_ZONE = "America/Bogota"


@dataclass(frozen=True, slots=True)
class NotInFuture:
    """A date or instant that has already come (ISO 19157 measure 159, chronological order)."""

    field: str
    severity: Severity = Severity.WARNING
    id: ClassVar[str] = "future-date"
    kinds: ClassVar[tuple[str, ...]] = ("date", "timestamp")
    measure: ClassVar[int | None] = 159

    def check(self, rows: pd.DataFrame, surroundings: Surroundings) -> Iterator[Finding]:
        """One finding per row whose date is after today in Colombia."""
        today = datetime.now(ZoneInfo(CIVIL_ZONE)).date()
        late = _moments(rows[self.field]) >= pd.Timestamp(today + timedelta(days=1))
        for row, value in rows.loc[late.to_numpy(), self.field].items():
            yield Finding(
                rule=self.id,
                severity=self.severity,
                message=f"La fecha de «{self.field}» ({value}) todavía no ha llegado",
                remedy="Revise el año y el orden de día y mes",
                row=_row(row),
                field=self.field,
                value=str(value),
            )


@dataclass(frozen=True, slots=True)
class Ordered:
    """Two dates or numbers in order, equal allowed (ISO 19157 measure 159). Nulls pass."""

    earlier: str
    later: str
    severity: Severity = Severity.WARNING
    id: ClassVar[str] = "wrong-order"
    kinds: ClassVar[tuple[str, ...]] = ("date", "timestamp", "integer", "number")
    measure: ClassVar[int | None] = 159

    def check(self, rows: pd.DataFrame, surroundings: Surroundings) -> Iterator[Finding]:
        """One finding per row where ``later`` comes before ``earlier``."""
        first, second = _comparable(rows[self.earlier]), _comparable(rows[self.later])
        for row, pair in rows.loc[_true(second < first), [self.earlier, self.later]].iterrows():
            yield Finding(
                rule=self.id,
                severity=self.severity,
                message=(
                    f"«{self.later}» ({pair.iloc[1]}) es anterior a "
                    f"«{self.earlier}» ({pair.iloc[0]})"
                ),
                remedy="Corrija el que esté mal, o revise si están intercambiados",
                row=_row(row),
                field=self.later,
                value=str(pair.iloc[1]),
            )


@dataclass(frozen=True, slots=True)
class Distinct:
    """Values (together, when several fields) that are not expected twice: a name, an address.

    Text is compared with case, accents and spaces set aside; rows with a null pass. What *must*
    be unique is the layer's key. ISO 19157 measure 10 (non-compliance with conceptual rules).
    """

    fields: tuple[str, ...]
    severity: Severity = Severity.WARNING
    id: ClassVar[str] = "repeated-value"
    measure: ClassVar[int | None] = 10

    def check(self, rows: pd.DataFrame, surroundings: Surroundings) -> Iterator[Finding]:
        """One finding per row of a repeated value, naming the other rows."""
        present = rows.loc[rows[list(self.fields)].notna().all(axis=1).to_numpy()]
        keys = pd.concat([_folded(present[name]) for name in self.fields], axis=1)
        repeated = present[keys.duplicated(keep=False).to_numpy()]
        if repeated.empty:
            return
        alike = keys.loc[repeated.index]
        for _, members in alike.groupby(list(alike.columns), sort=False):
            numbers = [_row(row) for row in members.index]
            for row in members.index:
                yield self._finding(repeated, row, numbers)

    def _finding(self, rows: pd.DataFrame, row: Any, members: list[int]) -> Finding:
        values = [str(rows.at[row, name]) for name in self.fields]
        others = ", ".join(str(number) for number in members if number != row)
        return Finding(
            rule=self.id,
            severity=self.severity,
            message=f"{listed(values)} aparece {len(members)} veces: también en la fila {others}",
            remedy="Si son cosas distintas, déles nombres que las distingan; si no, deje una",
            row=_row(row),
            field=self.fields[0],
            value=" · ".join(values),
        )


def _row(label: Any) -> int:
    return int(label)


def _folded(values: pd.Series[Any]) -> pd.Series[Any]:
    return values.map(lambda value: fold(value) if isinstance(value, str) else value)


def _moments(values: pd.Series[Any]) -> pd.Series[Any]:
    """Dates or instants as civil moments of Colombia, without zone, to the second."""
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        civil: pd.Series[Any] = values.dt.tz_convert(CIVIL_ZONE).dt.tz_localize(None)
        return civil
    return pd.Series(values.to_numpy(dtype="datetime64[s]"), index=values.index)


def _comparable(values: pd.Series[Any]) -> pd.Series[Any]:
    if pd.api.types.is_numeric_dtype(values.dtype):
        return values
    return _moments(values)


def _true(mask: pd.Series[Any]) -> Any:
    return mask.fillna(False).to_numpy(dtype=bool)
