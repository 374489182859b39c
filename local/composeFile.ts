/** Parts of the Compose specification that are written (https://github.com/compose-spec/compose-spec, 05-services.md). */
export interface ComposeFile {
  readonly name: string;
  readonly services: Readonly<Record<string, ComposeService>>;
  /** Files, which compose mounts: an inline `content` it copies, which a container that is `read_only` refuses. */
  readonly configs?: Readonly<Record<string, { readonly file: string }>>;
  readonly volumes?: Readonly<Record<string, Readonly<Record<string, never>>>>;
  readonly networks: Readonly<Record<string, { readonly internal?: true }>>;
}

/** What a service waits for of another before it is started. */
export type Condition = "service_started" | "service_healthy" | "service_completed_successfully";

/** A container. */
export interface ComposeService {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly args?: Readonly<Record<string, string>> };
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: Condition }>>;
  readonly healthcheck?: Healthcheck;
  readonly networks: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly configs?: readonly { readonly source: string; readonly target: string }[];
  readonly tmpfs?: readonly string[];
  readonly shm_size?: string;
  readonly read_only?: true;
  readonly user?: string;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly stop_grace_period?: string;
  readonly restart?: "unless-stopped" | "no";
  readonly deploy?: {
    readonly resources: { readonly limits: { readonly cpus: string; readonly memory: string } };
  };
  readonly develop?: { readonly watch: readonly { readonly action: "rebuild"; readonly path: string }[] };
}

export interface Healthcheck {
  readonly test: readonly string[];
  readonly interval: string;
  readonly timeout: string;
  readonly retries: number;
  readonly start_period?: string;
}

/** As compose reads it: `$` begins a variable there, unless it is doubled. */
export function literal(text: string): string {
  return text.replaceAll("$", () => "$$");
}

/** A secret of the `.env` file, without which compose refuses to begin. */
export function fromEnvironmentFile(name: string): string {
  return `\${${name}:?run npm run local}`;
}

/** Asked every two seconds, for two minutes at most: stores take a while to begin. */
export function healthcheck(...test: readonly string[]): Healthcheck {
  return { test: ["CMD-SHELL", ...test], interval: "2s", timeout: "5s", retries: 60 };
}
