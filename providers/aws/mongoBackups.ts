import type { MongoBackupStorage } from "../../components/data/perconaBackups";

/**
 * Backups of MongoDB in S3, by EKS Pod Identity: without keys Percona's agent asks the SDK's own chain for credentials
 * (percona-backup-mongodb 2.12, pbm/storage/s3/s3.go), and so does the operator, which deletes old ones. The bucket encrypts
 * what it is given with its own key.
 */
export function s3Backups(region: string): MongoBackupStorage {
  return (bucket) => ({ type: "s3", s3: { bucket, region, prefix: "mongo" } });
}
