"""The pages in a real Chromium: evidence opens, links bring a view back, nobody else is asked, everybody can use them."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import Literal
from urllib.parse import urlsplit

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Playwright, ViewportSize, expect, sync_playwright
from tests.test_web import PATHS

CHROMIUM = os.environ.get("COMITY_CHROMIUM") or next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium: install it or set COMITY_CHROMIUM"),
]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
DESK, PHONE = ViewportSize(width=1280, height=900), ViewportSize(width=390, height=844)
LONG = ["/tie/AZE-TUR", "/state/TUR"]


@pytest.fixture(scope="module")
def driver() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module")
def browser(driver: Playwright) -> Iterator[Browser]:
    chromium = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield chromium
    chromium.close()


class Visit:
    """A page, and what it asked for and complained of."""

    def __init__(self, browser: Browser, site: httpx.Client, **options: object) -> None:
        self.home = str(site.base_url).rstrip("/")
        self.page: Page = browser.new_page(base_url=self.home, **options)  # type: ignore[arg-type]
        self.page.set_default_navigation_timeout(600_000)  # the first outlook makes the history of every reading
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on(
            "console", lambda line: self.complaints.append(line.text) if line.type in {"error", "warning"} else None
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def well(self) -> None:
        """Nobody but the server was asked, and nothing was refused or broken."""
        assert {urlsplit(url).netloc for url in self.asked} == {urlsplit(self.home).netloc}
        assert self.complaints == []

    def ends(self) -> None:
        self.well()
        self.page.close()


@pytest.fixture
def visit(browser: Browser, site: httpx.Client) -> Iterator[Visit]:
    visit = Visit(browser, site, viewport=DESK)
    yield visit
    visit.ends()


@pytest.fixture(scope="module", params=PATHS.values(), ids=PATHS)
def read(request: pytest.FixtureRequest, browser: Browser, site: httpx.Client) -> Iterator[Page]:
    """Every page, loaded once for all tests that only look at it; no script of ours asks for colours, medium or size."""
    visit = Visit(browser, site, viewport=DESK)
    visit.page.goto(request.param)
    yield visit.page
    visit.ends()


@pytest.fixture(scope="module", params=[*PATHS.values(), *LONG])
def phone(request: pytest.FixtureRequest, browser: Browser, site: httpx.Client) -> Iterator[Page]:
    """Every page on a phone, loaded once for all tests that only look at it."""
    visit = Visit(browser, site, viewport=PHONE)
    visit.page.goto(request.param)
    yield visit.page
    visit.ends()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_has_no_barrier_that_axe_finds(read: Page, scheme: Literal["light", "dark"]) -> None:
    read.emulate_media(color_scheme=scheme)
    found = Axe().run(read).response["violations"]
    assert [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in found] == []


def test_a_table_is_not_cut_at_the_edge_of_a_sheet(read: Page) -> None:
    """A4 less its margins of a centimetre is 718 pixels wide. The outlook is not for paper."""
    read.set_viewport_size({"width": 718, "height": 1000})
    read.emulate_media(media="print")
    cut = """[...document.querySelectorAll("main table")].filter(t => t.checkVisibility() && t.getBoundingClientRect().right > 719)
        .map(t => t.getAttribute("aria-label"))"""
    found = read.evaluate(cut)
    read.emulate_media(media="null")
    read.set_viewport_size(DESK)
    assert found == [] or read.url.endswith("/outlook")


@pytest.mark.parametrize("width", [390, 1280])
def test_no_two_names_of_the_map_touch_as_they_are_drawn(browser: Browser, site: httpx.Client, width: int) -> None:
    visit = Visit(browser, site, viewport={"width": width, "height": 900})
    visit.page.goto("/map")
    names = visit.page.evaluate("""[...document.querySelectorAll("svg.map text.name")].filter(t => t.checkVisibility())
        .map(t => [t.textContent, ...(b => [b.left, b.top, b.right, b.bottom])(t.getBoundingClientRect())])""")
    assert {"Turkmenistan", "Tajikistan", "Kyrgyzstan"} <= {name for name, *_ in names}
    for (one, left, top, right, bottom), (other, start, over, end, under) in combinations(names, 2):
        apart = right + 2 < start or end + 2 < left or bottom - 4 < over or under - 4 < top
        assert apart, (one, other)
    visit.page.close()


def test_words_from_the_right_leave_the_line_around_them_as_it_is(visit: Visit) -> None:
    """An Arabic publisher stands before "80% believed", whose sign stays behind its number; a Persian sentence ends at its left."""
    visit.page.goto("/timeline")
    left = visit.page.evaluate("""(() => {
        const act = document.querySelector("#main .acts li"), [who, believed] = act.querySelectorAll(".by a"), text = act.querySelector("bdi");
        who.textContent = "واس"; text.textContent = "ایران و NATO است.";
        const at = (node, i) => { const r = document.createRange(); r.setStart(node, i); r.setEnd(node, i + 1); return r.getBoundingClientRect().left; };
        const words = believed.firstChild;
        return [who.getBoundingClientRect().left, at(words, 0), at(words, 1), at(words, 2), at(text.firstChild, text.textContent.length - 1) - text.getBoundingClientRect().left];
    })()""")  # fmt: skip
    assert left[:4] == sorted(left[:4])
    assert left[4] == pytest.approx(0, abs=1)


def dot(page: Page, tie: str) -> None:
    page.locator(f'#ties a[href^="/evidence/{tie}"]').first.click()


def test_a_dot_of_the_matrix_opens_what_it_rests_on(visit: Visit) -> None:
    page = visit.page
    page.goto("/")
    dot(page, "KAZ-TUR:exercise")
    drawer = page.locator("#drawer")
    expect(drawer).to_be_visible()
    expect(drawer.locator("h1")).to_be_focused()
    assert drawer.locator('a[href^="http"]').count() > 3  # the addresses of the sources
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    assert page.evaluate("document.activeElement.getAttribute('href')").startswith("/evidence/KAZ-TUR")


def test_two_clicks_from_a_number_to_the_address_of_its_source(visit: Visit) -> None:
    page = visit.page
    page.goto("/state/KAZ")
    page.locator('main a[href^="/evidence/"]').first.click()
    expect(page.locator("#drawer")).to_be_visible()
    first = page.locator('#drawer a[href^="http"]').first
    assert first.get_attribute("rel") == "noreferrer" or "noopener" in (first.get_attribute("rel") or "")


def test_the_address_brings_a_view_back_with_its_open_evidence(
    browser: Browser, visit: Visit, site: httpx.Client
) -> None:
    page = visit.page
    page.goto("/?instruments=arms,exercise&view=bilateral&as_of=2024-06-30")
    dot(page, "KAZ-TUR:exercise")
    title = page.locator("#drawer h1").inner_text()
    body = page.locator("#drawer").inner_text()
    again = Visit(browser, site)
    again.page.goto(page.url)
    expect(again.page.locator("#drawer h1")).to_have_text(title)
    assert again.page.locator("#drawer").inner_text() == body
    assert again.page.locator("#as_of").input_value() == "2024-06-30"
    assert (
        again.page.locator("#ties thead, #ties th[scope=col]").first.inner_text()
        == page.locator("#ties thead, #ties th[scope=col]").first.inner_text()
    )
    again.well()
    again.page.close()


@pytest.mark.parametrize("path", ["/claims#kaz-equipment", "/sources#sipri"])
def test_the_address_of_an_entry_opens_it(visit: Visit, path: str) -> None:
    page, (path, _, name) = visit.page, path.partition("#")
    page.goto(path)
    entry = page.locator(f"#{name}")
    expect(entry).to_be_hidden()
    page.goto(f"{path}#{name}")
    expect(entry).to_be_visible()
    expect(entry).to_be_in_viewport()
    page.goto("/tie/KAZ-TUR")
    page.goto(f"{path}#{name}")  # from another page
    expect(entry).to_be_visible()


def test_a_phone_shows_a_page_without_going_sideways_and_prose_in_readable_lines(phone: Page) -> None:
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    thin = """[...document.querySelectorAll("main td, main th, main summary > *")]
        .filter(e => e.innerText.length > 60 && e.checkVisibility() && e.clientWidth < 150).map(e => e.innerText)"""
    assert phone.evaluate(thin) == []


def test_a_phone_scrolls_through_no_page_for_long(phone: Page) -> None:
    """The brief is to be printed whole; of every other page the reader opens what is long."""
    assert phone.evaluate("document.documentElement.scrollHeight") < 9 * 844 or phone.url.endswith(PATHS["brief"])


def test_a_phone_sees_every_reading_of_a_factor_at_once_under_the_name_of_its_state(
    browser: Browser, site: httpx.Client
) -> None:
    visit = Visit(browser, site, viewport=PHONE)
    visit.page.goto("/factors")
    assert visit.page.evaluate("[...document.querySelectorAll('.wide')].every(e => e.scrollWidth <= e.clientWidth)")
    read = visit.page.locator(".tests td:has(.num)")
    named = read.evaluate_all("all => all.map(td => getComputedStyle(td, '::before').content)")
    assert named.count('"Kazakhstan "') == read.and_(visit.page.locator("td:nth-of-type(1)")).count() > 20
    boxes = [one.bounding_box() or {} for one in read.locator(".num").all()]
    assert max(box["x"] + box["width"] for box in boxes) <= 390
    visit.page.close()


@pytest.fixture(scope="module")
def large(driver: Playwright) -> Iterator[Browser]:
    """A browser whose reader asked for text of twice the usual size."""
    asked = [*ARGUMENTS, "--blink-settings=defaultFontSize=32"]
    chromium = driver.chromium.launch(executable_path=CHROMIUM, args=asked)
    yield chromium
    chromium.close()


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_text_grows_as_the_reader_asks_and_no_page_goes_sideways(large: Browser, site: httpx.Client, path: str) -> None:
    visit = Visit(large, site)
    visit.page.goto(path)
    for size in (PHONE, DESK):
        visit.page.set_viewport_size(size)
        assert visit.page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") == 30  # twice 15
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    visit.ends()


def test_back_closes_the_evidence(visit: Visit) -> None:
    page = visit.page
    page.goto("/")
    dot(page, "KAZ-TUR:exercise")
    expect(page.locator("#drawer")).to_be_visible()
    page.go_back()
    expect(page.locator("#drawer")).to_be_hidden()


def test_the_keyboard_reaches_the_matrix_and_opens_evidence(visit: Visit) -> None:
    page = visit.page
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    page.locator('#ties a[href^="/evidence/KAZ-TUR"]').first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#drawer")).to_be_visible()


def test_dragging_over_time_chooses_a_period(visit: Visit) -> None:
    page = visit.page
    page.goto("/timeline")
    box = page.locator("#brush .broad [data-plot]").bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.5, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, y, steps=5)
    page.mouse.up()
    page.wait_for_url("**from=*")
    asked = dict(part.split("=") for part in urlsplit(page.url).query.split("&"))
    assert asked["from"] < asked["to"]


@pytest.mark.parametrize("path", ["/", "/map", "/timeline"])
def test_a_phone_sees_the_whole_map_and_all_years_at_once(browser: Browser, site: httpx.Client, path: str) -> None:
    visit = Visit(browser, site, viewport=PHONE)
    visit.page.goto(path)
    shown = visit.page.locator("svg.map:visible, svg.bars:visible")
    for drawing in shown.all():
        box = drawing.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    texts = shown.locator("text").evaluate_all("all => all.map(t => t.getBoundingClientRect().height)")
    assert min(texts) > 9  # pixels
    visit.ends()


def test_dragging_on_a_phone_chooses_a_period_of_any_year(browser: Browser, site: httpx.Client) -> None:
    visit = Visit(browser, site, viewport=PHONE)
    page = visit.page
    page.goto("/timeline")
    box = page.locator("#brush .slim [data-plot]").bounding_box()
    assert box
    page.mouse.move(box["x"] + 1, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + 20, steps=5)
    page.mouse.up()
    page.wait_for_url("**from=*")
    assert "from=2012-" in page.url  # the first of fifteen years
    visit.ends()


def test_a_filter_acts_at_once_and_is_in_the_address(visit: Visit) -> None:
    page = visit.page
    page.goto("/")
    page.locator("details.narrow summary").first.click()
    page.locator('form.filters input[name="view"][value="bilateral"], form.filters select[name="view"]').first.evaluate(
        "e => { if (e.tagName === 'SELECT') e.value = 'bilateral'; else e.checked = true; e.dispatchEvent(new Event('change', {bubbles: true})) }"
    )
    page.wait_for_url("**view=bilateral*")


def test_everything_works_without_a_script(browser: Browser, site: httpx.Client) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=str(site.base_url))
    page = context.new_page()
    page.goto("/")
    page.locator('#ties a[href^="/evidence/KAZ-TUR:exercise"]').first.click()
    assert urlsplit(page.url).path == "/evidence/KAZ-TUR:exercise"
    assert page.locator('main a[href^="http"]').count() > 3
    page.goto("/")
    page.locator("#as_of").fill("2020-06-30")
    page.locator("form.asof button").click()
    assert "as_of=2020-06-30" in page.url
    page.goto("/timeline")
    page.locator('#brush .broad a[href*="from="]').last.click()
    assert "from=" in page.url
    context.close()


def test_a_page_is_titled_headed_and_its_tables_and_drawings_are_named(read: Page) -> None:
    levels = read.evaluate("[...document.querySelectorAll('main :is(h1, h2, h3, h4)')].map(h => +h.tagName[1])")
    assert levels.count(1) == levels[0] == 1
    assert max(low - high for high, low in pairwise([*levels, 1])) <= 1
    nameless = """[...document.querySelectorAll("main table, main svg:not(svg svg)")]
        .filter(e => !e.closest("[aria-label], [aria-hidden]")).map(e => e.outerHTML.slice(0, 80))"""
    assert read.evaluate(nameless) == []


def test_no_two_pages_have_one_title(site: httpx.Client) -> None:
    titles = [
        site.get(path).text.split("<title>")[1].split("</title>")[0] for path in [*PATHS.values(), "/tie/AZE-TUR"]
    ]
    assert len(set(titles)) == len(titles)


def test_what_is_folded_opens_by_the_keyboard_and_without_a_script(browser: Browser, site: httpx.Client) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=str(site.base_url))
    page = context.new_page()
    page.goto("/tie/AZE-TUR")
    fold = page.locator("#acts details")
    last = fold.locator("li").last
    expect(last).to_be_hidden()
    fold.locator("> summary").focus()
    page.keyboard.press("Enter")
    expect(last).to_be_visible()
    context.close()


def test_the_overview_is_ready_within_a_second(browser: Browser, site: httpx.Client) -> None:
    """Of the processor, for server and page together, at the best of three tries: what else the machine does is no property of either."""
    site.get("/")  # the picture of the day is made once, at start
    tries = []
    for _ in range(3):
        page = browser.new_page()
        meter = page.context.new_cdp_session(page)
        meter.send("Performance.enable")
        start = time.process_time()
        page.goto(str(site.base_url))
        served = time.process_time() - start
        spent = {one["name"]: one["value"] for one in meter.send("Performance.getMetrics")["metrics"]}
        assert spent["ProcessTime"] > 0
        tries.append(served + spent["ProcessTime"])
        page.close()
    assert min(tries) < 1
