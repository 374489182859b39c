import assert from "node:assert/strict";
import { blueprintNames } from "../../blueprints/names";
import type { PlanResource } from "../../preview/plan";
import { production, textsAt, valuesAt } from "./production";

const instance = "aws:rds/instance:Instance";

/** A relational server as `../shared/systems.md` asks for it: S1.2, S2.2, S2.7, S3.3, S5.2. */
interface Asked {
  readonly blueprint: string;
  readonly engine: "postgres" | "mysql";
  readonly instanceClass: string;
  readonly version: string;
  readonly diskGiB: number;
  /** Nodes that answer reads beside the primary. */
  readonly readers: number;
  readonly pooled: boolean;
  /** Services that may sign in. */
  readonly services: readonly string[];
}

const servers: readonly Asked[] = [
  {
    blueprint: "seo-platform",
    engine: "postgres",
    instanceClass: "db.r7g.xlarge",
    version: "17",
    diskGiB: 500,
    readers: 2,
    pooled: false,
    services: ["backend-api", "crawler-workers"],
  },
  {
    blueprint: "explico",
    engine: "postgres",
    instanceClass: "db.r7g.xlarge",
    version: "17",
    diskGiB: 500,
    readers: 2,
    pooled: true,
    services: ["backend"],
  },
  {
    blueprint: "suuupra",
    engine: "postgres",
    instanceClass: "db.r7g.2xlarge",
    version: "17",
    diskGiB: 1000,
    readers: 2,
    pooled: false,
    services: ["commerce", "content", "identity"],
  },
  {
    blueprint: "suuupra",
    engine: "mysql",
    instanceClass: "db.r7g.xlarge",
    version: "8.4",
    diskGiB: 500,
    readers: 0,
    pooled: false,
    services: ["ledger", "payments"],
  },
  {
    blueprint: "publishing",
    engine: "postgres",
    instanceClass: "db.r7g.large",
    version: "17",
    diskGiB: 200,
    readers: 0,
    pooled: false,
    services: ["api", "media-worker", "publisher"],
  },
];

describe("relational servers in production on AWS", () => {
  const plans = new Map<string, readonly PlanResource[]>();
  before(async () => {
    for (const blueprint of blueprintNames) plans.set(blueprint, await production(blueprint, "aws"));
  });
  /** What of the plan belongs to a server, by its logical name. */
  const nodesOf = ({ blueprint, engine }: Asked, role = ""): readonly PlanResource[] =>
    (plans.get(blueprint) ?? []).filter(
      ({ type, name }) => type === instance && name.startsWith(`${blueprint}-prod-${engine}${role}`),
    );
  const primaryOf = (asked: Asked): PlanResource => {
    const [primary, ...others] = nodesOf(asked).filter(({ inputs }) => inputs["engine"] === asked.engine);
    assert.ok(primary !== undefined && others.length === 0);
    return primary;
  };

  for (const asked of servers) {
    const { blueprint, engine, instanceClass, version, diskGiB, readers, pooled, services } = asked;
    describe(`${engine} of ${blueprint}`, () => {
      it(`is a ${instanceClass} of ${version} with ${diskGiB} GiB, a standby and 30 days of backups`, () => {
        const { inputs } = primaryOf(asked);
        assert.equal(inputs["instanceClass"], instanceClass);
        assert.equal(inputs["engineVersion"], version);
        assert.equal(inputs["allocatedStorage"], diskGiB);
        assert.equal(inputs["maxAllocatedStorage"], 4 * diskGiB);
        assert.equal(inputs["multiAz"], true);
        assert.equal(inputs["backupRetentionPeriod"], 30);
        assert.equal(inputs["deletionProtection"], true);
        assert.equal(inputs["storageEncrypted"], true);
      });

      it(`has ${readers} read replicas, each in a zone of its own`, () => {
        const zones = valuesAt(nodesOf(asked, "-read-"), instance, "availabilityZone");
        assert.equal(zones.length, readers);
        assert.equal(new Set(zones).size, readers);
      });

      it("has a replica in us-west-2 under a key there, with 30 days of backups", () => {
        const [replica, ...others] = nodesOf(asked, "-recovery-");
        assert.ok(replica !== undefined && others.length === 0);
        assert.match(String(textsAt([replica], instance, "replicateSourceDb")), /^arn:aws:rds:us-east-1:/);
        assert.match(String(textsAt([replica], instance, "kmsKeyId")), /^arn:aws:kms:us-west-2:/);
        assert.equal(replica.inputs["backupRetentionPeriod"], 30);
        assert.equal(replica.protect, true);
      });

      it("lets in the services that list it, and no others", () => {
        const nodes = nodesOf(asked).length;
        // Vault makes users of its own, as an administrator that is not one of them
        const policies = (plans.get(blueprint) ?? []).filter(
          ({ type, name }) =>
            type === "aws:iam/rolePolicy:RolePolicy" &&
            name.endsWith(`-${engine}`) &&
            !name.includes("-vault-"),
        );
        const users = policies.map((policy) => {
          const document = JSON.parse(textsAt([policy], policy.type, "policy").join("")) as {
            readonly Statement: readonly { readonly Action: string; readonly Resource: readonly string[] }[];
          };
          const [statement, ...more] = document.Statement;
          assert.ok(statement?.Action === "rds-db:connect" && more.length === 0);
          assert.equal(statement.Resource.length, nodes + (pooled ? 1 : 0));
          const own = new Set(statement.Resource.map((arn) => /:dbuser:[^/]+\/(.+)$/.exec(arn)?.[1]));
          assert.equal(own.size, 1);
          return [...own].join("");
        });
        assert.deepEqual(users.sort(), services);
      });

      it(pooled ? "shares its connections by a proxy" : "is reached without a proxy", () => {
        const proxies = (plans.get(blueprint) ?? []).filter(
          ({ type, name }) =>
            type === "aws:rds/proxy:Proxy" && name.startsWith(`${blueprint}-prod-${engine}`),
        );
        assert.equal(proxies.length, pooled ? 1 : 0);
      });
    });
  }

  it("are all there are", () => {
    const counted = blueprintNames.flatMap((blueprint) =>
      textsAt(plans.get(blueprint) ?? [], instance, "engine").map((engine) => `${blueprint} ${engine}`),
    );
    assert.deepEqual(counted.sort(), servers.map(({ blueprint, engine }) => `${blueprint} ${engine}`).sort());
  });
});
