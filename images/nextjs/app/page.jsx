import { peersOf } from "../service/dependencies.mjs";

// of what is answered at this moment
export const dynamic = "force-dynamic";

/** How long a service may take, milliseconds: a page that shows less is better than one that shows nothing. */
const patience = 2000;

export default async function Page() {
  const peers = await Promise.all(Object.entries(peersOf(process.env)).map(askAbout));
  return (
    <main>
      <h1>{process.env.OTEL_SERVICE_NAME ?? "sample"}</h1>
      <ul>
        {peers.map(({ name, says }) => (
          <li key={name}>
            {name}: {says}
          </li>
        ))}
      </ul>
    </main>
  );
}

async function askAbout([name, url]) {
  try {
    const response = await fetch(new URL("/api", url), { signal: AbortSignal.timeout(patience) });
    if (!response.ok) return { name, says: `answers ${response.status}` };
    const { version } = await response.json();
    return { name, says: `release ${version}` };
  } catch {
    return { name, says: "does not answer" };
  }
}
