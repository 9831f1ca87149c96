"""What commands print: reports on stdout, everything about the run on stderr."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer
from rich.console import Console

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

Json = Annotated[bool, typer.Option("--json", help="Responde en JSON, para programas.")]


def print_json(value: Any) -> None:
    """One JSON document on stdout, in UTF-8, keys in the order given."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")
