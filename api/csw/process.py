"""Starting pycsw beside the server, from the environment that ``scripts/setup`` makes for it."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from api.csw.index import FOLDER, PORT
from api.processes import companion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ENVIRONMENT = Path(__file__).parents[2] / ".venv-csw"
ENGINE = Path(__file__).with_name("engine.py")


def command(home: Path) -> list[str]:
    """What starts the engine over the records of ``home``."""
    return [str(ENVIRONMENT / "bin" / "python"), "-P", str(ENGINE), str(home / FOLDER)]


@contextmanager
def engine(home: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Run the engine while the block lasts; without its environment, say so and go on without."""
    port = home / FOLDER / PORT
    port.unlink(missing_ok=True)  # of one that was killed
    if not (ENVIRONMENT / "bin" / "python").exists():
        say("Sin servicio CSW: falta su entorno. Ejecute scripts/setup para tenerlo.")
        yield
        return
    port.parent.mkdir(parents=True, exist_ok=True)
    with companion(command(home), home / "logs" / "csw.log", say):
        yield
    port.unlink(missing_ok=True)
