"""The command line keeps its contract: JSON on stdout, notes on stderr, exit codes, and no traceback for a mistake."""

from __future__ import annotations

import errno
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date
from importlib import import_module
from pathlib import Path
from unittest.mock import Mock

import pytest
import uvicorn
from deltalake import write_deltalake
from tests.serving import AS_OF
from tests.spending import spent
from tests.test_small_case import CASE, OWN

import comity
from comity import cli, flow, mark
from comity.cases import Case
from comity.cli.asked import note
from comity.flow import Picture
from comity.lake import Lake
from comity.numerals import thousand
from comity.tables import FILE

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    lake: Lake, pictures: Callable[[date], Picture], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Run:
    """The command in this process, on the day and the store of the built-in case: exit code, stdout, stderr.

    Pictures of that store are those that other tests have, too: each command would weave its own.
    """
    real = flow.picture

    def known(case: Case, store: Lake, day: date) -> Picture:
        return pictures(day) if store.root == lake.root else real(case, store, day)

    monkeypatch.setattr(flow, "picture", known)
    monkeypatch.setattr("comity.cli.asked.today", lambda: AS_OF)

    def command(*words: str, store: Path = lake.root) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["comity", "--lake", str(store), *words])
        try:
            cli.main()
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
        else:
            code = 0
        out = capsys.readouterr()
        return code, out.out, out.err

    return command


READING = {
    "show": ["show", "turan"],
    "tie": ["tie", "Türkiye", "Казахстан"],
    "state": ["state", "Özbekistan"],
    "factors": ["factors", "turan"],
    "claims": ["claims", "turan"],
    "alerts": ["alerts", "turan"],
    "digest": ["digest", "turan"],
    "outlook": ["outlook", "turan"],
    "chronicle": ["chronicle"],
    "scores": ["scores"],
    "indicators": ["indicators", "turan"],
    "evidence": ["evidence", "KAZ-TUR:arms"],
    "sources": ["sources"],
    "revisions": ["revisions"],
}


def test_a_command_reckons_small_matrices_without_threads() -> None:
    """Two threads cost ``comity export --format graphml`` 1.9 s of processor in place of 1.6, in the same time on the wall."""
    asked = """
import contextlib, sys, threadpoolctl
from comity import cli
sys.argv = ["comity", "--version"]
with contextlib.suppress(SystemExit):
    cli.main()
import numpy, scipy.special
print({one["num_threads"] for one in threadpoolctl.threadpool_info() if one["user_api"] == "blas"})
"""
    free = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    said = subprocess.run([sys.executable, "-c", asked], env=free, capture_output=True, text=True, check=True).stdout
    assert said.splitlines()[-1] == "{1}"


@pytest.mark.parametrize("name", READING)
def test_a_reading_command_answers_in_words_and_as_json_of_a_day(run: Run, name: str) -> None:
    code, out, err = run(*READING[name])
    assert (code, err) == (0, "")
    assert len(out.splitlines()) > 5
    code, out, err = run(*READING[name], "--json", "--as-of", "2024-06-30")
    assert (code, err) == (0, "")
    assert json.loads(out)["as_of"] == "2024-06-30"


