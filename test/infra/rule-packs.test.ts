import { CfnQueue } from "aws-cdk-lib/aws-sqs";
import { AwsSolutionsChecks, HIPAASecurityChecks, ServerlessChecks } from "cdk-nag";
import { expect, test } from "vitest";
import { acknowledgeFindings, acknowledgements } from "../../infra/acknowledgements.ts";
import { addBridge, createApp } from "../../infra/synthesize.ts";
import { assemblyDirectory, configOf, everyKind } from "./configurations.ts";

function findingsOf(app: ReturnType<typeof createApp>): { rule: string; path: string }[] {
  return [new AwsSolutionsChecks(app), new HIPAASecurityChecks(app), new ServerlessChecks(app)]
    .flatMap((pack) => pack.validateScope(app).violations)
    .flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => ({ rule: ruleName, path: constructPath ?? "" })),
    );
}

test("the rule packs find nothing but what is acknowledged", async () => {
  const app = createApp({ outdir: assemblyDirectory() });
  await addBridge(app, { configPath: configOf(everyKind), bundle: false });
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
  const app = createApp({ outdir: assemblyDirectory() });
  const stack = await addBridge(app, { configPath: configOf(everyKind), bundle: false });
  acknowledgeFindings(app);
  new CfnQueue(stack, "Careless");
  expect(findingsOf(app)).toContainEqual({ rule: "AwsSolutions-SQS4", path: "IgniteBridge/Careless" });
});
