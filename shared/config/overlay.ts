/**
 * What a destination says in a field otherwise than the mapping does. Written by an integration engineer in
 * `bridge.config.ts`, under `overlays` and `segments` of an HL7 v2 destination; docs/overlays.md shows each kind.
 */

/** One value, or its subcomponents. */
export type ComponentText = string | readonly string[];

/** A value as it stands: one text, or the components of a field; `null` tells the receiver to delete what it has. */
export interface ConstantValue {
  readonly constant: string | null | readonly ComponentText[];
}

/** The values at a FHIRPath expression. It starts from the message: `Patient.name`, `Encounter.class.code`, `focus.id`. */
export interface FhirPathValue {
  readonly fhirPath: string;
}

/** The first of several that has a value. */
export interface FirstValue {
  readonly firstOf: readonly OverlayValue[];
}

/** Whatever the other kinds cannot say. It must give the same for the same context. */
export interface ComputedValue {
  readonly compute: (context: OverlayContext) => string | null | undefined | readonly ComponentText[];
}

/** A bare text is a constant. */
export type OverlayValue = string | ConstantValue | FhirPathValue | FirstValue | ComputedValue;

export interface OverlayCondition {
  /** A FHIRPath expression that gives true. */
  readonly when?: string;
  /** Only in messages of these kinds: `ORU`, `ADT^A08`. */
  readonly triggers?: readonly string[];
}

/** The place gets this value, where there is one; else it stays as the mapping filled it. */
export type SetOverlay = Exclude<OverlayValue, string> & OverlayCondition;
/** The place stays empty; without a field, the segment is left out. */
export type SuppressOverlay = { readonly suppress: true } & OverlayCondition;
/** One repetition more for each value. */
export type AddOverlay = { readonly add: OverlayValue } & OverlayCondition;
/** Values that are said otherwise: what the mapping wrote to what the receiver wants. */
export type ReplaceOverlay = { readonly replace: Readonly<Record<string, string>> } & OverlayCondition;

export type Overlay = string | SetOverlay | SuppressOverlay | AddOverlay | ReplaceOverlay;

/** By place: `PID-5`, `PID-5.7`, `PID-3[1].4.2`; several are applied in order. */
export type Overlays = Readonly<Record<string, Overlay | readonly Overlay[]>>;

/** A segment that the message does not have by itself: a Z-segment, or one of the version. */
export interface AddedSegment extends OverlayCondition {
  readonly segment: string;
  /** Behind the last segment of that name, before the first, or behind each one of them, made from what that one is. */
  readonly after?: string;
  readonly before?: string;
  readonly afterEach?: string;
  /** One segment for each value of a FHIRPath expression, which stands in the context as `item`. */
  readonly forEach?: string;
  /** By place: `ZPI-1`, `ZPI-2.1`. */
  readonly fields: Readonly<Record<string, OverlayValue>>;
}

/**
 * What an overlay sees: the resources of the message under their type, and the bridge's own slots. In a segment that
 * repeats it is the one that the segment is about: `Observation` in OBX, `Coverage` in IN1.
 */
export interface OverlayContext {
  readonly Patient: fhir4.Patient;
  readonly Encounter?: fhir4.Encounter | undefined;
  readonly Appointment?: fhir4.Appointment | undefined;
  readonly DiagnosticReport?: fhir4.DiagnosticReport | undefined;
  readonly Observation?: fhir4.Observation | undefined;
  /** The resource that the event is about. */
  readonly focus: fhir4.FhirResource;
  /** All that came along. */
  readonly resources: readonly fhir4.FhirResource[];
  readonly message: { readonly code: string; readonly triggerEvent: string; readonly controlId: string };
  /** Position of a repeating segment within its group, from 1. */
  readonly setId: number;
  readonly [slot: string]: unknown;
}

/** A message as the `edit` hook gets it and gives it back: `fields[5]` is field 5, its repetitions, their components. */
export interface EditableMessage {
  readonly segments: readonly EditableSegment[];
}

export interface EditableSegment {
  readonly name: string;
  readonly fields: readonly (readonly (readonly EditableComponent[])[] | undefined)[];
}

export type EditableComponent = string | null | undefined | readonly (string | null | undefined)[];

/** Changes a whole message, when all else is done. Segments that it gives back unchanged keep their lineage. */
export type EditMessage = (message: EditableMessage, context: OverlayContext) => EditableMessage;
