import assert from "node:assert/strict";
import { blueprints } from "../../../blueprints/catalogue";
import { clouds } from "../../../components/cloud";
import { mysqlRecovery } from "../../../components/data/mysql";
import { postgresRecovery } from "../../../components/data/postgres";
import { recoveryLagMinutes, recoveryLagSeconds } from "../../../components/data/sqlRecovery";

const server = {
  version: "17",
  machine: { vcpus: 2, memoryGiB: 16 },
  diskGiB: 200,
  highAvailability: true,
  readReplicas: 0,
  backupRetentionDays: 30,
} as const;

describe("the recovery of relational servers", () => {
  for (const [engine, plan] of [
    ["postgres", postgresRecovery],
    ["mysql", mysqlRecovery],
  ] as const) {
    for (const cloud of clouds) {
      it(`loses all of ${engine} on ${cloud} without another region`, () => {
        const { rpoMinutes, rtoMinutes } = plan(server, { cloud, recoveryRegion: false });
        assert.deepEqual([rpoMinutes, rtoMinutes], [Infinity, Infinity]);
      });

      it(`loses of ${engine} on ${cloud} what the lag alarm lets by, and says where the numbers are from`, () => {
        const { rpoMinutes, rtoMinutes, source } = plan(server, { cloud, recoveryRegion: true });
        assert.equal(rpoMinutes, recoveryLagSeconds / 60 + recoveryLagMinutes);
        assert.ok(rtoMinutes < 60);
        assert.match(source, /https:\/\//);
      });
    }
  }

  it("meets what each system that has a database asks", () => {
    const asked = Object.values(blueprints).filter(({ stores, recovery }) => stores.postgres && recovery);
    assert.ok(asked.length >= 3);
    for (const { name, recovery = {} } of asked) {
      for (const cloud of clouds) {
        const { rpoMinutes, rtoMinutes } = postgresRecovery(server, { cloud, recoveryRegion: true });
        assert.ok(rpoMinutes <= (recovery.rpoMinutes ?? Infinity), name);
        assert.ok(rtoMinutes <= (recovery.rtoMinutes ?? Infinity), name);
      }
    }
  });
});
