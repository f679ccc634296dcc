"""What publishers are known to answer, replayed on loopback: GDELT's bulk files, SIPRI's portal, a newspaper."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.publishing import Answer, Asked, configured, ranged, zipped

from comity import cases
from comity.bench.small import CASE

GDELT = "https://storage.googleapis.com/data.gdeltproject.org/"
SIPRI = "https://atbackend.sipri.org/api/p/"
BANK = "https://api.worldbank.org/"


def mirrored(home: Path, url: str, **more: object) -> None:
    """``fetch.toml`` that asks one publisher on loopback for what several publish."""
    configured(home, {GDELT: f"{url}/gdelt/", SIPRI: f"{url}/sipri/", BANK: f"{url}/bank/"}, **{"attempts": 2, **more})


def sample(source: str, name: str) -> bytes:
    """A file of a source's sample."""
    return (Path(cases.__file__).parents[1] / "sources" / source / "sample" / name).read_bytes()


def small(home: Path) -> cases.Case:
    """A case without evidence of its own."""
    folder = home / "small"
    folder.mkdir(exist_ok=True)
    (folder / "case.toml").write_text(CASE)
    return cases.load(str(folder))


def unzipped(name: str) -> bytes:
    """The one file in a zip of GDELT's sample."""
    return zipfile.ZipFile(io.BytesIO(sample("gdelt", f"{name}.zip"))).read(name)


EXPORT, MENTIONS = (unzipped(f"20240301000000.{kind}.CSV") for kind in ("export", "mentions"))


class Gdelt:
    """The bulk files as GDELT lays them out: lists of size, MD5 and address; zips; md5sums of version 1.0."""

    def __init__(self, stamps: list[str]) -> None:
        self.files: dict[str, bytes] = {}
        self.lists = {"": list[str](), "-translation": list[str]()}
        self.extra: dict[str, Answer] = {}
        for stamp in stamps:
            for feed, middle in (("", ""), ("-translation", "translation.")):
                for kind, content in (("export", EXPORT), ("mentions", MENTIONS), ("gkg", b"")):
                    self.add(feed, f"{stamp}.{middle}{kind}.CSV.zip", content)

    def add(self, feed: str, name: str, content: bytes) -> None:
        body = zipped(content, name.removesuffix(".zip"))
        self.files[name] = body
        self.lists[feed].append(
            f"{len(body)} {hashlib.md5(body).hexdigest()} http://data.gdeltproject.org/gdeltv2/{name}"
        )

    def __call__(self, asked: Asked) -> Answer:
        name = asked.path.rsplit("/", 1)[-1]
        if asked.path in self.extra:
            return self.extra[asked.path]
        for feed, lines in self.lists.items():
            if name == f"lastupdate{feed}.txt":
                return Answer(("\n".join(lines[-3:]) + "\n").encode())
            if name == f"masterfilelist{feed}.txt":
                return ranged(("\n".join(lines) + "\n").encode(), asked)
        return ranged(self.files[name], asked) if name in self.files else Answer(status=404)


def quarters(first: datetime, n: int) -> list[str]:
    """Stamps of ``n`` quarters of an hour from one on."""
    return [f"{first + timedelta(minutes=15 * i):%Y%m%d%H%M%S}" for i in range(n)]


def recent(n: int) -> list[str]:
    """The last quarters of an hour, as the clock of this machine has them."""
    now = datetime.now(UTC)
    now = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
    return quarters(now - timedelta(minutes=15 * (n - 1)), n)


class Sipri:
    """The portal's backend: the newest year, and the register in base64 in a JSON answer."""

    def __init__(self, register: bytes) -> None:
        self.register = register
        self.bodies: list[dict[str, object]] = []

    def __call__(self, asked: Asked) -> Answer:
        if asked.path == "/sipri/trades/getMaxYear":
            return Answer(b"2024", headers={"Content-Type": "application/json"})
        assert asked.method == "POST"
        assert asked.path == "/sipri/trades/trade-register-csv/"
        self.bodies.append(json.loads(asked.body))
        return Answer(json.dumps({"bytes": base64.b64encode(self.register).decode()}).encode())


PAGE = sample("articles", "drill_sample.html").decode()


def newspaper(asked: Asked) -> Answer:
    """A feed of three entries, a sitemap, robots.txt, pages; one feed that is gone."""
    host = asked.headers["host"]
    match asked.path:
        case "/robots.txt":
            return Answer(b"User-agent: *\nDisallow: /secret/")
        case "/feed.xml":
            items = "".join(
                f"<item><title>{title}</title><link>http://{host}{path}</link><pubDate>Mon, 04 Mar 2024 10:00:00 +0300</pubDate></item>"
                for path, title in (
                    ("/news/1", "Drill of Kazakhstan"),
                    ("/news/2", "Weather"),
                    ("/secret/3", "Kazakh army"),
                )
            )
            return Answer(f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'.encode())
        case "/map.xml":
            day = datetime.now(UTC).date()
            urls = f"<url><loc>http://{host}/news/4</loc><lastmod>{day}</lastmod></url><url><loc>http://{host}/news/old</loc><lastmod>2020-01-01</lastmod></url>"
            return Answer(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode())
        case "/gone.xml":
            return Answer(status=404)
        case "/login.xml":
            return Answer(b"<html>Please sign in</html>")
    return Answer(
        PAGE.replace("/2024/drill", asked.path).encode(), headers={"Content-Type": "text/html; charset=utf-8"}
    )
