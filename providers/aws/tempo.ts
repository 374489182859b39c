import type { TempoStorage } from "../../components/tracing/tempo";

/**
 * Tempo's traces in S3, by the credentials of the pod's identity, which minio-go 7.1 of Tempo 2.10.8 fetches from EKS'
 * agent (vendor/github.com/minio/minio-go/v7/pkg/credentials/iam_aws.go). The bucket encrypts what it is given with its own key.
 */
export function s3Tempo(region: string): TempoStorage {
  return ({ bucketName }) => ({
    backend: "s3",
    s3: { bucket: bucketName, region, endpoint: `s3.${region}.amazonaws.com` },
  });
}
