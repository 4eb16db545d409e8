import type { Hl7Version } from "./contents.ts";
import type { VersionData } from "./definitions.ts";
import v2_3_1 from "./versions/2.3.1.generated.json" with { type: "json" };
import v2_3 from "./versions/2.3.generated.json" with { type: "json" };
import v2_4 from "./versions/2.4.generated.json" with { type: "json" };
import v2_5_1 from "./versions/2.5.1.generated.json" with { type: "json" };
import v2_5 from "./versions/2.5.generated.json" with { type: "json" };
import v2_6 from "./versions/2.6.generated.json" with { type: "json" };
import v2_7_1 from "./versions/2.7.1.generated.json" with { type: "json" };
import v2_7 from "./versions/2.7.generated.json" with { type: "json" };
import v2_8 from "./versions/2.8.generated.json" with { type: "json" };

/**
 * The versions that the program holds: here, all.
 *
 * A bundle puts another module in the place of this one: see `bundle.ts`.
 */
export const versions: Readonly<Partial<Record<Hl7Version, VersionData>>> = {
  "2.3": v2_3,
  "2.3.1": v2_3_1,
  "2.4": v2_4,
  "2.5": v2_5,
  "2.5.1": v2_5_1,
  "2.6": v2_6,
  "2.7": v2_7,
  "2.7.1": v2_7_1,
  "2.8": v2_8,
};
