"""Publishes the trees and stops for ever just before putting them in force: to be killed."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from gis.store import make_engine
from publishers.publish import publish
from publishers.targets import estatico
from tests.publishers.city import City


def hang(folder: Path, version: str) -> None:
    sys.stdout.write("a punto de cambiar\n")
    sys.stdout.flush()
    time.sleep(600)


if __name__ == "__main__":
    url, reader_url, home = sys.argv[1:]
    estatico._switch = hang
    reader = make_engine(reader_url, role="sig_publica")
    publish(City(make_engine(url), reader, Path(home), {}).order("arboles"))
