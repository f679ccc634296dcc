"""Fetching: right or with a clear error, whatever the server does; nowhere but public addresses; nothing half kept."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
import socket
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from tests.publishing import Answer, Asked, Publisher, Site, certificate, configured, publishing, ranged, zipped

from comity.errors import SourceError, UsageError
from comity.fetch import Door, Due, Errand, Kept, Missed, Page, Settings, Wanted, errand, names, settings
from comity.fetch.door import opened

LOOPBACK = ("127.0.0.0/8",)
QUICK = Settings(private=LOOPBACK, rate=1000, wait=0.01, attempts=3, silence=2.0)
TERMS = ("free", "The Publisher")


def brought(home: Path, *wanted: Wanted, **more: object) -> list[Kept | Missed]:
    """What comes of some files."""

    async def plan(door: Door, due: Due) -> Sequence[Wanted]:
        return wanted

    configured(home, **more)
    return errand(home, home / "raw", [Errand("s", plan, TERMS)], None, home, lambda name, done, total: None)


def page(home: Path, url: str, having: Settings = QUICK, **asked: object) -> Page:
    async def one() -> Page:
        async with opened(home, having) as door:
            return await door.page(url, **asked)  # type: ignore[arg-type]

    return asyncio.run(one())


def always(answer: Answer) -> Site:
    return lambda asked: answer


def in_turn(*answers: Answer) -> Site:
    """Each answer once, the last one for ever."""
    left = list(answers)
    return lambda asked: left.pop(0) if len(left) > 1 else left[0]


def test_a_file_is_kept_untouched_beside_a_card_that_says_whence(tmp_path: Path) -> None:
    body = zipped("x" * 100)
    with publishing(always(Answer(body))) as site:
        url = f"{site.url}/2024/a.zip"
        (kept,) = brought(tmp_path, Wanted("s", url, "2024/a.zip", hashlib.md5(body).hexdigest(), len(body)))
    assert isinstance(kept, Kept)
    assert kept.path == tmp_path / "raw/s/2024/a.zip"
    assert kept.path.read_bytes() == body
    card = json.loads((tmp_path / "raw/s/2024/a.zip.card.json").read_text())
    assert card["url"] == url
    assert card["sha256"] == kept.sha256 == hashlib.sha256(body).hexdigest()
    assert card["licence"] == "free"
    assert datetime.now(UTC) - datetime.fromisoformat(card["retrieved"]) < timedelta(minutes=1)
    assert sorted(p.name for p in (tmp_path / "raw/s/2024").iterdir()) == ["a.zip", "a.zip.card.json"]
    assert names(tmp_path / "raw", "s") == {"2024/a.zip"}


def test_a_file_that_is_there_is_not_asked_for_again(tmp_path: Path) -> None:
    with publishing(always(Answer(zipped("x")))) as site:
        brought(tmp_path, Wanted("s", f"{site.url}/a.zip", "a.zip"))
        assert brought(tmp_path, Wanted("s", f"{site.url}/a.zip", "a.zip")) == []
        assert len(site.asked) == 1


def test_a_download_cut_short_goes_on_where_it_stopped(tmp_path: Path) -> None:
    body = zipped(hashlib.sha256(b"").hexdigest() * 3, "a.csv") + b""
    cuts = [40, None]

    def site(asked: Asked) -> Answer:
        answer = ranged(body, asked)
        answer.cut = cuts.pop(0) if cuts else None
        return answer

    with publishing(site) as publisher:
        (kept,) = brought(tmp_path, Wanted("s", f"{publisher.url}/a.zip", "a.zip"))
    assert isinstance(kept, Kept)
    assert kept.path.read_bytes() == body
    assert [a.headers.get("range") for a in publisher.asked] == [None, "bytes=40-"]
    assert publisher.asked[1].headers["if-range"] == '"1"'


def test_the_next_run_goes_on_with_what_a_stopped_one_left(tmp_path: Path) -> None:
    body = zipped("y" * 10 + hashlib.sha256(b"z").hexdigest())

    def stopping(asked: Asked) -> Answer:
        answer = ranged(body, asked)
        answer.cut = 30
        return answer

    with publishing(stopping) as publisher:
        (missed,) = brought(tmp_path, Wanted("s", f"{publisher.url}/a.zip", "a.zip"), attempts=1)
        assert isinstance(missed, Missed)
        assert "Run the same command later" in missed.why
    assert names(tmp_path / "raw", "s") == frozenset()
    with publishing(lambda asked: ranged(body, asked)) as publisher:
        (kept,) = brought(tmp_path, Wanted("s", f"{publisher.url}/a.zip", "a.zip"))
        assert publisher.asked[0].headers["range"] == "bytes=30-"
    assert isinstance(kept, Kept)
    assert kept.path.read_bytes() == body


def test_a_file_that_changed_between_two_tries_is_begun_anew(tmp_path: Path) -> None:
    old, new = zipped("old" * 50), zipped("new" * 60)
    with publishing(lambda asked: Answer(old, headers={"ETag": '"old"'}, cut=50)) as publisher:
        brought(tmp_path, Wanted("s", f"{publisher.url}/a.zip", "a.zip"), attempts=1)
    with publishing(lambda asked: ranged(new, asked, '"new"')) as publisher:
        (kept,) = brought(tmp_path, Wanted("s", f"{publisher.url}/a.zip", "a.zip"))
    assert isinstance(kept, Kept)
    assert kept.path.read_bytes() == new


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_passing_failure_is_tried_again(tmp_path: Path, status: int) -> None:
    with publishing(in_turn(Answer(status=status), Answer(zipped("x")))) as site:
        (kept,) = brought(tmp_path, Wanted("s", f"{site.url}/a.zip", "a.zip"))
    assert isinstance(kept, Kept)
    assert len(site.asked) == 2


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_server_that_asks_to_wait_is_given_the_time(tmp_path: Path, form: str) -> None:
    until = datetime.now(UTC) + timedelta(seconds=1 if form == "seconds" else 2)
    asked = "1" if form == "seconds" else format_datetime(until, usegmt=True)
    with publishing(in_turn(Answer(status=429, headers={"Retry-After": asked}), Answer(zipped("x")))) as site:
        (kept,) = brought(tmp_path, Wanted("s", f"{site.url}/a.zip", "a.zip"))
    assert isinstance(kept, Kept)
    whole = until.replace(microsecond=0) if form == "date" else until
    assert datetime.now(UTC) > whole - timedelta(seconds=0.2)


def test_a_server_that_asks_to_wait_for_hours_is_left_alone_and_that_is_said(tmp_path: Path) -> None:
    with publishing(always(Answer(status=429, headers={"Retry-After": "7200"}))) as site:
        (missed,) = brought(tmp_path, Wanted("s", f"{site.url}/a.zip", "a.zip"))
    assert isinstance(missed, Missed)
    assert "asks to wait 7200 seconds" in missed.why
    assert len(site.asked) == 1


def test_a_file_that_its_publisher_does_not_have_is_said_once_and_not_asked_for_every_time(tmp_path: Path) -> None:
    with publishing(always(Answer(status=404))) as site:
        (missed,) = brought(tmp_path, Wanted("s", f"{site.url}/a.zip", "a.zip"))
        assert isinstance(missed, Missed)
        assert missed.absent
        assert brought(tmp_path, Wanted("s", f"{site.url}/a.zip", "a.zip")) == []


WRONG = {
    "html instead of zip": (
        Answer(b"<!DOCTYPE html><html>Maintenance</html>"),
        "a.zip",
        "a web page came instead of a zip",
    ),
    "html instead of csv": (Answer(b"\n<html>Sign in</html>"), "a.csv", "a web page came instead of data"),
    "rubbish instead of zip": (Answer(b"\x00\x01\x02"), "a.zip", "something else came instead of a zip"),
    "nothing": (Answer(b""), "a.csv", "an empty file came"),
    "Content-Length too low": (Answer(zipped("x" * 400), length=60), "a.zip", "cut short or damaged"),
    "Content-Length too high": (Answer(zipped("x"), length=9999), "a.zip", "tried 3 times"),
    "broken zip": (Answer(zipped("x" * 4000)[:-30]), "a.zip", "cut short or damaged"),
    "broken gzip": (Answer(gzip.compress(b"x" * 4000)[:-6]), "a.gz", "cut short or damaged"),
    "forbidden": (Answer(status=403), "a.zip", "answered 403"),
    "down for good": (Answer(status=503), "a.zip", "answered 503 Service Unavailable; tried 3 times"),
    "moved in a circle": (Answer(status=302, headers={"Location": "/a"}), "a.zip", "redirects more than 5 times"),
    "moved to another scheme": (
        Answer(status=302, headers={"Location": "file:///etc/passwd"}),
        "a.csv",
        "scheme 'file'",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_a_server_does_wrong_is_said_and_nothing_is_kept(tmp_path: Path, what: str) -> None:
    answer, name, said = WRONG[what]
    with publishing(always(answer)) as site:
        (missed,) = brought(tmp_path, Wanted("s", f"{site.url}/{name}", name))
    assert isinstance(missed, Missed)
    assert said in missed.why
    assert site.url in missed.why
    assert names(tmp_path / "raw", "s") == frozenset()
    assert not (tmp_path / "raw/s" / name).exists()


def test_sum_and_size_must_be_those_of_the_list(tmp_path: Path) -> None:
    body = zipped("x")
    with publishing(always(Answer(body))) as site:
        wrong = Wanted("s", f"{site.url}/a.zip", "a.zip", "0" * 32, len(body))
        other = Wanted("s", f"{site.url}/b.zip", "b.zip", None, len(body) + 1)
        first, second = brought(tmp_path, wrong, other)
    assert isinstance(first, Missed)
    assert "its MD5 is" in first.why
    assert isinstance(second, Missed)
    assert f"its list says {len(body) + 1}" in second.why


def test_a_moved_file_is_followed_and_the_card_says_where_it_was_found(tmp_path: Path) -> None:
    body = zipped("x")

    def site(asked: Asked) -> Answer:
        return Answer(body) if asked.path == "/new.zip" else Answer(status=301, headers={"Location": "/new.zip"})

    with publishing(site) as publisher:
        (kept,) = brought(tmp_path, Wanted("s", f"{publisher.url}/old.zip", "a.zip"))
        assert isinstance(kept, Kept)
        card = json.loads((kept.path.parent / "a.zip.card.json").read_text())
    assert card["url"].endswith("/old.zip")
    assert card["found"].endswith("/new.zip")


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    bomb = zipped("0" * 3_000_000)
    assert len(bomb) < 10_000
    with publishing(lambda asked: Answer(bomb if asked.path == "/a.zip" else gzip.compress(b"0" * 3_000_000))) as site:
        found = brought(
            tmp_path,
            Wanted("s", f"{site.url}/a.zip", "a.zip"),
            Wanted("s", f"{site.url}/b.gz", "b.gz"),
            file_bytes=1_000_000,
        )
    for missed in found:
        assert isinstance(missed, Missed)
        assert "a bomb" in missed.why


def test_a_page_that_swells_when_decoded_is_not_read_to_its_end(tmp_path: Path) -> None:
    swollen = Answer(gzip.compress(b"0" * 50_000_000), headers={"Content-Encoding": "gzip"})
    with publishing(always(swollen)) as site, pytest.raises(SourceError, match="larger than 1000000 bytes"):
        page(tmp_path, f"{site.url}/", cap=1_000_000)


def test_a_file_larger_than_allowed_is_refused_before_or_while_it_comes(tmp_path: Path) -> None:
    with publishing(always(Answer(b"x," * 5000))) as site:
        (missed,) = brought(tmp_path, Wanted("s", f"{site.url}/a.csv", "a.csv", cap=1000))
    assert isinstance(missed, Missed)
    assert "10000 bytes, more than the 1000" in missed.why
    chunked = Answer(gzip.compress(b"x," * 5000), headers={"Content-Encoding": "gzip"})
    with publishing(always(chunked)) as site:
        (missed,) = brought(tmp_path, Wanted("s", f"{site.url}/b.csv", "b.csv", cap=1000))
    assert isinstance(missed, Missed)
    assert "not fetched further" in missed.why


def test_a_server_that_falls_silent_or_drips_is_left(tmp_path: Path) -> None:
    body = zipped(hashlib.sha256(b"1").hexdigest() * 100)
    with publishing(always(Answer(body, pause=1.0, piece=10))) as site:
        start = time.monotonic()
        (silent,) = brought(tmp_path, Wanted("s", f"{site.url}/a.zip", "a.zip"), silence=0.2, attempts=2)
        (slow,) = brought(tmp_path, Wanted("s", f"{site.url}/b.zip", "b.zip"), minutes=0.02)
    assert time.monotonic() - start < len(body) / 10 / 2, "half of what the whole would take"
    assert isinstance(silent, Missed)
    assert "ReadTimeout; tried 2 times" in silent.why
    assert isinstance(slow, Missed)
    assert "not finished within 0.02 minutes" in slow.why


def test_a_host_that_fails_again_and_again_is_left_in_peace(tmp_path: Path) -> None:
    with publishing(always(Answer(status=500))) as site:
        found = brought(
            tmp_path, *(Wanted("s", f"{site.url}/{n}.zip", f"{n}.zip") for n in range(30)), attempts=1, at_once=1
        )
    assert len(site.asked) < 12
    assert "failed 5 times in a row" in found[-1].why  # type: ignore[union-attr]
    assert str(30 - len(site.asked)) in found[-1].why  # type: ignore[union-attr]


def test_requests_to_a_host_keep_their_distance(tmp_path: Path) -> None:
    with publishing(always(Answer(zipped("x")))) as site:
        start = time.monotonic()
        brought(tmp_path, *(Wanted("s", f"{site.url}/{n}.zip", f"{n}.zip") for n in range(6)), rate=10)
    assert time.monotonic() - start > 0.45
    assert all("comity" in a.headers["user-agent"] for a in site.asked)


def test_a_page_that_has_not_changed_is_not_sent_again(tmp_path: Path) -> None:
    def site(asked: Asked) -> Answer:
        if asked.headers.get("if-none-match") == '"1"':
            return Answer(status=304, headers={"ETag": '"1"'})
        return Answer(b"a list", headers={"ETag": '"1"', "Cache-Control": "max-age=3600"})

    with publishing(site) as publisher:
        assert page(tmp_path, f"{publisher.url}/list.txt").body == b"a list"
        assert page(tmp_path, f"{publisher.url}/list.txt").body == b"a list"
    assert publisher.asked[1].headers["if-none-match"] == '"1"'


def test_the_end_of_a_long_list_is_enough(tmp_path: Path) -> None:
    with publishing(lambda asked: ranged(b"0123456789", asked)) as site:
        assert page(tmp_path, f"{site.url}/list.txt", tail=4).body == b"6789"


def test_robots_are_obeyed_where_a_page_is_read(tmp_path: Path) -> None:
    def site(asked: Asked) -> Answer:
        return Answer(b"User-agent: *\nDisallow: /private" if asked.path == "/robots.txt" else b"news")

    with publishing(site) as publisher:
        assert page(tmp_path, f"{publisher.url}/news", robots=True).body == b"news"
        with pytest.raises(SourceError, match="asks programs to stay away"):
            page(tmp_path, f"{publisher.url}/private/a", robots=True)
    assert "/private/a" not in publisher.paths()
    with publishing(lambda asked: Answer(status=404) if asked.path == "/robots.txt" else Answer(b"news")) as publisher:
        assert page(tmp_path / "b", f"{publisher.url}/private/a", robots=True).body == b"news"


INSIDE = [
    "http://127.0.0.1/",
    "http://localhost/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:169.254.169.254]/latest/meta-data/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[fd00:ec2::254]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://0.0.0.0/",
    "http://[fe80::1]/",
    "http://2130706433/",
    "http://0177.0.0.1/",
    "http://127.1/",
    "http://①②⑦.0.0.1/",
    "http://user:secret@example.org/",
    "http://example.org:22/",
    "ftp://example.org/a",
    "file:///etc/passwd",
    "gopher://example.org/",
]


@pytest.mark.parametrize("url", INSIDE)
def test_no_address_inside_is_ever_asked(tmp_path: Path, url: str) -> None:
    with pytest.raises(SourceError):
        page(tmp_path, url, Settings(attempts=1, wait=0))


def test_a_file_of_authorities_without_certificates_is_named(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.touch()
    for path in (empty, tmp_path / "absent.pem"):
        with pytest.raises(UsageError, match=rf"{path}: holds no certificates .*; mend authorities in fetch\.toml"):
            page(tmp_path, "http://example.org/", Settings(authorities=path))


def resolving(*answers: str) -> object:
    """A resolver whose answers change from one question to the next, as an attacker's name server does."""
    left = list(answers)

    def resolve(host: str, port: int, *rest: object, **more: object) -> list[object]:
        address = left.pop(0) if len(left) > 1 else left[0]
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        where = (address, port, 0, 0) if ":" in address else (address, port)
        return [(family, socket.SOCK_STREAM, 6, "", where)]

    return resolve


