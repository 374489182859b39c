import { stateOf } from "../../service/state.mjs";

export const dynamic = "force-dynamic";

export function GET() {
  const { now } = stateOf();
  const isReady = now === "ready";
  return Response.json(isReady ? { status: now } : { error: now }, {
    status: isReady ? 200 : 503,
    headers: { "cache-control": "no-store" },
  });
}
