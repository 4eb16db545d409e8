import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { type AwsClientStub, mockClient } from "aws-sdk-client-mock";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createSecretReader } from "../../shared/aws/secrets.ts";

let calls: AwsClientStub<SecretsManagerClient>;
beforeEach(() => {
  calls = mockClient(SecretsManagerClient);
});
afterEach(() => calls.restore());

const asked = () => calls.commandCalls(GetSecretValueCommand).length;

test("a secret is asked for once, however many want it", async () => {
  calls.on(GetSecretValueCommand).resolves({ SecretString: '{"clientId":"client"}' });
  const read = createSecretReader(new SecretsManagerClient({}));
  expect(await Promise.all([read("a"), read("a"), read("a")])).toEqual(Array(3).fill({ clientId: "client" }));
  expect(asked()).toBe(1);
});

test("a fresh one goes past the cache, and is what the others get from then on", async () => {
  calls.on(GetSecretValueCommand).resolvesOnce({ SecretString: '"old"' }).resolves({ SecretString: '"new"' });
  const read = createSecretReader(new SecretsManagerClient({}));
  expect([await read("a"), await read("a", { fresh: true }), await read("a")]).toEqual(["old", "new", "new"]);
  expect(asked()).toBe(2);
});

test("a failure is told with the secret's name, and not remembered", async () => {
  calls
    .on(GetSecretValueCommand)
    .rejectsOnce(new ResourceNotFoundException({ message: "not there", $metadata: {} }))
    .resolves({ SecretString: '"value"' });
  const read = createSecretReader(new SecretsManagerClient({}));
  await expect(read("general")).rejects.toMatchObject({
    code: "ERR_SECRET",
    details: { secret: "general", problem: "ResourceNotFoundException" },
  });
  expect(await read("general")).toBe("value");
});

test("a secret that is no JSON is never quoted", async () => {
  calls.on(GetSecretValueCommand).resolves({ SecretString: "s3cret" });
  const failure = await createSecretReader(new SecretsManagerClient({}))("general").catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "ERR_SECRET", details: { secret: "general" } });
  expect(JSON.stringify(failure, ["message", "details", "cause", "problem", "stack"])).not.toContain("s3cret");
});
