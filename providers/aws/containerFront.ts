import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { RoutedPlan } from "../../components/containers/plan";
import { originHostOf, type OriginProof } from "../../components/edge/edge";
import { physicalName } from "../../components/names";
import type { ProbeSpec } from "../../components/workload/spec";
import type { AwsDnsZone } from "./dnsZone";
import { certificate, cloudFrontAddresses } from "./edge";
import { explicitProvider } from "./explicit";
import type { AwsNetwork } from "./network";
import { secureBucket } from "./secureBucket";

/** Arguments of a {@link ContainerFront}. */
export interface ContainerFrontArgs {
  readonly network: AwsNetwork;
  readonly zone: AwsDnsZone;
  /** Services with a route, in the order in which their paths are tried. */
  readonly routed: readonly RoutedPlan[];
  /** Whether a CDN stands before it, which alone may call. */
  readonly behindEdge: boolean;
  /** Id of the account, 12 digits. */
  readonly accountId: string;
  readonly logRetentionDays: number;
  readonly protect: boolean;
}

/** Where requests of one service come in: two groups of targets, of which its strategy says who gets what. */
export interface ServiceDoor {
  readonly targetGroup: aws.lb.TargetGroup;
  /** Of the version that takes the other's place; a service that is replaced task by task has one group alone. */
  readonly alternate: aws.lb.TargetGroup | undefined;
  readonly rule: aws.lb.ListenerRule;
}

type Child = { readonly parent: pulumi.Resource };

/** Longest name that Elastic Load Balancing takes. */
const maxName = 32;

/** TLS 1.3 and 1.2 with forward secrecy (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html). */
const tlsPolicy = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06";

/** The header by which the load balancer knows the CDN, and length of each half of its value, letters and digits. */
const proof = { header: "X-Origin-Proof", length: 40 } as const;

/** How long a target that goes finishes what it has begun, seconds; as long as a container is given to stop. */
const longestDrainSeconds = 120;

/**
 * An application load balancer with TLS in the public subnets. Behind an edge it answers CloudFront alone, and of that the
 * stack's own distribution: what has no proof gets 403 from it, as does what no rule is for.
 */
export class ContainerFront extends pulumi.ComponentResource {
  readonly loadBalancer: aws.lb.LoadBalancer;
  readonly securityGroup: aws.ec2.SecurityGroup;
  readonly doors: Readonly<Record<string, ServiceDoor>>;
  /** What the CDN writes into its requests; none where clients come straight here. */
  readonly originProofs: readonly OriginProof[];

  constructor(name: string, args: ContainerFrontArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:ContainerFront", name, {}, opts);
    const { network, zone, routed, behindEdge, accountId, logRetentionDays, protect } = args;
    const child = { parent: this };

    const securityGroup = entrance(name, { network, behindEdge }, this);
    const logs = logBucket(`${name}-logs`, { accountId, logRetentionDays, protect }, child);
    const loadBalancer = new aws.lb.LoadBalancer(
      name,
      {
        // one that Pulumi gave would be cut to a few characters of this
        name: physicalName(maxName, name),
        loadBalancerType: "application",
        internal: false,
        subnets: network.publicSubnetIds,
        securityGroups: [securityGroup.id],
        enableDeletionProtection: protect,
        dropInvalidHeaderFields: true,
        desyncMitigationMode: "defensive",
        // CloudFront waits for a minute
        idleTimeout: 60,
        accessLogs: { enabled: true, bucket: logs.bucket.bucket },
        tags: { Name: name },
      },
      { ...child, protect, dependsOn: [logs.policy] },
    );
    const hosts = [...new Set(routed.map(({ host }) => host))];
    const certificateArn = certificate(
      `${name}-certificate`,
      { hosts: behindEdge ? [originHostOf(zone.domain)] : hosts, zone },
      child,
    );
    const listener = new aws.lb.Listener(
      `${name}-https`,
      {
        loadBalancerArn: loadBalancer.arn,
        port: 443,
        protocol: "HTTPS",
        sslPolicy: tlsPolicy,
        certificateArn,
        defaultActions: [
          { type: "fixed-response", fixedResponse: { contentType: "text/plain", statusCode: "403" } },
        ],
      },
      child,
    );
    if (!behindEdge) redirect(`${name}-http`, loadBalancer, child);
    const halves = behindEdge ? proofs(`${name}-proof`, this) : [];
    this.doors = Object.fromEntries(
      routed.map((plan, place) => [
        plan.service,
        door(
          `${name}-${plan.service}`,
          { plan, priority: (place + 1) * 10, vpcId: network.networkId, listener, halves },
          child,
        ),
      ]),
    );

    this.loadBalancer = loadBalancer;
    this.securityGroup = securityGroup;
    this.originProofs =
      halves.length === 0
        ? []
        : [
            {
              header: proof.header,
              value: pulumi.secret(pulumi.all([...halves]).apply((both) => both.join("."))),
            },
          ];
    this.registerOutputs({});
  }
}

