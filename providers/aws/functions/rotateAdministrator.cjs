"use strict";
/*
 * Gives the administrator of a server of RDS a new random password: what AWS calls for each of the four steps of a
 * rotation. https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
 *
 * RDS itself sets it, by ModifyDBInstance, which takes no connection to the server. That is done some time after it is
 * asked for: until then the password is among the pending values, and the new value is not made the current one.
 */
const { randomBytes } = require("node:crypto");
const { rotation } = require("./rotateSecret.cjs");

/** How often RDS is asked, and for how long, milliseconds: less than the function may run. */
const pollEvery = 5000;
const pollFor = 240_000;

/**
 * @param database a client of RDS: `modifyDBInstance`, `describeDBInstances`, each as the SDK names it
 * @param server `instance`, its identifier; `username`, its administrator; `length` of a password, characters
 * @param sleep resolves after so many milliseconds
 */
function administrator(database, { instance, username, length }, sleep) {
  const shape = new RegExp(`^[A-Za-z0-9]{${length}}$`);

  /** The password of a value of ours; undefined of anything else. */
  function passwordOf(value) {
    if (value === undefined) return undefined;
    const { username: of, password } = JSON.parse(value);
    return of === username && shape.test(password) ? password : undefined;
  }

  async function pending() {
    const { DBInstances: [found] = [] } = await database.describeDBInstances({
      DBInstanceIdentifier: instance,
    });
    if (found === undefined) throw new Error(`${instance}: expected a server, got none`);
    return (
      found.PendingModifiedValues?.MasterUserPassword !== undefined ||
      found.DBInstanceStatus === "resetting-master-credentials"
    );
  }

  return {
    /** Letters and digits: RDS refuses some of the others. */
    make() {
      let password = "";
      while (password.length < length) {
        password += randomBytes(length)
          .toString("base64")
          .replace(/[^A-Za-z0-9]/g, "");
      }
      return JSON.stringify({ username, password: password.slice(0, length) });
    },
    isOurs: (value) => passwordOf(value) !== undefined,
    async set(value) {
      const MasterUserPassword = passwordOf(value);
      if (MasterUserPassword === undefined) {
        throw new Error("setSecret: expected a pending value of ours, got something else");
      }
      await database.modifyDBInstance({ DBInstanceIdentifier: instance, MasterUserPassword });
    },
    async settled() {
      for (let waited = 0; await pending(); waited += pollEvery) {
        if (waited >= pollFor) {
          throw new Error(`testSecret: expected RDS to have set the password, got none after ${pollFor} ms`);
        }
        await sleep(pollEvery);
      }
    },
  };
}

let handler;

exports.administrator = administrator;
exports.handler = (event) => {
  if (handler === undefined) {
    // the SDK comes with Lambda's runtime
    const { SecretsManager } = require("@aws-sdk/client-secrets-manager");
    const { RDS } = require("@aws-sdk/client-rds");
    const { DB_INSTANCE: instance, DB_USERNAME: username, DB_PASSWORD_LENGTH: length } = process.env;
    const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
    const kind = administrator(new RDS({}), { instance, username, length: Number(length) }, sleep);
    handler = rotation(new SecretsManager({}), kind);
  }
  return handler(event);
};
