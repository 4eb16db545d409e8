/** What can be billed, in the units of the bill. */
export type Unit =
  | "standardRequests"
  | "fifoRequests"
  | "readUnits"
  | "writeUnits"
  | "invocations"
  | "gibSeconds"
  | "logBytes"
  | "putObjects"
  | "getObjects"
  | "secretCalls";

/**
 * US dollars a unit, us-east-1, on demand, without any free tier, as the price pages gave them in the first half of 2026.
 *
 * - SQS (aws.amazon.com/sqs/pricing): every 64 KiB of a call is a request; the polls queue is fair, which costs 0.10 more
 *   a million than a standard one
 * - DynamoDB (aws.amazon.com/dynamodb/pricing/on-demand): a write unit is 1 KiB, a read unit 4 KiB, half of one where an
 *   older answer will do
 * - Lambda (aws.amazon.com/lambda/pricing): arm64
 * - CloudWatch Logs (aws.amazon.com/cloudwatch/pricing): what is taken in
 * - S3 (aws.amazon.com/s3/pricing), Secrets Manager (aws.amazon.com/secrets-manager/pricing)
 */
export const prices: Readonly<Record<Unit, number>> = {
  standardRequests: 0.5e-6,
  fifoRequests: 0.5e-6,
  readUnits: 0.125e-6,
  writeUnits: 0.625e-6,
  invocations: 0.2e-6,
  gibSeconds: 0.0000133334,
  logBytes: 0.5e-9,
  putObjects: 5e-6,
  getObjects: 0.4e-6,
  secretCalls: 5e-6,
};

/** What the stack costs in a month when nothing at all happens, in US dollars. */
export const standing = {
  /** Lambda asks each queue by long polls: five pollers, every 20 seconds. */
  aQueue: 5 * 3 * 60 * 24 * 30 * 0.5e-6,
  anAlarm: 0.1,
  aKey: 1,
  aSecret: 0.4,
  /** Delivered, Retried, Parked and Latency of a destination. */
  theMetricsOfADestination: 4 * 0.3,
} as const;

export type Usage = Partial<Record<Unit, number>>;

export function costOf(usage: Usage): number {
  return Object.entries(usage).reduce((sum, [unit, count]) => sum + count * prices[unit as Unit], 0);
}

export function sumOf(usages: readonly Usage[]): Usage {
  const sum: Usage = {};
  for (const usage of usages)
    for (const [unit, count] of Object.entries(usage)) sum[unit as Unit] = (sum[unit as Unit] ?? 0) + count;
  return sum;
}

export function times(usage: Usage, factor: number): Usage {
  return Object.fromEntries(Object.entries(usage).map(([unit, count]) => [unit, count * factor]));
}
