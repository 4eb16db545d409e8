/** The hospital's code sets: what it can book, order, measure and say. Indexes into these lists stand in the records. */
export * from "./catalogue/chart.ts";
export * from "./catalogue/laboratory.ts";
export * from "./catalogue/medicines.ts";
export * from "./catalogue/stays.ts";
