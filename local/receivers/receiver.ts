/** A message as a client system took it in. */
export interface Received {
  /** MSH-10 or `webhook-id`. */
  readonly id: string;
  /** When it came, on the realm's clock (epoch ms). */
  readonly at: number;
  readonly body: string;
}

export interface Receiver {
  readonly port: number;
  readonly received: readonly Received[];
  close(): Promise<void>;
}
