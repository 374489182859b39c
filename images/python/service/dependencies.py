"""Whether those answer that it was told of: what names, network policies and sign-ins let through, at this moment."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from http.client import HTTPConnection
from typing import TypeVar
from urllib.parse import urlsplit

from service.metrics import Metrics

# how long anything may take to answer, seconds
PATIENCE = 2

PEER = re.compile(r"[A-Z][A-Z0-9_]*_URL")
NOT_PEER = re.compile(r"(BUCKET|SEARCH)_URL|.*_QUEUE_URL")
# a mongodb+srv names a record in DNS and no host
MONGO = re.compile(r"mongodb://(?:[^@/]*@)?(?P<host>[^,:/?]+)(?::(?P<port>\d+))?")

Place = tuple[str, int]
T = TypeVar("T")


def peers_of(environment: Mapping[str, str]) -> dict[str, str]:
    """Services that it may call, by the names of their variables: `ML_SERVICE_URL`, `http://ml-service`."""
    return {
        name.removesuffix("_URL").lower().replace("_", "-"): value
        for name, value in environment.items()
        if PEER.fullmatch(name) and not NOT_PEER.fullmatch(name) and urlsplit(value).scheme == "http"
    }


def stores_of(environment: Mapping[str, str]) -> dict[str, Place]:
    """Where its stores answer, of those that say it by host and port; the credential that each wants stands elsewhere."""
    hosts = {"postgres": ("PGHOST", "PGPORT", 5432), "mysql": ("MYSQL_HOST", "MYSQL_PORT", 3306)}
    hosts["redis"] = ("REDIS_HOST", "REDIS_PORT", 6379)
    places = {
        store: (environment[host], int(environment.get(port) or otherwise))
        for store, (host, port, otherwise) in hosts.items()
        if environment.get(host)
    }
    broker = environment.get("KAFKA_BOOTSTRAP_SERVERS", "").split(",")[0].rpartition(":")
    if broker[0]:
        places["kafka"] = (broker[0], int(broker[2]))
    if mongo := MONGO.match(environment.get("MONGODB_URI", "")):
        places["mongo"] = (mongo["host"], int(mongo["port"] or 27017))
    for store, variable in {"search": "SEARCH_URL", "vectors": "MILVUS_URI"}.items():
        url = urlsplit(environment.get(variable, ""))
        if url.hostname:
            places[store] = (url.hostname, url.port or (443 if url.scheme == "https" else 80))
    return places


async def ask_dependencies(environment: Mapping[str, str], metrics: Metrics) -> dict[str, dict[str, str]]:
    async def peer(url: str) -> str:
        return await asyncio.to_thread(_ask_peer, url, metrics)

    peers, stores = await asyncio.gather(
        _all(peers_of(environment), peer),
        _all(stores_of(environment), _ask_store),
    )
    return {"peers": peers, "stores": stores}


async def _all(named: Mapping[str, T], ask: Callable[[T], Awaitable[str]]) -> dict[str, str]:
    return dict(zip(named, await asyncio.gather(*map(ask, named.values())), strict=True))


def _ask_peer(base: str, metrics: Metrics) -> str:
    url = urlsplit(base)
    host, port = url.hostname or "", url.port or 80
    status: int | None = None
    error, word = "", "unreachable"
    begun = time.perf_counter()
    connection = HTTPConnection(host, port, timeout=PATIENCE)
    try:
        connection.request("GET", "/livez")
        status = connection.getresponse().status
        word = "ok" if status == 200 else f"answers {status}"
    except TimeoutError:
        error = word = "timeout"
    except OSError:
        error = "connection"
    finally:
        connection.close()
    metrics.called(host=host, port=port, status=status, error=error, seconds=time.perf_counter() - begun)
    return word


async def _ask_store(place: Place) -> str:
    try:
        async with asyncio.timeout(PATIENCE):
            _, writer = await asyncio.open_connection(*place)
    except TimeoutError:
        return "timeout"
    except OSError:
        return "unreachable"
    writer.close()
    return "reachable"
