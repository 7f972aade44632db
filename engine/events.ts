import { z } from "zod";
import type { Finding } from "./report";

const stateSchema = z.object({
    custom: z.boolean().default(false),
    inputs: z.record(z.string(), z.unknown()).nullish(),
    outputs: z.record(z.string(), z.unknown()).nullish(),
});

const eventSchema = z.object({
    resourcePreEvent: z
        .object({
            metadata: z.object({
                op: z.string(),
                urn: z.string(),
                type: z.string(),
                old: stateSchema.nullish(),
                new: stateSchema.nullish(),
                detailedDiff: z.record(z.string(), z.unknown()).nullish(),
            }),
        })
        .optional(),
    policyEvent: z.object({ policyName: z.string(), enforcementLevel: z.string(), message: z.string() }).optional(),
    diagnosticEvent: z
        .object({ severity: z.string(), message: z.string(), ephemeral: z.boolean().optional() })
        .optional(),
});

/** What the engine means to do with one resource. */
export type EngineStep = NonNullable<z.infer<typeof eventSchema>["resourcePreEvent"]>["metadata"];

/** What a preview said, event by event. */
export interface EngineEvents {
    /** What would happen to each resource, unchanged ones included. */
    readonly steps: readonly EngineStep[];
    /** What the policy pack found, without used exceptions. */
    readonly findings: readonly Finding[];
    /** How many exceptions were used. */
    readonly exceptions: number;
    /** What went wrong. */
    readonly errors: readonly string[];
}

/** How the pack tells that an exception covers a finding. */
const EXCEPTION = ": exception for ";

/** What the CLI says once more after the cause; that says more. */
const CONSEQUENCE = /^(preview|update) failed$|^failed to run policy: context canceled$/;

/** Reads the output of `pulumi preview --json` with PULUMI_ENABLE_STREAMING_JSON_PREVIEW: one event a line. */
export function readEvents(stdout: string): EngineEvents {
    const steps: EngineStep[] = [];
    const findings: Finding[] = [];
    const errors: string[] = [];
    let exceptions = 0;
    for (const line of stdout.split("\n")) {
        const event = line.startsWith("{") ? eventSchema.parse(JSON.parse(line)) : {};
        const { resourcePreEvent, policyEvent, diagnosticEvent } = event;
        if (resourcePreEvent !== undefined) {
            steps.push(resourcePreEvent.metadata);
        }
        if (policyEvent !== undefined) {
            const { policyName: rule, enforcementLevel, message } = policyEvent;
            if (message.includes(EXCEPTION)) {
                exceptions += 1;
            } else {
                const level = enforcementLevel === "mandatory" ? "mandatory" : "advisory";
                findings.push({ rule, level, message: message.trim() });
            }
        }
        if (diagnosticEvent?.severity === "error" && diagnosticEvent.message.trim() !== "") {
            errors.push(diagnosticEvent.message.trim());
        }
    }
    // The engine judges resources in parallel, in another order each time.
    findings.sort((a, b) => (`${a.rule} ${a.message}` < `${b.rule} ${b.message}` ? -1 : 1));
    return { steps, findings, exceptions, errors: errors.filter((text) => !CONSEQUENCE.test(text)) };
}
