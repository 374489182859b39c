import assert from "node:assert/strict";
import type { PlanResource } from "../../../preview/plan";
import { AwsCiIdentity, type AwsCiIdentityArgs } from "../../../providers/aws/ciIdentity";
import { AwsRegistry } from "../../../providers/aws/registry";
import { find, findAll, run, valueOf } from "../../support/run";
import { policyOf } from "./inputs";
import { awsProviders, here } from "./stacks";

async function makeCi(
  args: Partial<AwsCiIdentityArgs> = {},
): Promise<{ readonly result: AwsCiIdentity; readonly resources: readonly PlanResource[] }> {
  return await run(() => {
    const providers = awsProviders();
    const registry = new AwsRegistry(
      "images",
      { ...here, repositories: ["seo/api", "seo/web"] },
      { providers },
    );
    return new AwsCiIdentity(
      "ci",
      { ...here, repository: "example/seo", registry, ownsAccount: true, ...args },
      { providers },
    );
  });
}

const providerArn = "arn:aws:iam::210987654321:oidc-provider/token.actions.githubusercontent.com";

describe("AwsCiIdentity", () => {
  for (const ownsAccount of [true, false]) {
    it(`lets one branch of one repository in, where the stack ${ownsAccount ? "owns" : "shares"} the account`, async () => {
      const { result, resources } = await makeCi({ ownsAccount });
      const role = find(resources, "aws:iam/role:Role", "ci-pusher");
      assert.deepEqual(policyOf(role, "assumeRolePolicy").Statement, [
        {
          Effect: "Allow",
          Principal: { Federated: providerArn },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: {
            StringEquals: {
              "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
              "token.actions.githubusercontent.com:sub": "repo:example/seo:ref:refs/heads/main",
            },
          },
        },
      ]);
      assert.match(await valueOf(result.pusher), /^arn:aws:iam::210987654321:role\/ci-pusher-[0-9a-f]{7}$/);
    });
  }

  it("makes the account's one provider of GitHub's tokens only where the stack owns the account", async () => {
    const type = "aws:iam/openIdConnectProvider:OpenIdConnectProvider";
    const { inputs } = find((await makeCi()).resources, type);
    assert.deepEqual(inputs, {
      url: "https://token.actions.githubusercontent.com",
      clientIdLists: ["sts.amazonaws.com"],
    });
    assert.deepEqual(findAll((await makeCi({ ownsAccount: false })).resources, type), []);
  });

  it("may push to the registry's repositories, and nothing else", async () => {
    const { resources } = await makeCi();
    const [signIn, push, ...more] = policyOf(
      find(resources, "aws:iam/rolePolicy:RolePolicy", "ci-pusher-policy"),
    ).Statement;
    assert.deepEqual(more, []);
    assert.deepEqual(signIn, {
      Sid: "SignIn",
      Effect: "Allow",
      Action: "ecr:GetAuthorizationToken",
      Resource: "*",
    });
    assert.deepEqual(push, {
      Sid: "Push",
      Effect: "Allow",
      Action: [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:CompleteLayerUpload",
        "ecr:GetDownloadUrlForLayer",
        "ecr:InitiateLayerUpload",
        "ecr:PutImage",
        "ecr:UploadLayerPart",
      ],
      Resource: [
        "arn:aws:ecr:eu-west-1:210987654321:repository/images/seo/api",
        "arn:aws:ecr:eu-west-1:210987654321:repository/images/seo/web",
      ],
    });
    assert.deepEqual(findAll(resources, "aws:iam/rolePolicyAttachment:RolePolicyAttachment"), []);
  });

  it("refuses a wildcard for a repository", async () => {
    await assert.rejects(makeCi({ repository: "example/*" }), /repository: expected owner\/name/);
  });
});
