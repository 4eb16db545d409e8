import { RemovalPolicy, Stack } from "aws-cdk-lib";
import type { IGrantable } from "aws-cdk-lib/aws-iam";
import type { Key } from "aws-cdk-lib/aws-kms";
import { CfnSecret, type ISecret, Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";

/** The secrets that the configuration names: made here without a value, or somebody else's when named by ARN. */
export class Secrets extends Construct {
  readonly #key: Key;
  readonly #byName = new Map<string, ISecret>();

  constructor(scope: Construct, key: Key) {
    super(scope, "Secrets");
    this.#key = key;
  }

  grantRead(names: Iterable<string>, reader: IGrantable): void {
    for (const name of new Set(names)) this.#secret(name).grantRead(reader);
  }

  #secret(name: string): ISecret {
    const known = this.#byName.get(name);
    if (known) return known;
    const secret: ISecret = name.startsWith("arn:")
      ? Secret.fromSecretCompleteArn(this, name, name)
      : (this.#create(name) as ISecret);
    this.#byName.set(name, secret);
    return secret;
  }

  #create(name: string): Secret {
    const secret = new Secret(this, name, {
      secretName: name,
      description: `Filled in by hand after the first deployment of ${Stack.of(this).stackName}`,
      encryptionKey: this.#key,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const resource = secret.node.defaultChild;
    if (!CfnSecret.isCfnSecret(resource)) throw new TypeError("A Secret has no CfnSecret");
    // A generated value would look like credentials and hide that nobody has put the real ones.
    resource.generateSecretString = undefined;
    return secret;
  }
}
