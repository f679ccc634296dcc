"""The application: one route a page, its ``.json`` twin beside it, and errors that help."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from http import HTTPStatus
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, NamedTuple

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from comity import pages
from comity.errors import ComityError, MissingExtra, UnknownState, UsageError, escaped
from comity.lake import reading
from comity.pages import NotFound, Query
from comity.pages.foreseen import AHEAD
from comity.web.atom import atom
from comity.web.brief import pdf
from comity.web.desk import Desk
from comity.web.dress import STATIC, dressed, links
from comity.web.figures import figures
from comity.web.guard import HEADERS, Guarded
from comity.web.memory import remembering

if TYPE_CHECKING:
    from comity.flow import Picture


class Json(JSONResponse):
    """JSON as the command line prints it: a stranger's control characters reach no screen."""

    def render(self, content: Any) -> bytes:
        """The bytes that are sent."""
        return escaped(super().render(content).decode()).encode()


class View(NamedTuple):
    """One page: its template, its address, and the page function with what the address gives it."""

    name: str
    path: str
    page: Callable[..., Any]

    @property
    def twin(self) -> str:
        """Address of the page's JSON."""
        return twin_of(self.path)


def twin_of(path: str) -> str:
    """Address of the JSON of the page at a path."""
    return "/index.json" if path == "/" else f"{path}.json"


VIEWS = (
    View("overview", "/", pages.overview),
    View("brief", "/brief", pages.brief),
    View("map", "/map", pages.map),
    View("timeline", "/timeline", pages.timeline),
    View("tie", "/tie/{a}-{b}", pages.tie),
    View("state", "/state/{code}", pages.state),
    View("digest", "/digest", pages.digest),
    View("alerts", "/alerts", pages.alerts),
    View("outlook", "/outlook", pages.outlook),
    View("factors", "/factors", pages.factors),
    View("claims", "/claims", pages.claims),
    View("chronicle", "/chronicle", pages.chronicle),
    View("scenario", "/scenario", pages.scenario),
    View("effects", "/effects", pages.effects),
    View("risk", "/risk", pages.risk),
    View("scores", "/scores", pages.scores),
    View("sources", "/sources", pages.sources),
    View("revisions", "/revisions", pages.revisions),
    View("methods", "/methods", pages.methods),
    View("method", "/method/{id}", pages.method),
    View("reading", "/read/{id}", pages.reading),
    View("evidence", "/evidence/{id}", pages.evidence),
)

BY_NAME = {view.name: view for view in VIEWS}

Moment = tuple[date, Hashable]  # the day asked for, and the state of the evidence


def create_app(
    load: Callable[[date], Picture],
    *,
    today: Callable[[], date] = lambda: datetime.now(UTC).date(),
    stamp: Callable[[], Hashable] = lambda: None,
    analyst: str | None = None,
    reckoned: Callable[[Moment, Picture], Picture] = lambda moment, picture: picture,
) -> FastAPI:
    """The pages of one case.

    ``load`` makes the case's picture as known on a day; the last few are kept. ``today`` is the day shown when the
    reader asks for none. ``stamp`` names the state of the evidence: when it changes, pictures are made anew. Texts and
    verdicts are taken where ``analyst`` is given: it is the name that forms are filled with, and may be empty;
    such a server answers only under an address or as localhost. ``reckoned`` gives a picture what its readings were before, or says that it is not there yet; without it the reader waits.
    """
    app = FastAPI(title="Comity", version=version("comity"), docs_url=None, redoc_url=None)
    app.add_middleware(GZipMiddleware, minimum_size=500)
    app.add_middleware(Guarded, private=analyst is not None)
    site = Site(remembering(lambda moment: load(moment[0])), today, stamp, analyst, reckoned)
    for view in VIEWS:
        _routes(app, view, site)
    app.add_api_route("/alerts.atom", site.feed, include_in_schema=False)
    app.add_api_route("/brief.pdf", site.paper, include_in_schema=False)
    app.add_api_route("/healthz", lambda: PlainTextResponse("ok"), include_in_schema=False)
    app.add_api_route("/read", lambda: RedirectResponse("/read/example"), include_in_schema=False)
    if analyst is not None:
        desk = Desk(lambda: site.picture((today(), stamp())), lambda: datetime.now(UTC), analyst)
        app.add_route("/read", desk.paste, methods=["POST"], include_in_schema=False)
        app.add_route("/verdict", desk.judge, methods=["POST"], include_in_schema=False)
        app.add_route("/remark", desk.remark, methods=["POST"], include_in_schema=False)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_exception_handler(ComityError, lambda r, e: site.failed(r, _status(e), str(e)))
    app.add_exception_handler(HTTPException, lambda r, e: site.failed(r, e.status_code, _plain(e)))
    broke = "Something broke on this side; the server's log says what."
    app.add_exception_handler(Exception, lambda r, e: site.failed(r, 500, broke))
    return app


