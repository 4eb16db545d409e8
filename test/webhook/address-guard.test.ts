import type { lookup as systemLookup } from "node:dns";
import { describe, expect, test } from "vitest";
import { checkLiteralAddress, guardedLookup, mayCall } from "../../shared/webhook/address-guard.ts";

const publicOnly = { allowPrivateAddresses: false };
const privateToo = { allowPrivateAddresses: true };

describe("addresses", () => {
  test.each(["8.8.8.8", "93.184.216.34", "172.15.0.1", "172.32.0.1", "2606:2800:220:1::1", "2a00:1450:4001:80b::200e"])(
    "%s may be called",
    (address) => {
      expect(mayCall(address, publicOnly)).toBe(true);
    },
  );

  test.each([
    ["private", "10.0.0.1"],
    ["private", "172.16.0.1"],
    ["private", "192.168.1.1"],
    ["loopback", "127.0.0.1"],
    ["loopback", "127.255.255.254"],
    ["loopback", "::1"],
    ["carrier-grade NAT", "100.64.0.1"],
    ["unique local", "fd12:3456::1"],
  ])("%s %s only where the destination allows it", (_what, address) => {
    expect(mayCall(address, publicOnly)).toBe(false);
    expect(mayCall(address, privateToo)).toBe(true);
  });

  test.each([
    ["metadata service", "169.254.169.254"],
    ["metadata service over IPv6", "fd00:ec2::254"],
    ["link-local", "169.254.0.1"],
    ["link-local", "fe80::1"],
    ["unspecified", "0.0.0.0"],
    ["this network", "0.1.2.3"],
    ["unspecified", "::"],
    ["multicast", "224.0.0.1"],
    ["multicast", "ff02::1"],
    ["broadcast", "255.255.255.255"],
    ["reserved", "240.0.0.1"],
    ["protocol assignments", "192.0.0.1"],
    ["documentation", "192.0.2.1"],
    ["documentation", "2001:db8::1"],
    ["benchmarking", "198.18.0.1"],
    ["6to4 relay", "192.88.99.1"],
    ["IPv4-mapped loopback", "::ffff:127.0.0.1"],
    ["IPv4-mapped private", "::ffff:10.0.0.1"],
    ["IPv4-mapped public", "::ffff:8.8.8.8"],
    ["IPv4-mapped, in hexadecimal", "::ffff:7f00:1"],
    ["IPv4-compatible", "::7f00:1"],
    ["6to4", "2002:7f00:1::1"],
    ["NAT64", "64:ff9b::7f00:1"],
    ["NAT64 for local use", "64:ff9b:1::7f00:1"],
    ["Teredo", "2001:0:4136:e378::1"],
    ["site-local", "fec0::1"],
    ["discard", "100::1"],
    ["no address", "localhost"],
    ["no address", ""],
  ])("%s %s never", (_what, address) => {
    expect(mayCall(address, publicOnly)).toBe(false);
    expect(mayCall(address, privateToo)).toBe(false);
  });
});

describe("a name", () => {
  /** What a socket learns from the lookup when the name has these addresses. */
  function resolve(addresses: string[], options: { all?: boolean } = { all: true }): Promise<unknown> {
    const names = ((_hostname: string, _options: object, callback: (error: null, found: object[]) => void) =>
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
      )) as unknown;
    return new Promise((settle) =>
      guardedLookup(publicOnly, names as typeof systemLookup)("hooks.example.org", options, (error, found) =>
        settle(error ?? found),
      ),
    );
  }

  test("resolves to its public addresses", async () => {
    expect(await resolve(["8.8.8.8", "2606:2800:220:1::1"])).toEqual([
      { address: "8.8.8.8", family: 4 },
      { address: "2606:2800:220:1::1", family: 6 },
    ]);
  });

  test("resolves to one address where the socket asks for one", async () => {
    expect(await resolve(["8.8.8.8", "9.9.9.9"], {})).toBe("8.8.8.8");
  });

  test.each([[["10.0.0.1"]], [["8.8.8.8", "10.0.0.1"]], [["8.8.8.8", "::1"]]])(
    "is refused for %j",
    async (addresses) => {
      expect(await resolve(addresses)).toMatchObject({ code: "ERR_ADDRESS_REFUSED" });
      expect(await resolve(addresses, {})).toMatchObject({ code: "ERR_ADDRESS_REFUSED" });
    },
  );

  test("that does not exist fails as it does without the guard", async () => {
    const failing = ((_hostname: string, _options: object, callback: (error: object, found: object[]) => void) =>
      callback({ code: "ENOTFOUND" }, [])) as unknown;
    const error = await new Promise((settle) =>
      guardedLookup(publicOnly, failing as typeof systemLookup)("hooks.example.org", { all: true }, settle),
    );
    expect(error).toMatchObject({ code: "ENOTFOUND" });
  });
});

describe("a URL with an address in it", () => {
  test.each([
    "http://127.0.0.1/",
    "http://[::1]:8080/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://[::ffff:10.0.0.1]/",
    "https://169.254.169.254/latest/meta-data",
  ])("%s is refused", (url) => {
    expect(() => checkLiteralAddress(new URL(url), publicOnly)).toThrow(
      expect.objectContaining({ code: "ERR_ADDRESS_REFUSED" }),
    );
  });

  test.each(["https://8.8.8.8/", "https://hooks.example.org/"])("%s passes", (url) => {
    expect(() => checkLiteralAddress(new URL(url), publicOnly)).not.toThrow();
  });
});
