"""Finding PostgreSQL, or saying exactly what to install."""

from pathlib import Path

import pytest

from gis.binaries import find_binaries
from gis.errors import ConfigurationError


def install(root: Path, major: int) -> None:
    (root / str(major) / "bin").mkdir(parents=True)
    (root / str(major) / "bin" / "initdb").touch()


def test_newest_with_postgis_is_found() -> None:
    found = find_binaries()
    assert found.has_postgis
    assert Path(found["postgres"]).exists()


def test_nothing_installed_names_both_packages(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="postgresql postgresql-postgis"):
        find_binaries(debian=tmp_path)


def test_missing_postgis_names_the_package_of_that_version(tmp_path: Path) -> None:
    install(tmp_path, 99)
    with pytest.raises(ConfigurationError, match="postgresql-99-postgis-3"):
        find_binaries(debian=tmp_path)


def test_data_of_a_version_that_is_gone_names_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"PostgreSQL 14.*postgresql-14-postgis-3"):
        find_binaries(14, debian=tmp_path)


def test_version_older_than_supported_is_not_used(tmp_path: Path) -> None:
    install(tmp_path, 9)
    with pytest.raises(ConfigurationError, match="postgresql postgresql-postgis"):
        find_binaries(debian=tmp_path)