/** Lets in CloudFront, or everybody where no CDN stands before it. */
function entrance(
  name: string,
  { network, behindEdge }: Pick<ContainerFrontArgs, "network" | "behindEdge">,
  parent: pulumi.ComponentResource,
): aws.ec2.SecurityGroup {
  const group = new aws.ec2.SecurityGroup(
    name,
    { vpcId: network.networkId, description: `Load balancer ${name}` },
    { parent },
  );
  const allow = (key: string, port: number, from: Partial<aws.vpc.SecurityGroupIngressRuleArgs>): void => {
    new aws.vpc.SecurityGroupIngressRule(
      `${name}-${key}`,
      {
        securityGroupId: group.id,
        description: behindEdge ? "CloudFront" : "Everybody",
        ipProtocol: "tcp",
        fromPort: port,
        toPort: port,
        ...from,
      },
      { parent },
    );
  };
  if (behindEdge) {
    const list = cloudFrontAddresses({ parent, provider: explicitProvider(parent, "aws") });
    allow("https", 443, { prefixListId: list.id });
  } else {
    allow("https", 443, { cidrIpv4: "0.0.0.0/0" });
    allow("http", 80, { cidrIpv4: "0.0.0.0/0" });
  }
  return group;
}

/**
 * Where the load balancer writes who asked for what. It takes no key of ours
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html).
 */
function logBucket(
  name: string,
  {
    accountId,
    logRetentionDays,
    protect,
  }: Pick<ContainerFrontArgs, "accountId" | "logRetentionDays" | "protect">,
  opts: Child,
): ReturnType<typeof secureBucket> {
  return secureBucket(
    name,
    {
      retention: { expireAfterDays: logRetentionDays, noncurrentRetentionDays: 7 },
      allow: (bucketArn) => [
        {
          Sid: "AccessLogDelivery",
          Effect: "Allow",
          Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
          Action: "s3:PutObject",
          Resource: pulumi.interpolate`${bucketArn}/AWSLogs/${accountId}/*`,
        },
      ],
      protect,
    },
    opts,
  );
}

/** Answers in plain text with the same place over TLS, and nothing else. */
function redirect(name: string, { arn }: aws.lb.LoadBalancer, opts: Child): void {
  new aws.lb.Listener(
    name,
    {
      loadBalancerArn: arn,
      port: 80,
      protocol: "HTTP",
      defaultActions: [
        { type: "redirect", redirect: { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" } },
      ],
    },
    opts,
  );
}

/**
 * Both halves of what the CDN sends in one header. One of them is enough to be let in, so that either can be replaced while
 * the other still opens: a CDN takes minutes to send what is new.
 */
function proofs(name: string, parent: pulumi.ComponentResource): readonly pulumi.Output<string>[] {
  const provider = new random.Provider(`${name}-random`, {}, { parent });
  return ["a", "b"].map(
    (half) =>
      new random.RandomPassword(
        `${name}-${half}`,
        { length: proof.length, special: false },
        { parent, provider },
      ).result,
  );
}

interface DoorArgs {
  readonly plan: RoutedPlan;
  readonly priority: number;
  readonly vpcId: pulumi.Input<string>;
  readonly listener: aws.lb.Listener;
  readonly halves: readonly pulumi.Output<string>[];
}

/** A service's targets, and the rule by which its requests get there. */
function door(name: string, { plan, priority, vpcId, listener, halves }: DoorArgs, opts: Child): ServiceDoor {
  const { strategy, host, route } = plan;
  const group = (key: string): aws.lb.TargetGroup => targetGroup(`${name}-${key}`, { plan, vpcId }, opts);
  const targets = group("blue");
  const alternate = strategy.kind === "rolling" ? undefined : group("green");
  const paths = route.path === "/" ? ["/*"] : [route.path, `${route.path}/*`];
  const [a, b] = halves;
  const rule = new aws.lb.ListenerRule(
    `${name}-rule`,
    {
      listenerArn: listener.arn,
      priority,
      // five values and four wildcards at most, of the five and six that a rule takes
      conditions: [
        { hostHeader: { values: [host] } },
        { pathPattern: { values: paths } },
        ...(a === undefined || b === undefined
          ? []
          : [
              {
                httpHeader: {
                  httpHeaderName: proof.header,
                  values: [pulumi.interpolate`${a}.*`, pulumi.interpolate`*.${b}`],
                },
              },
            ]),
      ],
      actions: [
        {
          type: "forward",
          forward: {
            targetGroups: [
              { arn: targets.arn, weight: 100 },
              ...(alternate === undefined ? [] : [{ arn: alternate.arn, weight: 0 }]),
            ],
          },
        },
      ],
      tags: { Name: name },
    },
    // ECS moves the weights as a version takes the other's place
    { ...opts, ...(alternate !== undefined && { ignoreChanges: ["actions"] }) },
  );
  return { targetGroup: targets, alternate, rule };
}

function targetGroup(
  name: string,
  { plan: { port, probes, gracePeriodSeconds = 45 }, vpcId }: Pick<DoorArgs, "plan" | "vpcId">,
  opts: Child,
): aws.lb.TargetGroup {
  return new aws.lb.TargetGroup(
    name,
    {
      // with another port it is another one, beside the one before
      name: physicalName(maxName, name, `${port}`),
      vpcId,
      targetType: "ip",
      protocol: "HTTP",
      port,
      loadBalancingAlgorithmType: "least_outstanding_requests",
      deregistrationDelay: Math.min(gracePeriodSeconds, longestDrainSeconds),
      healthCheck: {
        protocol: "HTTP",
        path: pathOf(probes.readiness),
        port: portOf(probes.readiness),
        // as a pod's readiness is asked for
        interval: 5,
        timeout: 3,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
        matcher: "200-399",
      },
      tags: { Name: name },
    },
    opts,
  );
}

/** What a load balancer asks for: it knows requests alone. */
function pathOf(probe: ProbeSpec): string {
  return "path" in probe ? probe.path : "/";
}

function portOf(probe: ProbeSpec): string {
  return "path" in probe && probe.port !== undefined ? `${probe.port}` : "traffic-port";
}
