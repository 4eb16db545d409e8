/** The search parameters that a tenant advertises, by resource type. */
export type Advertised = ReadonlyMap<string, ReadonlySet<string>>;

/** What a CapabilityStatement says of searches; nothing where it is none. */
export function advertisedBy(body: unknown): Advertised | undefined {
  const { resourceType, rest } = body as Partial<fhir4.CapabilityStatement>;
  const resources = rest?.find(({ mode }) => mode === "server")?.resource;
  if (resourceType !== "CapabilityStatement" || resources === undefined) return undefined;
  return new Map(
    resources.map(({ type, searchParam = [] }) => [type, new Set(searchParam.map(({ name }) => name))] as const),
  );
}

/** The first of those parameters that a tenant does not advertise. */
export function unadvertised(
  advertised: Advertised | undefined,
  resourceType: string,
  parameters: readonly string[],
): string | undefined {
  if (advertised === undefined) return undefined;
  const offered = advertised.get(resourceType);
  return parameters.find((name) => offered?.has(name) !== true);
}
