"""Articles -> coder -> reports -> acts -> ties: what a page on loopback says moves a tie, and the evidence opens its sentence."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from tests.newsroom import BODY, DAY, article, feed, page, reports, small, stored
from tests.publishing import Answer, Asked, publishing
from tests.serving import AS_OF, served
from tests.sites import mirrored

from comity import cases, coding, flow, intake, pages, press, verdicts
from comity.errors import UsageError
from comity.lake import Lake
from comity.pages import Query
from comity.press import believed, code, coder_version, marked, read_right
from comity.tables import ACT, ARTICLE, CODED, COVERAGE, REPORT, TIE, VERDICT, WORLD
from comity.web import create_app

LOOKED = [
    {"source": "s", "a": WORLD, "b": WORLD, "instrument": k, "detection": 0.1, "basis": "", "raw": "r"}
    | {"date_from": date(2024, 1, 1), "date_to": date(2024, 12, 31), "known": date(2024, 1, 1)}
    for k in ("arms", "training")
]


def strength(picture: flow.Picture, instrument: str = "arms") -> float:
    rows = picture.ties.filter(
        pl.col("a") == "KGZ", pl.col("b") == "TUR", pl.col("instrument") == instrument, pl.col("view") == "presence"
    )
    return float(rows.sort("month")["strength"][-1])


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "store")


@pytest.fixture
def case(tmp_path: Path) -> cases.Case:
    return small(tmp_path / "small", {})


def test_from_a_page_on_loopback_to_a_moved_tie_and_its_open_evidence(tmp_path: Path) -> None:
    """Two feeds, one of which reprints the other's story: one act, two reports, one independent voice."""
    pages_: dict[str, bytes] = {}

    def site(asked: Asked) -> Answer:
        if asked.path == "/robots.txt":
            return Answer(b"User-agent: *\nAllow: /\n", headers={"Content-Type": "text/plain"})
        return Answer(pages_[asked.path], headers={"Content-Type": "text/html"}) if asked.path in pages_ else Answer(status=404)  # fmt: skip

    with publishing(site) as publisher:
        home = publisher.url
        pages_ |= {
            "/own.xml": feed(home, ["drones"]),
            "/wire.xml": feed(home, ["reprint"]),
            "/drones.html": page("Drones arrive", BODY),
            "/reprint.html": page("Drones have arrived", BODY + "Reporting by the wire."),
        }
        case = small(tmp_path / "small", {f"{home}/own.xml": "The Agency", f"{home}/wire.xml": "The Reprinter"})
        lake = Lake(tmp_path / "store")
        mirrored(lake.root, home)
        before = flow.woven(case, DAY, REPORT.empty(), *(flow.picture(case, lake, DAY).measures, flow.picture(case, lake, DAY).coverage, flow.picture(case, lake, DAY).files))  # fmt: skip
        told: list[str] = []
        done = flow.update(
            case, lake, AS_OF, only=["articles"], live=intake.Live(), progress=lambda what, n, of: told.append(what)
        )
    assert done.failures == []
    assert done.coded.articles == 2
    assert "reading articles" in told
    after = flow.picture(case, lake, DAY)
    (act,) = after.acts.to_dicts()
    assert (act["instrument"], act["stage"], act["actors"], act["recipients"]) == (
        "arms",
        "delivered",
        ["TUR"],
        ["KGZ"],
    )
    assert (act["date_from"], act["known"]) == (date(2024, 3, 2), DAY)
    assert len(act["reports"]) == 2
    assert len(act["publishers"]) == 1  # the reprint speaks with the other's voice
    assert act["belief"] == pytest.approx(max(after.reports["belief"]))
    assert strength(after) > strength(before)
    with served(create_app(lambda day: flow.picture(case, lake, day), today=lambda: AS_OF)) as client:
        shown = client.get(f"/evidence/{act['act']}").text
        assert re.search(r"<mark>[^<]*delivered[^<]*</mark>", shown)
        assert f'href="{home}/' in shown
        assert 'class="badge machine"' in shown
        told_ = client.get(f"/evidence/{act['act']}.json").json()["statements"]
    assert {s["publisher"] for s in told_} == {"The Agency", "The Reprinter"}
    assert sorted(str(s["voice"]) for s in told_) in (["None", "The Agency"], ["None", "The Reprinter"])
    assert told_[0]["before"] + told_[0]["mark"] + told_[0]["after"] == told_[0]["text"]
    again = flow.update(case, lake, AS_OF, only=["articles"])
    assert (again.coded.articles, again.changed) == (0, [])
    assert flow.picture(case, lake, date(2024, 3, 4)).acts.is_empty()  # known is the day of publication


