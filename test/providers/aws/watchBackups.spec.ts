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
  readonly RecoveryPointCreationDate?: Date;
  readonly CreatedResourceArn?: string;
}

/** AWS Backup, RDS and CloudWatch in the shapes of the SDK; lists come two at a time. */
class FakeAws {
  vaultMade = ago(5000);
  points: Point[] = [pg, my].flatMap((ResourceArn) =>
    [5, 29, 700].map((hours) => ({ ResourceArn, CreationDate: ago(hours) })),
  );
  jobs: Job[] = [];
  server: object | undefined = {
    DBInstanceStatus: "available",
    StorageEncrypted: true,
    PubliclyAccessible: false,
  };
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
      Promise.resolve({ DBInstances: this.server === undefined ? [] : [this.server] }),
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
const drills = { planArn: "plan", drillWithinDays: 8 };

const look = (fake: FakeAws, more: object = drills) => watch(fake, { ...settings, ...more })(now);

/** A restore that AWS Backup has done and that nobody has looked at. */
const waiting = (SourceResourceArn: string): Job => ({
  RestoreJobId: `of-${SourceResourceArn.slice(-2)}`,
  SourceResourceArn,
  Status: "COMPLETED",
  ValidationStatus: "VALIDATING",
  CreationDate: ago(1),
  RecoveryPointCreationDate: ago(5),
  CreatedResourceArn: "arn:aws:rds:eu-west-1:1:db:awsbackup-restore-test-1",
});
const good = (source: string, hours = 20): Job => ({
  ...waiting(source),
  ValidationStatus: "SUCCESSFUL",
  CreationDate: ago(hours),
});

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
    [{ DBInstanceStatus: "incompatible-parameters" }, /server is incompatible-parameters/],
    [{ DBInstanceStatus: "available", StorageEncrypted: false }, /disk is not encrypted/],
    [
      { DBInstanceStatus: "available", StorageEncrypted: true, PubliclyAccessible: true },
      /reached from the internet/,
    ],
  ] as const) {
    it(`ends a test badly where ${says.source}`, async () => {
      const fake = new FakeAws();
      fake.server = server;
      fake.jobs = [waiting(pg), good(my)];
      const { FailedDrills, OverdueDrills } = await look(fake);
      assert.deepEqual([FailedDrills, OverdueDrills], [[pg], [pg]]);
      const [{ ValidationStatus, ValidationStatusMessage }] = fake.results as [Record<string, string>];
      assert.equal(ValidationStatus, "FAILED");
      assert.match(ValidationStatusMessage ?? "", says);
    });
  }

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
