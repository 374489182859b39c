/* Asks the service whether it is ready, where nobody else does, as under docker compose: ends with 0 or with 1. */
import { readSettings } from "./settings.mjs";

try {
  const response = await fetch(`http://127.0.0.1:${readSettings().port}/readyz`, {
    signal: AbortSignal.timeout(3000),
  });
  process.exitCode = response.ok ? 0 : 1;
} catch {
  process.exitCode = 1;
}
