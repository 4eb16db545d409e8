import type { MessageContext } from "../context.ts";
import { is, yesNo } from "../datatypes/coded.ts";
import { xonName } from "../datatypes/finance.ts";
import { refersTo, xcn, xon } from "../datatypes/provider.ts";
import { segment } from "../mapping.ts";
import type { Scope } from "../scope.ts";
import { registryStatus } from "../tables/person.ts";
import { disability } from "./db1.ts";

const restricted = new Set(["R", "V"]);

/** HL7 v2.5.1, 3.4.10 */
export const pd1 = segment<MessageContext>("PD1", {
  3: xon({
    from: "Patient.generalPractitioner",
    pick: (providers: readonly fhir4.Reference[], { Patient }, scope) =>
      providers.filter((each) => isOrganization(each, Patient, scope)),
    repeats: true,
    rule: "Organizations",
  }),
  4: xcn({
    from: "Patient.generalPractitioner",
    pick: (providers: readonly fhir4.Reference[], { Patient }, scope) =>
      providers.filter(
        (each) => refersTo(each, "Practitioner", "PractitionerRole") && !isOrganization(each, Patient, scope),
      ),
    repeats: true,
    rule: "Persons; who is named and no more is one",
  }),
  6: is({ from: `Patient.extension('${disability}').valueCodeableConcept` }),
  12: yesNo({
    from: "Patient.meta.security.code",
    pick: (codes: readonly string[]) => (codes.some((code) => restricted.has(code)) ? [true] : []),
    rule: "Y when the record is restricted",
  }),
  14: xonName({
    from: "Patient.extension('http://hl7.org/fhir/StructureDefinition/patient-congregation').valueString",
  }),
  16: is({
    from: ["Patient.deceased[x]", "Patient.active"],
    compute: ({ Patient, message }) => {
      if (message.triggerEvent !== "V04") return [];
      if (Patient.deceasedBoolean === true || Patient.deceasedDateTime !== undefined) return ["deceased"];
      return Patient.active === undefined ? [] : [String(Patient.active)];
    },
    map: registryStatus,
    rule: "In VXU^V04",
  }),
});

function isOrganization(provider: fhir4.Reference, patient: fhir4.Patient, scope: Scope): boolean {
  if (!refersTo(provider, "Organization")) return false;
  if (provider.reference?.startsWith("#") === true)
    return scope.resolve<fhir4.Organization>(provider, patient)?.resourceType === "Organization";
  return provider.reference !== undefined || provider.type === "Organization";
}
