import type { Blueprint } from "../../blueprints/blueprint";
import { defaultMySqlVersion, defaultPostgresVersion } from "../../config/storeFields";
import { fromEnvironmentFile, healthcheck } from "../composeFile";
import { app, healthy, type LocalStore } from "./store";

export function postgres({
  readReplicas,
}: Pick<NonNullable<Blueprint["stores"]["postgres"]>, "readReplicas">): LocalStore {
  const password = "POSTGRES_PASSWORD";
  return {
    containers: {
      postgres: {
        image: `docker.io/library/postgres:${defaultPostgresVersion}`,
        environment: {
          POSTGRES_DB: app,
          POSTGRES_USER: app,
          POSTGRES_PASSWORD: fromEnvironmentFile(password),
        },
        volumes: [`postgres:${postgresFolder(Number(defaultPostgresVersion))}`],
        healthcheck: healthcheck(`pg_isready --host=127.0.0.1 --username=${app} --dbname=${app}`),
      },
    },
    ready: { postgres: healthy },
    environment: () => ({
      PGHOST: "postgres",
      PGPORT: "5432",
      PGDATABASE: app,
      PGSSLMODE: "disable",
      PGUSER: app,
      PGPASSWORD: fromEnvironmentFile(password),
      ...(readReplicas > 0 && { PGHOST_READ: "postgres" }),
    }),
    passwords: [password],
  };
}

/** Where the image keeps what it has: since its 18th release one folder higher, with a folder for each release in it. */
function postgresFolder(version: number): string {
  return version >= 18 ? "/var/lib/postgresql" : "/var/lib/postgresql/data";
}

export function mysql(): LocalStore {
  const [password, root] = ["MYSQL_PASSWORD", "MYSQL_ROOT_PASSWORD"] as const;
  return {
    containers: {
      mysql: {
        image: `docker.io/library/mysql:${defaultMySqlVersion}`,
        environment: {
          MYSQL_DATABASE: app,
          MYSQL_USER: app,
          MYSQL_PASSWORD: fromEnvironmentFile(password),
          MYSQL_ROOT_PASSWORD: fromEnvironmentFile(root),
        },
        volumes: ["mysql:/var/lib/mysql"],
        // by TCP: while it sets itself up it takes connections by its socket alone
        healthcheck: healthcheck(
          `MYSQL_PWD="$$MYSQL_PASSWORD" mysqladmin --host=127.0.0.1 --user=${app} ping`,
        ),
      },
    },
    ready: { mysql: healthy },
    environment: () => ({
      MYSQL_HOST: "mysql",
      MYSQL_PORT: "3306",
      MYSQL_DATABASE: app,
      MYSQL_SSL_MODE: "PREFERRED",
      MYSQL_USER: app,
      MYSQL_PASSWORD: fromEnvironmentFile(password),
    }),
    passwords: [password, root],
  };
}
