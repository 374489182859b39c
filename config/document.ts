import { readFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { parse } from "yaml";
import { z } from "zod";
import { type SecretKey, secretKeys, stackSchema } from "./schema";

/** The part of JSON Schema that zod writes for the stack's schema. */
interface Node {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node | false;
  readonly required?: readonly string[];
  readonly items?: Node;
}

/** The reference of a stack file's keys, as Markdown, made from the schema that checks them. */
export async function configurationReference(): Promise<string> {
  const schema = z.toJSONSchema(stackSchema, { io: "input" }) as Node;
  const lines = [
    "# Configuration",
    "",
    "What a `Pulumi.<stack>.yaml` may say below `groundwork:`. Made from `config/schema.ts` by `npm run docs`; any other",
    "key is refused. Where a key has no default and is not required, the blueprint decides, in the size of the environment.",
    "",
    "| key | value | default | what it is |",
    "|---|---|---|---|",
    ...rows(schema, "", projectDefaults()),
    "",
    "Secrets are set with `pulumi config set --secret KEY`; in plain text they are refused.",
    "",
    "| secret | required in |",
    "|---|---|",
    ...(Object.keys(secretKeys) as SecretKey[]).map((key) => `| \`${key}\` | ${requiredIn(key)} |`),
    "",
  ];
  return await format(lines.join("\n"), { parser: "markdown", printWidth: 110 });
}

/** When a secret is asked for that no environment demands. */
const conditions: Readonly<Partial<Record<SecretKey, string>>> = {
  pagerDutyRoutingKey: "prod, where `pagerDuty` is not given",
  pagerDutyToken: "stacks that name `pagerDuty`",
  smtpPassword: "stacks that name `alerting.email.username`",
  teamReceivers:
    "no stack; by team, its own `slackWebhookUrl` and `pagerDutyRoutingKey` (`pulumi config set --secret --path 'teamReceivers.<team>.slackWebhookUrl'`)",
  registryPassword: "stacks that name `images.username`",
  mongodbAtlasClientSecret: "stacks whose MongoDB Atlas runs",
  mongodbAtlasPagerDutyKey:
    "no stack; alerts of Atlas that are critical page with it, and are mail alone without",
  argoCdRepositoryToken: "stacks whose repository of applications is not everybody's to read",
  grafanaClientSecret: "stacks whose provider of Grafana's users asks for one beside PKCE",
  argoCdClientSecret: "stacks whose provider of Argo CD's users asks for one beside PKCE",
};

function requiredIn(key: SecretKey): string {
  return conditions[key] ?? secretKeys[key].join(", ");
}

/** What the project's own `Pulumi.yaml` says for every stack that leaves a key out. */
function projectDefaults(): ReadonlyMap<string, unknown> {
  const file = readFileSync(join(__dirname, "../Pulumi.yaml"), "utf8");
  const { config } = parse(file) as {
    readonly config: Readonly<Record<string, { readonly default?: unknown }>>;
  };
  return new Map(
    Object.entries(config).flatMap(([key, declared]): [string, unknown][] =>
      declared.default === undefined ? [] : [[key, declared.default]],
    ),
  );
}

function rows(node: Node, path: string, defaults: ReadonlyMap<string, unknown>): string[] {
  const children: [string, Node, boolean][] = Object.entries(node.properties ?? {}).map(([key, child]) => [
    path === "" ? key : `${path}.${key}`,
    child,
    node.required?.includes(key) ?? false,
  ]);
  if (typeof node.additionalProperties === "object") {
    children.push([`${path}.<name>`, node.additionalProperties, false]);
  }
  if (node.items?.properties !== undefined) children.push([`${path}.<n>`, node.items, false]);
  return children.flatMap(([key, child, required]) => {
    const nested = rows(child, key, defaults);
    if (nested.length > 0 && child.description === undefined) return nested;
    const preset = defaults.get(key) ?? child.default;
    const shown = preset === undefined ? (required ? "required" : "") : `\`${JSON.stringify(preset)}\``;
    return [`| \`${key}\` | ${valueOf(child)} | ${shown} | ${child.description ?? ""} |`, ...nested];
  });
}

function valueOf(node: Node): string {
  if (node.enum !== undefined) return node.enum.map((value) => `\`${String(value)}\``).join(", ");
  if (node.type === "integer") return `${node.minimum ?? "…"} to ${node.maximum ?? "…"}`;
  if (node.type === "array") return listOf(node.items === undefined ? "value" : valueOf(node.items));
  if (node.type === "object") return "map";
  return node.format === "email" ? "e-mail address" : (node.type ?? "string");
}

function listOf(what: string): string {
  return `list of ${what}${what.endsWith("s") ? "es" : "s"}`;
}
