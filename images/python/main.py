"""Starts the service, and ends it when it is told to; `probe` asks it whether it is ready."""

import asyncio
import contextlib
import errno
import logging
import os
import signal
import sys
import urllib.request
from collections.abc import Iterator

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from service.application import State, create_application
from service.dependencies import ask_dependencies
from service.log import fields, set_up
from service.metrics import Metrics
from service.settings import Settings, read_settings

logger = logging.getLogger("service")


class Server(uvicorn.Server):
    """Leaves signals to us: uvicorn would end the process by the one that came, and so never with 0."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def server_of(application: object, *, host: str, port: int, stop_seconds: int) -> Server:
    return Server(
        uvicorn.Config(
            application,
            host=host,
            port=port,
            # ours are in place, and requests are in them
            log_config=None,
            log_level="warning",
            access_log=False,
            lifespan="off",
            server_header=False,
            # longer than the load balancers before it keep a connection, or they would send on one that is just being closed
            timeout_keep_alive=75,
            timeout_graceful_shutdown=stop_seconds,
        )
    )


def operators_of(metrics: Metrics) -> Starlette:
    """On a port of their own, which no route leads to: metrics, and what else is for operators alone."""

    async def exposition(_: Request) -> Response:
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)

    async def dependencies(_: Request) -> JSONResponse:
        return JSONResponse(await ask_dependencies(os.environ, metrics))

    return Starlette(routes=[Route("/metrics", exposition), Route("/dependencies", dependencies)])


async def port_taken(host: str, port: int) -> bool:
    try:
        server = await asyncio.start_server(lambda *_: None, host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return True
        raise
    server.close()
    await server.wait_closed()
    return False


async def run(settings: Settings) -> int:
    state, metrics = State(), Metrics()
    stop_seconds = settings.stop_seconds
    application = create_application(settings, state, metrics)
    server = server_of(application, host="0.0.0.0", port=settings.port, stop_seconds=stop_seconds)
    others: list[tuple[Server, asyncio.Task[None]]] = []
    if await port_taken(settings.metrics_host, settings.metrics_port):
        said = fields(port=settings.metrics_port)
        logger.warning("the port of metrics is taken: whoever holds it tells them", extra=said)
    else:
        told = server_of(
            operators_of(metrics), host=settings.metrics_host, port=settings.metrics_port, stop_seconds=1
        )
        others.append((told, asyncio.create_task(told.serve())))

    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    serving = asyncio.create_task(server.serve())
    while not server.started and not serving.done():
        await asyncio.sleep(0.01)
    logger.info("listening", extra=fields(port=settings.port, metricsPort=settings.metrics_port))
    # what has to be done before it is ready, such as loading a model, goes here
    state.now = "ready"
    logger.info("ready")
    await asyncio.wait({serving, asyncio.create_task(stopped.wait())}, return_when=asyncio.FIRST_COMPLETED)

    state.now = "draining"
    logger.info("stopping")
    await asyncio.sleep(settings.drain_seconds)
    server.should_exit = True
    begun = loop.time()
    await serving
    in_time = loop.time() - begun < stop_seconds
    for other, task in others:
        other.should_exit = other.force_exit = True
        await task
    logger.log(logging.INFO if in_time else logging.ERROR, "stopped" if in_time else "stopped with requests open")
    return 0 if in_time else 1


def probe(settings: Settings) -> int:
    """Whether it is ready, where nobody else asks, as under docker compose."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{settings.port}/readyz", timeout=3):
            return 0
    except OSError:
        return 1


def main() -> int:
    set_up()
    try:
        settings = read_settings(os.environ)
    except ValueError as error:
        logger.critical("could not start", extra=fields(error=str(error)))
        return 1
    if sys.argv[1:] == ["probe"]:
        return probe(settings)
    return asyncio.run(run(settings))


if __name__ == "__main__":
    sys.exit(main())
