"""Files that people write: what any editor leaves in them is read, and what is wrong is one line that says where."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from comity import cases
from comity.cases.claims import claims
from comity.cases.factors import factors
from comity.errors import CaseError, ComityError, SourceError
from comity.fetch.config import settings
from comity.rupture.chronicle import chronicle
from comity.scenarios import named
from comity.scenarios.assumptions import register
from comity.sources.articles.feeds import watched
from comity.sources.casebook.read import years

MARK = b"\xef\xbb\xbf"  # what Windows editors put in front of UTF-8
TURAN = cases.load("turan")
FACTORS = Path(cases.__file__).with_name("factors.csv")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A copy of the built-in case, with a table of factors of its own."""
    folder = shutil.copytree(TURAN.folder, tmp_path / "own")
    shutil.copy(FACTORS, folder)
    (folder / "assumptions.toml").write_text("[assumption.A6]\nvalue = 2.0\n", "utf-8")
    (folder / "fetch.toml").write_text("rate = 2.0\n", "utf-8")
    shutil.copy(FACTORS.parents[1] / "rupture/chronicle.csv", folder)
    return folder


DOORS = {
    "case.toml": lambda folder: cases.load(folder).roles,
    "claims.csv": lambda folder: claims(cases.load(folder)),
    "factors.csv": lambda folder: factors(cases.load(folder)),
    "feeds.csv": watched,
    "assumptions.toml": register,
    "fetch.toml": settings,
    "chronicle.csv": lambda folder: chronicle(folder / "chronicle.csv"),
    "years.csv": lambda folder: years(folder / "years.csv"),
    "scenarios/8-three-holds.toml": lambda folder: named(folder, TURAN.roles),
}


@pytest.mark.parametrize("name", DOORS)
def test_a_mark_in_front_and_line_ends_of_another_system_change_nothing(own: Path, name: str) -> None:
    before, path = DOORS[name](own), own / name
    path.write_bytes(MARK + path.read_bytes().replace(b"\n", b"\r\n"))
    assert DOORS[name](own) == before


@pytest.mark.parametrize("name", DOORS)
def test_a_file_in_another_encoding_is_one_line_that_says_so(own: Path, name: str) -> None:
    path = own / name
    path.write_bytes(path.read_bytes() + b"# \xfc\n")
    with pytest.raises(ComityError, match=r"^\S+: not in UTF-8 \(byte \d+\); save it again as that$"):
        DOORS[name](own)


@pytest.mark.parametrize("name", [name for name in DOORS if name.endswith(".csv")])
def test_a_comma_too_many_names_its_line_and_is_no_other_column(own: Path, name: str) -> None:
    path = own / name
    head, first, *rest = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([head, f"{first},", *rest]), "utf-8")
    with pytest.raises((CaseError, SourceError), match=rf"own/{name}, line 2: not as many columns as the header"):
        DOORS[name](own)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("case.toml", 'colour = "red"', "own/case.toml: colour is not known here"),
        ("case.toml", 'enemies = ["RUS"]', "own/case.toml: search.enemies is not known here"),
        ("fetch.toml", "rates = 4", r"own/fetch.toml: rates '4': Input should be a valid dictionary"),
        ("fetch.toml", '[rates]\n"a.example" = 0', "own/fetch.toml: rates.a.example '0': "),
        ("fetch.toml", "patience = nan", "patience 'nan': "),
        ("fetch.toml", 'proxy = "proxy.example:3128"', "proxy 'proxy.example:3128': "),
        ("fetch.toml", 'agent = "Beobachter für Z"', "agent 'Beobachter für Z': "),
        ("fetch.toml", 'private = ["intranet"]', "private: 'intranet' does not appear to be an IPv4 or IPv6 network"),
        ("assumptions.toml", "[assumption.A99]\nvalue = 1", "no assumption A99; there are A1, "),
        ("scenarios/8-three-holds.toml", "months = 0", "scenarios/8-three-holds.toml: --months 0: between 1 and 60"),
        ("claims.csv", 'x,"y"z,TUR;KAZ,arms,2010-01-01,,done,any,1', r"own/claims.csv, line \d+: no CSV"),
        (
            "claims.csv",
            "x,y,TUR;KAZ,arms,soon,,done,any,1",
            r"line \d+: since 'soon' is no day; write it as 2015-01-01",
        ),
        ("claims.csv", "x,y,TUR;KAZ,tanks,2010-01-01,,done,any,1", "instruments: tanks: no instrument"),
        # A claim that needs no year would be supported by nothing.
        ("claims.csv", "x,y,TUR;KAZ,arms,2010-01-01,,done,any,0", r"line \d+: years '0': "),
        ("years.csv", "soon,1,0.5,0.4,0.6", r"own/years.csv, line \d+: year 'soon': "),
        ("years.csv", "2030,1,nan,0.4,0.6", r"line \d+: seen 'nan': "),
        ("years.csv", "2030,1,1.5,0.4,1.6", r"line \d+: seen '1.5': "),
        ("claims.csv", "kaz-drill,y,TUR;KAZ,arms,2010-01-01,,done,any,1", "kaz-drill is given twice"),
    ],
)
def test_a_wrong_field_is_one_line_that_names_it(own: Path, name: str, text: str, says: str) -> None:
    path = own / name
    said = path.read_text("utf-8")
    path.write_text(f"{text}\n{said}" if text.startswith("colour") else f"{said.rstrip()}\n{text}\n", "utf-8")
    with pytest.raises(ComityError, match=says) as error:
        DOORS[name](own)
    assert "\n" not in str(error.value)
    assert "pydantic" not in str(error.value)


@pytest.mark.parametrize(
    ("partners", "says"),
    [("[]", "nobody is held; name one state"), ('["KAZ", "KAZ"]', "KAZ is named twice")],
)
def test_a_case_holds_somebody_and_each_once(tmp_path: Path, partners: str, says: str) -> None:
    (tmp_path / "case.toml").write_text(
        f'title = "x"\nquestion = "y"\nsince = 2015-01-01\n[roles]\npatron = "TUR"\npartners = {partners}\n', "utf-8"
    )
    with pytest.raises(CaseError, match=says):
        cases.load(tmp_path)
