import { z } from "zod";
import * as p from "../shared/primitives";

const MONEY = "an amount of money above 0, in the currency of cost/prices.yaml";

/** What the stack may cost, and how its pods are sized. Changes no object of the cluster. */
export const costSchema = z.strictObject({
    node: z
        .strictObject({
            type: p
                .text(/^[A-Za-z0-9][-._A-Za-z0-9]{0,62}$/, "the name of a node type in cost/prices.yaml")
                .default("m6i.large")
                .describe("Type of the nodes that the cost is estimated for"),
            zones: z
                .int({ error: "a whole number from 1 to 10" })
                .min(1)
                .max(10)
                .default(3)
                .describe("Number of zones that the nodes are in"),
            otherPods: z
                .strictObject({
                    cpu: p.cpu
                        .optional()
                        .describe("CPU that pods of others, e.g. of the cluster itself, request on each node"),
                    memory: p.bytes.optional().describe("Memory that these pods request on each node"),
                })
                .prefault({}),
        })
        .prefault({}),
    budget: z
        .strictObject({
            monthly: z
                .number({ error: MONEY })
                .positive({ error: MONEY })
                .max(1e9, { error: MONEY })
                .optional()
                .describe("Most that the stack may cost in a month; unset: no limit. A stack above it is not updated"),
            at: z
                .enum(["minimum", "maximum"])
                .default("maximum")
                .describe("Whether the budget holds at the minimum or the maximum of the autoscalers"),
            increasePercent: z
                .int({ error: "a whole number from 1 to 1000" })
                .min(1)
                .max(1000)
                .optional()
                .describe("Increase over the compared commit above which a preview warns; unset: it never does"),
        })
        .prefault({}),
    sizing: z
        .strictObject({
            window: p
                .text(/^([1-9]|[1-9]\d)d$/, "a number of days from 1d to 99d")
                .default("14d")
                .describe("History that a recommendation looks at; at most the retention of Prometheus"),
            minimumPoints: z
                .int({ error: "a whole number of at least 1" })
                .min(1)
                .max(100_000)
                .default(100)
                .describe("Samples of 5 minutes that a container must have before anything is recommended"),
            cpuPercentile: p.percent.default(95).describe("Percentile of CPU usage that the CPU request covers"),
            cpuMarginPercent: z
                .int({ error: "a whole number from 0 to 1000" })
                .min(0)
                .max(1000)
                .default(15)
                .describe("Margin above that percentile"),
            memoryMarginPercent: z
                .int({ error: "a whole number from 0 to 1000" })
                .min(0)
                .max(1000)
                .default(20)
                .describe("Margin above the largest memory usage, for request and limit"),
        })
        .prefault({}),
});

/** Settings of the cost estimate, validated and with defaults. */
export type CostSettings = z.output<typeof costSchema>;