def attempt(home: Path, url: str, having: Settings, resolver: object) -> bytes:
    async def one() -> bytes:
        async with opened(home, having, resolver) as door:  # type: ignore[arg-type]
            return (await door.page(url)).body

    return asyncio.run(one())


@pytest.mark.parametrize("inside", ["127.0.0.1", "::1", "169.254.169.254", "10.1.2.3", "fd00::1"])
def test_a_name_that_leads_inside_is_not_followed(tmp_path: Path, inside: str) -> None:
    with pytest.raises(SourceError, match="not asked, because"):
        attempt(tmp_path, "http://innocent.example/", Settings(attempts=1), resolving(inside))


def test_a_name_that_moves_inside_after_the_check_gains_nothing(tmp_path: Path) -> None:
    """Rebinding: the name is asked once for a connection, and the connection goes to the address that was checked."""
    with publishing(always(Answer(b"secret"))) as inside, publishing(always(Answer(b"public"))) as public:
        port = int(public.url.rsplit(":", 1)[1])
        having = Settings(private=("127.0.0.1/32",), attempts=1, rate=1000)
        found = attempt(tmp_path, f"http://moving.example:{port}/", having, resolving("127.0.0.1", "169.254.169.254"))
        assert found == b"public"
        with pytest.raises(SourceError, match=r"169\.254\.169\.254 is not permitted"):
            attempt(tmp_path / "b", f"http://moving.example:{port}/", having, resolving("169.254.169.254", "127.0.0.1"))
        assert inside.asked == []


