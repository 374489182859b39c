import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Access } from "../../components/identity/workloadIdentity";
import { physicalName } from "../../components/names";
import { redisEngine } from "./redisEngine";

/** Longest id of a user or a user group. */
const maxId = 40;

/** What a client of a cluster asks to find the shards, on top of its commands on data. */
const discovery =
  "+@connection +info +command +cluster|slots +cluster|shards +cluster|nodes +cluster|keyslot";

/** Valkey's rules for a user: on, all keys, and which commands; readers have no channel, and nobody has administration. */
const rules: Readonly<Record<Access | "operator", string>> = {
  read: `on ~* -@all +@read ${discovery}`,
  readWrite: `on ~* &* +@all -@admin -@dangerous ${discovery}`,
  operator: "on ~* &* +@all",
};

/** The group of those who may sign in. Grants add to it, so that what it lists at first is not the whole. */
export function redisUserGroup(
  name: string,
  opts: { readonly parent: pulumi.Resource },
): aws.elasticache.UserGroup {
  const operator = iamUser(`${name}-operator`, physicalName(maxId, name, "operator"), "operator", opts);
  return new aws.elasticache.UserGroup(
    name,
    {
      userGroupId: physicalName(maxId, name),
      engine: redisEngine.engine,
      userIds: [operator.userId],
    },
    { ...opts, ignoreChanges: ["userIds"] },
  );
}

/** Arguments of {@link redisUser}. */
export interface RedisUserArgs {
  readonly group: aws.elasticache.UserGroup;
  /** Name of the cache; with the service account's the user's id, the same in every region that keeps the cache. */
  readonly cacheName: string;
  readonly serviceAccount: string;
  readonly access: Access;
}

/** A user of a service's own, in the group. */
export function redisUser(
  name: string,
  { group, cacheName, serviceAccount, access }: RedisUserArgs,
  opts: pulumi.CustomResourceOptions,
): aws.elasticache.User {
  const user = iamUser(name, physicalName(maxId, cacheName, serviceAccount), access, opts);
  new aws.elasticache.UserGroupAssociation(
    name,
    { userGroupId: group.userGroupId, userId: user.userId },
    opts,
  );
  return user;
}

/** A user that signs in by IAM: ElastiCache wants its id and its name to be one. */
function iamUser(
  name: string,
  userId: string,
  rule: keyof typeof rules,
  opts: pulumi.CustomResourceOptions,
): aws.elasticache.User {
  return new aws.elasticache.User(
    name,
    {
      userId,
      userName: userId,
      engine: redisEngine.engine,
      accessString: rules[rule],
      authenticationMode: { type: "iam" },
    },
    opts,
  );
}
