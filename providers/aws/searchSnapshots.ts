import type { SnapshotAccess } from "../../components/data/elasticsearchSnapshots";

/** Where alone Elasticsearch may read a token for S3 (elastic/elasticsearch, repository-s3). */
const tokenFolder = "/usr/share/elasticsearch/config/repository-s3";
const tokenFile = "aws-web-identity-token-file";

/**
 * Snapshots in S3, by the token of the nodes' service account: before 9.6 Elasticsearch knows no EKS Pod Identity
 * (elastic/elasticsearch#151614), whose agent hands out tokens in a folder that it may not read.
 * https://www.elastic.co/docs/deploy-manage/tools/snapshot-and-restore/cloud-on-k8s
 */
export function s3Snapshots(region: string, session = "search"): SnapshotAccess {
  return {
    type: "s3",
    pod: ({ serviceAccountAnnotations }) => ({
      env: [
        { name: "AWS_REGION", value: region },
        { name: "AWS_WEB_IDENTITY_TOKEN_FILE", value: `${tokenFolder}/${tokenFile}` },
        {
          name: "AWS_ROLE_ARN",
          value: serviceAccountAnnotations.apply(
            (annotations) => annotations["eks.amazonaws.com/role-arn"] ?? "",
          ),
        },
        { name: "AWS_ROLE_SESSION_NAME", value: session },
      ],
      volumes: [
        {
          name: "aws-token",
          projected: {
            sources: [
              {
                serviceAccountToken: {
                  audience: "sts.amazonaws.com",
                  expirationSeconds: 86_400,
                  path: tokenFile,
                },
              },
            ],
          },
        },
      ],
      volumeMounts: [{ name: "aws-token", mountPath: tokenFolder, readOnly: true }],
    }),
  };
}
