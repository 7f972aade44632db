import { lstatSync, readFileSync } from "node:fs";
import { z } from "zod";
import { STACKS } from "../settings/shared/environments";
import { isBlank, schemaFaults } from "../terminal/foreign";

/** Largest report that is read (bytes); one of the whole prod stack has some 200 kB. */
const MAX_BYTES = 5_000_000;

/** Longest text of a value, message or name that a report holds (characters). */
const MAX_TEXT = 20_000;

/** Most entries of a list in a report; a stack has some hundred resources. */
const MAX_ENTRIES = 10_000;

const text = z.string().max(MAX_TEXT);

/** A text with visible characters: a blank name would be read as markup, or as no object. */
const name = text.refine((value) => !isBlank(value), "must not be blank");

/** A list whose validation stops at the first error: a million entries would cause a million messages. */
function list<T extends z.ZodType>(entry: T) {
    return z
        .array(z.unknown())
        .max(MAX_ENTRIES, { abort: true })
        .transform((values, context): z.output<T>[] => {
            const read: z.output<T>[] = [];
            for (const [index, value] of values.entries()) {
                const { success, data, error } = entry.safeParse(value);
                if (!success) {
                    for (const { path, message } of error.issues.slice(0, 1)) {
                        context.addIssue({ code: "custom", path: [index, ...path], message });
                    }
                    return z.NEVER;
                }
                read.push(data);
            }
            return read;
        })
        .readonly();
}

const detailSchema = z.object({
    /** Property path, e.g. `spec.replicas`. */
    path: name,
    /** Old value as text; missing when it was unset. */
    before: text.optional(),
    /** New value as text; missing when it becomes unset. */
    after: text.optional(),
});

const changeSchema = z.object({
    /** What happens to the object. `move`: it stays, but its logical name in the program is another one. */
    op: z.enum(["create", "update", "replace", "delete", "move"]),
    /** Kind and name, e.g. `Deployment x0tta6bl4-staging/staging-x0tta6bl4`. */
    object: name,
    /** Differing properties; empty for a created or deleted object. */
    details: list(detailSchema),
    /** Whether the same change is proposed without reading the live objects: the program is ahead of the stack. */
    undeployed: z.boolean().optional(),
});

const policyFindingSchema = z.object({
    /** Rule of the policy pack. */
    rule: name,
    /** `mandatory` stops an update. */
    level: z.enum(["mandatory", "advisory"]),
    /** The object, e.g. `Deployment shop/web`; missing where the stack as a whole is concerned. */
    object: name.optional(),
    /** Container, where one is affected. */
    container: text.optional(),
    /** Paths from the root of the object. */
    paths: list(text),
    /** What is wrong, where, and what to set, as sentences. */
    message: name,
});

const usedExceptionSchema = z.object({
    /** Rule that the object may break. */
    rule: name,
    /** The object, e.g. `Deployment shop/web`. */
    object: name,
    /** Container, where one is affected. */
    container: text.optional(),
    /** Paths from the root of the object that the exception covered. */
    paths: list(text),
    /** Justification. */
    reason: text,
    /** Where the exception is written: a file, the configuration of a rule, or an annotation's path. */
    origin: text,
    /** Last day on which it holds, as `YYYY-MM-DD`; missing when it has none. */
    expires: text.optional(),
});

/** Node types as cost/prices.yaml may name them: no markup is made of such a word. */
const nodeType = z.string().regex(/^[A-Za-z0-9][-._A-Za-z0-9]{0,62}$/, "must be the name of a node type");

/** An amount of money, or a number of nodes. */
const figure = z.number().nonnegative().max(1e12);

const figuresSchema = z.object({
    /** Nodes that are needed. */
    nodes: z.int().nonnegative(),
    /** Price of nodes and volumes for a month. */
    monthly: figure,
    /** The part of it that requests and volumes stand for; the rest is reserved by the nodes, or idle. */
    requested: figure,
});

function beforeAfter<T extends z.ZodType>(schema: T) {
    return z.object({ before: schema, after: schema });
}

