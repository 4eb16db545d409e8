import { type LookupAddress, type LookupOptions, lookup as systemLookup } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";
import { BridgeError } from "../errors.ts";

type Range = ReturnType<ipaddr.IPv4["range"]> | ReturnType<ipaddr.IPv6["range"]>;

/** Where client systems may live when a destination allows private addresses. */
const privateRanges: readonly Range[] = ["private", "loopback", "carrierGradeNat", "uniqueLocal"];

/** Ranges that look like unicast and are not, or that lead into the instance or another address family. */
const neverCalled = [
  // Cloud metadata and time services.
  "fd00:ec2::/32",
  // IPv4-compatible, NAT64 for local use, site-local: each may hold a private IPv4 or an internal host.
  "::/96",
  "64:ff9b:1::/48",
  "fec0::/10",
].map((range) => ipaddr.IPv6.parseCIDR(range));

export interface AddressPolicy {
  readonly allowPrivateAddresses: boolean;
}

/**
 * Whether a webhook may be sent to an address. Only addresses of the public internet are taken: no private, loopback,
 * link-local (and so no metadata service), carrier-grade NAT, multicast, reserved or documentation range, and no form
 * that wraps an IPv4 address into IPv6 (mapped, compatible, 6to4, NAT64, Teredo). A destination may allow the ranges of
 * private networks; the others stay refused.
 */
export function mayCall(address: string, { allowPrivateAddresses }: AddressPolicy): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  const range = parsed.range();
  if (range !== "loopback" && parsed instanceof ipaddr.IPv6 && neverCalled.some((each) => parsed.match(each)))
    return false;
  return range === "unicast" || (allowPrivateAddresses && privateRanges.includes(range));
}

/**
 * A lookup for the sockets of an HTTP agent: the address that was checked is the one that is connected to, so a name
 * that resolves differently the next time (DNS rebinding) gains nothing. One refused address refuses the name.
 */
export function guardedLookup(policy: AddressPolicy, lookup: typeof systemLookup = systemLookup): LookupFunction {
  return (hostname, options: LookupOptions, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error) return callback(error, "");
      if (!addresses.every(({ address }) => mayCall(address, policy))) return callback(refusal(), "");
      const [first] = addresses;
      if (options.all) callback(null, addresses);
      else callback(null, first?.address ?? "", first?.family);
    });
  };
}

/**
 * Sockets do not look up a host that is an address already, so that one is checked here.
 *
 * @throws ERR_ADDRESS_REFUSED
 */
export function checkLiteralAddress({ hostname }: URL, policy: AddressPolicy): void {
  const address = hostname.replace(/^\[|\]$/g, "");
  if (isIP(address) !== 0 && !mayCall(address, policy)) throw refusal();
}

function refusal(): BridgeError {
  return new BridgeError("ERR_ADDRESS_REFUSED", {
    details: {
      todo: "Point the destination at a public address, or set allowPrivateAddresses if it may live on a private one",
    },
  });
}
