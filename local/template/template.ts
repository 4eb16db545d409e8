/** The part of a CloudFormation template that the local run reads. */
export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

export type LogicalId = string;

/** A deployment without an account: what the AWS pseudo parameters mean here. */
export const account = "000000000000";
export const region = "us-east-1";
const pseudoParameters: Record<string, string> = {
  "AWS::AccountId": account,
  "AWS::Region": region,
  "AWS::Partition": "aws",
  "AWS::URLSuffix": "amazonaws.com",
  "AWS::StackName": "local",
  "AWS::StackId": `arn:aws:cloudformation:${region}:${account}:stack/local/local`,
};

/** What Ref and Fn::GetAtt give for a resource. */
export interface Attributes {
  readonly ref: string;
  readonly [attribute: string]: string;
}

export type Lookup = (logicalId: LogicalId) => Attributes;

/**
 * Works out the intrinsic functions in a template value: Ref, Fn::GetAtt, Fn::Join, Fn::Sub, Fn::Select, Fn::Split.
 *
 * @throws Error naming the intrinsic or the attribute that is not known here
 */
export function resolve(value: unknown, lookup: Lookup): unknown {
  if (Array.isArray(value)) return value.map((each) => resolve(each, lookup));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const [[name, parameter] = ["", undefined]] = entries;
  const intrinsic = entries.length === 1 && (name === "Ref" || name.startsWith("Fn::"));
  if (!intrinsic) return Object.fromEntries(entries.map(([key, each]) => [key, resolve(each, lookup)]));
  const evaluate = intrinsics[name];
  if (evaluate === undefined) throw new Error(`The local run does not know the template function ${name}`);
  return evaluate(parameter, lookup);
}

/** {@link resolve} for a value that must be text, as environment variables and names are. */
export function resolveText(value: unknown, lookup: Lookup): string {
  const resolved = resolve(value, lookup);
  return typeof resolved === "string" ? resolved : String(resolved);
}

const intrinsics: Record<string, (parameter: unknown, lookup: Lookup) => unknown> = {
  Ref: (name, lookup) => pseudoParameters[String(name)] ?? lookup(String(name)).ref,
  "Fn::GetAtt": (parameter, lookup) => {
    const [logicalId = "", ...path] = Array.isArray(parameter) ? parameter.map(String) : String(parameter).split(".");
    const attribute = path.join(".");
    const value = lookup(logicalId)[attribute];
    if (value === undefined) throw new Error(`The local run does not know the attribute ${logicalId}.${attribute}`);
    return value;
  },
  "Fn::Join": (parameter, lookup) => {
    const [delimiter, parts] = pair(resolve(parameter, lookup));
    return list(parts).join(String(delimiter));
  },
  "Fn::Split": (parameter, lookup) => {
    const [delimiter, text] = pair(resolve(parameter, lookup));
    return String(text).split(String(delimiter));
  },
  "Fn::Select": (parameter, lookup) => {
    const [index, values] = pair(resolve(parameter, lookup));
    return list(values)[Number(index)];
  },
  "Fn::Sub": (parameter, lookup) => {
    const [text, values] = Array.isArray(parameter) ? pair(parameter) : [parameter, {}];
    const given = resolve(values, lookup) as Record<string, unknown>;
    return String(text).replace(/\$\{(!?)([^}]+)\}/g, (_whole, literal: string, name: string) => {
      if (literal !== "") return `\${${name}}`;
      if (Object.hasOwn(given, name)) return String(given[name]);
      return resolveText(name.includes(".") ? { "Fn::GetAtt": name } : { Ref: name }, lookup);
    });
  },
};

function pair(value: unknown): [unknown, unknown] {
  const [first, second] = list(value);
  return [first, second];
}

function list(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new Error("A template function was given something that is not a list");
  return value;
}

/** Resources of a type, by logical id. */
export function resourcesOf(template: Template, type: string): [LogicalId, TemplateResource][] {
  return Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
}

/** `rate(1 minute)` as milliseconds. */
export function rateMs(expression: string): number {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (count === undefined || unit === undefined)
    throw new Error(`The local run does not know the schedule expression ${expression}`);
  return Number(count) * { minute: 60_000, hour: 3_600_000, day: 86_400_000 }[unit as "minute" | "hour" | "day"];
}
