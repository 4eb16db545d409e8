import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { Hl7Destination } from "../../shared/config/schema.ts";
import { createMllpSender } from "../../shared/mllp/sender.ts";
import { destinationWith } from "../hl7/support/destinations.ts";
import { type Behaviour, startReceiver } from "./receiver.ts";

type Condition = Hl7Destination["acceptAcknowledgment"];
type LinkInput = Partial<Parameters<typeof destinationWith>[0]["link"]>;

/** An acknowledgement; an application's may ask for a commit of its own (MSH-15). */
const acknowledgement = (controlId: string, code: string, { asks = "", more = "" } = {}) =>
  `\x0bMSH|^~\\&|LAB|GENERAL|BRIDGE|GENERAL|20261123||ACK|R${code}${controlId}|P|2.5.1|||${asks}\rMSA|${code}|${controlId}\r${more}\x1c\r`;

/** Sends messages through the sender of a destination, and gives what each came to. */
async function deliver(
  behave: Behaviour,
  [accept, application]: readonly [Condition, Condition],
  {
    link = {},
    ids = ["ID1"],
    between = async () => {},
  }: { link?: LinkInput; ids?: string[]; between?: () => Promise<void> } = {},
) {
  await using receiver = await startReceiver(behave);
  const destination = destinationWith({
    link: { host: "127.0.0.1", port: receiver.port, ...link },
    ...(accept && { acceptAcknowledgment: accept }),
    ...(application && { applicationAcknowledgment: application }),
  });
  const sender = createMllpSender(destination);
  const outcomes: string[] = [];
  const details: unknown[] = [];
  for (const id of ids) {
    const body = `MSH|^~\\&|BRIDGE|GENERAL|LAB|GENERAL|20261123||ADT^A08^ADT_A01|${id}|P|2.5.1\rPID|1||7001234||SMITH\r`;
    const outcome = await sender.send({ id, body } as never);
    outcomes.push(
      outcome.action === "delivered" ? (outcome.acknowledgement ?? "") : `${outcome.action} ${outcome.reason}`,
    );
    details.push(outcome.workList ?? []);
    await between();
  }
  return { outcomes, details, received: receiver.received, connections: receiver.connections.length };
}

const answers =
  (...codes: string[]): Behaviour =>
  (socket, { controlId }) => {
    for (const code of codes) socket.write(acknowledgement(controlId, code));
  };
const short: LinkInput = { acknowledgementTimeout: "0.25s", applicationAcknowledgementTimeout: "0.25s" };
const uneven: LinkInput = { acknowledgementTimeout: "0.25s", applicationAcknowledgementTimeout: "10s" };