def test_an_article_is_read_once_by_each_version_of_the_coder(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    stored(lake, article("a", BODY, "x"))
    assert code(lake)[0] == 1
    assert code(lake)[:2] == (0, 0)
    stored(lake, article("b", "Nothing of interest happened anywhere in the town that day. " * 3, "x"))
    assert code(lake)[:2] == (1, 0)
    assert code(lake)[:2] == (0, 0)  # an article without acts is read too
    monkeypatch.setattr(press, "coder_version", lambda: "another")
    assert code(lake)[0] == 2


def test_a_changed_page_replaces_what_it_said_before(lake: Lake, case: cases.Case) -> None:
    stored(lake, article("a", BODY, "x"))
    code(lake)
    assert len(reports(lake, case)) == 1
    corrected = BODY.replace("Kyrgyzstan", "a museum of its own")
    stored(lake, article("a", corrected, "x", raw="later", retrieved=datetime(2024, 3, 7, tzinfo=UTC)))
    code(lake)
    assert reports(lake, case).is_empty()


def test_of_a_changed_page_nothing_is_left_that_only_its_earlier_reading_said(lake: Lake, case: cases.Case) -> None:
    stored(lake, article("a", BODY + "Turkey and Kazakhstan held a joint exercise in Almaty on 3 March.", "x"))
    code(lake)
    assert reports(lake, case)["instrument"].to_list() == ["arms", "exercise"]
    corrected = BODY.replace("three", "four")
    stored(lake, article("a", corrected, "x", raw="later", retrieved=datetime(2024, 3, 7, tzinfo=UTC)))
    code(lake)
    assert reports(lake, case).select("quantity", "raw").rows() == [(4.0, "later")]


def test_a_reading_has_one_id_on_its_page_and_in_a_case_that_takes_no_other_of_its_sentence(
    lake: Lake, case: cases.Case
) -> None:
    """France and Japan have no part in the case: their act is the first of the sentence all the same."""
    both = "France and Japan signed an agreement on training in Paris on 1 March, and Turkey delivered three Anka drones to Kyrgyzstan on 2 March."
    stored(lake, article("a", f"{BODY.partition('.')[0]}. {both}", "x"))
    code(lake)
    told = press.told(lake.read(ARTICLE).collect().row(0, named=True))
    of_others, ours = (t.report["report"] for t in told if t.report)
    assert reports(lake, case)["report"].to_list() == [ours]
    assert of_others != ours


def test_a_text_that_breaks_the_coder_stops_no_other(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    real = coding.read

    def fragile(articles: list[coding.Article], named: bool) -> list[coding.Act]:
        if "poison" in articles[0].text:
            raise ValueError("no such thing")
        return list(real(articles, named=named))

    monkeypatch.setattr(coding, "read", fragile)
    stored(lake, article("a", "poison", "x"), article("b", BODY, "x"))
    assert code(lake)[0] == 2
    assert "b" in set(lake.read(CODED).filter(pl.col("number") > 0).collect()["article"])
    why = lake.read(CODED).filter(pl.col("article") == "a").collect()["why"].item()
    assert "no such thing" in why[0]
    assert code(lake)[:2] == (0, 0)


def test_the_same_sentence_by_two_independent_publishers_is_one_act_believed_more(lake: Lake, case: cases.Case) -> None:
    other = "Kyrgyzstan has new aircraft: Turkey delivered three Anka drones to Kyrgyzstan on 2 March, its ministry said. " + "A long report about the harvest, the schools and the bridge followed, in which no other state was named. " * 3  # fmt: skip
    stored(lake, article("a", BODY, "one"), article("b", other, "two"))
    code(lake)
    found = flow.acts.merge(reports(lake, case))
    assert len(found) == 1
    p = believed(read_right(2), "B")
    assert found["publishers"].item().to_list() == ["one", "two"]
    assert found["belief"].item() > p


def test_two_sentences_of_one_article_tell_of_one_act_unless_platforms_differ(lake: Lake, case: cases.Case) -> None:
    twice = BODY + "Turkey delivered drones to Kyrgyzstan on 2 March."
    stored(lake, article("a", twice, "x"))
    code(lake)
    assert len(reports(lake, case)) == 2
    assert len(flow.acts.merge(reports(lake, case))) == 1
    stored(lake, article("b", "Turkey delivered Anka drones to Kyrgyzstan on 7 March. Turkey delivered Bayraktar TB2 drones to Kyrgyzstan on 7 March.", "y", date(2024, 3, 8)))  # fmt: skip
    code(lake)
    assert len(flow.acts.merge(reports(lake, case))) == 3


def test_a_headline_that_calls_the_parties_by_their_capitals_tells_of_the_act_below_it(
    lake: Lake, case: cases.Case
) -> None:
    body = "Turkey and Kyrgyzstan held their first joint exercise at Edelweiss on 4 March 2024."
    story = f"Ankara and Bishkek hold drill\n\n{body}"
    stored(lake, article("a", story, "x", date(2024, 3, 5)))
    code(lake)
    found = flow.acts.merge(reports(lake, case))
    assert found.select(pl.col("instrument"), pl.col("reports").list.len()).rows() == [("exercise", 2)]


def test_what_a_page_without_a_day_dates_by_its_publication_has_no_day(lake: Lake, case: cases.Case) -> None:
    told = "Turkey delivered drones to Kyrgyzstan on Monday. Turkey delivered howitzers to Kyrgyzstan on 2 March 2019."
    undated = article("a", told, "x") | {"published": None}
    stored(lake, undated)
    code(lake)
    assert reports(lake, case)["date_to"].to_list() == [date(2019, 3, 2)]


def test_a_read_sentence_joins_the_hand_coded_act_of_those_days(lake: Lake, case: cases.Case) -> None:
    stored(lake, article("a", BODY, "x"))
    code(lake)
    found = reports(lake, case)
    hand = found.with_columns(
        report=pl.lit("hand"), coder=pl.lit("hand"), publisher=pl.lit("other"), raw=pl.lit("other"), belief=pl.lit(0.9),
        text=pl.lit("Bişkek üç insansız hava aracı teslim aldı"), platform=pl.lit(None, pl.String),
    )  # fmt: skip
    far = hand.with_columns(report=pl.lit("far"), date_from=pl.lit(date(2024, 2, 1)), date_to=pl.lit(date(2024, 3, 31)))
    assert len(flow.acts.merge(pl.concat([found, hand]))) == 1
    assert len(flow.acts.merge(pl.concat([found, far]))) == 2  # a quarter is too wide to say that it is the same


def test_belief_is_the_measured_share_times_the_publishers_grade() -> None:
    assert believed(0.5, "B") == 0.45
    assert believed(0.5, "E") < believed(0.5, "C") < believed(0.5, "A") < 0.5
    assert 0 < read_right(0) < read_right(1) < read_right(2) < 1


def said(
    text: str, actor: str, recipient: str, instrument: str = "arms", modality: str = "actual"
) -> dict[str, object]:
    return {"text": text, "actors": [actor], "recipients": [recipient], "instrument": instrument, "modality": modality, "why": []}  # fmt: skip


def test_a_reading_is_borne_out_by_other_sentences_of_its_article_only() -> None:
    one = said("a", "TUR", "KGZ")
    for others, expected in (
        ([], 0),
        ([said("a", "KGZ", "TUR")], 0),  # its own sentence, read twice
        ([said("b", "KGZ", "TUR", "training")], 1),
        ([said("b", "KGZ", "TUR")], 2),  # whoever is the actor
        ([said("b", "TUR", "KGZ", "arms", "negated"), said("c", "TUR", "KGZ", "arms", "hypothetical")], 0),
        ([said("b", "TUR", "KAZ")], 0),
    ):
        assert press.backing(one, press.spoken([one, *others])) == expected


def test_an_act_that_an_article_tells_again_is_believed_more(lake: Lake, case: cases.Case) -> None:
    """Both ways to a report agree: weaving from the store, and looking at one text."""
    once = "The price of bread went up by a little, as the town council heard. Turkey delivered three Anka drones to Kyrgyzstan on 2 March."
    again = "Turkey delivered drones to Kyrgyzstan, a ministry in Bishkek said. Turkey delivered three Anka drones to Kyrgyzstan on 2 March."
    stored(lake, article("a", once, "one"), article("b", again, "two"))
    code(lake)
    found = reports(lake, case)
    beliefs = {name: set(rows["belief"]) for (name,), rows in found.group_by("publisher")}
    assert beliefs == {"one": {believed(read_right(0), "B")}, "two": {believed(read_right(2), "B")}}
    assert {t.report["belief"] for t in press.told(article("b", again, "two")) if t.report} == beliefs["two"]


def test_the_method_page_prints_the_shares_that_are_used() -> None:
    page = (Path(__file__).parents[1] / "docs/method/measurement.md").read_text("utf-8")
    rows = re.findall(r"^\| [^|]+ \| \d+ of (\d+) \| \d+ of (\d+) \| (\.\d\d) \|$", page, re.MULTILINE)
    told = tomllib.loads((Path(press.__file__).with_name("belief.toml")).read_text("utf-8"))
    assert [int(own) + int(judged) for own, judged, _ in rows] == [step["n"] for step in told["step"]]
    assert [used for *_, used in rows] == [f"{read_right(step['backing']):.2f}"[1:] for step in told["step"]]
    assert sum(step["n"] for step in told["step"]) == told["n"]


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("Turkey delivered drones to Kyrgyzstan on 2 March.", ""),
        ("The two countries met Turkey. It delivered drones to Kyrgyzstan's neighbours.", "nearness"),
        ("Russia refused to deliver the helicopters that Tajikistan had asked for.", "nearness"),
    ],
)
def test_only_what_a_sentence_says_of_parties_that_it_names_is_evidence(text: str, lacks: str) -> None:
    told = press.told(article("a", text, "x"))
    assert told
    assert all(lacks in one.lacks if lacks else not one.lacks for one in told[-1:])
    assert all((one.report is None) == bool(one.lacks) for one in told)


