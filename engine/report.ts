import { readFileSync, statSync } from "node:fs";
import { z } from "zod";
import { STACKS } from "../settings/shared/environments";

/** Largest report that is read (bytes); one of the whole prod stack has some 200 kB. */
const MAX_BYTES = 5_000_000;

/** Longest text of a value, message or name that a report holds (characters). */
const text = z.string().max(20_000);

const detailSchema = z.object({
    /** Property path, e.g. `spec.replicas`. */
    path: text,
    /** What was there, as text for people; missing when nothing was. */
    before: text.optional(),
    /** What comes; missing when nothing does. */
    after: text.optional(),
});

const changeSchema = z.object({
    /** What happens to the object. `move`: it stays, but its logical name in the program is another one. */
    op: z.enum(["create", "update", "replace", "delete", "move"]),
    /** Kind and name, e.g. `Deployment x0tta6bl4-staging/staging-x0tta6bl4`. */
    object: text,
    /** What is different in it; empty for what is created or deleted as a whole. */
    details: z.array(detailSchema).readonly(),
    /** Whether the same change is there without a look at the live objects: the program is ahead of the stack. */
    undeployed: z.boolean().optional(),
});

const findingSchema = z.object({
    /** Rule of the policy pack. */
    rule: text,
    /** `mandatory` stops an update. */
    level: z.enum(["mandatory", "advisory"]),
    /** What is wrong, where, and what to set. */
    message: text,
});

const reportSchema = z.object({
    /** Stack that was looked at. */
    stack: z.string().refine((name) => STACKS.includes(name), `must be ${STACKS.join(" or ")}`),
    /** What the program was compared with, for people. */
    against: text,
    /** How many resources the program asks for. */
    resources: z.int().nonnegative(),
    /** What differs. */
    changes: z.array(changeSchema).readonly(),
    /** What the policy pack says, without used exceptions. */
    findings: z.array(findingSchema).readonly(),
    /** How many exceptions of the policy pack were used. */
    exceptions: z.int().nonnegative(),
    /** Why the preview came to no end; empty when it did. */
    errors: z.array(text).readonly(),
});

/** One property that differs. */
export type Detail = z.infer<typeof detailSchema>;
/** One object that differs. */
export type Change = z.infer<typeof changeSchema>;
/** What the policy pack says about an object. */
export type Finding = z.infer<typeof findingSchema>;
/** What one preview found: the data behind a comment, a summary or an issue. No secret is in it. */
export type Report = z.infer<typeof reportSchema>;

/** Whether an update would be stopped: by a fault of the program or by a policy. */
export function isBroken({ errors, findings }: Report): boolean {
    return errors.length > 0 || findings.some(({ level }) => level === "mandatory");
}

/**
 * Reads a report that another job wrote. A pull request's code ran in that job, so the file may hold anything.
 * @throws Error that names the file, when it is no report or too large.
 */
export function readReport(file: string): Report {
    if (statSync(file).size > MAX_BYTES) {
        throw new Error(`${file} is larger than ${MAX_BYTES / 1e6} MB, so it is no report.`);
    }
    const result = reportSchema.safeParse(parseJson(readFileSync(file, "utf8")));
    if (!result.success) {
        throw new Error(`${file} is no report: ${z.prettifyError(result.error)}`);
    }
    return result.data;
}

function parseJson(content: string): unknown {
    try {
        return JSON.parse(content);
    } catch {
        return undefined;
    }
}
