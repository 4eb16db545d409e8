import { describeHistories } from "./history-cuts.ts";

describeHistories(300);
