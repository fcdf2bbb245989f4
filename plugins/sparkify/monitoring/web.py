"""The pages of Airflow's web interface: one DAG's history, and one run.

Airflow puts nothing between the world and an application that a plugin brings, so every address
here asks for itself: who is it (a token in a header, or the cookie that Airflow's own pages use),
and may they read the runs of this DAG.

Airflow: https://airflow.apache.org/docs/apache-airflow/stable/administration-and-deployment/plugins.html
"""

import datetime as dt
from typing import Annotated

from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
from airflow.api_fastapi.core_api.security import GetUserDep, requires_access_dag
from fastapi import Depends, FastAPI, Query, Request
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException

from sparkify.monitoring import library, source
from sparkify.monitoring.history import History, RunHistory
from sparkify.monitoring.overview import Overview
from sparkify.monitoring.page import DAG_ID, Page, Setting, history_page, message_page, run_page
from sparkify.monitoring.runs import Run
from sparkify.monitoring.source import Kept, UnavailableError

DagId = Annotated[str, Query(min_length=1, max_length=250)]
RunId = Annotated[str, Query(min_length=1, max_length=250)]

YEAR = 31_536_000
"""Seconds."""


def may_read(request: Request, user: GetUserDep, dag_id: DagId = DAG_ID) -> str:
    """The DAG that is asked for, if this user may read its runs.

    Raises:
        HTTPException: 401 for nobody, 403 for somebody who may not.
    """
    requires_access_dag("GET", DagAccessEntity.RUN, param_dag_id=dag_id)(request, user)
    return dag_id


def known(user: GetUserDep) -> None:
    """Somebody who is signed in.

    Raises:
        HTTPException: 401 for nobody.
    """


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


def _history(dag_id: str) -> Page:
    with source.session() as session:
        found = History.read(session, source.names(), dag_id)
    return history_page(Overview(found, _now()))


def _run(key: tuple[str, str]) -> Page:
    dag_id, run_id = key
    with source.session() as session:
        found = RunHistory.read(session, source.names(), dag_id, run_id)
    return run_page(Run(run_id, found.loads, found.results), dag_id, _now())


def application() -> FastAPI:
    """The pages, to be mounted anywhere below Airflow's own."""
    app = FastAPI(title="Sparkify", docs_url=None, redoc_url=None, openapi_url=None)
    histories, runs = Kept(_history), Kept(_run)

    @app.get("/history", response_class=HTMLResponse)
    def history(dag_id: Annotated[str, Depends(may_read)]) -> Response:
        return _shown(histories.get(dag_id))

    @app.get("/run", response_class=HTMLResponse)
    def run(dag_id: Annotated[str, Depends(may_read)], run_id: RunId) -> Response:
        return _shown(runs.get((dag_id, run_id)))

    @app.get("/library/{version}.js", dependencies=[Depends(known)])
    def bokeh(version: str) -> Response:
        if not library.available() or version != library.version():
            raise HTTPException(404)
        return Response(
            library.source(),
            media_type="text/javascript",
            headers={
                "Cache-Control": f"private, max-age={YEAR}, immutable",
                "X-Content-Type-Options": "nosniff",
            },
        )

    @app.exception_handler(UnavailableError)
    def unavailable(_: Request, error: UnavailableError) -> Response:
        page = message_page("No history to show", str(error))
        return _shown(page, 503 if error.passing else 404)

    @app.exception_handler(HTTPException)
    def refused(_: Request, error: HTTPException) -> Response:
        title, text = _REFUSALS.get(error.status_code, ("Not here", str(error.detail)))
        return _shown(message_page(title, text), error.status_code)

    return app


_REFUSALS = {
    401: ("Not signed in", "Sign in to Airflow, then load this page again."),
    403: ("Not allowed", "You may not read the runs of this DAG."),
}


def _shown(page: Page, status: int = 200) -> Response:
    setting = Setting(
        source=f"Airflow's connection {source.connection_id()}" if status == 200 else "",
        library=f"library/{library.version()}.js" if library.available() else None,
        framed=True,
    )
    return HTMLResponse(
        page.html(setting),
        status,
        headers={
            "Cache-Control": "no-store",
            "Content-Security-Policy": setting.policy,
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        },
    )