def test_a_redirect_that_leads_inside_is_not_followed(tmp_path: Path) -> None:
    """The first address is public as far as the door knows; the second is the metadata service."""
    for target in ("http://169.254.169.254/latest/", "http://[::1]/", "http://10.0.0.1/"):
        with (
            publishing(always(Answer(status=302, headers={"Location": target}))) as site,
            pytest.raises(SourceError, match="not permitted"),
        ):
            page(tmp_path, site.url, Settings(private=("127.0.0.1/32",), attempts=1, rate=1000))


def test_what_is_no_address_is_said_and_stops_no_other_file(tmp_path: Path) -> None:
    with publishing(always(Answer(b"row"))) as site:
        missed, came = brought(
            tmp_path, Wanted("s", "http://[x/a.txt", "a.txt"), Wanted("s", f"{site.url}/b.txt", "b.txt")
        )
    assert isinstance(missed, Missed)
    assert missed.why.startswith("http://[x/a.txt: no address")
    assert isinstance(came, Kept)
    with pytest.raises(SourceError, match="no address"):
        page(tmp_path, "http://[x", robots=True)


def test_a_certificate_must_be_valid_for_the_name(tmp_path: Path) -> None:
    context, authority = certificate(tmp_path, "127.0.0.1")
    elsewhere, other = certificate(tmp_path, "another.example")
    with (
        publishing(always(Answer(b"hello")), context) as site,
        pytest.raises(SourceError, match="its certificate is not"),
    ):
        page(tmp_path, site.url)
    context, authority = certificate(tmp_path, "127.0.0.1")
    with publishing(always(Answer(b"hello")), context) as site:
        assert page(tmp_path, site.url, QUICK.model_copy(update={"authorities": authority})).body == b"hello"
    with (
        publishing(always(Answer(b"hello")), elsewhere) as site,
        pytest.raises(SourceError, match="its certificate is not valid"),
    ):
        page(tmp_path, site.url, QUICK.model_copy(update={"authorities": other}))