@pytest.mark.parametrize("name", ["show", "tie", "state", "factors", "claims", "indicators"])
def test_a_page_that_was_made_is_read_again_while_nothing_has_changed(
    run: Run, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same words and the same JSON, and the case is not looked at; another program makes it anew."""
    day = ("--as-of", "2024-05-31")
    first = [run(*READING[name], *day), run(*READING[name], *day, "--json")]
    with monkeypatch.context() as patched:
        patched.setattr(flow, "picture", lambda *asked: pytest.fail("the picture was made again"))
        assert [run(*READING[name], *day), run(*READING[name], *day, "--json")] == first
    made: list[object] = []
    real = flow.picture
    monkeypatch.setattr(flow, "picture", lambda *asked: (made.append(asked), real(*asked))[1])
    monkeypatch.setattr(mark, "code", lambda: "another program")
    run(*READING[name], *day)
    assert len(made) == 1


def test_show_fits_the_contract(run: Run) -> None:
    answer = json.loads(run("show", "turan", "--json")[1])
    assert {"case", "as_of", "built", "vintage", "partners", "changes", "unknowns", "evidence"} <= set(answer)
    assert answer["case"] == "turan"
    tie = answer["partners"][0]["ties"][0]
    assert {
        "with",
        "role",
        "instrument",
        "strength",
        "low",
        "high",
        "prior_share",
        "acts",
        "reports",
        "evidence",
    } <= set(tie)
    assert {"id", "url", "publisher", "published", "text", "act"} <= set(answer["evidence"][0])
    assert all(row["low"] <= row["strength"] <= row["high"] for p in answer["partners"] for row in p["ties"])


def test_an_earlier_day_knows_less(run: Run) -> None:
    then, now = (json.loads(run("show", "turan", "--json", "--as-of", day)[1]) for day in ("2015-06-30", "2026-06-30"))
    assert len(then["evidence"]) < len(now["evidence"])


def test_a_day_before_all_evidence_is_said_to_know_nothing(run: Run) -> None:
    assert "No tie has an act on record" in run("outlook", "turan", "--as-of", "1950")[1]
    assert "0 acts became known.\n" in run("digest", "turan", "--as-of", "1950")[1]


def test_a_case_never_built_is_built_first_and_says_so_on_stderr(run: Run, tmp_path: Path) -> None:
    code, out, err = run("show", "turan", "--json", store=tmp_path / "new")
    assert code == 0
    assert json.loads(out)["partners"]
    assert "building turan from its bundled evidence" in err


def test_a_case_that_is_not_named_is_the_stores_own_and_of_several_the_built_in_one(run: Run, tmp_path: Path) -> None:
    store, count = tmp_path / "store", ("sql", "select count(*) as n from reports", "--json")
    for name in ("one", "two"):
        (folder := tmp_path / name).mkdir()
        (folder / "case.toml").write_text(CASE)
        (folder / "own.csv").write_text(OWN)
        assert run("update", str(folder), "--offline", store=store)[0] == 0
        code, out, err = run(*count, store=store)
        assert (code, json.loads(out)) == (0, [{"n": 3}])
        assert err == ("" if name == "one" else f"note: reading {tmp_path / 'one'}; --case names another of this store: {folder}\n")  # fmt: skip
    assert json.loads(run("tie", "IND", "MUS", "--json", store=store)[1])["case"] == "one"
    assert not (store / "cases/turan").exists()
    assert run("update", "turan", "--offline", store=store)[0] == 0
    assert f"reading turan; --case names another of this store: {tmp_path / 'one'}" in run(*count, store=store)[2]


def test_a_store_whose_only_case_is_gone_builds_no_other(run: Run, tmp_path: Path) -> None:
    (folder := tmp_path / "own").mkdir()
    (folder / "case.toml").write_text(CASE)
    assert run("update", str(folder), "--offline", store=tmp_path / "store")[0] == 0
    (folder / "case.toml").unlink()
    code, _, err = run("sources", store=tmp_path / "store")
    assert (code, err) == (2, f"comity: {tmp_path / 'store'} holds {folder}, which is gone; name a case with --case\n")
    assert not (tmp_path / "store/cases/turan").exists()


def test_readers_who_come_at_once_to_a_new_store_wait_for_each_other_and_get_one_answer(tmp_path: Path) -> None:
    folder, store = tmp_path / "small", tmp_path / "store"
    folder.mkdir()
    (folder / "case.toml").write_text(CASE)
    (folder / "own.csv").write_text(OWN)
    words = [sys.executable, "-m", "comity", "--lake", str(store), "risk", str(folder)]
    with ExitStack() as open_:
        with Lake(store).writing():  # as a third that came before them
            readers = [
                open_.enter_context(subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
                for _ in range(2)
            ]
            for reader in readers:
                assert reader.stderr
                said = [reader.stderr.readline() for _ in range(2)]
                assert "another process is writing there; waiting for it, 10 minutes at most" in said[1]
        answers = [(*reader.communicate(timeout=120), reader.returncode) for reader in readers]
    assert answers[0] == answers[1]
    assert "India and Mauritius" in answers[0][0]
    assert answers[0][1:] == ("", 0)


def test_claims_strict_finds_what_nothing_was_found_for(run: Run) -> None:
    assert run("claims", "turan")[0] == 0
    assert run("claims", "turan", "--strict")[0] == 1


def test_doctor_says_what_wants_doing(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("doctor", "--json", store=tmp_path)
    assert code == 1
    assert any(not c["ok"] and "comity update turan" in c["next"] for c in json.loads(out))
    assert run("doctor")[1].count("\n") > 3


def test_update_counts_rows_kept_and_left_out(run: Run, tmp_path: Path) -> None:
    from importlib.resources import files

    folder = str(files("comity.sources").joinpath("gdelt/sample"))
    code, out, _ = run("update", "turan", "--from", folder, "--offline", "--json", store=tmp_path)
    assert code == 0
    done = json.loads(out)
    assert sum(f["rows"] for f in done["read"] if f["source"] == "gdelt") == 7 + 5 + 1 + 2 + 2 + 8
    assert any(f["skipped"] for f in done["read"])
    code, out, _ = run("update", "turan", "--from", folder, "--offline", store=tmp_path)
    assert code == 0
    assert "nothing" in out


def test_a_file_that_cannot_be_read_is_exit_code_3(run: Run, tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files/20240301000000.mentions.CSV.zip").write_bytes(b"PK cut short")
    code, out, _ = run("update", "turan", "--from", str(tmp_path / "files"), "--offline", store=tmp_path / "lake")
    assert code == 3
    assert "fetch it again" in " ".join(out.split())


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["show", "atlantis"], 2, "no case 'atlantis'"),
        (["serve", "--port", "99999999"], 2, "65535"),
        (["tie", "Türkiye", "Ruritania"], 2, "'Ruritania'"),
        (["state", "Georgetown University"], 2, "Georgetown University"),
        (["show", "turan", "--as-of", "2024-02-31"], 2, "2024-02-31"),
        (["show", "turan", "--as-of", "2999-01-01"], 2, "has not come yet"),
        (["show", "turan", "--as-of", "24-06-30"], 2, "--as-of '24-06-30' is no date since 1800"),
        (["digest", "turan", "--since", "0001-01-01"], 2, "--since '0001-01-01' is no date"),
        (["watch", "turan", "--every", "nanm"], 2, "a pass each minute at most"),
        (["sql", " "], 2, "no question"),
        (["evidence", "nonsense"], 2, "nothing is known here under the id"),
        (["update", "turan", "--from", "/nowhere", "--offline"], 2, "no such folder"),
        (["update", "turan", "--from", __file__], 2, "a file: name the folder that holds it"),
        (["update", "turan", "--source", "tass", "--offline"], 2, "no source tass"),
        (["update", "turan", "--engine", "duck", "--offline"], 2, "engine 'duck' is unknown"),
        (["export", "turan", "--format", "docx"], 2, "choose from csv, parquet, graphml, gexf, ftm"),
        (["update", "turan", "--until", "2020-01-01"], 2, "ends what begins with --since"),
        (["backtest", "coffee"], 2, "no target coffee; there are lapse, rupture"),
        (["backtest", "coffee"], 2, ", scenario"),
        (["bench", "coffee"], 2, "no bench coffee"),
        (["bench", "ingest"], 2, "--from"),
        (["bench", "month"], 2, "--from"),
        (["bench", "ties", "--from", "/nowhere"], 2, "no such folder"),
        (["backtest", "acts", "--from", "/nowhere"], 2, "no such folder"),
        (["update", "turan", "--from", ""], 2, "it is empty; name a folder"),
        (["--lake", "", "show", "turan"], 2, "it is empty; name a folder"),
        (["digest", "turan", "--since", "2025-05-01", "--as-of", "2024-01-01"], 2, "begins on 2025-05-01, after it ends"),
        (["alerts", "turan", "--since", "2025", "--as-of", "2024"], 2, "begins on 2025-01-01, after it ends on 2024-12-31"),
        (["alerts", "turan", "--status", "closed"], 2, "name it with --mark"),
        (["code", str(Path(__file__).parent)], 2, "a folder; name a file in it"),
        (["code", "/nowhere"], 2, "no such file"),
        (["code", ""], 2, "no name: no such file"),
        (["serve", "--port", "0", "--host", "192.0.2.1"], 2, "choose another with --host"),
        (["fly"], 2, "No such command"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_clear_line_and_an_exit_code(
    run: Run, words: list[str], code: int, says: str, tmp_path: Path
) -> None:
    got, out, err = run(*words)
    assert (got, out) == (code, "")
    assert says in " ".join(err.split())
    assert "Traceback" not in err


def test_ctrl_c_is_one_calm_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*given: object) -> None:
        raise KeyboardInterrupt  # and no signal: a process started in the background ignores that one

    monkeypatch.setattr("comity.health.checks", stopped)
    assert run("doctor") == (130, "", "comity: stopped; what was read is kept, run the same command to go on\n")


def test_ctrl_c_is_how_serving_ends(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*given: object) -> None:
        raise KeyboardInterrupt  # as uvicorn does when it has closed its doors

    monkeypatch.setattr(uvicorn.Server, "run", stopped)
    code, out, err = run("serve", "--port", "0")
    assert (code, out) == (0, "")
    assert err.endswith("(stop with Ctrl-C)\n")


def test_a_question_in_sql_is_answered_as_json(run: Run) -> None:
    code, out, _ = run("sql", "select count(*) as n from acts where instrument = 'arms'", "--json")
    assert code == 0
    assert json.loads(out)[0]["n"] > 50
    assert run("sql", "select 1 +")[0] == 2


def test_brackets_and_colons_that_a_stranger_wrote_are_printed_as_they_stand(run: Run) -> None:
    code, out, _ = run("sql", "select '[/b] [red] :smile:' as text")
    assert code == 0
    assert "[/b] [red] :smile:" in out


def test_export_writes_where_it_is_told(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("export", "turan", "--format", "csv", "-o", str(tmp_path / "out"), "--json")
    assert code == 0
    assert set(map(Path, json.loads(out))) == set((tmp_path / "out").iterdir()) > set()


def test_bench_is_one_json_line_a_measure(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, few in {"PAIRS": 100, "ACTS": 1000, "RUNS": 1}.items():
        monkeypatch.setattr(import_module("comity.bench.ties"), name, few)
    code, out, _ = run("bench", "ties")
    assert code == 0
    keys = {tuple(json.loads(line)) for line in out.splitlines()}
    assert keys == {("name", "value", "unit", "limit", "peer", "peer_name", "n")}


def test_a_store_that_cannot_be_written_is_exit_code_3(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code, _, err = run("show", "turan", store=tmp_path / "file")
    assert code == 3
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (FileNotFoundError(errno.ENOENT, "No such file", "there/brief.pdf"), "comity: there/brief.pdf: No such file; "),
        (OSError(errno.ENOSPC, "No space left on device"), "comity: stdout: No space left on device; "),
    ],
    ids=["a file", "a full disk"],
)
def test_what_the_disk_refuses_is_one_line_that_names_the_place(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, error: OSError, says: str
) -> None:
    monkeypatch.setattr(cli, "app", Mock(side_effect=error))
    with pytest.raises(SystemExit) as stop:
        cli.main()
    assert stop.value.code == 3
    assert capsys.readouterr().err.startswith(says)


def test_an_error_of_the_system_that_is_no_files_keeps_its_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "app", Mock(side_effect=OSError(errno.EBADF, "Bad file descriptor")))
    with pytest.raises(OSError, match="Bad file descriptor"):
        cli.main()


def test_help_is_there_at_once() -> None:
    """Well under half a second of processor, so that the shell's completion is pleasant; the best of five on a busy machine."""
    tries: list[float] = []
    for _ in range(5):
        with spent() as seconds:
            done = subprocess.run(
                [sys.executable, "-m", "comity", "--help"], capture_output=True, text=True, check=True
            )
        tries += seconds
    assert "update" in done.stdout
    assert min(tries) < 0.4


def test_a_reader_that_goes_away_is_no_error(lake: Lake) -> None:
    command = f"{sys.executable} -m comity --lake {lake.root} show turan --json | head -c 10"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True, check=False)
    assert done.stdout.startswith("{")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("words", ["code", "classify", "show turan"])
