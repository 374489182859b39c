import { given, type Setting } from "./setting";

const domain = { area: "search", type: "aws:opensearch/domain:Domain" };
const elasticsearch = {
  area: "search",
  type: "kubernetes:elasticsearch.k8s.elastic.co/v1:Elasticsearch",
};

/** What a domain of OpenSearch Service has without being told. */
export const awsSearchSettings: readonly Setting[] = [
  {
    ...domain,
    setting: "the index under a key of our own",
    path: "encryptAtRest.kmsKeyId",
    expected: given,
    elsewhere: "tf-opensearch AWS's key",
    why: "reading takes the key's permission too",
  },
  {
    ...domain,
    setting: "nodes of the index speak encrypted to each other",
    path: "nodeToNodeEncryption.enabled",
    expected: true,
    elsewhere: "tf-opensearch true",
    why: "each copy of a document crosses zones",
  },
  {
    ...domain,
    setting: "the index takes TLS 1.2 or later with forward secrecy alone",
    path: "domainEndpointOptions.tlsSecurityPolicy",
    expected: "Policy-Min-TLS-1-2-PFS-2023-10",
    elsewhere: "tf-opensearch TLS 1.2",
    why: "what was recorded stays closed when the server's key is lost",
  },
  {
    ...domain,
    setting: "the index knows who may do what",
    path: "advancedSecurityOptions.enabled",
    expected: true,
    elsewhere: "tf-opensearch true",
    why: "whoever reaches it may do all otherwise",
  },
  {
    ...domain,
    setting: "the index has no passwords",
    path: "advancedSecurityOptions.internalUserDatabaseEnabled",
    expected: false,
    elsewhere: "-",
    why: "somebody would keep them",
  },
  {
    ...domain,
    setting: "who did what in the index is on record",
    path: "logPublishingOptions.*.enabled",
    expected: true,
    elsewhere: "tf-opensearch without the audit",
    why: "SOC 2 CC7.2",
  },
  {
    ...domain,
    setting: "the index is updated by itself",
    path: "softwareUpdateOptions.autoSoftwareUpdateEnabled",
    expected: true,
    elsewhere: "-",
    why: "AWS cuts a domain off that is not",
  },
  {
    ...domain,
    setting: "index deletion refused by Pulumi",
    path: "option:protect",
    expected: true,
    elsewhere: "-",
    why: "a mistaken deletion is refused before it is sent",
  },
];

/** What Elasticsearch in the cluster has without being told. */
export const gcpSearchSettings: readonly Setting[] = [
  {
    ...elasticsearch,
    setting: "the index has no superuser",
    path: "spec.auth.disableElasticUser",
    expected: true,
    elsewhere: "-",
    why: "its password would open all indices",
  },
  {
    ...elasticsearch,
    setting: "the index's volumes outlive it",
    path: "spec.volumeClaimDeletePolicy",
    expected: "DeleteOnScaledownOnly",
    elsewhere: "-",
    why: "what was deleted by mistake is attached again",
  },
  {
    ...elasticsearch,
    setting: "the index's nodes do not run as root",
    path: "spec.nodeSets.*.podTemplate.spec.securityContext.runAsNonRoot",
    expected: true,
    elsewhere: "-",
    why: "Pod Security restricted",
  },
  {
    ...elasticsearch,
    setting: "index deletion refused by Pulumi",
    path: "option:protect",
    expected: true,
    elsewhere: "-",
    why: "a mistaken deletion is refused before it is sent",
  },
];