describe("commit and application acknowledgement (AL/AL)", () => {
  test("are both waited for, together or apart", async () => {
    const apart: Behaviour = async (socket, { controlId }) => {
      socket.write(acknowledgement(controlId, "CA"));
      await wait(400);
      socket.write(acknowledgement(controlId, "AA"));
    };
    for (const behave of [answers("CA", "AA"), apart]) {
      // The application has a time of its own, longer than that of the commit.
      const { outcomes, connections } = await deliver(behave, ["AL", "AL"], { link: uneven, ids: ["ID1", "ID2"] });
      expect(outcomes).toEqual(["AA", "AA"]);
      expect(connections).toBe(1);
    }
  });

  test.each([
    [["CA", "AE"], "park application-error"],
    [["CA", "AR"], "retry application-reject"],
    [["CE"], "park application-error"],
    [["CR"], "retry application-reject"],
    [["CA", "CE"], "park application-error"],
    [["CA", "CA", "AA"], "AA"],
    [["AA"], "AA"],
    [["AE"], "park application-error"],
  ])("%j: %s", async (codes, outcome) => {
    expect((await deliver(answers(...codes), ["AL", "AL"])).outcomes).toEqual([outcome]);
  });

  test("the commit alone is not enough, and the next message goes out on a new connection", async () => {
    const behave: Behaviour = (socket, message) =>
      answers(...(message.number === 1 ? ["CA"] : ["CA", "AA"]))(socket, message);
    const { outcomes, received, connections } = await deliver(behave, ["AL", "AL"], {
      link: { acknowledgementTimeout: "10s", applicationAcknowledgementTimeout: "0.25s" },
      ids: ["ID1", "ID1"],
    });
    expect(outcomes).toEqual(["retry no-application-acknowledgement", "AA"]);
    expect([received, connections]).toEqual([["ID1", "ID1"], 2]);
  });

  test("the commit that never comes is not waited for as long as the application", async () => {
    expect((await deliver(() => {}, ["AL", "AL"], { link: uneven })).outcomes).toEqual(["retry no-acknowledgement"]);
  });

  test("the application may answer on a later connection, where the first one was lost after the commit", async () => {
    const behave: Behaviour = (socket, { controlId, number }) => {
      if (number === 1) socket.end(acknowledgement(controlId, "CA"));
      else socket.write(acknowledgement(controlId, "AA"));
    };
    const { outcomes, received } = await deliver(behave, ["AL", "AL"], { ids: ["ID1", "ID1"] });
    expect(outcomes).toEqual(["retry connection-closed", "AA"]);
    expect(received).toEqual(["ID1", "ID1"]);
  });

  test("an application acknowledgement of another message is not ours", async () => {
    const behave: Behaviour = (socket, { controlId }) => {
      socket.write(acknowledgement("OTHER", "AE"));
      answers("CA", "AA")(socket, { controlId, text: "", number: 1 });
    };
    expect((await deliver(behave, ["AL", "AL"])).outcomes).toEqual(["AA"]);
    const never: Behaviour = (socket, { controlId }) => {
      socket.write(acknowledgement(controlId, "CA"));
      socket.write(acknowledgement("OTHER", "AA"));
    };
    expect((await deliver(never, ["AL", "AL"], { link: short })).outcomes).toEqual(["retry foreign-acknowledgement"]);
  });

  test("an application acknowledgement that asks for a commit gets one", async () => {
    const told: string[] = [];
    const behave: Behaviour = (socket, { text, controlId }) => {
      if (text.includes("MSA|")) told.push(text);
      else socket.write(acknowledgement(controlId, "CA") + acknowledgement(controlId, "AA", { asks: "AL" }));
    };
    const { outcomes } = await deliver(behave, ["AL", "AL"], { ids: ["ID1", "ID2"], between: () => wait(20) });
    expect(outcomes).toEqual(["AA", "AA"]);
    expect(told.map((text) => text.split("\r")[1])).toEqual(["MSA|CA|RAAID1", "MSA|CA|RAAID2"]);
  });

  test("no commit is told to a receiver that only copies our header, in original mode or around its own commit", async () => {
    const told: string[] = [];
    const behave =
      (...codes: string[]): Behaviour =>
      (socket, { text, controlId }) => {
        if (text.includes("MSA|")) told.push(text);
        else for (const code of codes) socket.write(acknowledgement(controlId, code, { asks: "AL" }));
      };
    const settled = { between: () => wait(20) };
    expect((await deliver(behave("AA"), [undefined, undefined], settled)).outcomes).toEqual(["AA"]);
    expect((await deliver(behave("CA"), ["AL", "NE"], settled)).outcomes).toEqual(["CA"]);
    expect(told).toEqual([]);
  });

  test("the errors of the application are told by place and code, without what it says of the patient", async () => {
    const more = "ERR||PID^1^3|7001234|E|||SMITH is not known\rERR||PID^1^5|101|E\r";
    const behave: Behaviour = (socket, { controlId }) =>
      void socket.write(acknowledgement(controlId, "CA") + acknowledgement(controlId, "AE", { more }));
    const { details } = await deliver(behave, ["AL", "AL"]);
    expect(JSON.stringify(details)).not.toMatch(/7001234|SMITH/);
    expect(details[0]).toMatchObject([{ field: "PID-3" }, { field: "PID-5", code: "101" }]);
  });

  test("where the commit is enough, later ones of the application do no harm", async () => {
    const behave: Behaviour = async (socket, { controlId }) => {
      socket.write(acknowledgement(controlId, "CA"));
      await wait(10);
      socket.write(acknowledgement(controlId, "AA"));
    };
    for (const between of [() => wait(0), () => wait(40)]) {
      const { outcomes, connections } = await deliver(behave, ["AL", "AL"], {
        link: { deliveredAt: "commit" },
        ids: ["ID1", "ID2", "ID3"],
        between,
      });
      expect(outcomes).toEqual(["CA", "CA", "CA"]);
      expect(connections).toBe(1);
    }
  });
});

