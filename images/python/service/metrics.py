"""The request series that dashboards, alerts and objectives of the platform ask for (components/workload/requestSeries.ts)."""

from prometheus_client import (
    CollectorRegistry,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)

# seconds, as OpenTelemetry's conventions for HTTP metrics bound them: the platform's objectives lie on these bounds
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        for collector in (GCCollector, PlatformCollector, ProcessCollector):
            collector(registry=self.registry)
        self._served = Histogram(
            "http_server_request_duration_seconds",
            "Duration of HTTP server requests.",
            ["http_request_method", "http_response_status_code", "http_route", "url_scheme"],
            buckets=BUCKETS,
            registry=self.registry,
        )
        self._called = Histogram(
            "http_client_request_duration_seconds",
            "Duration of HTTP client requests.",
            ["error_type", "http_request_method", "http_response_status_code", "server_address", "server_port"],
            buckets=BUCKETS,
            registry=self.registry,
        )

    def served(self, *, method: str, route: str, status: int, seconds: float) -> None:
        """What came from outside is no label, or anybody could make as many series as they like; an empty route is none."""
        known = method if method in METHODS else "_OTHER"
        self._served.labels(known, str(status), route, "http").observe(seconds)

    def called(self, *, host: str, port: int, status: int | None, error: str, seconds: float) -> None:
        code = "" if status is None else str(status)
        self._called.labels(error, "GET", code, host, str(port)).observe(seconds)
