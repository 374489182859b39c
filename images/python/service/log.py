"""Lines of JSON on stdout, by the names that the platform's logs are searched by."""

import json
import logging
import sys
from datetime import UTC, datetime


class Json(logging.Formatter):
    """What is in a line: the message, and the fields that are given with it; nothing of who asked."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": {"WARNING": "warn", "CRITICAL": "fatal"}.get(record.levelname, record.levelname.lower()),
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info is not None:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line)


def set_up() -> None:
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(Json())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


def fields(**named: object) -> dict[str, object]:
    return {"fields": named}