@pytest.mark.parametrize("shut", ["<&-", "<&- >&-", "<&- >&- 2>&-"])
def test_a_service_may_start_with_its_streams_closed(lake: Lake, words: str, shut: str) -> None:
    command = f"{sys.executable} -m comity --lake {lake.root} {words} {shut}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_texts_may_come_through_a_pipe_of_the_shell() -> None:
    said = '{"id": "1", "text": "Turkey delivered drones to Kazakhstan."}'
    command = f"{sys.executable} -m comity code <(echo '{said}')"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["recipients"] == ["KAZ"]


def test_a_name_that_is_no_utf_8_comes_out_as_it_came_in(lake: Lake, tmp_path: Path) -> None:
    """As a file from a disk of the nineties has one."""
    place = os.fsencode(tmp_path) + b"/caf\xe9.html"
    words = [sys.executable, "-m", "comity", "--lake", str(lake.root), "brief", "turan", "-o", place]
    done = subprocess.run(words, capture_output=True, check=True)
    assert done.stdout == place + b"\n"


def test_a_user_without_a_home_is_asked_for_a_folder(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A container may run us under a number that has no name."""
    monkeypatch.setattr("comity.lake.user_data_path", Mock(side_effect=RuntimeError("no home")))
    monkeypatch.delenv("COMITY_HOME", raising=False)
    monkeypatch.setattr(sys, "argv", ["comity", "doctor"])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    assert stop.value.code == 2
    assert capsys.readouterr().err.startswith("comity: this user has no home folder; name one for the store with")


@pytest.mark.parametrize("words", [["show", "turan", "--json"], ["tie", "KGZ", "TUR"]], ids=["JSON", "words"])
def test_a_pipe_gets_utf_8_whatever_the_machine_speaks(lake: Lake, words: list[str]) -> None:
    """A pipe on Windows, or a locale of the eighties, has no letter for Қ or ş."""
    done = subprocess.run(
        [sys.executable, "-m", "comity", "--lake", str(lake.root), *words],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"},
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert not done.stdout.decode("utf-8").isascii()


def test_an_option_takes_a_year_for_its_first_day_or_its_last(run: Run) -> None:
    assert (
        json.loads(run("digest", "turan", "--json", "--since", "2024", "--as-of", "2025")[1])["start"] == "2024-01-01"
    )
    assert json.loads(run("show", "turan", "--json", "--as-of", "2025-02")[1])["as_of"] == "2025-02-28"


def test_the_page_is_served_on_a_free_port_until_it_is_stopped(lake: Lake) -> None:
    import signal
    import urllib.request

    command = [sys.executable, "-m", "comity", "--lake", str(lake.root), "demo", "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "COLUMNS": "100"}
    ) as server:
        try:
            assert server.stderr
            line = server.stderr.readline()
            address = line.split("at ", 1)[1].split(" ", 1)[0]
            with urllib.request.urlopen(f"{address}healthz", timeout=20) as answer:
                assert answer.read() == b"ok"
            server.send_signal(signal.SIGTERM)
            out, err = server.communicate(timeout=20)
        finally:
            server.kill()
    assert "Kazakhstan" in out
    assert "Traceback" not in err


def test_a_backtest_without_its_evidence_says_what_to_read(run: Run) -> None:
    for words in (["backtest", "rupture"], ["backtest", "lapse", "--json"]):
        code, out, err = run(*words)
        assert (code, out) == (2, "")
        assert "comity update turan --from DIR" in err


@pytest.mark.parametrize("day", ["1950", "2015"])
def test_a_day_too_early_to_forecast_is_the_same_mistake_everywhere_and_names_the_first_day_that_is_not(
    run: Run, day: str
) -> None:
    asked = [
        run("risk", *whose, *how, "--as-of", day) for whose in (["turan"], ["--world"]) for how in ([], ["--json"])
    ]
    assert {(code, out) for code, out, _ in asked} == {(2, "")}
    assert len({err for *_, err in asked}) == 1
    assert "ask for a day from 2024-06-30 on" in asked[0][2]
    assert run("risk", "--world", "--as-of", "2024-06-30")[0] == 0


def test_a_forecast_works_without_any_file_and_says_that_it_leans_on_the_base_rate(run: Run) -> None:
    for words in (["risk", "turan", "--json"], ["risk", "--world", "--json", "--as-of", "2024-07-01"]):
        code, out, err = run(*words)
        assert code == 0
        assert len(json.loads(out)) > 100
        assert "leans on the base rate" in err
        assert "as a probability it is" in err  # what such a forecast is worth stands beside it
    code, out, err = run("risk", "turan", "--as-of", "2015-01-01", "--json")
    assert (code, out) == (2, "")
    assert "a model that knows nothing later must be learnt from the store" in err


def test_one_command_takes_a_store_over_from_an_older_release(run: Run, tmp_path: Path) -> None:
    write_deltalake(str(tmp_path / "tables/file"), FILE.empty().drop("kept"))
    code, _, err = run("show", "turan", store=tmp_path)
    assert code == 3
    assert "comity update CASE --anew --offline" in err
    code, _, err = run("update", "turan", "--anew", "--offline", store=tmp_path)
    assert code == 0
    assert str(tmp_path / "aside") in err
    assert run("show", "turan", store=tmp_path)[0] == 0
    assert len(list(tmp_path.glob("aside/*/tables/file"))) == 1


def test_what_a_stranger_wrote_in_an_error_or_a_note_rewrites_no_screen(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("code", "wri\x07tt\x9b2Jen") == (2, "", "comity: writt2Jen: no such file\n")
    note("line 3: \x1b]0;title\x07")
    assert capsys.readouterr().err == "note: line 3: ]0;title\n"


def test_json_holds_every_letter_of_a_stranger_and_no_control_character(run: Run, tmp_path: Path) -> None:
    """U+009B begins a command to a terminal as ESC [ does, and JSON may hold it as it is."""
    text = "Turkey delivered drones to Kazakhstan\x9b2J\x7f on 3 March 2023."
    (tmp_path / "lines.jsonl").write_text(json.dumps({"id": "1", "text": text}))
    asked, coded = run("sql", f"select '{text}' as text", "--json")[1], run("code", str(tmp_path / "lines.jsonl"))[1]
    assert json.loads(asked) == [{"text": text}]
    assert json.loads(coded)["sentence"] == text
    for out in (asked, coded):
        assert "Kazakhstan\\u009b2J\\u007f on" in out
        assert not re.search("[\x7f-\x9f]", out)


def test_a_correction_without_a_value_is_refused(run: Run) -> None:
    for change in ("platform=", "instrument= ", "instrument"):
        code, _, err = run("verdict", "turan", "none", "recode", "--set", "stage=signed", "--set", change)
        assert (code, err) == (2, f"comity: --set {change.partition('=')[0]}: write it as COLUMN=VALUE, as in --set instrument=training\n")  # fmt: skip


def test_risk_wants_a_case_or_the_world(run: Run) -> None:
    for words in (["risk"], ["risk", "turan", "--world"]):
        code, _, err = run(*words)
        assert code == 2
        assert "name a case, or say --world" in err


@pytest.mark.parametrize("day", ["", " ", "yesterday", "2024-13-01", "0001-01-01", "20240630", "9999-12-31"])
def test_a_day_that_is_none_or_has_not_come_is_refused_and_never_taken_for_today(run: Run, day: str) -> None:
    code, out, err = run("risk", "--world", "--json", "--as-of", day)
    assert (code, out) == (2, "")
    assert "is no date since 1800" in err or "has not come yet" in err


def test_forecasts_come_as_the_contract_has_them(run: Run) -> None:
    found = json.loads(run("risk", "turan", "--json")[1])
    assert all(
        list(row)
        == [
            "pair",
            "horizon_months",
            "probability",
            "low",
            "high",
            "base_rate",
            "prior_share",
            "drivers",
            "at_risk",
            "again",
            "broken",
        ]
        for row in found
    )
    assert {"KAZ-TUR", "TKM-TUR", "TUR-UZB"} <= {row["pair"] for row in found}
    assert {row["horizon_months"] for row in found} == {3, 12, 24}
    code, out, _ = run("risk", "turan")
    words = " ".join(out.split())
    assert code == 0
    assert "in 1,000 in a year" in words
    assert "too few to fit locally" in words
    assert "not surely better than" in words
    assert words.count("passes 150 in 1,000") == 1  # the asterisk of a chance near the ceiling, told once
    assert "Brazil" not in words


def test_scenario_answers_in_words_and_as_the_same_json(run: Run) -> None:
    words = ("scenario", "turan", "--shock", "coercion:RUS->KAZ", "--hold", "joint_plant", "--months", "12")
    code, out, _ = run(*words, "--json")
    found = json.loads(out)
    assert code == 0
    assert [s["spec"] for s in found["shocks"]] == ["coercion:RUS->KAZ"]
    assert [h["spec"] for h in found["holds"]] == ["joint_plant:TUR->all"]
    assert found["months"] == 12
    assert found["base"]["low"] <= found["base"]["value"] <= found["base"]["high"]
    assert 0 < found["base_rate"] < found["chance"]["value"] < 1
    assert {v["question"] for v in found["verdicts"]} >= {"Where first?", "By whom?", "What would hold it?"}
    code, out, _ = run(*words)
    text = " ".join(out.split())
    assert code == 0
    assert f"result {found['id']}" in text
    assert f"an average tie of their kind breaks in {thousand(found['base_rate'])} in 1,000" in text


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--shock", "rumour:RUS->KAZ"), "no shock 'rumour'"),
        (("--name", "nothing"), "scenario=nothing"),
        (("--name", "1-all-disruptors", "--hold", "joint_plant"), "not both"),
        (("--shock", "coercion:RUS->KAZ", "--months", "0"), "between 1 and 60"),
        (("--threshold", "2"), "between 0 and 1"),
    ],
)
def test_a_scenario_that_cannot_be_asked_is_wrong_use(run: Run, words: tuple[str, ...], why: str) -> None:
    code, _, err = run("scenario", "turan", *words)
    assert code == 2
    assert why in " ".join(err.split())


def test_the_replay_of_scenarios_needs_a_folder(run: Run) -> None:
    code, _, err = run("backtest", "scenario")
    assert code == 2
    assert "--from DIR" in err


def test_world_needs_events_and_ranks_pairs_by_them(run: Run, tmp_path: Path) -> None:
    code, _, err = run("world")
    assert (code, "no machine-coded events" in err) == (2, True)
    gdelt = Path(comity.__file__).parent / "sources/gdelt/sample"
    assert run("update", "turan", "--from", str(gdelt), "--offline", store=tmp_path)[0] == 0
    code, out, _ = run("world", "--top", "3", "--json", store=tmp_path)
    rows = json.loads(out)
    assert (code, len(rows)) == (0, 3)
    assert [r["strength"] for r in rows] == sorted((r["strength"] for r in rows), reverse=True)
    assert all(r["low"] <= r["strength"] <= r["high"] for r in rows)
    assert "never checked by a person" in run("world", store=tmp_path)[1]