def test_a_guess_is_no_evidence(lake: Lake, case: cases.Case) -> None:
    stored(
        lake,
        article("a", BODY + "New air defence missiles of Kazakhstan are of Russian make, its contract shows.", "x"),
    )
    code(lake)
    read = lake.read(CODED).filter(pl.col("number") > 0).collect()
    assert [why[0].startswith("guess") for why in read["why"]] == [False, True]
    assert reports(lake, case)["instrument"].to_list() == ["arms"]


def test_a_position_says_where_in_its_sentence_an_act_stands() -> None:
    assert marked("page, letters 3-17 of the sentence") == (3, 17)
    assert marked("row 12") is None


def test_coverage_is_counted_only_where_a_watched_publisher_was_read(lake: Lake, tmp_path: Path) -> None:
    case = small(tmp_path / "watched", {"https://x.example/feed": "The Agency"})
    stored(lake, article("a", BODY, "The Agency"), article("b", BODY, "somebody"), article("c", BODY, "The Agency", date(2024, 3, 9)))  # fmt: skip
    found = press.derived(lake, case.states, case.folder)["coverage"]
    assert sorted(set(found["date_from"])) == [DAY, date(2024, 3, 9)]
    assert set(found["b"]) == {"TUR"}
    assert set(found["detection"]) == {0.25}


