import { defaultFeeds, feeds } from "../shared/config/schema.ts";
import { startMonth } from "../test/changes/support/month.ts";

/**
 * What polling costs: FHIR requests and AWS calls, for polls that find nothing and for each change that is found. A
 * hospital of thirty people on its busy days, every patient in the house polled each minute, in this process.
 */
const minute = 60_000;

interface Tally {
  polls: number;
  requests: number;
  calls: number;
  changes: number;
}

for (const [name, chosen] of [
  ["the six default feeds", defaultFeeds],
  ["every feed", feeds],
] as const) {
  const month = await startMonth(3, { feeds: [...chosen], referenceData: "known" }, { busy: 4 });
  // The first polls read all that there is.
  await month.pollDue();
  const idle: Tally = { polls: 0, requests: 0, calls: 0, changes: 0 };
  const busy: Tally = { polls: 0, requests: 0, calls: 0, changes: 0 };
  for (let passed = 0; passed < 180; passed += 1) {
    month.pass(minute);
    await month.pollDue((outcome, calls) => {
      const tally = outcome.changes === 0 ? idle : busy;
      tally.polls += 1;
      tally.requests += outcome.requests;
      tally.calls += calls;
      tally.changes += outcome.changes;
    });
    month.takeChangeSets();
  }
  console.log(`${name}, ${idle.polls + busy.polls} polls in three hours`);
  console.log(
    `  a poll that finds nothing   ${each(idle.requests, idle.polls)} requests, ${each(idle.calls, idle.polls)} AWS calls`,
  );
  console.log(
    `  a poll that finds something ${each(busy.requests, busy.polls)} requests, ${each(busy.calls, busy.polls)} AWS calls, ${each(busy.changes, busy.polls)} changes`,
  );
  console.log(
    `  a change                    ${each(busy.requests + idle.requests, busy.changes)} requests, ${each(busy.calls + idle.calls, busy.changes)} AWS calls, all polls counted`,
  );
}

function each(sum: number, of: number): string {
  return of === 0 ? "-" : (sum / of).toFixed(1);
}
