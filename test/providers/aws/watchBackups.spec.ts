import assert from "node:assert/strict";
import { createRequire } from "node:module";

const now = Date.parse("2026-11-23T15:00:00Z");
const ago = (hours: number) => new Date(now - hours * 3_600_000);
const [pg, my] = ["arn:aws:rds:eu-west-1:1:db:pg", "arn:aws:rds:eu-west-1:1:db:my"];

interface Point {
  readonly ResourceArn: string;
  readonly Status?: string;
  readonly CreationDate: Date;
}

interface Job {
  readonly RestoreJobId?: string;
  readonly SourceResourceArn: string;
  readonly Status: string;
  readonly ValidationStatus?: string | undefined;
  readonly CreationDate: Date;
  readonly CompletionDate?: Date;
  readonly RecoveryPointCreationDate?: Date;
  readonly CreatedResourceArn?: string;
}

/** A restored server that is what it should be. */
const fine = {
  DBInstanceStatus: "available",
  StorageEncrypted: true,
  PubliclyAccessible: false,
  DBParameterGroups: [{ DBParameterGroupName: "pg-there", ParameterApplyStatus: "in-sync" }],
  OptionGroupMemberships: [{ OptionGroupName: "options-there", Status: "in-sync" }],
};

/** As the SDK throws it. */
const fault = (name: string): Error => Object.assign(new Error("from RDS"), { name });

/** AWS Backup, RDS and CloudWatch in the shapes of the SDK; lists come two at a time. */
class FakeAws {
  vaultMade = ago(5000);
  points: Point[] = [pg, my].flatMap((ResourceArn) =>
    [5, 29, 700].map((hours) => ({ ResourceArn, CreationDate: ago(hours) })),
  );
  jobs: Job[] = [];
  server: object | undefined = fine;
  readonly results: object[] = [];
  readonly written: { readonly Namespace: string; readonly MetricData: Datum[] }[] = [];
  asked: { ByRestoreTestingPlanArn?: string; ByCreatedAfter?: Date } = {};

  readonly backup = {
    listRecoveryPointsByBackupVault: (request: Page) =>
      this.page(
        "RecoveryPoints",
        request,
        this.points.map((point) => ({ Status: "COMPLETED", ...point })),
      ),
    describeBackupVault: () => Promise.resolve({ CreationDate: this.vaultMade }),
    listRestoreJobs: (request: Page & FakeAws["asked"]) => {
      this.asked = request;
      const { ByCreatedAfter = new Date(0) } = request;
      return this.page(
        "RestoreJobs",
        request,
        this.jobs.filter(({ CreationDate }) => CreationDate >= ByCreatedAfter),
      );
    },
    putRestoreValidationResult: (result: object) => {
      this.results.push(result);
      return Promise.resolve({});
    },
  };
  readonly rds = {
    describeDBInstances: () =>
      this.server instanceof Error
        ? Promise.reject(this.server)
        : Promise.resolve({ DBInstances: this.server === undefined ? [] : [this.server] }),
  };
  readonly metrics = {
    putMetricData: (data: FakeAws["written"][number]) => {
      this.written.push(data);
      return Promise.resolve({});
    },
  };

  private page(key: string, { NextToken }: Page, items: readonly object[]): Promise<object> {
    const from = Number(NextToken ?? 0);
    const more = items.length > from + 2 ? { NextToken: String(from + 2) } : {};
    return Promise.resolve({ [key]: items.slice(from, from + 2), ...more });
  }
}

interface Page {
  readonly NextToken?: string;
}

interface Datum {
  readonly MetricName: string;
  readonly Value: number;
  readonly Dimensions: readonly object[];
}

interface Found {
  readonly UnsavedDatabases: readonly string[];
  readonly FailedDrills?: readonly string[];
  readonly OverdueDrills?: readonly string[];
}

// Lambda's own language, which has no types: this is what the file exports
const { watch } = createRequire(__filename)("../../../providers/aws/functions/watchBackups.cjs") as {
  readonly watch: (clients: FakeAws, settings: object) => (now: number) => Promise<Found>;
};

const settings = {
  vault: "v",
  sources: [pg, my],
  backupWithinHours: 30,
  retentionDays: 30,
  namespace: "Groundwork/Backups",
  stack: "main-backups",
};
const drills = {
  planArn: "plan",
  drillWithinDays: 8,
  waitHours: 7,
  groups: [
    { source: pg, parameterGroup: "pg-there" },
    { source: my, parameterGroup: "pg-there", optionGroup: "options-there" },
  ],
};

const look = (fake: FakeAws, more: object = drills) => watch(fake, { ...settings, ...more })(now);

/** A restore that AWS Backup has done and that nobody has looked at. */
const waiting = (SourceResourceArn: string): Job => ({
  RestoreJobId: `of-${SourceResourceArn.slice(-2)}`,
  SourceResourceArn,
  Status: "COMPLETED",
  ValidationStatus: "VALIDATING",
  CreationDate: ago(1),
  CompletionDate: ago(0.5),
  RecoveryPointCreationDate: ago(5),
  CreatedResourceArn: "arn:aws:rds:eu-west-1:1:db:awsbackup-restore-test-1",
});
const good = (source: string, hours = 20): Job => ({
  ...waiting(source),
  ValidationStatus: "SUCCESSFUL",
  CreationDate: ago(hours),
});

