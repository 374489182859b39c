import type { Blueprint } from "../blueprints/blueprint";
import { type ComposeService, healthcheck } from "./composeFile";
import { networks } from "./services";

/** Port of this machine on which the system answers. */
export const localPort = 8080;

/** Port on which NGINX listens in its container, as the image has it. */
const ownPort = 8080;

/** Largest body where a route says nothing, MiB (components/workload/spec.ts). */
const maxBodyMiB = 10;

/** NGINX' own image for those that are not root, of the series that is stable. */
// renovate: datasource=docker depName=nginxinc/nginx-unprivileged
const image = "docker.io/nginxinc/nginx-unprivileged:1.30-alpine";

/** The way in: what the cluster's routes are, by host and by path. */
export function gateway(): ComposeService {
  return {
    image,
    configs: [{ source: "gateway", target: "/etc/nginx/conf.d/default.conf" }],
    // on this machine alone
    ports: [`127.0.0.1:${localPort}:${ownPort}`],
    networks: [networks.system, networks.outside],
    healthcheck: healthcheck(`wget -q -O /dev/null http://127.0.0.1:${ownPort}/gateway-health`),
    read_only: true,
    tmpfs: ["/tmp:size=64m"],
    cap_drop: ["ALL"],
    security_opt: ["no-new-privileges:true"],
    restart: "unless-stopped",
  };
}

/** What NGINX is told: a server for each host, in it a location for each path; `localhost` stands for the domain. */
export function gatewayConfig(services: Blueprint["services"]): string {
  const routes = Object.entries(services).flatMap(([service, { route, port }]) =>
    route === undefined || port === undefined ? [] : [{ service, port, ...route }],
  );
  const hosts = [...new Set(routes.map(({ subdomain }) => subdomain))];
  const servers = hosts.map((host) => [
    "server {",
    `  listen ${ownPort}${host === undefined ? " default_server" : ""};`,
    `  server_name ${host === undefined ? "localhost" : `${host}.localhost`};`,
    // by name at each request, so that a service that comes later, or again, is found
    "  resolver 127.0.0.11 valid=2s;",
    "  location = /gateway-health { return 204; }",
    ...routes.filter(({ subdomain }) => subdomain === host).flatMap(locations),
    "}",
  ]);
  return `${servers.flat().join("\n")}\n`;
}

interface Route {
  readonly service: string;
  readonly port: number;
  readonly path: string;
  readonly maxBodyMiB?: number;
  readonly timeoutSeconds?: number;
}

/** A path and what is below it, and not what only begins as it does. */
function locations({
  service,
  port,
  path,
  maxBodyMiB: mebibytes = maxBodyMiB,
  timeoutSeconds,
}: Route): readonly string[] {
  const body = [
    `    set $target http://${service}:${port};`,
    "    proxy_pass $target;",
    `    client_max_body_size ${mebibytes}m;`,
    ...(timeoutSeconds === undefined ? [] : [`    proxy_read_timeout ${timeoutSeconds}s;`]),
    "    proxy_http_version 1.1;",
    "    proxy_set_header Host $http_host;",
    "    proxy_set_header X-Forwarded-For $remote_addr;",
    "    proxy_set_header X-Forwarded-Host $http_host;",
    "    proxy_set_header X-Forwarded-Proto http;",
    "    proxy_set_header Upgrade $http_upgrade;",
    '    proxy_set_header Connection "";',
  ];
  const matches = path === "/" ? ["/"] : [`= ${path}`, `${path}/`];
  return matches.flatMap((match) => [`  location ${match} {`, ...body, "  }"]);
}
