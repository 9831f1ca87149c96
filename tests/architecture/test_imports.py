"""Who may import whom, and what each part never touches."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PARTS = ("gis", "layers", "publishers", "api")
HEAVY = (
    "alembic", "ckanapi", "geopandas", "lxml", "openpyxl", "pandas", "pyarrow", "pyogrio",
)  # fmt: skip
"""What only deliveries, edits, some files and publishing need: 130 MB of each serving process."""


def modules(*parts: str) -> list[Path]:
    return sorted(path for part in parts for path in (ROOT / part).rglob("*.py"))


def imports(path: Path) -> set[str]:
    """Every module a file imports, those for type checking included."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{name.name}" for name in node.names}
    return found


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_import_contracts_are_kept() -> None:
    program = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", sorted((ROOT / "layers").glob("*.py")), ids=named)
def test_declarations_import_the_contract_alone(path: Path) -> None:
    ours = {name for name in imports(path) if name.split(".")[0] in PARTS}
    assert all(name.startswith(("gis.contract", "layers._shared")) for name in ours), ours


@pytest.mark.parametrize("path", modules("gis"), ids=named)
def test_gis_does_not_read_the_environment(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    reads = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
    }
    assert not reads & {"environ", "getenv", "environb"}
    assert not imports(path) & {"os.environ", "os.getenv", "dotenv", "pydantic_settings"}


@pytest.mark.parametrize("path", modules("publishers", "api"), ids=named)
def test_sql_lives_in_gis(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    statements = {
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in ("sa", "sqlalchemy")
        and node.func.attr in ("text", "select", "insert", "update", "delete", "table")
    }
    assert not statements
    assert "psycopg2" not in imports(path)


def test_only_wiring_imports_the_declarations() -> None:
    importers = {
        named(path) for path in modules("gis", "publishers", "api") if "layers" in imports(path)
    }
    assert importers == {"api/wiring.py"}


@pytest.mark.parametrize("path", modules(*PARTS), ids=named)
def test_modules_are_short_enough_to_read(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_what_the_project_needs_is_locked(lock: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {re.split(r"[^\w.-]", name)[0].lower() for name in project["dependencies"]}
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert needed <= set(re.findall(r"^([\w.-]+)(?:\[[\w, -]+\])?==", text, re.MULTILINE))


def test_a_server_that_only_reads_loads_nothing_heavy() -> None:
    program = f"import sys, api.serving, api.app; print(*set({HEAVY}) & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.split() == []
