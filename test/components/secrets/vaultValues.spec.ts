import assert from "node:assert/strict";
import { serverConfig, vaultValues, watcherScript } from "../../../components/secrets/vaultValues";
import { valueOf } from "../../support/run";

describe("Vault's values", () => {
  const args = {
    nodeSelector: {},
    storageClassName: "encrypted",
    version: "2.0.4",
    serviceAccountAnnotations: {},
    sealStanza: 'seal "test" {}',
  };

  it("are those of one server where there is to be no other", async () => {
    const { server } = vaultValues({ ...args, highlyAvailable: false }) as {
      server: {
        affinity: string;
        ha: { replicas: number; disruptionBudget: object; raft: { config: never } };
      };
    };
    assert.equal(server.ha.replicas, 1);
    assert.equal(server.affinity, "");
    assert.deepEqual(server.ha.disruptionBudget, { enabled: false });
    assert.equal((await valueOf<string>(server.ha.raft.config)).match(/retry_join/g)?.length, 1);
  });

  it("run nothing as root, with no capability and a root file system that is not written to", () => {
    const { server } = vaultValues({ ...args, highlyAvailable: true }) as {
      server: {
        statefulSet: { securityContext: { pod: Record<string, unknown>; container: unknown } };
        extraContainers: { securityContext: unknown }[];
      };
    };
    const { pod, container } = server.statefulSet.securityContext;
    assert.equal(pod["runAsNonRoot"], true);
    for (const context of [
      container,
      ...server.extraContainers.map(({ securityContext }) => securityContext),
    ]) {
      assert.deepEqual(context, {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
    }
  });

  it("have room for a snapshot that is restored, on disk: in memory its size would be the pod's", () => {
    const { server } = vaultValues({ ...args, highlyAvailable: true }) as {
      server: { volumes: { name: string; emptyDir?: object }[] };
    };
    assert.deepEqual(server.volumes.find(({ name }) => name === "tmp")?.emptyDir, { sizeLimit: "4Gi" });
  });

  it("have every listener speak TLS, and metrics without a token at Prometheus' port alone", () => {
    const listeners = serverConfig(3, "").split('listener "tcp"').slice(1);
    assert.equal(listeners.length, 2);
    for (const listener of listeners) assert.match(listener, /tls_cert_file = "\/vault\/tls\/tls\.crt"/);
    assert.doesNotMatch(listeners[0] ?? "", /unauthenticated_metrics_access/);
    assert.match(listeners[1] ?? "", /:8203"[^}]+unauthenticated_metrics_access = true/);
  });

  it("have the certificate read again and the audit log kept from filling the disk", () => {
    assert.match(watcherScript(), /pkill -HUP -o -x vault/);
    assert.match(watcherScript(), /-gt 524288000/);
  });
});