describe("other pairs of MSH-15 and MSH-16", () => {
  const silent: Behaviour = () => {};

  test.each<[string, readonly [Condition, Condition], Behaviour, string]>([
    ["AL/NE: the commit", ["AL", "NE"], answers("CA"), "CA"],
    ["AL/-: the commit", ["AL", undefined], answers("CA"), "CA"],
    ["AL/NE: an application that answers all the same", ["AL", "NE"], answers("AA"), "AA"],
    ["AL/NE: nothing", ["AL", "NE"], silent, "retry no-acknowledgement"],
    ["NE/AL: the application", ["NE", "AL"], answers("AA"), "AA"],
    ["-/AL: the application", [undefined, "AL"], answers("AA"), "AA"],
    ["NE/AL: a commit that nobody asked for, and then the application", ["NE", "AL"], answers("CA", "AA"), "AA"],
    ["NE/AL: a commit and no application", ["NE", "AL"], answers("CA"), "retry no-application-acknowledgement"],
    ["NE/NE: nothing", ["NE", "NE"], silent, "none"],
    ["ER/NE: nothing, which is good", ["ER", "NE"], silent, "none"],
    ["ER/NE: an error", ["ER", "NE"], answers("CE"), "park application-error"],
    ["SU/NE: success", ["SU", "NE"], answers("CA"), "CA"],
    ["SU/NE: nothing, which is bad", ["SU", "NE"], silent, "retry no-acknowledgement"],
    ["AL/ER: the commit and no error of the application", ["AL", "ER"], answers("CA"), "none"],
    ["AL/ER: the commit and an error of the application", ["AL", "ER"], answers("CA", "AE"), "park application-error"],
    ["ER/AL: no error, and the application", ["ER", "AL"], answers("AA"), "AA"],
    ["AL/SU: the commit and the success of the application", ["AL", "SU"], answers("CA", "AA"), "AA"],
    ["AL/SU: the commit and no success", ["AL", "SU"], answers("CA"), "retry no-application-acknowledgement"],
  ])("%s", async (_what, pair, behave, outcome) => {
    expect((await deliver(behave, pair, { link: short })).outcomes).toEqual([outcome]);
  });

  test("NE/NE: message after message on one connection, though the receiver answers each", async () => {
    const ids = ["ID1", "ID2", "ID3", "ID4"];
    const { outcomes, received, connections } = await deliver(answers("AA"), ["NE", "NE"], {
      ids,
      between: () => wait(10),
    });
    expect(outcomes).toEqual(ids.map(() => "none"));
    expect([received, connections]).toEqual([ids, 1]);
  });

  test("NE/NE: a receiver that has gone is noticed", async () => {
    const { outcomes, received } = await deliver((socket) => void socket.end(), ["NE", "NE"], {
      ids: ["ID1", "ID2"],
      between: () => wait(20),
    });
    expect([outcomes, received]).toEqual([
      ["none", "none"],
      ["ID1", "ID2"],
    ]);
  });

  test("ER/NE: silence does not cost a connection, and a late error of another message is not ours", async () => {
    const behave: Behaviour = (socket, { number }) => {
      if (number === 2) socket.write(acknowledgement("ID1", "CE"));
    };
    const { outcomes, connections } = await deliver(behave, ["ER", "NE"], { link: short, ids: ["ID1", "ID2", "ID3"] });
    expect(outcomes).toEqual(["none", "none", "none"]);
    expect(connections).toBe(1);
  });
});
