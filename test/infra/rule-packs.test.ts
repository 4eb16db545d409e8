import { AwsSolutionsChecks, HIPAASecurityChecks, ServerlessChecks } from "cdk-nag";
import { expect, test } from "vitest";
import { acknowledgeFindings, acknowledgements } from "../../infra/acknowledgements.ts";
import { bridgeApp } from "../../infra/synthesize.ts";
import { configOf, everyKind } from "./configurations.ts";

type App = Awaited<ReturnType<typeof bridgeApp>>;

function findingsOf(app: App): { rule: string; path: string }[] {
  return [new AwsSolutionsChecks(app), new HIPAASecurityChecks(app), new ServerlessChecks(app)]
    .flatMap((pack) => pack.validateScope(app).violations)
    .flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => ({ rule: ruleName, path: constructPath ?? "" })),
    );
}

test("the rule packs find nothing but what is acknowledged", async () => {
  const app = await bridgeApp({ configPath: configOf(everyKind), bundle: false });
  const found = findingsOf(app);

  acknowledgeFindings(app);
  expect(findingsOf(app)).toEqual([]);

  for (const { rules, at } of acknowledgements)
    for (const rule of rules)
      expect(
        found.some((finding) => finding.rule === rule && at.test(finding.path)),
        `${rule} is acknowledged but no longer found`,
      ).toBe(true);
});

test("a resource without encryption would be found", async () => {
  const app = await bridgeApp({ configPath: configOf(everyKind), bundle: false });
  acknowledgeFindings(app);
  const { CfnQueue } = await import("aws-cdk-lib/aws-sqs");
  new CfnQueue(app.node.findChild("IgniteBridge") as ConstructorParameters<typeof CfnQueue>[0], "Careless");
  expect(findingsOf(app)).toContainEqual({ rule: "AwsSolutions-SQS4", path: "IgniteBridge/Careless" });
});