def killed_while_reading(home: Path) -> None:
    """Run in a process of its own: reads the articles of a store for ever slowly, so that a kill meets it at work."""
    press.CHUNK = 1
    press.code(
        Lake(home), lambda what, done, total: (sys.stdout.write("at work\n"), sys.stdout.flush(), time.sleep(0.05))
    )


def test_a_killed_reading_is_finished_by_the_next_and_doubles_nothing(lake: Lake, case: cases.Case) -> None:
    many = [article(f"a{n}", BODY.replace("2 March", f"{n + 1} March"), f"p{n}") for n in range(6)]
    stored(lake, *many)
    work = f"from pathlib import Path; from tests.test_press import killed_while_reading; killed_while_reading(Path({str(lake.root)!r}))"
    root = Path(__file__).parents[1]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(root / "src"), str(root)])}
    with subprocess.Popen([sys.executable, "-c", work], stdout=subprocess.PIPE, env=environment) as run:
        assert run.stdout
        for _ in range(3):
            assert run.stdout.readline() == b"at work\n"
        run.send_signal(signal.SIGKILL)
    read = lake.read(CODED).filter(pl.col("number") == 0).collect()
    assert 1 <= len(read) < 6
    code(lake)
    rows = lake.read(CODED).collect()
    assert len(rows.filter(pl.col("number") == 0)) == 6
    assert rows.select("article", "number").is_unique().all()
    assert len(reports(lake, case)) == 6


