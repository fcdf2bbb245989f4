"""Whether one service of Airflow does its work: `python health.py SERVICE`, exit code 0 or 1.

Asks what `airflow jobs check` and `celery inspect ping` ask, without importing Airflow: that takes
seconds of a processor, and each container is asked every few seconds.
"""

import json
import os
import socket
import sys
import urllib.request

MAX_AGE = 30
"""Seconds since the last heartbeat."""

JOBS = {"dag-processor": "DagProcessorJob", "triggerer": "TriggererJob"}


def web(path: str, port: int) -> bytes:
    """What a service of this container answers, if it answers well."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
        body: bytes = answer.read()
    return body


def api_server() -> str:
    """Whether the web interface answers and has its database."""
    return str(json.loads(web("/api/v2/monitor/health", 8080))["metadatabase"]["status"])


def heartbeat(job_type: str) -> str:
    """Whether the job of this container has beaten lately."""
    import psycopg2  # noqa: PLC0415 - only two of the services need it

    url = os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"].replace("+psycopg2", "")
    connection = psycopg2.connect(url, connect_timeout=5)
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM job WHERE job_type = %s AND hostname = %s"
                " AND state = 'running' AND latest_heartbeat > now() - %s * interval '1 second'",
                (job_type, socket.getfqdn(), MAX_AGE),
            )
            [(beating,)] = cursor.fetchall()
    finally:
        connection.close()
    return "healthy" if beating else f"no heartbeat for {MAX_AGE} s"


def worker() -> str:
    """Whether the worker of this container answers on the work queue."""
    from celery import Celery  # noqa: PLC0415 - only the worker needs it

    app = Celery(broker=os.environ["AIRFLOW__CELERY__BROKER_URL"])
    name = f"celery@{socket.gethostname()}"
    answers = app.control.inspect(destination=[name], timeout=5).ping()
    return "healthy" if answers else f"{name} does not answer"


def check(service: str) -> str:
    """What is wrong, or "healthy"."""
    match service:
        case "api-server":
            return api_server()
        case "scheduler":
            web("/health", 8974)  # 503 where its heart does not beat
            return "healthy"
        case "worker":
            return worker()
        case "flower":
            web("/healthcheck", 5555)
            return "healthy"
    return heartbeat(JOBS[service])


def main() -> int:
    """Prints what is found, for `docker inspect`."""
    try:
        found = check(sys.argv[1])
    except Exception as error:  # noqa: BLE001 - whatever it is, the service does not serve
        found = f"{type(error).__name__}: {error}"
    print(found)  # noqa: T201 - Docker keeps what is printed
    return found != "healthy"


if __name__ == "__main__":
    sys.exit(main())