const costSchema = z.object({
    /** Currency of all amounts, as an ISO 4217 code. */
    currency: z.string().regex(/^[A-Z]{3}$/, "must be an ISO 4217 code"),
    /** Day of the prices, at which both versions are estimated. */
    pricesDate: z.string().regex(/^\d{4}-\d{2}-\d{2}$/, "must be a day"),
    /** Type of the nodes. */
    node: beforeAfter(nodeType),
    /** At the minimum and at the maximum of the autoscalers. */
    figures: z.object({ minimum: beforeAfter(figuresSchema), maximum: beforeAfter(figuresSchema) }),
    /** Objects whose pods or volumes differ, with what they ask for. */
    objects: list(detailSchema),
    /** Settings of the stack file that differ. */
    settings: list(detailSchema),
});

const imageChangeSchema = z.object({
    /** The setting that pins the image, or the image without tag and digest where there is none. */
    image: name,
    /** As the objects named it before; missing where the image is new. */
    before: name.optional(),
    /** As they name it now; missing where it is gone. */
    after: name.optional(),
    /** Where it is used. */
    uses: list(text),
});

const reportSchema = z.object({
    /** Stack that was previewed. */
    stack: z.string().refine((value) => STACKS.includes(value), `must be ${STACKS.join(" or ")}`),
    /** Description of what the program was compared with; words only. */
    against: z.string().regex(/^[a-z0-9][a-z0-9 ,]{0,100}$/i, "must be a few words"),
    /** Pull request of the preview, as stated by the job; missing outside of a pull request. */
    pullRequest: z.int().positive().optional(),
    /** Number of resources of the program. */
    resources: z.int().nonnegative(),
    /** What differs. */
    changes: list(changeSchema),
    /** What the policy pack found, without what exceptions cover. */
    findings: list(policyFindingSchema),
    /** Exceptions of the policy pack that were used. */
    exceptions: list(usedExceptionSchema),
    /** Why the preview did not complete; empty when it did. */
    errors: list(name),
    /** What the change does to the cost; missing where it does nothing, or where it cannot be estimated. */
    cost: costSchema.optional(),
    /** Images that the change moves, adds or removes; missing where there is none, or where they cannot be listed. */
    images: list(imageChangeSchema).optional(),
});

/** One property that differs. */
export type Detail = z.infer<typeof detailSchema>;
/** One object that differs. */
export type Change = z.infer<typeof changeSchema>;
/** What the policy pack found in an object. */
export type PolicyFinding = z.infer<typeof policyFindingSchema>;
/** An exception of the policy pack, and what it covered. */
export type UsedException = z.infer<typeof usedExceptionSchema>;
/** What a change does to the cost of a stack. */
export type CostChange = z.infer<typeof costSchema>;
/** What the nodes and volumes of a version come to. */
export type CostFigures = z.infer<typeof figuresSchema>;
/** An image that differs between two versions of a stack. */
export type ImageChange = z.infer<typeof imageChangeSchema>;
/** Result of a preview: the data for a comment, a summary or an issue. Contains no secret. */
export type PreviewReport = z.infer<typeof reportSchema>;

/** Whether an update would be stopped: by a fault of the program or by a policy. */
export function isBroken({ errors, findings }: PreviewReport): boolean {
    return errors.length > 0 || findings.some(({ level }) => level === "mandatory");
}

/**
 * Reads a report that another job wrote. A pull request's code ran in that job, so the file may hold anything.
 * @throws Error that names the file, in a few lines, when it is not a report or too large.
 */
export function readReport(file: string): PreviewReport {
    const stat = lstatSync(file);
    if (!stat.isFile() || stat.size > MAX_BYTES) {
        throw new Error(`${file} is not a report: it must be a file of at most ${MAX_BYTES / 1e6} MB.`);
    }
    const result = reportSchema.safeParse(parseJson(readFileSync(file, "utf8")));
    if (!result.success) {
        throw new Error(`${file} is not a report: ${schemaFaults(result.error)}`);
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
