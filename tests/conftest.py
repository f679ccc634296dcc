"""What every test may ask for."""

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data made by others, which the repository must not hold: tests of it skip where it is absent."""
    if not (SHARED / "data").is_dir():
        pytest.skip(f"needs the real files of other publishers in {SHARED / 'data'}; they may not be redistributed")
    return SHARED / "data"
