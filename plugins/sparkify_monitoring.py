"""The pipeline's pages in Airflow's web interface: in the menu, beside a DAG, beside a run.

Every process of Airflow loads its plugins, so this imports next to nothing; the pages themselves
are made when somebody first asks for one.
"""

from typing import Any

from airflow.plugins_manager import AirflowPlugin

PREFIX = "sparkify"


class Pages:
    """An ASGI application that becomes the real one with its first request."""

    def __init__(self) -> None:
        self._pages: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Passes the request on."""
        if self._pages is None:
            # Imported here: parsing a DAG must load neither FastAPI nor Airflow's web server.
            from sparkify.monitoring.web import application  # noqa: PLC0415 - see above

            self._pages = application()
        await self._pages(scope, receive, send)


class SparkifyMonitoring(AirflowPlugin):
    """The pages, and where links to them stand.

    Addresses have no slash in front: Airflow may live below a path of its host.
    """

    name = "sparkify_monitoring"
    fastapi_apps = [{"name": "Sparkify", "app": Pages(), "url_prefix": f"/{PREFIX}"}]  # noqa: RUF012 - as Airflow declares it
    external_views = [  # noqa: RUF012 - as above
        {
            "name": "Sparkify",
            "href": f"{PREFIX}/history",
            "destination": "nav",
            "category": "browse",
            "url_route": "sparkify",
        },
        {
            "name": "Load history",
            "href": f"{PREFIX}/history?dag_id={{DAG_ID}}",
            "destination": "dag",
            "url_route": "sparkify_history",
        },
        {
            "name": "Loads and checks",
            "href": f"{PREFIX}/run?dag_id={{DAG_ID}}&run_id={{RUN_ID}}",
            "destination": "dag_run",
            "url_route": "sparkify_run",
        },
    ]
