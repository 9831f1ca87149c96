"""Finding PostgreSQL, or saying exactly what to install."""

from pathlib import Path

import pytest

from gis import binaries
from gis.binaries import Binaries, find_binaries
from gis.errors import ConfigurationError


def install(root: Path, major: int) -> None:
    (root / str(major) / "bin").mkdir(parents=True)
    (root / str(major) / "bin" / "initdb").touch()


def test_newest_with_all_that_is_needed_is_found() -> None:
    found = find_binaries()
    assert not found.lacks
    assert Path(found["postgres"]).exists()


def test_nothing_installed_names_the_packages(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=binaries.PACKAGES):
        find_binaries(debian=tmp_path)


def test_missing_extensions_name_the_packages_of_that_version(tmp_path: Path) -> None:
    install(tmp_path, 99)
    missing = "le falta PostGIS y pgRouting.*postgresql-99-postgis-3 postgresql-99-pgrouting"
    with pytest.raises(ConfigurationError, match=missing):
        find_binaries(debian=tmp_path)


def test_the_extension_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = Binaries(15, Path("/opt"), ("pgrouting",))
    monkeypatch.setattr(binaries, "_installed", lambda _: [lacking])
    with pytest.raises(ConfigurationError, match=r"PostgreSQL 15 .* le falta pgRouting\."):
        find_binaries()


def test_data_of_a_version_that_is_gone_names_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"PostgreSQL 14.*postgresql-14-postgis-3"):
        find_binaries(14, debian=tmp_path)


def test_version_older_than_supported_is_not_used(tmp_path: Path) -> None:
    install(tmp_path, 9)
    with pytest.raises(ConfigurationError, match=binaries.PACKAGES):
        find_binaries(debian=tmp_path)