def test_an_encrypted_address_is_not_left_for_a_plain_one(tmp_path: Path) -> None:
    context, authority = certificate(tmp_path, "127.0.0.1")
    with publishing(always(Answer(b"forged"))) as plain:
        moved = Answer(status=302, headers={"Location": plain.url})
        with publishing(always(moved), context) as site, pytest.raises(SourceError, match="not encrypted"):
            page(tmp_path, site.url, QUICK.model_copy(update={"authorities": authority}))
    assert plain.asked == []


def test_a_mirror_is_asked_instead(tmp_path: Path) -> None:
    with publishing(always(Answer(zipped("x")))) as mirror:
        configured(tmp_path, {"http://data.publisher.example/": f"{mirror.url}/copy/"})

        async def plan(door: Door, due: Due) -> Sequence[Wanted]:
            return [Wanted("s", "http://data.publisher.example/a.zip", "a.zip")]

        (kept,) = errand(tmp_path, tmp_path / "raw", [Errand("s", plan, TERMS)], None, tmp_path, lambda *told: None)
    assert isinstance(kept, Kept)
    assert mirror.paths() == ["/copy/a.zip"]


def test_a_proxy_is_asked_when_the_settings_name_one(tmp_path: Path) -> None:
    with publishing(always(Answer(b"through"))) as proxy:
        found = page(tmp_path, "http://data.publisher.example/a", QUICK.model_copy(update={"proxy": proxy.url}))
    assert found.body == b"through"
    assert proxy.paths() == ["http://data.publisher.example/a"]


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    (tmp_path / "fetch.toml").write_text("rats = 3")
    with pytest.raises(UsageError, match=r"fetch\.toml: rats is not known here"):
        settings(tmp_path)


