"""What is served, how long it took, and whether it is ready."""

import hashlib
import logging
import time
from typing import Literal

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.log import fields
from service.metrics import Metrics
from service.settings import Settings

# the platform's own limit of a body, where a route has none (`route.maxBodyMiB`)
MAX_BODY_BYTES = 10 * 2**20

# the kubelet asks every few seconds: no log would be readable with them
PROBES = frozenset({"/livez", "/readyz"})

logger = logging.getLogger(__name__)


class State:
    """It begins by starting, and ends by draining."""

    def __init__(self) -> None:
        self.now: Literal["starting", "ready", "draining"] = "starting"


def routes_of(settings: Settings, state: State) -> list[Route]:
    async def livez(_: Request) -> JSONResponse:
        return JSONResponse({"status": "alive"})

    async def readyz(_: Request) -> JSONResponse:
        if state.now == "ready":
            return JSONResponse({"status": state.now})
        return JSONResponse({"error": state.now}, status_code=503)

    async def about(_: Request) -> JSONResponse:
        return JSONResponse({"service": settings.service, "version": settings.version})

    async def healthz(_: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})

    async def digest(request: Request) -> JSONResponse:
        """Of the body, which is never in memory as a whole."""
        body_hash, size = hashlib.sha256(), 0
        async for part in request.stream():
            size += len(part)
            if size > MAX_BODY_BYTES:
                raise HTTPException(413, f"more than {MAX_BODY_BYTES} bytes", {"connection": "close"})
            body_hash.update(part)
        return JSONResponse({"bytes": size, "sha256": body_hash.hexdigest()})

    return [
        Route("/livez", livez),
        Route("/readyz", readyz),
        Route("/", about),
        Route("/api", about),
        Route("/api/healthz", healthz),
        Route("/api/digest", digest, methods=["POST"]),
    ]


class Observed:
    """Counts each request, and writes it to the log: by its route, as paths and queries may hold what is private."""

    def __init__(self, application: ASGIApp, state: State, metrics: Metrics, paths: frozenset[str]) -> None:
        self._application = application
        self._state = state
        self._metrics = metrics
        self._paths = paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        begun, status = time.perf_counter(), 500

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [
                    *message.get("headers", []),
                    (b"cache-control", b"no-store"),
                    (b"x-content-type-options", b"nosniff"),
                ]
                if self._state.now == "draining":
                    headers.append((b"connection", b"close"))
                message = {**message, "headers": headers}
            await send(message)

        try:
            await self._application(scope, receive, seen)
        finally:
            seconds = time.perf_counter() - begun
            method, path = scope["method"], scope["path"]
            route = path if path in self._paths else ""
            self._metrics.served(method=method, route=route, status=status, seconds=seconds)
            if path not in PROBES:
                level = logging.ERROR if status >= 500 else logging.INFO
                said = fields(method=method, route=route, status=status, durationMs=round(seconds * 1e3, 3))
                logger.log(level, "request", extra=said)


def create_application(settings: Settings, state: State, metrics: Metrics) -> ASGIApp:
    async def refused(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        return JSONResponse({"error": error.detail}, status_code=error.status_code, headers=error.headers)

    async def failed(_: Request, error: Exception) -> JSONResponse:
        logger.error("failed", exc_info=error)
        return JSONResponse({"error": "failed"}, status_code=500)

    routes = routes_of(settings, state)
    application = Starlette(routes=routes, exception_handlers={HTTPException: refused, Exception: failed})
    return Observed(application, state, metrics, frozenset(route.path for route in routes))
