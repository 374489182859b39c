"""What the platform tells a service, by environment variable (components/workload/podTemplate.ts)."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Each with what it is where nobody says it."""

    service: str
    version: str
    port: int
    metrics_host: str
    metrics_port: int
    # in Kubernetes the pod's preStop waits before SIGTERM comes; elsewhere somebody has to
    drain_seconds: int
    # of the 45 that a pod has by default, less the 10 of its preStop
    stop_seconds: int


def read_settings(environment: Mapping[str, str]) -> Settings:
    def number(name: str, otherwise: int) -> int:
        text = environment.get(name, "")
        if text == "":
            return otherwise
        if not (text.isascii() and text.isdigit() and int(text) <= 65535):
            raise ValueError(f"{name}: expected a whole number up to 65535, got {text!r}")
        return int(text)

    return Settings(
        service=environment.get("OTEL_SERVICE_NAME") or environment.get("SERVICE_NAME") or "sample",
        version=environment.get("SERVICE_VERSION") or "unknown",
        port=number("PORT", 8000),
        metrics_host=environment.get("OTEL_EXPORTER_PROMETHEUS_HOST") or "0.0.0.0",
        metrics_port=number("OTEL_EXPORTER_PROMETHEUS_PORT", 9464),
        drain_seconds=number("DRAIN_SECONDS", 0),
        stop_seconds=number("STOP_SECONDS", 30),
    )
