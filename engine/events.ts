import { z } from "zod";

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
    policyEvent: z
        .object({
            resourceUrn: z.string().default(""),
            policyName: z.string(),
            enforcementLevel: z.string(),
            message: z.string(),
        })
        .optional(),
    diagnosticEvent: z
        .object({ severity: z.string(), message: z.string(), ephemeral: z.boolean().optional() })
        .optional(),
});

/** What the engine plans for one resource. */
export type EngineStep = NonNullable<z.infer<typeof eventSchema>["resourcePreEvent"]>["metadata"];

/** A policy's message to the engine. The structured finding is in the pack's own file, see `engine/findings.ts`. */
export interface PolicyEvent {
    /** Resource; empty for the stack as a whole. */
    readonly urn: string;
    /** Rule of the policy pack. */
    readonly rule: string;
    /** `mandatory` stops an update. */
    readonly level: "mandatory" | "advisory";
    /** What is wrong, as sentences. */
    readonly message: string;
}

/** Events of a preview. */
interface EngineEvents {
    /** What would happen to each resource, unchanged ones included. */
    readonly steps: readonly EngineStep[];
    /** Policy events, in the engine's order. */
    readonly policyEvents: readonly PolicyEvent[];
    /** What went wrong. */
    readonly errors: readonly string[];
}

/** A line that the CLI adds after the cause, without information of its own. */
const CONSEQUENCE = /^(preview|update) failed$|^failed to run policy: context canceled$/;

/** URN of the stack itself, which the engine uses where a policy reports no resource. */
const STACK_URN = "::pulumi:pulumi:Stack::";

/** Reads the output of `pulumi preview --json` with PULUMI_ENABLE_STREAMING_JSON_PREVIEW: one event a line. */
export function readEvents(stdout: string): EngineEvents {
    const steps: EngineStep[] = [];
    const policyEvents: PolicyEvent[] = [];
    const errors: string[] = [];
    for (const line of stdout.split("\n")) {
        const event = line.startsWith("{") ? eventSchema.parse(JSON.parse(line)) : {};
        const { resourcePreEvent, policyEvent, diagnosticEvent } = event;
        if (resourcePreEvent !== undefined) {
            steps.push(resourcePreEvent.metadata);
        }
        if (policyEvent !== undefined) {
            const { resourceUrn, policyName: rule, enforcementLevel, message } = policyEvent;
            const level = enforcementLevel === "advisory" ? "advisory" : "mandatory";
            const urn = resourceUrn.includes(STACK_URN) ? "" : resourceUrn;
            policyEvents.push({ urn, rule, level, message: message.trim() });
        }
        if (diagnosticEvent?.severity === "error" && diagnosticEvent.message.trim() !== "") {
            errors.push(diagnosticEvent.message.trim());
        }
    }
    return { steps, policyEvents, errors: errors.filter((text) => !CONSEQUENCE.test(text)) };
}
