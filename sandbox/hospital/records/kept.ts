export type Id = string;

/** What every record has. */
export interface Kept {
  readonly id: Id;
  /** When something last happened to it. */
  touchedAt: number;
  /** How far its arrays are turned: Millennium promises no order. */
  turn: number;
  /** Which wording its narrative has. */
  wording: number;
}
