import { createServer, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { secretArn } from "../template/deployment.ts";

/** Secret values by name: JSON text. */
export type Secrets = Readonly<Record<string, string>>;

/**
 * The two operations of Secrets Manager that the functions use, GetSecretValue and DescribeSecret, over its JSON
 * protocol. A secret is found by its name or its ARN.
 */
export function secretsServer(secrets: Secrets): Server {
  return createServer(async (request, response) => {
    const operation = String(request.headers["x-amz-target"]).split(".").at(-1) ?? "";
    const { SecretId } = JSON.parse(await text(request)) as { SecretId?: string };
    const name = Object.keys(secrets).find((each) => SecretId === each || SecretId === secretArn(each));
    const [status, body] = answer(operation, name, secrets);
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
  });
}

function answer(operation: string, name: string | undefined, secrets: Secrets): [status: number, body: object] {
  if (operation !== "GetSecretValue" && operation !== "DescribeSecret")
    return [400, { __type: "UnknownOperationException", message: `${operation} is not embedded` }];
  if (name === undefined)
    return [400, { __type: "ResourceNotFoundException", message: "Secrets Manager can't find the specified secret." }];
  const identity = { ARN: secretArn(name), Name: name };
  if (operation === "DescribeSecret") return [200, identity];
  return [200, { ...identity, VersionId: "local", VersionStages: ["AWSCURRENT"], SecretString: secrets[name] }];
}