def test_a_name_that_leads_out_of_the_store_is_refused(tmp_path: Path) -> None:
    with publishing(always(Answer(b"x"))) as site:
        for name in ("../../evil.csv", "/etc/evil.csv", ".hidden"):
            (missed,) = brought(tmp_path, Wanted("s", f"{site.url}/a", name))
            assert isinstance(missed, Missed)
    assert site.asked == []


def test_a_file_inside_an_answer_is_taken_out(tmp_path: Path) -> None:
    def site(asked: Asked) -> Answer:
        assert json.loads(asked.body) == {"year": 2024}
        return Answer(json.dumps({"bytes": "YSxi"}).encode(), headers={"Content-Type": "application/json"})

    with publishing(site) as publisher:
        (kept,) = brought(tmp_path, Wanted("s", f"{publisher.url}/csv", "a.csv", post={"year": 2024}, inside="bytes"))
    assert isinstance(kept, Kept)
    assert kept.path.read_bytes() == b"a,b"
    for broken in (b"{}", b"[]", b"no json", b'{"bytes": 3}', b'{"bytes": "@@"}', b"[" * 100_000):
        with publishing(always(Answer(broken))) as publisher:
            (missed,) = brought(tmp_path, Wanted("s", f"{publisher.url}/csv", "b.csv", post={}, inside="bytes"))
        assert isinstance(missed, Missed)
        assert "not laid out as before" in missed.why


