"""The documentation says what the program does, and links lead somewhere."""

from __future__ import annotations

import doctest
import importlib.util
import re
from pathlib import Path

import pytest

from comity import cases
from comity.indicators import catalogue as indicators
from comity.sources import catalogue as sources

ROOT = Path(__file__).parents[1]
TEXTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "src").rglob("*.md")])
IDS = [str(p.relative_to(ROOT)) for p in TEXTS]
EXAMPLES = [
    ".".join(path.relative_to(ROOT / "src").with_suffix("").parts).removesuffix(".__init__")
    for path in sorted((ROOT / "src").rglob("*.py"))
    if re.search(r">>> (?!.*\+SKIP)", path.read_text("utf-8"))
]


def reference() -> dict[str, str]:
    spec = importlib.util.spec_from_file_location("reference", ROOT / "tools/reference.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.written()  # type: ignore[no-any-return]


def test_every_command_page_source_indicator_and_table_is_documented_as_it_is() -> None:
    for name, text in reference().items():
        assert (ROOT / "docs/reference" / name).read_text("utf-8") == text, (
            f"run python tools/reference.py: {name} is out of date"
        )


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_in_the_code_answers_as_it_says(name: str) -> None:
    found = doctest.testmod(importlib.import_module(name))
    assert (found.failed, found.attempted > 0) == (0, True)


@pytest.mark.parametrize("path", TEXTS, ids=IDS)
def test_links_inside_the_project_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", path.read_text("utf-8")):
        assert (path.parent / target).exists(), f"{path.name} links to {target}"


def anchors(text: str) -> set[str]:
    """The addresses of a page's headings, as both the site and the forge make them."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)
    return {re.sub(r"\s+", "-", re.sub(r"[^\w\s-]", "", heading).strip().lower()) for heading in headings}


@pytest.mark.parametrize("path", TEXTS, ids=IDS)
def test_links_to_a_heading_lead_to_one(path: Path) -> None:
    for page, anchor in re.findall(r"\]\((?!https?:)([^)#\s]*)#([^)\s]+)\)", path.read_text("utf-8")):
        to = (path.parent / page) if page else path
        assert anchor in anchors(to.read_text("utf-8")), f"{path.name} links to {page}#{anchor}"


@pytest.mark.parametrize("path", TEXTS, ids=IDS)
def test_files_that_a_page_names_are_there(path: Path) -> None:
    for name in re.findall(r"`((?:src|tests|docs|tools)/[\w./-]+?)(?:::\w+)?`", path.read_text("utf-8")):
        assert (ROOT / name).exists(), f"{path.name} names {name}"


def test_every_source_has_its_terms_in_the_data_licences() -> None:
    text = (ROOT / "DATA-LICENSES.md").read_text("utf-8")
    for name, source in sources().items():
        line = next((line for line in text.splitlines() if f"`{name}`" in line), None)
        assert line, (
            f"DATA-LICENSES.md has no line of `{name}`: name, publisher with address, licence, whether it is shipped"
        )
        licence = source.card.licence.split(";")[0].split(":")[0].strip()
        assert licence in text, f"DATA-LICENSES.md does not name the licence of {name}, {licence!r}"
        if not source.card.may_redistribute:
            assert "never shipped" in line, (
                f"DATA-LICENSES.md: the card of {name} lets nobody pass it on; say 'never shipped'"
            )


def test_every_built_in_case_has_a_readme_with_its_licence() -> None:
    for name in cases.names():
        assert "CC BY 4.0" in (cases.load(name).folder / "README.md").read_text("utf-8")


def test_every_indicator_is_on_the_navigation_of_the_documentation() -> None:
    reference_page = (ROOT / "docs/reference/indicators.md").read_text("utf-8")
    missing = [id for id in indicators() if f"## {id} " not in reference_page]
    assert not missing, f"run python tools/reference.py: indicators.md lacks {', '.join(missing)}"
    pages = re.findall(r'"([\w/]+\.md)"', (ROOT / "zensical.toml").read_text("utf-8"))
    assert {str(p.relative_to(ROOT / "docs")) for p in (ROOT / "docs").rglob("*.md")} == set(pages)


def test_the_readme_has_the_two_commands_and_a_picture() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert "make demo" in text
    assert "make test" in text
    assert "![" in text