@dataclass(frozen=True)
class Site:
    """What every answer is made from."""

    picture: Callable[[Moment], Picture]
    today: Callable[[], date]
    stamp: Callable[[], Hashable]
    analyst: str | None
    reckoned: Callable[[Moment, Picture], Picture]

    @cached_property
    def front(self) -> Callable[[tuple[Moment, Query]], Any]:
        """The overview, remembered: it sums up every other page, and is asked for most."""
        return remembering(lambda q: pages.overview(self.picture(q[0]), q[1]), keep=16)

    def asked(self, request: Request) -> tuple[Moment, Query]:
        """The day and the question of a request; ``UsageError`` for a day to come."""
        query, now = pages.parse(request.query_params.multi_items()), self.today()
        if query.as_of and query.as_of > now:
            raise UsageError(f"as_of={query.as_of} has not come yet; today is {now}")
        return (query.as_of or now, self.stamp()), query

    def answer(self, request: Request, view: View) -> tuple[Picture, Query, Any]:
        """The page asked for, with the picture that it is of."""
        day, query = self.asked(request)
        picture = self.picture(day)
        ahead = str(request.path_params.get("id", "")).startswith(f"{AHEAD}:")
        if view.page is pages.outlook or ahead:
            picture = self.reckoned(day, picture)
        if picture.reckoning and ahead:
            raise HTTPException(503, f"What this reading was before is not there yet ({picture.reckoning}); load this page again in a minute.")  # fmt: skip
        with reading(picture.lake):
            if view.page is pages.overview:
                return picture, query, self.front((day, query))
            return picture, query, view.page(picture, *request.path_params.values(), query)

    def html(self, request: Request, name: str, query: Query, code: int = 200, **values: Any) -> HTMLResponse:
        """A template as a page, or as the part of one that htmx asks for."""
        part = "part" if request.headers.get("HX-Request") == "true" and name in {"evidence", "error"} else "page"
        here = request.url.path
        text = dressed(
            f"{name}.html",
            here=here,
            query=query,
            writing=self.analyst is not None,
            analyst=self.analyst,
            today=self.today(),
            layout=f"_{part}.html",
            views=VIEWS,
            twin=twin_of(here),
            **links(query),
            **values,
        )
        return HTMLResponse(text, code, headers={"Vary": "HX-Request", "Cache-Control": "no-cache"})

    def failed(self, request: Request, status: int, why: str) -> Response:
        """What went wrong, as JSON where that was asked for."""
        if request.url.path.endswith(".json"):
            return Json({"error": why, "status": status}, status, headers=HEADERS)
        phrase = HTTPStatus(status).phrase
        response = self.html(request, "error", Query(), status, why=why, status=status, phrase=phrase)
        response.headers.update(HEADERS)
        return response

    def feed(self, request: Request) -> Response:
        """Alerts of the last twelve months as an Atom feed."""
        *_, page = self.answer(request, BY_NAME["alerts"])
        made = atom(page, str(request.base_url).rstrip("/"), request.url.query)
        return Response(made, media_type="application/atom+xml")

    def paper(self, request: Request) -> Response:
        """The brief as PDF."""
        *_, page = self.answer(request, BY_NAME["brief"])
        return Response(pdf(page), media_type="application/pdf")


def _routes(app: FastAPI, view: View, site: Site) -> None:
    """A page and its twin; the twin first, because /tie/{a}-{b} would swallow /tie/{a}-{b}.json."""

    def twin(request: Request) -> Json:
        return Json(pages.to_json(site.answer(request, view)[-1]))

    def page(request: Request) -> HTMLResponse:
        picture, query, made = site.answer(request, view)
        drawn = figures(view.name, made, picture, query)
        return site.html(
            request, view.name, query, page=made, roles=picture.case.roles, bare=picture.reports.is_empty(), **drawn
        )

    summary = (view.page.__doc__ or view.name).split("\n")[0]
    app.add_api_route(view.twin, twin, methods=["GET", "HEAD"], summary=summary, name=f"{view.name} as JSON")
    app.add_api_route(view.path, page, methods=["GET", "HEAD"], include_in_schema=False, name=view.name)


def _status(error: Exception) -> int:
    if isinstance(error, NotFound | UnknownState):
        return 404
    if isinstance(error, MissingExtra):
        return HTTPStatus.NOT_IMPLEMENTED
    return 400 if isinstance(error, UsageError) else 500


def _plain(error: HTTPException) -> str:
    if error.status_code == HTTPStatus.NOT_FOUND:
        return "There is no page at this address."
    return str(error.detail)
