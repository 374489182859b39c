import type * as mongodbatlas from "@pulumi/mongodbatlas";
import { computes, type InvokeTable, type OutputTable, type Registered } from "./table";

/** Computed outputs of the resource types that MongoDB Atlas has. */
export const outputs: OutputTable = {
  "mongodbatlas:index/advancedCluster:AdvancedCluster": computes<mongodbatlas.AdvancedCluster>()((r) => {
    const host = `${String(r.inputs["name"])}-pl-0.${r.hex(5)}.mongodb.net`;
    return {
      id: r.hex(24),
      clusterId: r.hex(24),
      stateName: "IDLE",
      replicationSpecs: [{ zoneId: r.hex(24), zoneName: "ZoneName managed by Terraform" }],
      connectionStrings: {
        standardSrv: `mongodb+srv://${host.replace("-pl-0", "")}`,
        privateEndpoints: [{ srvConnectionString: `mongodb+srv://${host}`, type: "MONGOD" }],
      },
    };
  }),
  "mongodbatlas:index/alertConfiguration:AlertConfiguration":
    computes<mongodbatlas.AlertConfiguration>()(identified),
  "mongodbatlas:index/auditing:Auditing": computes<mongodbatlas.Auditing>()(identified),
  "mongodbatlas:index/backupCompliancePolicy:BackupCompliancePolicy":
    computes<mongodbatlas.BackupCompliancePolicy>()(identified),
  "mongodbatlas:index/cloudBackupSchedule:CloudBackupSchedule":
    computes<mongodbatlas.CloudBackupSchedule>()(identified),
  "mongodbatlas:index/cloudProviderAccessAuthorization:CloudProviderAccessAuthorization":
    computes<mongodbatlas.CloudProviderAccessAuthorization>()(identified),
  "mongodbatlas:index/cloudProviderAccessSetup:CloudProviderAccessSetup":
    computes<mongodbatlas.CloudProviderAccessSetup>()((r) => ({
      id: r.hex(24),
      roleId: r.hex(24),
      ...(r.inputs["providerName"] === "AWS"
        ? {
            awsConfigs: [
              {
                // Atlas's own account
                atlasAwsAccountArn: "arn:aws:iam::536727724300:root",
                atlasAssumedRoleExternalId: r.hex(32),
              },
            ],
          }
        : {
            gcpConfigs: [
              {
                serviceAccountForAtlas: `mongodb-atlas-${r.hex(16)}@p-${r.hex(24)}.iam.gserviceaccount.com`,
                status: "COMPLETE",
              },
            ],
          }),
    })),
  "mongodbatlas:index/databaseUser:DatabaseUser": computes<mongodbatlas.DatabaseUser>()(identified),
  "mongodbatlas:index/encryptionAtRest:EncryptionAtRest":
    computes<mongodbatlas.EncryptionAtRest>()(identified),
  "mongodbatlas:index/maintenanceWindow:MaintenanceWindow":
    computes<mongodbatlas.MaintenanceWindow>()(identified),
  "mongodbatlas:index/privateLinkEndpoint:PrivateLinkEndpoint": computes<mongodbatlas.PrivateLinkEndpoint>()(
    (r) => {
      const region = String(r.inputs["region"]);
      return {
        id: r.hex(24),
        privateLinkId: r.hex(24),
        ...(r.inputs["providerName"] === "AWS"
          ? {
              endpointServiceName: `com.amazonaws.vpce.${region.toLowerCase().replaceAll("_", "-")}.vpce-svc-${r.hex(17)}`,
            }
          : {
              serviceAttachmentNames: [
                `projects/p-${r.hex(24)}/regions/${region.toLowerCase()}/serviceAttachments/sa-${r.hex(8)}`,
              ],
            }),
      };
    },
  ),
  "mongodbatlas:index/privateLinkEndpointService:PrivateLinkEndpointService":
    computes<mongodbatlas.PrivateLinkEndpointService>()(identified),
  "mongodbatlas:index/project:Project": computes<mongodbatlas.Project>()((r) => ({
    id: r.hex(24),
    name: r.autoName,
  })),
};

/** Answers of the provider functions they call: none. */
export const functions: InvokeTable = {};

/** Atlas numbers what it makes. */
function identified({ hex }: Registered) {
  return { id: hex(24) };
}