def test_a_source_that_cannot_say_what_it_wants_stops_no_other(tmp_path: Path) -> None:
    async def broken(door: Door, due: Due) -> Sequence[Wanted]:
        await door.page(f"{site.url}/list")
        raise AssertionError

    async def well(door: Door, due: Due) -> Sequence[Wanted]:
        return [Wanted("w", f"{site.url}/a.zip", "a.zip")]

    configured(tmp_path)
    site: Publisher
    with publishing(lambda asked: Answer(status=403) if asked.path == "/list" else Answer(zipped("x"))) as site:
        missed, kept = errand(
            tmp_path,
            tmp_path / "raw",
            [Errand("b", broken, TERMS), Errand("w", well, TERMS)],
            None,
            tmp_path,
            lambda *told: None,
        )
    assert isinstance(missed, Missed)
    assert "403" in missed.why
    assert isinstance(kept, Kept)


def whys(home: Path, urls: Sequence[str]) -> list[str]:
    """What each address answers, asked one after another through one door: a failure in words, or nothing."""

    async def one(door: Door, url: str) -> str:
        try:
            await door.page(url)
        except SourceError as error:
            return str(error).removeprefix(f"{url}: ")
        return ""

    async def every() -> list[str]:
        async with opened(home, QUICK) as door:
            return [await one(door, url) for url in urls]

    return asyncio.run(every())


HOSTS = [f"http://{name}/" for name in ("a.invalid", "b.invalid", "c.invalid", "d.invalid")]


def test_a_machine_without_a_way_out_asks_three_hosts_and_says_so(tmp_path: Path) -> None:
    found = whys(tmp_path, HOSTS)
    assert "tried 3 times" in found[0]
    assert ["tried 1 time." in why for why in found[1:]] == [True, True, False]
    assert "is this machine online?" in found[3]


def test_hosts_that_are_down_hide_no_other_once_somebody_answered(tmp_path: Path) -> None:
    with publishing(always(Answer(b"here"))) as publisher:
        found = whys(tmp_path, [publisher.url, *HOSTS, publisher.url])
    assert found[0] == found[-1] == ""
    assert all("tried 3 times" in why for why in found[1:-1])