# Verdicts.


def woven(lake: Lake, case: cases.Case, day: date = AS_OF) -> flow.Picture:
    found = press.derived(lake, case.states, case.folder)
    given = lake.read(VERDICT, case.name).filter(pl.col("when").dt.date() <= day).collect()
    empty = flow.picture(case, lake, day)
    looked = pl.concat(
        [found["coverage"], COVERAGE.frame(LOOKED)]
    )  # a page that a user brings covers nothing by itself
    return flow.woven(case, day, found["report"], empty.measures, looked, empty.files, given)


def judge(lake: Lake, case: cases.Case, kind: str, day: date = AS_OF, **changes: str) -> None:
    picture = woven(lake, case)
    rows = pl.concat([picture.reports, picture.rejected]).rows(named=True)
    verdicts.judge(
        lake, case.name, rows, kind, "Ada", datetime(day.year, day.month, day.day, tzinfo=UTC), "because", changes
    )


def test_a_rejected_report_moves_no_tie_and_still_opens(lake: Lake, case: cases.Case) -> None:
    stored(lake, article("a", BODY, "x"))
    code(lake)
    before = woven(lake, case)
    id = before.acts["act"].item()
    judge(lake, case, "reject")
    after = woven(lake, case)
    assert after.acts.is_empty()
    assert strength(after) < strength(before)
    shown = pages.evidence(after, id, Query())
    assert [s.coded for s in shown.statements] == ["rejected"]
    assert [(v.kind, v.author, v.why) for v in shown.statements[0].verdicts] == [("reject", "Ada", "because")]
    assert woven(lake, case, date(2024, 6, 1)).acts.height == 1  # on that day nobody had rejected it
    judge(lake, case, "accept", date(2026, 7, 1))
    assert woven(lake, case, date(2026, 7, 1)).acts.height == 1  # the last verdict holds


def test_a_recoded_report_moves_the_other_tie_and_keeps_its_original(lake: Lake, case: cases.Case) -> None:
    stored(lake, article("a", BODY, "x"))
    code(lake)
    before = woven(lake, case)
    judge(lake, case, "recode", instrument="training", actors="tur", stage="executed")
    after = woven(lake, case)
    (act,) = after.acts.to_dicts()
    assert (act["instrument"], act["stage"], act["recipients"]) == ("training", "executed", ["KGZ"])
    assert act["belief"] == pytest.approx(0.8)
    assert strength(after) < strength(before)
    assert strength(after, "training") > strength(before, "training")
    (statement,) = pages.evidence(after, act["act"], Query()).statements
    assert statement.coded == "by machine, confirmed"
    assert "arms, delivered" in statement.verdicts[0].was
    assert "training, executed" in str(statement.verdicts[0].now)
    assert reports(lake, case)["instrument"].item() == "arms"  # what the coder read is as it was


def test_a_rejection_lapses_when_a_later_coder_reads_something_else(lake: Lake, case: cases.Case) -> None:
    stored(lake, article("a", BODY, "x"))
    code(lake)
    judge(lake, case, "reject")
    given = lake.read(VERDICT, case.name).collect()
    same, other = reports(lake, case), reports(lake, case).with_columns(instrument=pl.lit("aid"))
    assert verdicts.judged(same, given).reports.is_empty()
    assert len(verdicts.judged(other, given).reports) == 1


