"""Writes the pages that follow from the declarations: ``python -m scripts.docs``."""

from __future__ import annotations

from pathlib import Path

from api.settings import Settings
from api.wiring import catalog_of
from gis.describe import pages

FOLDER = Path(__file__).parents[1] / "docs" / "capas"


def main() -> None:
    """Write ``docs/capas/`` for the layers that ship, and drop pages of layers that are gone."""
    current = pages(catalog_of(Settings(entity=None, layers=())))
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in FOLDER.glob("*.md"):
        if path.name not in current:
            path.unlink()
    for name, text in current.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
