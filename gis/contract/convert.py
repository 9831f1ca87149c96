"""Reading delivered values as declared kinds: vectorised, pure, nothing guessed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Converted:
    """``values`` as the declared kind, ``invalid`` True where a value could not be read."""

    values: pd.Series[Any]
    invalid: pd.Series[bool]
    expected: str