@pytest.mark.parametrize(
    ("kind", "author", "changes", "says"),
    [
        ("merge", "Ada", {}, "no verdict"),
        ("accept", " ", {}, "name"),
        ("recode", "Ada", {}, "says instead"),
        ("recode", "Ada", {"instrument": "friendship"}, "not known"),
        ("recode", "Ada", {"actors": "XXX"}, "XXX"),
        ("recode", "Ada", {"date_from": "soon"}, "no day"),
        ("recode", "Ada", {"date_from": "2025-01-01"}, "before it starts"),
        ("recode", "Ada", {"belief": "1"}, "cannot be recoded"),
    ],
)
def test_a_verdict_that_makes_no_sense_is_refused_whole(
    lake: Lake, case: cases.Case, kind: str, author: str, changes: dict[str, str], says: str
) -> None:
    stored(lake, article("a", BODY, "x"))
    code(lake)
    rows = reports(lake, case).rows(named=True)
    with pytest.raises(Exception, match=says) as caught:
        verdicts.judge(lake, case.name, rows, kind, author, datetime(2026, 1, 1, tzinfo=UTC), "", changes)
    assert isinstance(caught.value, UsageError) or "XXX" in str(caught.value)
    assert lake.read(VERDICT, case.name).collect().is_empty()


def test_the_version_of_the_coder_names_the_release() -> None:
    assert re.match(r"\d+\.\d+\S* [0-9a-f]{8}", coder_version())


@pytest.mark.parametrize(("part", "words"), [("encoder", "encoder"), ("e5", "multilingual model")])
def test_the_version_of_the_coder_names_what_it_had_to_do_without(
    monkeypatch: pytest.MonkeyPatch, part: str, words: str
) -> None:
    """What is installed after an update changes the version, so the next update reads every article anew with it."""
    monkeypatch.setattr(getattr(press, part), "installed", lambda: True)
    whole = coder_version.__wrapped__()
    monkeypatch.setattr(getattr(press, part), "installed", lambda: False)
    assert coder_version.__wrapped__().startswith(whole.split(" with")[0])
    assert f"without {words}" in coder_version.__wrapped__()
    assert f"without {words}" not in whole


def test_what_articles_say_later_is_woven_in_as_if_it_had_been_there(tmp_path: Path) -> None:
    """Update after update, with an article that comes, one that changes its words, and a verdict: the same as one update of it all."""
    case = small(tmp_path / "small", {})
    grown, fresh = Lake(tmp_path / "grown"), Lake(tmp_path / "fresh")
    other = BODY.replace("2 March", "1 March").replace("Kyrgyzstan", "Kazakhstan").replace("bread", "milk")
    first, second = article("a", BODY, "x"), article("b", other, "y")
    third = article(
        "a", BODY.replace("Kyrgyzstan", "a museum"), "x", raw="later", retrieved=datetime(2024, 3, 7, tzinfo=UTC)
    )
    files = tmp_path / "files"
    files.mkdir()
    for n, row in enumerate((first, second, third)):  # a file each, so that the list of files grows as in life
        (files / f"{n}.csv").write_text(f"author,date,actors,recipients,instrument,stage,text\nAda,2024-01-0{n + 1},TUR,KAZ,exercise,executed,Drill {n}\n")  # fmt: skip
        stored(grown, row)
        flow.update(case, grown, AS_OF, files)
    stored(fresh, first, second, third)
    flow.update(case, fresh, AS_OF, files)
    for table in (REPORT, ACT, TIE):
        one, two = (lake.read(table, case.name).collect().sort(table.columns[0].name, *([] if table is not TIE else ["b", "instrument", "view", "month"])) for lake in (grown, fresh))  # fmt: skip
        drop = [c for c in ("retrieved",) if c in one.columns]
        assert one.drop(drop).equals(two.drop(drop)), table.name
    assert set(grown.read(ACT, case.name).collect()["instrument"]) == {"arms", "exercise"}
