import { datasets, type ElasticUser, elasticUsers, spaces, streamsOf } from "./elasticSpec";

/** Names of the roles, by whose they are. */
const roleOf = {
  [elasticUsers.writer]: "logs_writer",
  [elasticUsers.settings]: "settings",
  [elasticUsers.exporter]: "exporter",
  [elasticUsers.spaces]: "spaces",
  [elasticUsers.reader]: "logs_reader",
  [elasticUsers.auditor]: "audit_reader",
  [elasticUsers.grafana]: "logs_viewer",
  [elasticUsers.traces]: "traces",
} as const;

const read = ["read", "view_index_metadata"] as const;

/** To look at what is in one of Kibana's spaces, and at nothing else of Kibana. */
const inSpace = (space: keyof typeof spaces) => [
  {
    application: "kibana-.kibana",
    privileges: ["space_read"],
    resources: [`space:${space}`],
  },
];

/**
 * Elasticsearch's own file of roles. Nobody has rights to users, keys or settings of the cluster, and nobody changes a line that is kept
 * for an audit or takes one out: who writes may only add (`create_doc`). Whoever says what is kept how long may delete an index as a
 * whole, as Elasticsearch does in that user's name when a retention ends.
 * https://www.elastic.co/docs/reference/elasticsearch/security-privileges
 */
export const elasticRoles = {
  [roleOf.logstash]: {
    cluster: ["monitor"],
    // which Elasticsearch needs to make the data stream, from our template and no other
    indices: [{ names: datasets.map(streamsOf), privileges: ["create_doc", "auto_configure"] }],
  },
  // https://www.elastic.co/docs/deploy-manage/tools/snapshot-and-restore/create-snapshots#slm-security
  [roleOf.settings]: {
    cluster: [
      "monitor",
      "manage_ilm",
      "manage_index_templates",
      "manage_slm",
      "cluster:admin/repository/*",
      "cluster:admin/snapshot/*",
    ],
    indices: [
      { names: [".slm-history-*"], privileges: ["all"] },
      // a policy is carried out with the rights of who wrote it last, also on what an index is shrunk to
      // https://www.elastic.co/guide/en/elasticsearch/reference/current/ilm-put-lifecycle.html
      { names: [...datasets.map(streamsOf), "shrink-*"], privileges: ["manage"] },
    ],
  },
  [roleOf.exporter]: {
    cluster: ["monitor", "read_ilm", "cluster:admin/repository/get", "cluster:admin/snapshot/get"],
    indices: [{ names: ["*"], privileges: ["monitor", "view_index_metadata"] }],
  },
  [roleOf.spaces]: {
    cluster: [],
    applications: [{ application: "kibana-.kibana", privileges: ["all"], resources: ["*"] }],
    // a data view is of indices that its maker sees
    indices: [{ names: ["logs-*"], privileges: ["view_index_metadata"] }],
  },
  [roleOf.reader]: {
    cluster: [],
    indices: [{ names: [...spaces.logs.streams], privileges: [...read] }],
    applications: inSpace("logs"),
  },
  [roleOf.auditor]: {
    cluster: [],
    indices: [{ names: [...spaces.audit.streams], privileges: [...read] }],
    applications: inSpace("audit"),
  },
  [roleOf.grafana]: {
    cluster: ["monitor"],
    indices: [{ names: [...spaces.logs.streams], privileges: [...read] }],
  },
  // its own indices, a new one each day, and their templates
  [roleOf.jaeger]: {
    cluster: ["monitor", "manage_index_templates"],
    indices: [
      {
        names: ["jaeger-*"],
        privileges: ["read", "view_index_metadata", "write", "create_index", "delete_index", "manage"],
      },
    ],
  },
} as const;

/** Names of the users' roles, by the users. */
export function rolesOfUsers(users: readonly ElasticUser[]): Readonly<Record<string, string>> {
  return Object.fromEntries(users.map((user) => [user, roleOf[user]]));
}
