import type { Blueprint } from "../../blueprints/blueprint";
import { objectsBucket, objectsImage, objectsPorts, objectsRegion } from "../../components/data/objectServer";
import { etcdImage } from "../../components/data/milvusEtcd";
import { milvusDatabase } from "../../components/data/milvusParts";
import { milvusImage } from "../../components/data/milvusValues";
import { defaultMilvusVersion } from "../../config/storeFields";
import { fromEnvironmentFile, healthcheck } from "../composeFile";
import { completed, healthy, type LocalStore } from "./store";

/** Bucket of the vector database's own, in the same server. */
const vectorsBucket = "vectors";

/** Name of who may do all in the object server. */
const objectsUser = "local";

/** SeaweedFS, as where the cluster keeps the bucket: all of it in one process, and its buckets. */
export function bucket({ vectors }: Pick<Blueprint["stores"], "vectors">): LocalStore {
  const password = "BUCKET_SECRET_ACCESS_KEY";
  const image = `${objectsImage.repository}:${objectsImage.tag}`;
  const buckets = [objectsBucket, ...(vectors === undefined ? [] : [vectorsBucket])];
  const shell = "weed shell -master=objects:9333 -filer=objects:8888";
  return {
    containers: {
      objects: {
        image,
        entrypoint: ["weed"],
        command: [
          "-logtostderr=true",
          "server",
          "-dir=/data",
          "-ip=objects",
          "-ip.bind=0.0.0.0",
          "-volume.max=0",
          "-master.volumeSizeLimitMB=1024",
          "-filer",
          "-s3",
          `-s3.port=${objectsPorts.s3}`,
        ],
        environment: {
          AWS_ACCESS_KEY_ID: objectsUser,
          AWS_SECRET_ACCESS_KEY: fromEnvironmentFile(password),
        },
        volumes: ["objects:/data"],
        healthcheck: healthcheck("wget -q -O /dev/null http://127.0.0.1:9333/cluster/status"),
      },
      "objects-buckets": {
        image,
        entrypoint: ["sh", "-ec"],
        command: [
          buckets
            .map((name) =>
              [
                `until echo s3.bucket.list | ${shell} | grep -qw ${name}; do`,
                `  echo s3.bucket.create -name ${name} | ${shell}`,
                "  sleep 2",
                "done",
              ].join("\n"),
            )
            .join("\n"),
        ],
        depends_on: { objects: { condition: healthy } },
        once: true,
      },
    },
    ready: { objects: healthy, "objects-buckets": completed },
    environment: () => ({
      BUCKET_NAME: objectsBucket,
      BUCKET_URL: `s3://${objectsBucket}`,
      BUCKET_ENDPOINT: `http://objects:${objectsPorts.s3}`,
      BUCKET_REGION: objectsRegion,
      BUCKET_PATH_STYLE: "true",
      BUCKET_ACCESS_KEY_ID: objectsUser,
      BUCKET_SECRET_ACCESS_KEY: fromEnvironmentFile(password),
    }),
    passwords: [password],
  };
}

/** Milvus in one process, with an etcd; what it keeps is in a bucket of the object server. */
export function vectors(): LocalStore {
  const password = "MILVUS_PASSWORD";
  return {
    containers: {
      "vectors-etcd": {
        image: `${etcdImage.repository}:${etcdImage.tag}`,
        entrypoint: ["/usr/local/bin/etcd"],
        command: [
          "--data-dir=/etcd",
          "--listen-client-urls=http://0.0.0.0:2379",
          "--advertise-client-urls=http://vectors-etcd:2379",
        ],
        volumes: ["vectors-etcd:/etcd"],
        // its image has no shell
        healthcheck: {
          ...healthcheck(),
          test: ["CMD", "/usr/local/bin/etcdctl", "--endpoints=http://127.0.0.1:2379", "endpoint", "health"],
        },
      },
      vectors: {
        image: `${milvusImage}:v${defaultMilvusVersion}`,
        command: ["milvus", "run", "standalone"],
        environment: {
          DEPLOY_MODE: "STANDALONE",
          MQ_TYPE: "woodpecker",
          ETCD_ENDPOINTS: "vectors-etcd:2379",
          MINIO_ADDRESS: `objects:${objectsPorts.s3}`,
          MINIO_BUCKET_NAME: vectorsBucket,
          MINIO_ACCESS_KEY_ID: objectsUser,
          MINIO_SECRET_ACCESS_KEY: fromEnvironmentFile("BUCKET_SECRET_ACCESS_KEY"),
          COMMON_SECURITY_AUTHORIZATIONENABLED: "true",
          COMMON_SECURITY_DEFAULTROOTPASSWORD: fromEnvironmentFile(password),
        },
        volumes: ["vectors:/var/lib/milvus"],
        depends_on: {
          "vectors-etcd": { condition: healthy },
          "objects-buckets": { condition: completed },
        },
        healthcheck: healthcheck("curl --fail --silent http://127.0.0.1:9091/healthz > /dev/null"),
      },
    },
    ready: { vectors: healthy },
    environment: () => ({
      MILVUS_URI: "http://vectors:19530",
      MILVUS_DATABASE: milvusDatabase,
      MILVUS_USERNAME: "root",
      MILVUS_PASSWORD: fromEnvironmentFile(password),
    }),
    passwords: [password],
  };
}
