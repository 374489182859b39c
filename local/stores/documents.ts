import type { Blueprint } from "../../blueprints/blueprint";
import { mongoDatabase } from "../../components/data/mongo";
import {
  defaultElasticsearchVersion,
  defaultMongoVersion,
  defaultOpenSearchVersion,
} from "../../config/storeFields";
import { fromEnvironmentFile, healthcheck } from "../composeFile";
import { healthy, type LocalStore } from "./store";

/** A replica set of one, which asks nobody who they are: transactions and change streams need a set. */
export function mongo(): LocalStore {
  const initiate =
    "try { rs.status().ok } catch { rs.initiate({ _id: 'rs0', members: [{ _id: 0, host: 'mongo:27017' }] }).ok }";
  return {
    containers: {
      mongo: {
        image: `docker.io/library/mongo:${defaultMongoVersion}`,
        command: ["mongod", "--replSet", "rs0", "--bind_ip_all"],
        volumes: ["mongo:/data/db"],
        healthcheck: healthcheck(`mongosh --quiet --eval "${initiate}" | grep -q 1`),
      },
    },
    ready: { mongo: healthy },
    environment: () => ({
      MONGODB_URI: "mongodb://mongo:27017/?replicaSet=rs0",
      MONGODB_DATABASE: mongoDatabase,
    }),
    passwords: [],
  };
}

/** As the cloud hosts it, OpenSearch, which asks nobody who they are here; as the cluster does, Elasticsearch. */
export function search({ hosting }: Pick<NonNullable<Blueprint["stores"]["search"]>, "hosting">): LocalStore {
  const health = "http://127.0.0.1:9200/_cluster/health?wait_for_status=yellow&timeout=1s";
  const heap = "-Xms512m -Xmx512m";
  if (hosting === "cloud") {
    return {
      containers: {
        search: {
          image: `docker.io/opensearchproject/opensearch:${defaultOpenSearchVersion}.0`,
          environment: {
            "discovery.type": "single-node",
            DISABLE_SECURITY_PLUGIN: "true",
            DISABLE_INSTALL_DEMO_CONFIG: "true",
            OPENSEARCH_JAVA_OPTS: heap,
          },
          volumes: ["search:/usr/share/opensearch/data"],
          healthcheck: healthcheck(`curl --fail --silent '${health}' > /dev/null`),
        },
      },
      ready: { search: healthy },
      environment: () => ({
        SEARCH_URL: "http://search:9200",
        SEARCH_ENGINE: "opensearch",
        SEARCH_AUTH: "none",
      }),
      passwords: [],
    };
  }
  const password = "SEARCH_PASSWORD";
  return {
    containers: {
      search: {
        image: `docker.elastic.co/elasticsearch/elasticsearch:${defaultElasticsearchVersion}`,
        environment: {
          "discovery.type": "single-node",
          "xpack.security.enabled": "true",
          "xpack.security.http.ssl.enabled": "false",
          ELASTIC_PASSWORD: fromEnvironmentFile(password),
          ES_JAVA_OPTS: heap,
        },
        volumes: ["search:/usr/share/elasticsearch/data"],
        healthcheck: healthcheck(
          `curl --fail --silent --user "elastic:$$ELASTIC_PASSWORD" '${health}' > /dev/null`,
        ),
      },
    },
    ready: { search: healthy },
    environment: () => ({
      SEARCH_URL: "http://search:9200",
      SEARCH_ENGINE: "elasticsearch",
      SEARCH_AUTH: "basic",
      SEARCH_USERNAME: "elastic",
      SEARCH_PASSWORD: fromEnvironmentFile(password),
    }),
    passwords: [password],
  };
}
