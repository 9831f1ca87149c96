"""The one browser of a run: two of them in a process do not get along."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, drawing WebGL without a graphics card."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    assert found, "falta chromium: sudo apt-get install chromium"
    environment: dict[str, str | float | bool] = {
        key: value for key, value in os.environ.items() if "proxy" not in key.lower()
    }
    with sync_playwright() as playwright:
        program = playwright.chromium.launch(
            executable_path=found, args=list(FLAGS), env=environment
        )
        yield program
        program.close()