/** What a server does not come back from by itself, and what it passes through. */
const gone = [
  "failed",
  "incompatible-network",
  "incompatible-option-group",
  "incompatible-parameters",
  "incompatible-restore",
  "inaccessible-encryption-credentials",
  "insufficient-capacity",
  "restore-error",
  "storage-full",
  "deleting",
  "stopped",
];
const passing = [
  "backing-up",
  "configuring-enhanced-monitoring",
  "configuring-log-exports",
  "creating",
  "maintenance",
  "modifying",
  "rebooting",
  "upgrading",
  "a-status-of-next-year",
];

describe("the function that watches backups", () => {
  it("finds nothing where each database has a young backup and a drill that went well", async () => {
    const fake = new FakeAws();
    fake.jobs = [good(pg), good(my)];
    assert.deepEqual(await look(fake), { UnsavedDatabases: [], FailedDrills: [], OverdueDrills: [] });
    assert.deepEqual(fake.results, []);
    assert.equal(fake.asked.ByRestoreTestingPlanArn, "plan");
  });

  it("writes how many it found, by the stack, each time", async () => {
    const fake = new FakeAws();
    fake.points = fake.points.filter(({ ResourceArn }) => ResourceArn === pg);
    fake.jobs = [good(pg)];
    await look(fake);
    const [{ Namespace, MetricData } = { Namespace: "", MetricData: [] }] = fake.written;
    assert.equal(Namespace, "Groundwork/Backups");
    assert.deepEqual(
      MetricData.map(({ MetricName, Value }) => [MetricName, Value]),
      [
        ["UnsavedDatabases", 1],
        ["FailedDrills", 0],
        ["OverdueDrills", 0],
      ],
    );
    for (const { Dimensions } of MetricData) {
      assert.deepEqual(Dimensions, [{ Name: "Stack", Value: "main-backups" }]);
    }
  });

  for (const [what, change, unsaved] of [
    ["has an old one alone", (fake: FakeAws) => (fake.points = [old(pg), young(my)]), [pg]],
    ["has none", (fake: FakeAws) => (fake.points = [young(my)]), [pg]],
    ["has one that was not finished", (fake: FakeAws) => (fake.points = [partial(pg), young(my)]), [pg]],
    [
      "has none yet, in a vault of yesterday",
      (fake: FakeAws) => {
        fake.points = [];
        fake.vaultMade = ago(29);
      },
      [],
    ],
  ] as const) {
    it(`misses ${unsaved.length === 0 ? "no backup" : "the backup"} of a database that ${what}`, async () => {
      const fake = new FakeAws();
      change(fake);
      assert.deepEqual((await look(fake, {})).UnsavedDatabases, unsaved);
    });
  }

  it("asks for no drills where there are none", async () => {
    const fake = new FakeAws();
    assert.deepEqual(await look(fake, {}), { UnsavedDatabases: [] });
    assert.deepEqual(fake.asked, {});
  });

  it("ends a test well where the server is what it should be", async () => {
    const fake = new FakeAws();
    fake.jobs = [waiting(pg), good(my)];
    const { FailedDrills, OverdueDrills } = await look(fake);
    assert.deepEqual([FailedDrills, OverdueDrills], [[], []]);
    const [{ RestoreJobId, ValidationStatus }] = fake.results as [Record<string, string>];
    assert.deepEqual([RestoreJobId, ValidationStatus], ["of-pg", "SUCCESSFUL"]);
  });

  for (const [server, says] of [
    [undefined, /no such server/],
    [fault("DBInstanceNotFoundFault"), /no such server/],
    ...gone.map((DBInstanceStatus) => [
      { ...fine, DBInstanceStatus },
      new RegExp(`^the server is ${DBInstanceStatus}$`),
    ]),
    [{ ...fine, StorageEncrypted: false }, /disk is not encrypted/],
    [{ ...fine, PubliclyAccessible: true }, /reached from the internet/],
    [
      { ...fine, DBParameterGroups: [{ DBParameterGroupName: "default.mysql8.4" }] },
      /parameters are default\.mysql8\.4, expected pg-there/,
    ],
    [
      { ...fine, OptionGroupMemberships: [{ OptionGroupName: "default:mysql-8-4", Status: "in-sync" }] },
      /options are default:mysql-8-4, expected options-there/,
    ],
    [{ ...fine, OptionGroupMemberships: undefined }, /options are none, expected options-there/],
    [
      { ...fine, OptionGroupMemberships: [{ OptionGroupName: "options-there", Status: "failed" }] },
      /options-there is failed/,
    ],
  ] as readonly (readonly [object | undefined, RegExp])[]) {
    it(`ends a test badly where ${says.source}`, async () => {
      const fake = new FakeAws();
      fake.server = server;
      fake.jobs = [waiting(my), good(pg)];
      const { FailedDrills, OverdueDrills } = await look(fake);
      assert.deepEqual([FailedDrills, OverdueDrills], [[my], [my]]);
      const [{ ValidationStatus, ValidationStatusMessage }] = fake.results as [Record<string, string>];
      assert.equal(ValidationStatus, "FAILED");
      assert.match(ValidationStatusMessage ?? "", says);
    });
  }

  it("asks no options of a server whose engine has none", async () => {
    const fake = new FakeAws();
    fake.server = { ...fine, OptionGroupMemberships: undefined };
    fake.jobs = [waiting(pg), good(my)];
    assert.deepEqual((await look(fake)).FailedDrills, []);
  });

  for (const DBInstanceStatus of ["available", "storage-initialization", "storage-optimization"]) {
    it(`takes a server that is ${DBInstanceStatus} for one that answers`, async () => {
      const fake = new FakeAws();
      fake.server = { ...fine, DBInstanceStatus };
      fake.jobs = [waiting(my), good(pg)];
      await look(fake);
      assert.match(JSON.stringify(fake.results), /"SUCCESSFUL"/);
    });
  }

  for (const [says, change] of [
    ...passing.map(
      (DBInstanceStatus) => [`the server is ${DBInstanceStatus}`, { DBInstanceStatus }] as const,
    ),
    [
      "options-there is pending-apply",
      { OptionGroupMemberships: [{ OptionGroupName: "options-there", Status: "pending-apply" }] },
    ],
  ] as const) {
    it(`waits while ${says}, seven hours and no longer`, async () => {
      const fake = new FakeAws();
      fake.server = { ...fine, ...change };
      const job = { ...waiting(my), CreationDate: ago(8) };
      fake.jobs = [{ ...job, CompletionDate: ago(6.9) }, good(pg), good(my, 30)];
      assert.deepEqual((await look(fake)).FailedDrills, []);
      assert.equal(fake.results.length, 0);
      fake.jobs = [{ ...job, CompletionDate: ago(7.1) }, good(pg), good(my, 30)];
      assert.deepEqual((await look(fake)).FailedDrills, [my]);
      const [{ ValidationStatus, ValidationStatusMessage }] = fake.results as [Record<string, string>];
      assert.deepEqual(
        [ValidationStatus, ValidationStatusMessage],
        ["FAILED", `${says}, after more than 7 hours`],
      );
    });
  }

  it("does not take what RDS did not answer for an answer", async () => {
    const fake = new FakeAws();
    fake.server = fault("ThrottlingException");
    fake.jobs = [waiting(my)];
    await assert.rejects(look(fake), /from RDS/);
    assert.deepEqual(fake.results, []);
  });

  it("ends a test badly where the backup was not the newest", async () => {
    const fake = new FakeAws();
    fake.jobs = [{ ...waiting(pg), RecoveryPointCreationDate: ago(40) }];
    assert.deepEqual((await look(fake)).FailedDrills, [pg]);
  });

  for (const bad of [
    { Status: "FAILED" },
    { Status: "ABORTED" },
    { Status: "COMPLETED", ValidationStatus: "TIMED_OUT" },
    { Status: "COMPLETED", ValidationStatus: "FAILED" },
  ]) {
    it(`calls a drill failed that ended ${Object.values(bad).join(", ")}, until one goes well`, async () => {
      const fake = new FakeAws();
      const failed = { ...good(pg, 10), ValidationStatus: undefined, ...bad };
      fake.jobs = [good(pg, 100), failed, good(my)];
      assert.deepEqual((await look(fake)).FailedDrills, [pg]);
      fake.jobs = [failed, good(pg, 2), good(my)];
      assert.deepEqual((await look(fake)).FailedDrills, []);
    });
  }

  it("leaves a restore alone that is not done", async () => {
    const fake = new FakeAws();
    fake.jobs = [{ ...waiting(pg), Status: "RUNNING", ValidationStatus: undefined }, good(pg), good(my)];
    assert.deepEqual(await look(fake), { UnsavedDatabases: [], FailedDrills: [], OverdueDrills: [] });
    assert.deepEqual(fake.results, []);
  });

  it("calls a drill overdue that was longer ago than it may, but not of a database that is new", async () => {
    const fake = new FakeAws();
    fake.jobs = [good(pg, 8 * 24 + 1), good(my, 8 * 24 - 1)];
    assert.deepEqual((await look(fake)).OverdueDrills, [pg]);
    fake.points = [young(pg), old(my)];
    assert.deepEqual((await look(fake)).OverdueDrills, []);
  });

  it("calls a monthly drill overdue though no backup is kept for as long", async () => {
    const fake = new FakeAws();
    assert.deepEqual((await look(fake, { ...drills, drillWithinDays: 33 })).OverdueDrills, [pg, my]);
  });
});

const old = (ResourceArn: string): Point => ({ ResourceArn, CreationDate: ago(31) });
const young = (ResourceArn: string): Point => ({ ResourceArn, CreationDate: ago(29) });
const partial = (ResourceArn: string): Point => ({ ...young(ResourceArn), Status: "PARTIAL" });
