"""The shape of the house: one way through it, few doors, and nothing public that is not documented."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

import comity
from comity.health import EXTRAS

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src/comity"
MODULES = sorted(PACKAGE.rglob("*.py"))
NAMES = [str(path.relative_to(PACKAGE)) for path in MODULES]

# What only these files and folders may import.
DOORS = {
    "deltalake": {"lake.py"},
    "filelock": {"lake.py"},
    "pyspark": {"engine.py"},
    "narwhals": {"engine.py", "events.py", "world.py"},
    "typer": {"cli/"},
    "rich": {"cli/", "terminal/"},
    "fastapi": {"web/app.py"},
    "jinja2": {"web/dress.py"},
    "uvicorn": {"web/serve.py"},
    "socket": {"web/serve.py"},
    "sklearn": {"rupture/challengers.py", "rupture/tuned.py"},
    "babel": {"states.py"},
    "pyreadstat": {"columns.py"},
    "httpx": {"fetch/bring.py", "fetch/door.py"},
    "hishel": {"fetch/door.py"},
    "stamina": {"fetch/door.py"},
    "aiolimiter": {"fetch/door.py"},
    "protego": {"fetch/door.py"},
    "ssrfguard": {"fetch/door.py"},
    "ssl": {"fetch/door.py"},
    "ahocorasick_rs": {"coding/words.py"},
    "spacy": {"coding/parse.py"},
    "onnxruntime": {"coding/shipped.py"},
    "tokenizers": {"coding/e5.py", "coding/encoder.py"},
    "pydantic_ai": {"coding/chat.py"},
    "slovnet": {"coding/parse_ru.py"},
    "navec": {"coding/parse_ru.py"},
    "razdel": {"coding/parse_ru.py"},
    "apprise": {"watch/send.py"},
    "duckdb": {"export/sql.py"},
    "mcp": {"mcp.py"},
    "typst": {"web/brief.py"},
    "python_calamine": {"workbook.py"},
    "resource": {"bench/"},
    "trafilatura": {"sources/articles/texts.py"},
    "feedparser": {"sources/articles/texts.py"},
    "pypdf": {"sources/articles/sheets.py"},
    "warcio": {"sources/articles/texts.py"},
    "py3langid": {"sources/articles/texts.py"},
    "defusedxml": {"sources/articles/live.py", "sources/articles/texts.py"},
    "xml": {"export/graph.py", "sources/articles/texts.py", "web/atom.py"},
}
# What no command that reads needs, at a second to start: they come with fitting, reading of articles, and pages.
LATE = {"scipy.optimize", "scipy.stats", "sklearn", "spacy", "onnxruntime", "trafilatura", "fastapi", "pyspark", "mcp"}
NOBODY = {
    *("urllib.request", "http.client", "requests", "aiohttp", "httpx2", "ftplib", "smtplib", "pickle", "pandas"),
    "scipy.stats",  # a third of a second at each start: see negbin
    *("fcntl", "grp", "pty", "pwd", "readline", "syslog", "termios", "tty"),  # Windows has none of them
}
CLOCK = {"now", "today", "utcnow", "time", "localtime", "gmtime"}
CLOCK_DOORS = {"fetch/bring.py", "fetch/door.py", "fetch/files.py", "fetch/run.py", "cli/asked.py", "web/app.py"}


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield node.module


def test_a_room_imports_only_from_the_rooms_below_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(cache_dir=None) == 0


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_each_library_has_its_one_door(path: Path) -> None:
    name = str(path.relative_to(PACKAGE))
    for module in (m for node in ast.walk(tree(path)) for m in imported(node)):
        assert module not in NOBODY
        allowed = DOORS.get(module.split(".")[0])
        assert allowed is None or name.startswith(tuple(allowed)), f"{name} imports {module}"


def test_a_path_inside_a_folder_becomes_words_with_slashes_on_every_system() -> None:
    assert not [path for path in MODULES if re.search(r"str\([^()]*\.relative_to\(", path.read_text("utf-8"))]


@pytest.mark.parametrize("path", [p for p in MODULES if str(p.relative_to(PACKAGE)) not in CLOCK_DOORS], ids=str)
def test_the_clock_is_read_at_its_doors_only(path: Path) -> None:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCK:
            owner = ast.unparse(node.func.value)
            assert owner not in {"date", "datetime", "time", "datetime.datetime", "datetime.date"}, (
                f"{path}:{node.lineno}"
            )


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_nothing_is_printed_and_no_import_hides_in_a_function(path: Path) -> None:
    name = str(path.relative_to(PACKAGE))
    whole = tree(path)
    for node in ast.walk(whole):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "print", f"{name}:{node.lineno}"
        if isinstance(node, ast.FunctionDef) and not name.startswith(
            (
                "cli/",
                "engine.py",
                "coding/parse.py",
                "coding/parse_ru.py",
                "coding/e5.py",
                "coding/encoder.py",
                "coding/shipped.py",
                "watch/send.py",
                "export/sql.py",
                "web/brief.py",
            )
        ):
            assert not [m for inner in ast.walk(node) for m in imported(inner)], f"{name}:{node.lineno}"


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_no_module_is_too_long_to_read_in_one_go(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 450


def test_what_reads_a_store_loads_no_library_that_it_does_not_need() -> None:
    asked = f"import comity.flow, comity.pages, comity.terminal, sys; print(*{LATE} & {{*sys.modules}})"
    assert subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout == "\n"


def test_what_reads_texts_loads_no_scipy() -> None:
    asked = "import comity.coding, sys; print('scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout == "False\n"


def test_the_doctor_knows_every_extra() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    assert set(EXTRAS) == set(declared) - {"dev"}


def test_public_names_are_there_and_documented() -> None:
    documented = re.findall(r"^## (\w+)$", (ROOT / "docs/reference/python.md").read_text("utf-8"), re.MULTILINE)
    assert [name for name in documented if name != "Errors"] == comity.__all__
    for name in comity.__all__:
        assert getattr(comity, name).__doc__
    with pytest.raises(AttributeError, match="no attribute 'rumour'; it has Case"):
        comity.rumour  # noqa: B018


def test_no_other_peoples_data_is_in_the_repository(shared_data: Path) -> None:
    """No file of the data that may not be shipped, nor a longer line of one."""
    own = [p for p in ROOT.rglob("*") if p.suffix in {".csv", ".txt", ".CSV", ".dta"} and ".venv" not in p.parts]
    register = (
        (shared_data / "sipri/trade-register_all_1950-2024_gen2025-03-13.csv").read_text("latin-1").splitlines()[12:]
    )
    lines = {line for line in register if len(line) > 40}
    for path in own:
        assert not lines & set(path.read_text("utf-8", errors="replace").splitlines()[1:]), path
