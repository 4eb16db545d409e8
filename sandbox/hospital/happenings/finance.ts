import { billedServices, plans } from "../catalogue.ts";
import type { Account, Charge, Coverage, Id, Stay } from "../records.ts";
import { minuteMs, type World } from "../world.ts";
import { type Happening, happening, inHouse, newKept, recent } from "./happening.ts";
import { present } from "./people.ts";

/** Who pays, and what for. */
export const financeHappenings: readonly Happening[] = [
  happening("coverage-added", "person", {
    candidates: present,
    play: (world, person) => [cover(world, person.id)],
  }),
  happening("coverage-changed", "coverage", {
    candidates: inForce,
    play(world, coverage) {
      coverage.memberNumber = makeMemberNumber(world);
      return [coverage];
    },
  }),
  happening("coverage-ended", "coverage", {
    candidates: inForce,
    play(world, coverage) {
      coverage.status = "cancelled";
      coverage.end = world.now;
      return [coverage];
    },
  }),
  happening("account-opened", "stay", {
    candidates: (world) => {
      const opened = new Set(world.accounts.values().map(({ stay }) => stay));
      return [...inHouse(world)].filter(({ id }) => !opened.has(id));
    },
    play: (world, stay) => [openAccount(world, stay)],
  }),
  happening("account-changed", "account", {
    candidates: openAccounts,
    play(world, account) {
      account.balance = (Number(account.balance) + world.random.whole(1, 90_000) / 100).toFixed(2);
      return [account];
    },
  }),
  happening("account-closed", "account", {
    candidates: openAccounts,
    play(world, account) {
      account.status = "inactive";
      account.end = world.now;
      return [account];
    },
  }),
  happening("account-entered-in-error", "account", {
    candidates: openAccounts,
    play(_world, account) {
      account.status = "entered-in-error";
      return [account];
    },
  }),
  happening("account-duplicated", "account", {
    candidates: openAccounts,
    play(world, account) {
      const stay = world.stays.get(account.stay);
      if (!stay || stay.person !== account.person) return undefined;
      const duplicate = openAccount(world, stay);
      duplicate.number = `A${duplicate.id}`;
      world.duplicates.set(duplicate.id, account.id);
      world.after(world.minutes("untilAccountsCombined") * minuteMs, "accounts-combined", duplicate);
      return [duplicate];
    },
  }),
  happening("accounts-combined", "account", {
    play(world, account) {
      const survivor = world.accounts.get(world.duplicates.get(account.id) ?? "");
      if (account.status !== "active" || survivor?.status !== "active") return undefined;
      if (survivor.person !== account.person) return undefined;
      account.status = "inactive";
      account.end = world.now;
      account.combinedInto = survivor.id;
      return [account];
    },
  }),
  happening("charge-posted", "account", {
    candidates: openAccounts,
    play: (world, account) => [charge(world, account)],
  }),
  happening("charge-voided", "charge", {
    candidates: billable,
    play(_world, posted) {
      posted.status = "entered-in-error";
      return [posted];
    },
  }),
  happening("charge-replaced", "charge", {
    candidates: billable,
    play(world, posted) {
      const account = world.accounts.get(posted.account);
      if (!account) return undefined;
      const next = charge(world, account);
      next.service = posted.service;
      next.price = posted.price;
      next.quantity = posted.quantity + 1;
      next.replaces = posted.id;
      posted.status = "not-billable";
      return [posted, next];
    },
  }),
];

function inForce(world: World): Iterable<Coverage> {
  return world.coverages.values().filter(({ status, person }) => status === "active" && isPresent(world, person));
}

const isPresent = (world: World, person: Id) => world.people.get(person)?.mergedInto === undefined;

export function cover(world: World, person: Id): Coverage {
  const { random, now } = world;
  const { id, ...kept } = newKept(world);
  const coverage: Coverage = {
    record: "coverage",
    id: `${id}-${person}-0`,
    ...kept,
    person,
    plan: random.whole(0, plans.length - 1),
    status: "active",
    memberNumber: makeMemberNumber(world),
    start: now,
  };
  world.coverages.set(coverage.id, coverage);
  return coverage;
}

const makeMemberNumber = ({ random }: World) => `${random.pick(["W", "XJ", "1EG4"])}${random.whole(1e6, 9e6)}`;

function openAccounts(world: World): Iterable<Account> {
  return recent(world, world.accounts, ({ status }) => status === "active");
}

export function openAccount(world: World, stay: Stay): Account {
  const account: Account = {
    record: "account",
    ...newKept(world, "F"),
    person: stay.person,
    stay: stay.id,
    number: `A${stay.id}`,
    status: "active",
    start: world.now,
    balance: "0.00",
  };
  world.accounts.set(account.id, account);
  return account;
}

function billable(world: World): Iterable<Charge> {
  return recent(world, world.charges, ({ status }) => status === "billable");
}

function charge(world: World, account: Account): Charge {
  const { random, now } = world;
  const service = random.whole(0, billedServices.length - 1);
  const posted: Charge = {
    record: "charge",
    ...newKept(world),
    person: account.person,
    stay: account.stay,
    account: account.id,
    service,
    status: "billable",
    quantity: random.whole(1, 3),
    price: billedServices[service]?.price ?? "0.00",
    occurredAt: now,
  };
  world.charges.set(posted.id, posted);
  return posted;
}
