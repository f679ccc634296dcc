"""What every test may ask for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import cache, partial
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, settings
from tests.serving import AS_OF, served

from comity import cases, flow
from comity.lake import Lake
from comity.web import create_app

# How fast the machine is, and what else runs on it, is no property of the code.
settings.register_profile("comity", settings(deadline=None, suppress_health_check=[HealthCheck.too_slow]))
settings.load_profile("comity")

SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data made by others, which the repository must not hold: tests of it skip where it is absent."""
    if not (SHARED / "data").is_dir():
        pytest.skip(f"needs the real files of other publishers in {SHARED / 'data'}; they may not be redistributed")
    return SHARED / "data"


@pytest.fixture(scope="session")
def case() -> cases.Case:
    """The built-in case."""
    return cases.load("turan")


@pytest.fixture(scope="session")
def lake(case: cases.Case, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A store that holds the built-in case, built from its bundled evidence; read only.

    Workers of one run share it, and with it the readings of earlier days, which are kept there by whoever asks first.
    """
    own = tmp_path_factory.getbasetemp()
    lake = Lake((own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "lake")
    flow.update(case, replace(lake, patience=600.0), AS_OF)
    return lake


@pytest.fixture
def copied(lake: Lake, tmp_path: Path) -> Lake:
    """A copy of that store to write to, without what other workers may be writing there."""
    shutil.copytree(lake.root, tmp_path / "lake", ignore=shutil.ignore_patterns("history*", "pages"))
    return Lake(tmp_path / "lake")


@pytest.fixture(scope="session")
def pictures(case: cases.Case, lake: Lake) -> Callable[[date], flow.Picture]:
    """The built-in case as known on a day, woven once for all tests that ask for that day."""
    return cache(partial(flow.picture, case, lake))


@pytest.fixture(scope="session")
def picture(pictures: Callable[[date], flow.Picture]) -> flow.Picture:
    """The built-in case as known on ``AS_OF``."""
    return pictures(AS_OF)


@pytest.fixture(scope="session")
def site(pictures: Callable[[date], flow.Picture]) -> Iterator[httpx.Client]:
    """A client of the built-in case's pages on a real server."""
    with served(create_app(pictures, today=lambda: AS_OF)) as client:
        yield client
