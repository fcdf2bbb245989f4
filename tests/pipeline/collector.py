"""A collector for OpenTelemetry's metrics: takes what is posted to it, on loopback."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric

Tags = Mapping[str, str]


@dataclass
class Collector:
    """What was posted.

    Attributes:
        port: to post to.
    """

    port: int
    _latest: dict[tuple[str, frozenset[tuple[str, str]]], float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, body: bytes) -> None:
        """Keeps the latest value of each series: counters grow, of timers their sum."""
        request = ExportMetricsServiceRequest.FromString(body)
        metrics = [
            metric
            for resource in request.resource_metrics
            for scope in resource.scope_metrics
            for metric in scope.metrics
        ]
        with self._lock:
            for metric in metrics:
                for tags, value in _points(metric):
                    self._latest[metric.name, frozenset(tags.items())] = value

    def values(self, name: str, **tags: str) -> list[float]:
        """The latest value of each series of that name that has these tags."""
        with self._lock:
            return [
                value
                for (found, has), value in self._latest.items()
                if found == name and set(tags.items()) <= has
            ]


def _points(metric: Metric) -> Iterator[tuple[dict[str, str], float]]:
    if metric.HasField("exponential_histogram"):
        for point in metric.exponential_histogram.data_points:
            yield {item.key: item.value.string_value for item in point.attributes}, point.sum
    data = metric.sum if metric.HasField("sum") else metric.gauge
    for number in data.data_points:
        tags = {item.key: item.value.string_value for item in number.attributes}
        yield tags, float(number.as_int or number.as_double)


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector until the context ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/v1/metrics":
                collector.take(body)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        collector = Collector(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield collector
        finally:
            server.shutdown()
            thread.join(timeout=10)
