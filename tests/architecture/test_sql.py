"""SQL is never made by pasting text."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted(
    path for part in ("gis", "publishers", "api") for path in (ROOT / part).rglob("*.py")
)
STATEMENT = re.compile(
    r"^\s*(SELECT\s.+\sFROM|INSERT\s+INTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM|WITH\s+\w+\s+AS\s*\(|"
    r"(CREATE|DROP|ALTER|COMMENT ON|GRANT|REVOKE|TRUNCATE|COPY|SET|RESET|LOCK)\s+"
    r"(OR REPLACE |IF |TABLE|VIEW|FUNCTION|SCHEMA|INDEX|ROLE|DATABASE|EXTENSION|LOCAL|ROLE|\{))",
    re.IGNORECASE | re.DOTALL,
)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def pasted(path: Path) -> list[str]:
    """Texts that begin as a statement and have values pasted in (f-string, %, + or format)."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            text = "".join(
                part.value if isinstance(part, ast.Constant) else "{}" for part in node.values
            )
            if any(isinstance(part, ast.FormattedValue) for part in node.values):
                found.append(text)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
            if isinstance(node.left, ast.Constant) and isinstance(node.left.value, str):
                found.append(node.left.value)
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "format"
            and isinstance(node.func.value, ast.Constant)
        ):
            found.append(str(node.func.value.value))
    return [text for text in found if STATEMENT.match(text)]


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_no_statement_has_values_pasted_in(path: Path) -> None:
    assert pasted(path) == []


def test_pasted_statements_are_recognised(tmp_path: Path) -> None:
    module = tmp_path / "bad.py"
    module.write_text('a = f"SELECT x FROM {t}"\nb = "DROP TABLE " + t\nc = "INSERT INTO %s" % t\n')
    assert len(pasted(module)) == 3
