import { UsageError } from "../../preview/errors";
import { Github } from "./github";

/** GitHub as a workflow's own variables name it. */
export function githubFrom(env: NodeJS.ProcessEnv): Github {
  const needed = (name: string): string => {
    const value = env[name];
    if (value === undefined || value === "") throw new UsageError(`${name}: expected a value, got none`);
    return value;
  };
  return new Github({
    apiUrl: env["GITHUB_API_URL"] ?? "https://api.github.com",
    repository: needed("GITHUB_REPOSITORY"),
    token: needed("GITHUB_TOKEN"),
  });
}

/** Address of the workflow's own run, where it is one. */
export function runUrl(env: NodeJS.ProcessEnv): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env;
  if (server === undefined || repository === undefined || run === undefined) return undefined;
  return `${server}/${repository}/actions/runs/${run}`;
}
