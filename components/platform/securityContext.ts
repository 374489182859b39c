import type { types } from "@pulumi/kubernetes";

/**
 * What no container of ours needs: more rights than it started with, capabilities of Linux, a root that can be written to.
 * Who it runs as, and the seccomp profile, are its pod's to say.
 */
export function closedContainer(): types.input.core.v1.SecurityContext {
  return {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  };
}
