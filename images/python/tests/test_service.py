import asyncio
import io
import json
import logging
import unittest

from prometheus_client import generate_latest

from service.application import MAX_BODY_BYTES, State, create_application
from service.dependencies import peers_of, stores_of
from service.log import Json
from service.metrics import Metrics
from service.settings import read_settings


async def ask(application, method, path, body=b"", query=b""):
    """One request as a server hands it to an application, and its answer's status and body."""
    sent = []
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query,
        "headers": [],
        "client": ("192.0.2.1", 1),
        "server": ("localhost", 80),
    }

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message):
        sent.append(message)

    await application(scope, receive, send)
    text = b"".join(message.get("body", b"") for message in sent)
    return sent[0]["status"], json.loads(text or b"null")


class ServiceTest(unittest.TestCase):
    def setUp(self):
        self.state, self.metrics = State(), Metrics()
        self.application = create_application(read_settings({}), self.state, self.metrics)
        self.lines = io.StringIO()
        handler = logging.StreamHandler(self.lines)
        handler.setFormatter(Json())
        logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)

    def ask(self, *args, **named):
        return asyncio.run(ask(self.application, *args, **named))

    def test_is_ready_only_between_start_and_end(self):
        for state, status in {"starting": 503, "ready": 200, "draining": 503}.items():
            self.state.now = state
            self.assertEqual(self.ask("GET", "/readyz")[0], status, state)
            self.assertEqual(self.ask("GET", "/livez")[0], 200, state)

    def test_digests_bodies_up_to_the_limit(self):
        expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        self.assertEqual(self.ask("POST", "/api/digest", b"abc"), (200, {"bytes": 3, "sha256": expected}))
        self.assertEqual(self.ask("POST", "/api/digest", bytes(MAX_BODY_BYTES + 1))[0], 413)

    def test_counts_by_route_and_never_by_what_came_from_outside(self):
        for path in ("/", "/nobody/1", "/nobody/2"):
            self.ask("GET", path)
        self.ask("BREW", "/")
        text = generate_latest(self.metrics.registry).decode()
        series = [line for line in text.splitlines() if line.startswith("http_server_request_duration_seconds_count")]
        self.assertEqual(len(series), 3, series)
        self.assertNotIn("nobody", text)

    def test_logs_nothing_of_who_asked(self):
        self.ask("GET", "/api", query=b"email=jo@example.com")
        line = json.loads(self.lines.getvalue())
        self.assertEqual((line["message"], line["level"], line["route"]), ("request", "info", "/api"))
        for private in ("example.com", "192.0.2.1"):
            self.assertNotIn(private, self.lines.getvalue())

    def test_knows_its_peers_and_stores(self):
        environment = {
            "ML_SERVICE_URL": "http://ml-service",
            "BUCKET_URL": "s3://files",
            "SEARCH_URL": "https://search:9200",
            "JOBS_QUEUE_URL": "http://queue/jobs",
            "PGHOST": "db",
            "PGPORT": "6432",
            "MONGODB_URI": "mongodb://user:secret@mongo-0:27017,mongo-1:27017/?replicaSet=rs",
            "KAFKA_BOOTSTRAP_SERVERS": "b-1:9098,b-2:9098",
            "REDIS_HOST": "cache",
            "MILVUS_URI": "http://milvus:19530",
        }
        self.assertEqual(peers_of(environment), {"ml-service": "http://ml-service"})
        expected = {
            "postgres": ("db", 6432),
            "mongo": ("mongo-0", 27017),
            "kafka": ("b-1", 9098),
            "redis": ("cache", 6379),
            "search": ("search", 9200),
            "vectors": ("milvus", 19530),
        }
        self.assertEqual(stores_of(environment), expected)

    def test_says_what_of_its_settings_is_wrong(self):
        with self.assertRaisesRegex(ValueError, "^PORT: "):
            read_settings({"PORT": "http"})


if __name__ == "__main__":
    unittest.main()
