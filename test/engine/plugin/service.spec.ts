import assert from "node:assert/strict";
import * as grpc from "@grpc/grpc-js";
import { runtime } from "@pulumi/pulumi";
import { ResourceProviderClient, ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as protocol from "@pulumi/pulumi/proto/provider_pb";
import { asSecret, type WireObject } from "../../../preview/wire";
import { standInService } from "./service";
import { fieldsOf, structOf } from "./struct";

const bucketUrn = "urn:pulumi:prod::groundwork::aws:s3/bucket:Bucket::main";
const keyUrn = "urn:pulumi:prod::groundwork::aws:kms/key:Key::main";
const providerUrn = "urn:pulumi:prod::groundwork::pulumi:providers:aws::main";

describe("a stand-in plugin", () => {
  let server: grpc.Server;
  let client: ResourceProviderClient;

  beforeEach(async () => {
    server = new grpc.Server();
    server.addService(ResourceProviderService, standInService({ name: "aws", version: "7.0.0" }));
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
        if (error === null) {
          resolve(bound);
        } else {
          reject(error);
        }
      });
    });
    client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    const configuration = { region: "eu-west-1", allowedAccountIds: '["333333333333"]' };
    await answered<protocol.ConfigureResponse>((done) => {
      client.configure(
        new protocol.ConfigureRequest().setUrn(providerUrn).setId("1").setArgs(structOf(configuration)),
        done,
      );
    });
  });
  afterEach(() => {
    client.close();
    server.forceShutdown();
  });

  const create = async (urn: string, inputs: WireObject, preview: boolean): Promise<[string, WireObject]> => {
    const request = new protocol.CreateRequest()
      .setUrn(urn)
      .setProperties(structOf(inputs))
      .setPreview(preview);
    const response = await answered<protocol.CreateResponse>((done) => {
      client.create(request, done);
    });
    return [response.getId(), fieldsOf(response.getProperties())];
  };
  const diff = async (olds: WireObject, news: WireObject): Promise<protocol.DiffResponse> =>
    await answered((done) => {
      client.diff(new protocol.DiffRequest().setOldInputs(structOf(olds)).setNews(structOf(news)), done);
    });

  it("answers a creation with the inputs and with what the table computes, where its provider is", async () => {
    const [id, outputs] = await create(keyUrn, { enableKeyRotation: true }, false);
    assert.equal(outputs["enableKeyRotation"], true);
    assert.equal(outputs["arn"], `arn:aws:kms:eu-west-1:333333333333:key/${id}`);
  });

  it("leaves what is computed unknown in a preview", async () => {
    const [id, outputs] = await create(bucketUrn, { forceDestroy: false }, true);
    assert.equal(id, "");
    assert.deepEqual(outputs, { forceDestroy: false });
  });

  it("plans an update with what was computed before, but for what follows from the change", async () => {
    const [id, olds] = await create(keyUrn, { description: "one" }, false);
    const request = new protocol.UpdateRequest()
      .setUrn(keyUrn)
      .setId(id)
      .setOlds(structOf(olds))
      .setOldInputs(structOf({ description: "one" }))
      .setNews(structOf({ description: "two" }))
      .setPreview(true);
    const response = await answered<protocol.UpdateResponse>((done) => {
      client.update(request, done);
    });
    assert.deepEqual(fieldsOf(response.getProperties()), { ...olds, description: "two" });
  });

  it("keeps a secret input a secret", async () => {
    const [, outputs] = await create(keyUrn, { description: asSecret("hidden") }, false);
    assert.deepEqual(outputs["description"], {
      [runtime.specialSigKey]: runtime.specialSecretSig,
      value: "hidden",
    });
  });

  it("refuses a type of which the table says nothing", async () => {
    const urn = "urn:pulumi:prod::groundwork::aws:none/none:None::main";
    await assert.rejects(create(urn, {}, false), /no row for the type aws:none\/none:None/);
  });

  it("names the inputs that changed, in secrets too, and an unknown as a change", async () => {
    const olds = { same: [1], number: 1, hidden: asSecret("a"), gone: "x" };
    const news = { same: [1], number: runtime.unknownValue, hidden: asSecret("b"), come: "y" };
    const response = await diff(olds, news);
    assert.equal(response.getChanges(), protocol.DiffResponse.DiffChanges.DIFF_SOME);
    assert.deepEqual(response.getDiffsList(), ["come", "gone", "hidden", "number"]);
  });

  it("sees no change where there is none", async () => {
    const response = await diff({ hidden: asSecret("a") }, { hidden: asSecret("a") });
    assert.equal(response.getChanges(), protocol.DiffResponse.DiffChanges.DIFF_NONE);
  });

  it("refuses a function that nobody answers", async () => {
    const request = new protocol.InvokeRequest().setTok("aws:index/nothing:nothing").setArgs(structOf({}));
    const invoked = answered<protocol.InvokeResponse>((done) => {
      client.invoke(request, done);
    });
    await assert.rejects(invoked, /no answer for the provider function aws:index\/nothing:nothing/);
  });
});

function answered<Response>(
  call: (done: (error: grpc.ServiceError | null, response: Response) => void) => void,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    call((error, response) => {
      if (error === null) {
        resolve(response);
      } else {
        reject(error);
      }
    });
  });
}
