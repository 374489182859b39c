import { at, listAt, textAt } from "../json";
import { outputOf, ProgramError, type Run } from "../run";
import type { Kept } from "./kept";

/** Where a stack stands, and who asks. */
export interface Place {
  readonly stack: string;
  /** Folder of Pulumi.yaml. */
  readonly root: string;
  readonly region: string;
  /** Project on GCP. */
  readonly project: string | undefined;
  readonly run: Run;
}

/**
 * When the newest value was made. Only what is said about values is asked for, and no value.
 *
 * @throws ProgramError where there is none, or nobody says
 */
export async function newestOf(kept: Kept, place: Place): Promise<Date> {
  const { name } = kept;
  switch (kept.where) {
    case "secretsManager":
      return await currentOf(await secretNamed(name, place), place);
    case "rds":
      return await currentOf(await secretOfInstance(name, place), place);
    case "secretManager":
      return await newestVersion(name, place);
    case "state":
      return await madeInState(name, place);
  }
}

async function aws(place: Place, ...args: readonly string[]): Promise<unknown> {
  const asked = [...args, "--region", place.region, "--output", "json"];
  return parsed(await outputOf(place.run, "aws", asked), `aws ${args.slice(0, 2).join(" ")}`);
}

/** Whether an id is a name with what the program has drawn behind it, which an offline plan does not know. */
function isDrawn(id: string | undefined, name: string): boolean {
  return id !== undefined && id.startsWith(`${name}-`) && /^[0-9a-f]{7}$/.test(id.slice(name.length + 1));
}

async function secretNamed(name: string, place: Place): Promise<string> {
  const listed = await aws(place, "secretsmanager", "list-secrets", "--filters", `Key=name,Values=${name}-`);
  const found = listAt(listed, "SecretList").find((secret) => isDrawn(textAt(secret, "Name"), name));
  return textAt(found, "ARN") ?? missing(`${name}: expected a secret of this name, found none`);
}

async function secretOfInstance(name: string, place: Place): Promise<string> {
  const told = await aws(place, "rds", "describe-db-instances", "--db-instance-identifier", name);
  const arn = textAt(told, "DBInstances", 0, "MasterUserSecret", "SecretArn");
  return arn ?? missing(`${name}: expected a password that RDS keeps, found none`);
}

async function currentOf(arn: string, place: Place): Promise<Date> {
  const listed = await aws(place, "secretsmanager", "list-secret-version-ids", "--secret-id", arn);
  const current = listAt(listed, "Versions").find((version) =>
    listAt(version, "VersionStages").includes("AWSCURRENT"),
  );
  return dateOf(at(current, "CreatedDate"));
}

async function newestVersion(name: string, { run, project }: Place): Promise<Date> {
  const ask = async (...args: readonly string[]) => {
    const asked = ["secrets", ...args, ...(project === undefined ? [] : ["--project", project])];
    return parsed(await outputOf(run, "gcloud", [...asked, "--format", "json"]), `gcloud ${args[0] ?? ""}`);
  };
  const ids = listAt(await ask("list")).map((secret) => textAt(secret, "name")?.split("/").at(-1));
  const id =
    ids.find((one) => isDrawn(one, name)) ?? missing(`${name}: expected a secret of this name, found none`);
  const times = listAt(await ask("versions", "list", id))
    .filter((version) => textAt(version, "state") === "ENABLED")
    .map((version) => dateOf(at(version, "createTime")).getTime());
  return times.length === 0 ? missing(`${name}: expected a value, found none`) : new Date(Math.max(...times));
}

async function madeInState(name: string, { run, stack, root }: Place): Promise<Date> {
  const state = parsed(
    await outputOf(run, "pulumi", ["stack", "export", "--stack", stack], { cwd: root }),
    "pulumi stack export",
  );
  const found = listAt(state, "deployment", "resources").find((resource) =>
    textAt(resource, "urn")?.endsWith(`$random:index/randomPassword:RandomPassword::${name}`),
  );
  return dateOf(at(found, "created"));
}

/** Dates of AWS's CLI are text, those of its first version seconds. */
function dateOf(value: unknown): Date {
  const date = typeof value === "number" ? new Date(value * 1000) : new Date(String(value));
  return Number.isNaN(date.getTime()) ? missing("expected when its value was made, found nothing") : date;
}

/** What a program printed is never shown: it may hold what nobody should see. */
function parsed(printed: string, program: string): unknown {
  try {
    return JSON.parse(printed);
  } catch {
    return missing(`${program}: expected JSON, got something else`);
  }
}

function missing(message: string): never {
  throw new ProgramError(message);
}
