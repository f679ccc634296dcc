"""The application: one route a page, its ``.json`` twin beside it, and errors that help."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import UTC, date, datetime
from http import HTTPStatus
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, NamedTuple

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from comity import pages
from comity.errors import ComityError, UnknownState, UsageError
from comity.pages import NotFound, Query
from comity.web.atom import atom
from comity.web.brief import pdf
from comity.web.desk import Desk
from comity.web.dress import STATIC, environment, links
from comity.web.figures import figures
from comity.web.guard import HEADERS, Guarded
from comity.web.memory import remembering

if TYPE_CHECKING:
    from comity.flow import Picture


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


Moment = tuple[date, Hashable]  # the day asked for, and the state of the evidence


def _now() -> date:
    return datetime.now(UTC).date()


def create_app(
    load: Callable[[date], Picture],
    *,
    today: Callable[[], date] = _now,
    stamp: Callable[[], Hashable] = lambda: None,
    analyst: str | None = None,
) -> FastAPI:
    """The pages of one case.

    ``load`` makes the case's picture as known on a day; the last few are kept. ``today`` is the day shown when the
    reader asks for none. ``stamp`` names the state of the evidence: when it changes, pictures are made anew. Texts and
    verdicts are taken where ``analyst`` is given: it is the name that forms are filled with, and may be empty.
    """
    app = FastAPI(title="Comity", version=version("comity"), docs_url=None, redoc_url=None)
    app.add_middleware(GZipMiddleware, minimum_size=500)
    app.add_middleware(Guarded)
    env = environment()

    picture: Callable[[Moment], Picture] = remembering(lambda moment: load(moment[0]))
    # the overview sums up every other page, and is asked for most
    front: Callable[[tuple[Moment, Query]], Any] = remembering(lambda q: pages.overview(picture(q[0]), q[1]), keep=16)

    def asked(request: Request) -> tuple[Moment, Query]:
        query, now = pages.parse(request.query_params.multi_items()), today()
        if query.as_of and query.as_of > now:
            raise UsageError(f"as_of={query.as_of} has not come yet; today is {now}")
        return (query.as_of or now, stamp()), query

    def answer(request: Request, view: View) -> tuple[Picture, Query, Any]:
        day, query = asked(request)
        if view.page is pages.overview:
            return picture(day), query, front((day, query))
        return picture(day), query, view.page(picture(day), *request.path_params.values(), query)

    def html(request: Request, name: str, query: Query, code: int = 200, **values: Any) -> HTMLResponse:
        part = "part" if request.headers.get("HX-Request") == "true" and name in {"evidence", "error"} else "page"
        here = request.url.path
        text = env.get_template(f"{name}.html").render(
            here=here,
            query=query,
            writing=analyst is not None,
            analyst=analyst,
            today=today(),
            layout=f"_{part}.html",
            views=VIEWS,
            twin=twin_of(here),
            **links(query),
            **values,
        )
        return HTMLResponse(text, code, headers={"Vary": "HX-Request", "Cache-Control": "no-cache"})

    def failed(request: Request, status: int, why: str) -> Response:
        if request.url.path.endswith(".json"):
            return JSONResponse({"error": why, "status": status}, status, headers=HEADERS)
        response = html(request, "error", Query(), status, why=why, status=status, phrase=HTTPStatus(status).phrase)
        response.headers.update(HEADERS)
        return response

    for view in VIEWS:
        _routes(app, view, answer, html)

    if analyst is not None:
        desk = Desk(lambda: picture((today(), stamp())), lambda: datetime.now(UTC), analyst)
        app.add_route("/read", desk.paste, methods=["POST"], include_in_schema=False)
        app.add_route("/verdict", desk.judge, methods=["POST"], include_in_schema=False)
        app.add_route("/remark", desk.remark, methods=["POST"], include_in_schema=False)

    @app.get("/alerts.atom", include_in_schema=False)
    def feed(request: Request) -> Response:
        """Alerts of the last twelve months as an Atom feed."""
        day, query = asked(request)
        text = atom(pages.alerts(picture(day), query), str(request.base_url).rstrip("/"))
        return Response(text, media_type="application/atom+xml")

    @app.get("/brief.pdf", include_in_schema=False)
    def paper(request: Request) -> Response:
        """The brief as PDF."""
        day, query = asked(request)
        return Response(pdf(pages.brief(picture(day), query)), media_type="application/pdf")

    @app.get("/healthz", include_in_schema=False)
    def healthz() -> PlainTextResponse:
        """Whether the server answers."""
        return PlainTextResponse("ok")

    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_exception_handler(ComityError, lambda r, e: failed(r, _status(e), str(e)))
    app.add_exception_handler(HTTPException, lambda r, e: failed(r, e.status_code, _plain(e)))
    app.add_exception_handler(
        Exception, lambda r, e: failed(r, 500, "Something broke on this side; the server's log says what.")
    )
    return app


def _routes(app: FastAPI, view: View, answer: Callable[..., Any], html: Callable[..., HTMLResponse]) -> None:
    """A page and its twin; the twin first, because /tie/{a}-{b} would swallow /tie/{a}-{b}.json."""

    def twin(request: Request) -> JSONResponse:
        return JSONResponse(pages.to_json(answer(request, view)[-1]))

    def page(request: Request) -> HTMLResponse:
        picture, query, made = answer(request, view)
        return html(
            request, view.name, query, page=made, roles=picture.case.roles, **figures(view.name, made, picture, query)
        )

    summary = (view.page.__doc__ or view.name).split("\n")[0]
    app.add_api_route(view.twin, twin, methods=["GET", "HEAD"], summary=summary, name=f"{view.name} as JSON")
    app.add_api_route(view.path, page, methods=["GET", "HEAD"], include_in_schema=False, name=view.name)


def _status(error: Exception) -> int:
    if isinstance(error, NotFound | UnknownState):
        return 404
    return 400 if isinstance(error, UsageError) else 500


def _plain(error: HTTPException) -> str:
    if error.status_code == HTTPStatus.NOT_FOUND:
        return "There is no page at this address."
    return str(error.detail)
