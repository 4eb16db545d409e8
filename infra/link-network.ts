import {
  FlowLogDestination,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  type ISecurityGroup,
  type IVpc,
  SecurityGroup,
  SubnetType,
  Vpc,
} from "aws-cdk-lib/aws-ec2";
import { Construct } from "constructs";

/**
 * The network from which links marked `vpc: true` are sent. `--context vpc=vpc-...` takes one that already reaches the
 * hospital; without it a closed one is made, to which a VPN or Direct Connect gateway is attached by hand.
 */
export class LinkNetwork extends Construct {
  readonly vpc: IVpc;
  readonly securityGroup: ISecurityGroup;

  constructor(scope: Construct) {
    super(scope, "Network");
    const vpcId: unknown = this.node.tryGetContext("vpc");
    this.vpc = typeof vpcId === "string" ? Vpc.fromLookup(this, "Vpc", { vpcId }) : (closedVpc(this) as IVpc);
    this.securityGroup = new SecurityGroup(this, "SecurityGroup", {
      vpc: this.vpc,
      description: "Sends MLLP and takes no connections",
      allowAllOutbound: true,
    });
  }
}

function closedVpc(scope: Construct): Vpc {
  const vpc = new Vpc(scope, "Vpc", {
    maxAzs: 2,
    natGateways: 0,
    subnetConfiguration: [{ name: "links", subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 26 }],
    gatewayEndpoints: {
      DynamoDb: { service: GatewayVpcEndpointAwsService.DYNAMODB },
      S3: { service: GatewayVpcEndpointAwsService.S3 },
    },
    flowLogs: { Rejected: { destination: FlowLogDestination.toCloudWatchLogs() } },
  });
  // To set the visibility of a delivery that must wait.
  vpc.addInterfaceEndpoint("Sqs", { service: InterfaceVpcEndpointAwsService.SQS });
  return vpc;
}
