import type { Json } from "../../preview/plan";
import type { Line } from "./scene";
import { isFine, isRefused } from "./verdicts";

describe("the policy pack on sound programs of others", () => {
  const acl = (ingress: Json): Line => ["aws:ec2/networkAcl:NetworkAcl", "acl", { inputs: { ingress } }];
  const open = { protocol: "tcp", cidrBlock: "0.0.0.0/0" };

  it("let answers back in through a network ACL that refuses Remote Desktop before", () => {
    const rule = "aws-vpc-nacl-no-admin-ports";
    const answers = { ...open, ruleNo: 100, action: "allow", fromPort: 1024, toPort: 65_535 };
    const deny = { ...open, ruleNo: 90, action: "deny", fromPort: 3389, toPort: 3389 };
    isFine(rule, acl([answers, deny]));
    isRefused(rule, acl([answers, { ...deny, ruleNo: 110 }]));
    isRefused(rule, acl([answers, { ...deny, cidrBlock: "10.0.0.0/8" }]));
    isRefused(rule, acl([answers, { ...deny, fromPort: 3390, toPort: 3390 }]));
    isRefused(rule, acl([{ ...answers, fromPort: 22 }, deny]));
    const beside = (fromPort: number): Line => [
      "aws:ec2/networkAclRule:NetworkAclRule",
      "rule",
      {
        inputs: {
          protocol: "tcp",
          ruleAction: "allow",
          ruleNumber: 100,
          cidrBlock: "0.0.0.0/0",
          fromPort,
          toPort: 65_535,
        },
      },
    ];
    isFine(rule, beside(1024));
    isRefused(rule, beside(20));
  });

  it("take a refusal of requests without a token, and a condition on one, as what asks for it", () => {
    const meta = (name: string) => ({ name, namespace: "shop" });
    const tokens: Line = [
      "kubernetes:security.istio.io/v1:RequestAuthentication",
      "tokens",
      { inputs: { metadata: meta("tokens"), spec: { jwtRules: [{ issuer: "https://id.example.com" }] } } },
    ];
    const policy = (rule: Json): Line => [
      "kubernetes:security.istio.io/v1:AuthorizationPolicy",
      "policy",
      { inputs: { metadata: meta("policy"), spec: { action: "DENY", rules: [rule] } } },
    ];
    const rule = "istio-request-auth-jwks";
    isFine(rule, tokens, policy({ from: [{ source: { notRequestPrincipals: ["*"] } }] }));
    isFine(rule, tokens, policy({ when: [{ key: "request.auth.claims[iss]", notValues: ["a"] }] }));
    isRefused(rule, tokens, policy({ when: [{ key: "source.ip", values: ["10.0.0.1"] }] }));
  });

  it("leave a namespace whose policies another stack has", () => {
    const egress = [{ to: [], ports: [{ port: 5432 }] }];
    const lines: readonly Line[] = [
      [
        "kubernetes:networking.k8s.io/v1:NetworkPolicy",
        "calls",
        {
          inputs: {
            metadata: { name: "calls", namespace: "shop" },
            spec: { podSelector: {}, policyTypes: ["Egress"], egress },
          },
        },
      ],
      [
        "kubernetes:apps/v1:Deployment",
        "web",
        {
          inputs: {
            metadata: { name: "web", namespace: "shop" },
            spec: {
              selector: { matchLabels: { app: "web" } },
              template: { metadata: { labels: { app: "web" } } },
            },
          },
        },
      ],
    ];
    const namespace: Line = [
      "kubernetes:core/v1:Namespace",
      "shop",
      { inputs: { metadata: { name: "shop" } } },
    ];
    isFine("k8s-netpol-dns-egress", ...lines);
    isRefused("k8s-netpol-dns-egress", namespace, ...lines);
  });

  it("let GKE measure what it measures by itself", () => {
    const cluster = (inputs: Readonly<Record<string, Json>>): Line => [
      "gcp:container/cluster:Cluster",
      "c",
      { inputs },
    ];
    isFine("gcp-gke-monitoring", cluster({ enableAutopilot: true }));
    isFine("gcp-gke-monitoring", cluster({}));
    isRefused("gcp-gke-monitoring", cluster({ monitoringConfig: { enableComponents: ["DEPLOYMENT"] } }));
  });

  it("let what bounds roles be wide, and nothing else", () => {
    const document = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "sqs:*", Resource: "*" }],
    });
    const policy: Line = ["aws:iam/policy:Policy", "bound", { inputs: { policy: document, arn: "a" } }];
    const role = (property: string): Line => [
      "aws:iam/role:Role",
      "role",
      { inputs: { [property]: "a" }, from: { [property]: ["bound"] } },
    ];
    isFine("aws-iam-resource-scoped", policy, role("permissionsBoundary"));
    isRefused("aws-iam-resource-scoped", policy, role("description"));
  });

  it("let who makes secrets or keys of one project do so, and use another project's key", () => {
    const robot = "serviceAccount:deploy@acme.iam.gserviceaccount.com";
    const grant = (name: string, role: string, member: string): Line => [
      "gcp:projects/iAMMember:IAMMember",
      name,
      { inputs: { project: "shop", role, member } },
    ];
    const uses = (project: string): Line => [
      "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember",
      "uses",
      {
        inputs: {
          cryptoKeyId: `projects/${project}/locations/us-east1/keyRings/a/cryptoKeys/b`,
          role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
          member: robot,
        },
      },
    ];
    const keeper = grant("keeper", "roles/cloudkms.admin", robot);
    isFine("gcp-iam-kms-separation", keeper, uses("state"));
    isRefused("gcp-iam-kms-separation", keeper, uses("shop"));
    const admin = "roles/secretmanager.admin";
    isFine("gcp-secret-bound-one-by-one", grant("maker", admin, robot));
    isRefused("gcp-secret-bound-one-by-one", grant("maker", admin, "user:a@example.com"));
    isRefused("gcp-secret-bound-one-by-one", grant("reader", "roles/secretmanager.secretAccessor", robot));
  });

  it("ask no rotation of what says that people change it, or that nothing in it is secret", () => {
    const secret = (labels: Readonly<Record<string, string>>): Line => [
      "gcp:secretmanager/secret:Secret",
      "s",
      { inputs: { labels } },
    ];
    isFine("gcp-secret-rotation", secret({ rotation: "rekey" }));
    isFine("gcp-secret-rotation", secret({ rotation: "public" }));
    isRefused("gcp-secret-rotation", secret({ rotation: "never" }));
  });

  it("take the profile of FIPS for TLS", () => {
    isFine("gcp-lb-ssl-policy", [
      "gcp:compute/sSLPolicy:SSLPolicy",
      "tls",
      { inputs: { minTlsVersion: "TLS_1_2", profile: "FIPS_202205" } },
    ]);
  });
});
