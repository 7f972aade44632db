import { z } from "zod";
import type { LocalPaths } from "../process/paths";
import { lastLines, type RunResult } from "../process/run";
import { type Place, stackFlags } from "./place";
import { TIME_LIMIT_MS } from "./pulumi";
import { RECOVERING } from "./recovering";
import { type Resource, resourceSchema } from "./state";

/** What the next update would create. */
export interface PlannedCreates {
    /**
     * The resources as the state would have them after the create, without outputs. Values that the engine masks are left
     * out, see {@link withoutMasked}.
     */
    readonly creates: readonly Resource[];
    /** Why the program cannot be previewed; `undefined` when it can. */
    readonly failure?: string;
}

const digestSchema = z.object({
    steps: z.array(z.looseObject({ op: z.string(), newState: resourceSchema.nullish() })).nullish(),
    diagnostics: z.array(z.object({ severity: z.string().optional(), message: z.string().optional() })).nullish(),
});

/**
 * Steps that create an object; the second is the creating half of a replacement, which the CLI reports on demand only
 * ({@link REPLACEMENT_STEPS}).
 */
const CREATES: readonly string[] = ["create", "create-replacement"];

/** Lets the CLI report the steps of a replacement one by one. */
const REPLACEMENT_STEPS = "--show-replacement-steps";

/**
 * What the engine prints instead of a value: a secret, and a value that is not known before the update. The second is
 * `UnknownStringValue` of its sources.
 */
const MASKED: readonly unknown[] = ["[secret]", "04da6b54-80e4-46f7-96ec-b56ff0331ba9"];

/**
 * Previews the program against the state. The report of the whole preview is read, not its stream of events, since only the
 * report has the dependencies of each resource.
 */
export async function plannedCreates(
    place: Place,
    { checkout }: Pick<LocalPaths, "checkout">,
): Promise<PlannedCreates> {
    const result = await place.cli.call(["preview", "--json", REPLACEMENT_STEPS, ...stackFlags(place)], {
        cwd: checkout,
        timeoutMs: TIME_LIMIT_MS.preview,
        env: { [RECOVERING]: "true" },
    });
    return createsOf(result);
}

/** The result of `pulumi preview --json`. */
export function createsOf({ code, stdout, stderr }: RunResult): PlannedCreates {
    const digest = readDigest(stdout);
    if (code !== 0 || digest === undefined) {
        const errors = (digest?.diagnostics ?? []).flatMap(({ severity, message = "" }) =>
            severity === "error" && message.trim() !== "" ? [message.trim()] : [],
        );
        return { creates: [], failure: errors.length > 0 ? errors.join("\n") : lastLines(`${stderr}\n${stdout}`) };
    }
    const creates = (digest.steps ?? []).flatMap(({ op, newState }) =>
        CREATES.includes(op) && newState?.custom === true ? [newState] : [],
    );
    return { creates: creates.map((resource) => ({ ...resource, inputs: withoutMaskedIn(resource.inputs ?? {}) })) };
}

function readDigest(stdout: string): z.infer<typeof digestSchema> | undefined {
    try {
        return digestSchema.parse(JSON.parse(stdout));
    } catch (error) {
        if (error instanceof SyntaxError) {
            return undefined;
        }
        throw error;
    }
}

/**
 * A value without the parts that the engine masks. They are left out, not kept: the mask would be written into the state as
 * if it was the value, and a plugin cannot read text where it expects a map. A list with a masked entry is left out as a
 * whole. The refresh after a recovery fills in what it finds in the cluster, and the update after it the rest.
 */
function withoutMasked(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.some(isMasked) ? undefined : value.map(withoutMasked);
    }
    return typeof value === "object" && value !== null ? withoutMaskedIn(value) : value;
}

function withoutMaskedIn(map: object): Record<string, unknown> {
    return Object.fromEntries(
        Object.entries(map).flatMap(([key, value]: [string, unknown]) => {
            const kept = isMasked(value) ? undefined : withoutMasked(value);
            return kept === undefined ? [] : [[key, kept]];
        }),
    );
}

function isMasked(value: unknown): boolean {
    return MASKED.includes(value);
}
