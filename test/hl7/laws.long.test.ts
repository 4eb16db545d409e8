/** The laws of the everyday suite, tried on many more values. */
process.env["PROPERTY_RUNS_TIMES"] = "10";
await import("./laws.test.ts");
await import("./encode.test.ts");
await import("./totality.test.ts");
await import("./chart-totality.test.ts");
await import("./messages/totality.test.ts");
await import("./conformance/properties.test.ts");

export {};
