import { textAt } from "../json";

/** Where GitHub's API is, and who asks. */
export interface GithubArgs {
  /** `https://api.github.com`, or a server of one's own. */
  readonly apiUrl: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly token: string;
}

/** A request that GitHub did not fulfil. */
export class GithubError extends Error {
  override readonly name = "GithubError";
}

/** How long GitHub may take to answer, milliseconds. */
const timeoutMilliseconds = 30_000;

/** The part of GitHub's REST API that comments and issues need, for one repository. */
export class Github {
  constructor(private readonly args: GithubArgs) {}

  /** Every entry of a list, page by page. */
  async list(path: string, query: Readonly<Record<string, string>> = {}): Promise<readonly unknown[]> {
    const perPage = 100;
    const found: unknown[] = [];
    for (let page = 1; ; page++) {
      const search = new URLSearchParams({ ...query, per_page: `${perPage}`, page: `${page}` });
      const answer = await this.send("GET", `${path}?${search.toString()}`);
      const entries: readonly unknown[] = Array.isArray(answer) ? answer : [];
      found.push(...entries);
      if (entries.length < perPage) return found;
    }
  }

  /** Sends a document and returns what GitHub answers. */
  async send(method: "GET" | "POST" | "PATCH", path: string, body?: object): Promise<unknown> {
    const { apiUrl, repository, token } = this.args;
    const response = await fetch(`${apiUrl}/repos/${repository}/${path}`, {
      method,
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${token}`,
        "x-github-api-version": "2022-11-28",
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMilliseconds),
    });
    const answer: unknown = await response.json().catch(() => undefined);
    if (!response.ok) {
      const said = textAt(answer, "message") ?? "nothing";
      throw new GithubError(`${method} ${path}: expected an answer of 2xx, got ${response.status}: ${said}`);
    }
    return answer;
  }
}
