import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { FINDINGS_FILE, type PackRecord } from "../policy/crossguard/record";
import { SUMMARY } from "../policy/rules/pack";
import { schemaFaults } from "../terminal/foreign";
import type { PolicyEvent } from "./events";
import type { PolicyFinding, UsedException } from "./report";

const findingSchema = z.object({
    record: z.literal("finding"),
    type: z.enum(["violation", "undetermined", "exception", "pack"]),
    rule: z.string(),
    object: z.string().optional(),
    container: z.string().optional(),
    paths: z.array(z.string()),
    message: z.string(),
    urn: z.string().optional(),
    reported: z.boolean(),
    exception: z.object({ reason: z.string(), origin: z.string(), expires: z.string().optional() }).optional(),
});

const recordSchema: z.ZodType<PackRecord> = z.discriminatedUnion("record", [
    findingSchema,
    z.object({ record: z.literal("end"), findings: z.int().nonnegative() }),
]);

type FindingRecord = z.infer<typeof findingSchema>;

/** Findings of a policy pack in a run. */
export interface PackFindings {
    /** Violations, without those covered by exceptions. */
    readonly findings: readonly PolicyFinding[];
    /** Exceptions that were used. */
    readonly exceptions: readonly UsedException[];
    /** Why the findings are incomplete; empty when they are complete. */
    readonly faults: readonly string[];
}

/**
 * Runs `work` with a policy pack, and reads the findings that the pack writes.
 * @param work Gets the variables for the pack's environment.
 * @returns its result, and the lines of the pack's file.
 */
export async function withFindings<T>(
    work: (env: Readonly<Record<string, string>>) => Promise<T>,
): Promise<{ readonly result: T; readonly lines: readonly string[] }> {
    const folder = await mkdtemp(join(tmpdir(), "x0tta6bl4-findings-"));
    try {
        const file = join(folder, "findings.jsonl");
        const result = await work({ [FINDINGS_FILE]: file });
        const text = await readFile(file, "utf8").catch(() => "");
        return { result, lines: text.split("\n").filter((line) => line !== "") };
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

/**
 * The pack's findings, from its own file and the engine's events. The level comes from the engine. Nothing is dropped:
 * an event without a record is a finding with its text, a record without an event is an error.
 * @param stopped Whether the run ended before every resource was evaluated: then the file need not be complete.
 */
export function packFindings(lines: readonly string[], events: readonly PolicyEvent[], stopped: boolean): PackFindings {
    const { records, ended, faults } = readRecords(lines);
    const waiting = new Map<string, PolicyEvent[]>();
    for (const event of events.filter(({ rule }) => rule !== SUMMARY.id)) {
        const key = `${event.rule} ${event.urn}`;
        waiting.set(key, [...(waiting.get(key) ?? []), event]);
    }
    let lost = 0;
    const findings: PolicyFinding[] = [];
    const exceptions: UsedException[] = [];
    for (const record of records) {
        // Each resource's events come in the order of the pack's reports.
        const event = record.reported ? waiting.get(`${record.rule} ${record.urn ?? ""}`)?.shift() : undefined;
        lost += record.reported && event === undefined ? 1 : 0;
        if (record.type === "exception") {
            exceptions.push(usedException(record));
        } else {
            const level = record.reported ? (event?.level ?? "mandatory") : "advisory";
            findings.push(policyFinding(record, level));
        }
    }
    const others = [...waiting.values()].flat();
    findings.push(...others.map(({ rule, level, message }) => ({ rule, level, paths: [], message })));
    if (!stopped && !ended) {
        faults.push("The policy pack did not finish: its findings are missing or incomplete.");
    }
    if (!stopped && lost > 0) {
        faults.push(`The engine did not report ${lost} findings of the policy pack.`);
    }
    return { findings: inOrder(findings), exceptions: inOrder(exceptions), faults };
}

function readRecords(lines: readonly string[]) {
    const records: FindingRecord[] = [];
    const faults: string[] = [];
    let ended = false;
    let since = 0;
    for (const line of lines) {
        const { success, data, error } = recordSchema.safeParse(parsed(line));
        if (!success) {
            faults.push(`The policy pack wrote a finding that cannot be read: ${schemaFaults(error)}`);
        } else if (data.record === "finding") {
            records.push({ ...data, paths: [...data.paths] });
            ended = false;
            since += 1;
        } else {
            ended = true;
            if (data.findings !== since) {
                faults.push(`The policy pack found ${data.findings} things, but wrote ${since}.`);
            }
            since = 0;
        }
    }
    return { records, ended, faults };
}

function parsed(line: string): unknown {
    try {
        return JSON.parse(line);
    } catch {
        return undefined;
    }
}

function usedException({ rule, object, container, paths, exception }: FindingRecord): UsedException {
    const { reason = "", origin = "", expires } = exception ?? {};
    return { rule, object: object ?? "(stack)", container, paths, reason, origin, expires };
}

function policyFinding(record: FindingRecord, level: PolicyFinding["level"]): PolicyFinding {
    const { rule, object, container, paths, message } = record;
    return { rule, level, object, container, paths, message };
}

/** Sorted, since the engine reports in parallel. */
function inOrder<T extends { readonly rule: string; readonly object?: string; readonly paths: readonly string[] }>(
    found: readonly T[],
): T[] {
    const key = ({ rule, object = "", paths }: T) => [rule, object, ...paths].join("\n");
    return found.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
