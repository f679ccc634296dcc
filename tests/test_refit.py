"""The programs that fit the shipped numbers: what they count, what they write, when, and what they ask for."""

import csv
import importlib.util
import subprocess
import sys
import tomllib
from functools import partial
from itertools import combinations
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import numpy as np
import pytest

from comity.gravity import COVARIATES
from comity.proof import histories
from comity.proof.filters import GRID
from comity.proof.histories import CODES, World
from comity.scenarios.replay.history import licensed
from comity.sources import tables_of
from comity.sources.sipri import read as sipri
from comity.vocabulary import TIES

TOOLS = Path(__file__).parents[1] / "tools"
# Fewer values to choose from and fewer resamples of years, so that a fit takes seconds.
FEW = {"half_life": (1.0, 2.0, 3.0, 4.0, 6.0), "temper": (1.0, 1.5, 2.0, 3.0, 4.0), "spread": (1.0, 4.0, 1e6), "years": (0.5, 1.0, 2.0)}  # fmt: skip
STATES = ("ARM", "AZE", "IRN", "KAZ", "RUS", "TUR", "UZB")


def invented(instrument: str) -> World:
    """Twenty-five years of the pairs of seven states, the more acts the later a pair stands in the alphabet."""
    pairs = list(combinations(STATES, 2))
    rng = np.random.default_rng(len(instrument))
    y = rng.poisson(np.linspace(0.1, 2.0, len(pairs)), size=(25, len(pairs))).astype(float)
    return World(instrument, "invented", ("none.csv",), 1988, pairs, y, y.mean(axis=0), np.ones_like(y))


@pytest.fixture
def ties(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The program, with invented histories in place of the world's."""
    spec = importlib.util.spec_from_file_location("refit_ties", TOOLS / "refit_ties.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    names = ("arms", "industry", "exercise", *CODES)
    monkeypatch.setattr(module.histories, "everything", lambda folder: {name: invented(name) for name in names})
    monkeypatch.setattr(module.thickness, "seen", partial(module.thickness.seen, resamples=1))
    for name, values in FEW.items():
        monkeypatch.setitem(GRID, name, values)
    monkeypatch.setattr(module.refit, "fingerprint", lambda folder, files: "none.csv 0123456789ab")
    return module


def test_a_fit_writes_five_files_that_can_be_read_and_says_how_far_it_is(
    ties: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made: dict[str, str] = {}
    monkeypatch.setattr(ties, "put", lambda path, content: made.update({path.name: content}))
    ties.main(Path("nowhere"))
    assert list(made) == ["years.csv", "priors.toml", "gravity.csv", "fits.svg", "fits.md"]
    assert set(tomllib.loads(made["priors.toml"])["prior"]) == set(TIES)
    rows = list(csv.DictReader(made["gravity.csv"].splitlines()))
    assert [row["instrument"] for row in rows] == list(TIES)
    assert all(np.isfinite(float(row[name])) for row in rows for name in ("intercept", *COVARIATES, "world"))
    assert ElementTree.fromstring(made["fits.svg"]).get("class") == "drawn"
    assert "### material" in made["fits.md"]
    assert "ties: fitting material, 7 of 7" in capsys.readouterr().err


def test_a_fit_that_breaks_at_its_last_step_has_written_nothing(
    ties: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []
    monkeypatch.setattr(ties, "put", lambda path, content: made.append(path))

    def broken(*args: object) -> str:
        raise OSError("full")

    monkeypatch.setattr(ties, "page_of", broken)
    with pytest.raises(OSError, match="full"):
        ties.main(Path("nowhere"))
    assert made == []


@pytest.mark.parametrize(
    ("program", "named"),
    [
        (["refit_ties.py", "FOLDER"], "ties: no cameo-codes.csv under FOLDER"),
        (["refit.py", "--from", "FOLDER"], "rupture: FOLDER lacks arms deliveries (SIPRI), alliances (ATOP)"),
        (["refit.py", "--lake", "FOLDER"], "rupture: FOLDER lacks arms deliveries (SIPRI), alliances (ATOP)"),
        (["refit_ties.py"], "say the folder of the files"),
        (["refit.py"], "one of the arguments --from --lake is required"),
    ],
)
def test_a_fit_without_its_files_names_them_and_writes_nothing(program: list[str], named: str, tmp_path: Path) -> None:
    """Whoever has no folder of files, or an empty one."""
    asked = [part.replace("FOLDER", str(tmp_path)) for part in program]
    to = ["--to", str(tmp_path / "made.toml")] if asked[0] == "refit.py" else []
    ran = subprocess.run(
        [sys.executable, TOOLS / asked[0], *asked[1:], *to], capture_output=True, text=True, check=False, timeout=120
    )
    assert ran.returncode
    assert named.replace("FOLDER", str(tmp_path)) in ran.stderr
    assert "Traceback" not in ran.stderr
    assert not (tmp_path / "made.toml").exists()


def test_what_a_register_only_calls_selected_is_in_no_history_and_no_effect(tmp_path: Path) -> None:
    """A line of 2022, with making it there: one order more and one licence, unless it is not ordered yet."""
    sample = Path(sipri.__file__).parent / "sample/trade-register_sample.csv"
    found = []
    for name, comment in (("ordered", ""), ("selected", "; selected but not yet ordered by end-2023")):
        path = tmp_path / name / "trade-register_all_1950-2024.csv"
        path.parent.mkdir()
        made = "Produced under licence in Kazakhstan"
        path.write_text(sample.read_text("latin-1").replace(made, made + comment), "latin-1")
        register = tables_of("sipri", path)["report"]
        worlds = [histories.registered(register, kind, "", path.parent) for kind in ("arms", "industry")]
        there = worlds[0].pairs.index(("KAZ", "TUR"))
        found.append(([world.y[2022 - 1990, there] for world in worlds], licensed(path.parent)))
    assert found == [([2, 1], {("KAZ", "TUR", 2022)}), ([1, 0], set())]
