"""The tests' own guard: they make and drop databases, so never on a server of somebody's data."""

from pathlib import Path

import pytest

from gis.errors import ConfigurationError
from tests.databases import given_server


@pytest.mark.parametrize("name", ["sig", "postgres", "produccion", "contest_1", ""])
def test_database_that_is_not_for_tests_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError, match="test_"):
        given_server(f"postgresql://u:p@h/{name}", Path())


def test_database_for_tests_gives_addresses_of_others_beside_it() -> None:
    server = given_server("postgresql://u:p@h:5433/test_mine", Path())
    assert server.url("test_other") == "postgresql+psycopg2://u:p@h:5433/test_other"
