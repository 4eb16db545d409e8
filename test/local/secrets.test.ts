import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readSecrets } from "../../local/secrets.ts";
import { defineBridge } from "../../shared/config/bridge.ts";

const bridge = defineBridge({
  sources: {
    general: {
      baseUrl: "https://fhir.example.org/r4/tenant",
      credentials: { method: "client_secret_basic", secret: "ignite-bridge/general" },
      timeZone: "America/Chicago",
      patients: { ids: ["1"] },
    },
  },
  destinations: {
    app: { format: "webhook", url: "https://app.example.org", secret: "ignite-bridge/app" },
    engine: { format: "hl7v2", link: { host: "engine.example.org", port: 6661 } },
  },
});
const general = '{"clientId":"id","clientSecret":"hush"}';
const app = '{"signingKey":"whsec_AAAA"}';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "secrets-"));
  file = join(folder, "bridge.secrets.json");
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("the secrets of a configuration", () => {
  test("come from the environment", () =>
    expect(
      readSecrets(bridge, {
        file,
        environment: { SECRET_IGNITE_BRIDGE_GENERAL: general, SECRET_IGNITE_BRIDGE_APP: app, OTHER: "x" },
      }),
    ).toEqual({ "ignite-bridge/general": general, "ignite-bridge/app": app }));

  test("come from the file, and the environment goes first", () => {
    writeFileSync(file, `{"ignite-bridge/general":${general},"ignite-bridge/app":${app},"other":{}}`);
    expect(readSecrets(bridge, { file, environment: { SECRET_IGNITE_BRIDGE_APP: '{"signingKey":"new"}' } })).toEqual({
      "ignite-bridge/general": general,
      "ignite-bridge/app": '{"signingKey":"new"}',
    });
  });

  test("that is in neither place is named, with both places", () => {
    const read = () => readSecrets(bridge, { file, environment: { SECRET_IGNITE_BRIDGE_GENERAL: general } });
    expect(read).toThrow(
      expect.objectContaining({
        code: "ERR_SECRET",
        details: { secret: "ignite-bridge/app", todo: `Set SECRET_IGNITE_BRIDGE_APP or write it into ${file}` },
      }),
    );
  });

  test("in a file that is no JSON are not quoted", () => {
    writeFileSync(file, "hush hush");
    const read = () => readSecrets(bridge, { file, environment: {} });
    expect(read).toThrow(
      expect.objectContaining({ code: "ERR_SECRET", details: { file, problem: expect.any(String) } }),
    );
    expect(read).not.toThrow(/hush/);
  });
});
