import * as assert from "node:assert/strict";
import { elasticRoles, rolesOfUsers } from "../../../components/logging/elasticRoles";
import { datasets, elasticUsers } from "../../../components/logging/elasticSpec";

interface Role {
  readonly cluster: readonly string[];
  readonly indices?: readonly { readonly names: readonly string[]; readonly privileges: readonly string[] }[];
  readonly applications?: readonly { readonly resources: readonly string[] }[];
}

const roles: Readonly<Record<string, Role>> = elasticRoles;
const all = Object.values(elasticUsers);

function roleOf(user: (typeof all)[number]): Role {
  const role = roles[rolesOfUsers([user])[user] ?? ""];
  assert.ok(role !== undefined, user);
  return role;
}

/** Whether a role does this to indices of this name. */
function may(role: Role, privilege: string, index: string): boolean {
  return (role.indices ?? []).some(
    ({ names, privileges }) =>
      names.some((name) => new RegExp(`^${name.replace(/\./g, "\\.").replace(/\*/g, ".*")}$`).test(index)) &&
      (privileges.includes(privilege) || privileges.includes("all")),
  );
}

describe("users of Elasticsearch for logs", () => {
  it("have one role each, and no two the same", () => {
    const named = Object.values(rolesOfUsers(all));
    assert.equal(new Set(named).size, all.length);
    assert.deepEqual([...named].sort(), Object.keys(roles).sort());
  });

  it("have no right to users, keys or settings of the cluster", () => {
    for (const [name, { cluster }] of Object.entries(roles)) {
      for (const privilege of ["all", "manage", "manage_security", "manage_api_key", "manage_pipeline"]) {
        assert.ok(!cluster.includes(privilege), `${name} ${privilege}`);
      }
    }
  });

  it("take no line of an audit away, and change none", () => {
    for (const [name, role] of Object.entries(roles)) {
      for (const privilege of ["write", "index", "delete", "delete_index"]) {
        assert.ok(!may(role, privilege, "logs-audit-shop"), `${name} ${privilege}`);
        assert.ok(!may(role, privilege, ".ds-logs-audit-shop-2026.11.01-000001"), `${name} ${privilege}`);
      }
    }
  });

  it("end a retention as settings and as nobody else, in whose name Elasticsearch rolls over, shrinks and deletes", () => {
    for (const index of [
      ...datasets.map((dataset) => `logs-${dataset}-shop`),
      "shrink-x2x4-.ds-logs-application-shop-2026.11.01-000001",
    ]) {
      const managers = all.filter((user) => may(roleOf(user), "manage", index));
      assert.deepEqual(managers, [elasticUsers.settings], index);
    }
    const retained = all.filter((user) => roleOf(user).cluster.includes("manage_ilm"));
    assert.deepEqual(retained, [elasticUsers.settings]);
  });

  it("read an audit's lines as auditor and as nobody else, who reads no others", () => {
    const readers = all.filter((user) => may(roleOf(user), "read", "logs-audit-shop"));
    assert.deepEqual(readers, [elasticUsers.auditor]);
    for (const dataset of ["application", "platform", "deadletters"]) {
      assert.ok(!may(roleOf(elasticUsers.auditor), "read", `logs-${dataset}-shop`), dataset);
      for (const user of [elasticUsers.reader, elasticUsers.grafana]) {
        assert.ok(may(roleOf(user), "read", `logs-${dataset}-shop`), `${user} ${dataset}`);
      }
    }
  });

  it("write logs as Logstash alone, which reads none and only adds", () => {
    const writers = all.filter((user) => may(roleOf(user), "create_doc", "logs-application-shop"));
    assert.deepEqual(writers, [elasticUsers.writer]);
    for (const dataset of ["application", "platform", "deadletters", "audit"]) {
      assert.ok(may(roleOf(elasticUsers.writer), "create_doc", `logs-${dataset}-shop`), dataset);
      assert.ok(!may(roleOf(elasticUsers.writer), "read", `logs-${dataset}-shop`), dataset);
    }
  });

  it("keep traces to themselves, and those to traces", () => {
    const { traces } = elasticUsers;
    assert.ok(may(roleOf(traces), "write", "jaeger-span-000001"));
    assert.ok(!may(roleOf(traces), "read", "logs-application-shop"));
    const others = all.filter((user) => user !== traces && may(roleOf(user), "read", "jaeger-span-000001"));
    assert.deepEqual(others, []);
  });

  it("look at Kibana in their own space", () => {
    const spacesOf = (user: (typeof all)[number]) =>
      (roleOf(user).applications ?? []).flatMap(({ resources }) => resources);
    assert.deepEqual(spacesOf(elasticUsers.reader), ["space:logs"]);
    assert.deepEqual(spacesOf(elasticUsers.auditor), ["space:audit"]);
  });
});
