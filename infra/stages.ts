/** What one Lambda function is given. */
export type Stage = {
  /** Source of the handler, from the root of the project. */
  entry: `functions/${string}.ts`;
  purpose: string;
  /** A handler stops taking work before this is over; being cut off costs a visibility timeout. */
  timeoutSeconds: number;
  /** CPU comes in proportion: 1769 MiB is one whole core. */
  memoryMib: number;
};

/** A stage that is fed by a queue. */
export type QueueStage = Stage & {
  /** Messages an invocation, 10 at the most on a FIFO queue. */
  batchSize: number;
  /** Invocations at a time for each queue that feeds the stage; SQS takes 2 to 1000. */
  maxConcurrency: number;
  /** Receives before SQS parks a message. */
  maxReceiveCount: number;
  /** Age of the oldest waiting message that raises the alarm. */
  oldestMessageAlarmSeconds: number;
};

export const stages = {
  plan: {
    entry: "functions/plan.ts",
    purpose: "Picks the targets that are due and that the request budget of their source allows",
    timeoutSeconds: 50,
    memoryMib: 512,
  },
  // Parking a poll loses nothing, because the plan asks again for a target that stays due.
  poll: {
    entry: "functions/poll.ts",
    purpose: "Searches a source, compares with the snapshots and sends change sets",
    timeoutSeconds: 120,
    memoryMib: 1024,
    batchSize: 10,
    maxConcurrency: 10,
    maxReceiveCount: 3,
    oldestMessageAlarmSeconds: 300,
  },
  // A change set that parks lets the patient's later ones pass, so it is held for ten hours before that.
  route: {
    entry: "functions/route.ts",
    purpose: "Derives the events of a change set and renders them for each destination",
    timeoutSeconds: 60,
    memoryMib: 1024,
    batchSize: 10,
    maxConcurrency: 20,
    maxReceiveCount: 100,
    oldestMessageAlarmSeconds: 300,
  },
  // The functions park deliveries themselves, with a reason; 1000 is the most that SQS can be told to wait for that.
  deliverMllp: {
    entry: "functions/deliver-mllp.ts",
    purpose: "Sends HL7 v2 messages over MLLP",
    timeoutSeconds: 120,
    memoryMib: 512,
    batchSize: 10,
    maxConcurrency: 10,
    maxReceiveCount: 1000,
    oldestMessageAlarmSeconds: 900,
  },
  deliverWebhook: {
    entry: "functions/deliver-webhook.ts",
    purpose: "Sends signed webhooks",
    timeoutSeconds: 60,
    memoryMib: 512,
    batchSize: 10,
    maxConcurrency: 10,
    maxReceiveCount: 1000,
    oldestMessageAlarmSeconds: 900,
  },
} as const satisfies { plan: Stage } & Record<"poll" | "route" | "deliverMllp" | "deliverWebhook", QueueStage>;

export type StageName = keyof typeof stages;

/** Every how many minutes the plan runs; EventBridge Scheduler knows no shorter rate than one. */
export const planEveryMinutes = 1;

/** An ordered link has one message group, so it never runs more than one invocation; 2 is the least that SQS takes. */
export const orderedLinkConcurrency = 2;

/** The most that SQS takes: work that waits for a person must not run out over a holiday. */
export const retentionDays = 14;

/** A claimed body outlives its message: 14 days in the queue, 14 more when parked, and time to look at it. */
export const claimDays = 35;

/**
 * Six times the function's timeout, as Lambda asks for SQS: a batch that was received while the function was throttled
 * must not become visible, and so be overtaken or repeated, while it is being worked on.
 */
export function visibilityTimeoutSeconds(stage: Stage): number {
  return 6 * stage.timeoutSeconds;
}
