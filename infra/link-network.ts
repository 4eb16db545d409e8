import {
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  type ISecurityGroup,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from "aws-cdk-lib/aws-ec2";
import type { Key } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import { encryptedLogGroup } from "./logs.ts";

const https = 443;

/**
 * The network from which links marked `vpc: true` are sent. `--context vpc=vpc-...` takes one that already reaches the
 * hospital; without it a closed one is made, to which a VPN or Direct Connect gateway is attached by hand.
 */
export class LinkNetwork extends Construct {
  readonly vpc: IVpc;
  readonly securityGroup: ISecurityGroup;

  constructor(scope: Construct, { key, ports }: { key: Key; ports: readonly number[] }) {
    super(scope, "Network");
    const vpcId: unknown = this.node.tryGetContext("vpc");
    this.vpc = typeof vpcId === "string" ? Vpc.fromLookup(this, "Vpc", { vpcId }) : closedVpc(this, key);
    const sender = new SecurityGroup(this, "SecurityGroup", {
      vpc: this.vpc,
      description: "Sends MLLP, calls AWS, and takes no connections",
      allowAllOutbound: false,
    });
    for (const port of new Set([https, ...ports])) sender.addEgressRule(Peer.anyIpv4(), Port.tcp(port));
    if (this.vpc instanceof Vpc) reachSqs(this, this.vpc, sender);
    this.securityGroup = sender;
  }
}

function closedVpc(scope: Construct, key: Key): IVpc {
  const refusals = encryptedLogGroup(scope, "Refusals", key);
  const vpc = new Vpc(scope, "Vpc", {
    maxAzs: 2,
    natGateways: 0,
    // It takes a function with rights over every group to empty a default group that nothing is in.
    restrictDefaultSecurityGroup: false,
    subnetConfiguration: [{ name: "links", subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 26 }],
    gatewayEndpoints: {
      DynamoDb: { service: GatewayVpcEndpointAwsService.DYNAMODB },
      S3: { service: GatewayVpcEndpointAwsService.S3 },
    },
    flowLogs: {
      Refused: {
        destination: FlowLogDestination.toCloudWatchLogs(refusals),
        trafficType: FlowLogTrafficType.REJECT,
      },
    },
  });
  return vpc as IVpc;
}

/** The visibility of a delivery that must wait is set, and what is parked is sent, from inside the network. */
function reachSqs(scope: Construct, vpc: IVpc, sender: SecurityGroup): void {
  const group = new SecurityGroup(scope, "SqsSecurityGroup", {
    vpc,
    description: "Takes calls of SQS from the sender of links",
    allowAllOutbound: false,
  });
  group.addIngressRule(sender, Port.tcp(https));
  vpc.addInterfaceEndpoint("Sqs", {
    service: InterfaceVpcEndpointAwsService.SQS,
    securityGroups: [group],
    open: false,
  });
}
