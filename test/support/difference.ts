import { isDeepStrictEqual } from "node:util";
import type { ProgramRun, Registered } from "./program";

/** A value before and after; one of them is missing where the other is new or gone. */
interface Change {
    readonly from?: unknown;
    readonly to?: unknown;
}

/** What one run of the program sends that another does not. */
export interface Difference {
    /** Resources that only the second run sends. */
    readonly added: readonly Pick<Registered, "type" | "name" | "inputs">[];
    /** Resources that only the first run sends, by type and name. */
    readonly removed: readonly string[];
    /** Changed inputs of the others: by type and name, then by path. */
    readonly changed: Readonly<Record<string, Readonly<Record<string, Change>>>>;
}

/** The difference between two runs, as far as resources of providers are concerned; sorted, so that it can be compared. */
export function difference(before: ProgramRun, after: ProgramRun): Difference {
    const [old, now] = [before, after].map(byKey);
    const keys = (map: ReadonlyMap<string, Registered> | undefined) => [...(map?.keys() ?? [])].sort();
    return {
        added: keys(now).flatMap((key) => {
            const added = old?.has(key) === false ? now?.get(key) : undefined;
            return added === undefined ? [] : [{ type: added.type, name: added.name, inputs: added.inputs }];
        }),
        removed: keys(old).filter((key) => now?.has(key) === false),
        changed: Object.fromEntries(
            keys(now).flatMap((key) => {
                const [one, other] = [old?.get(key), now?.get(key)];
                const changes = one === undefined || other === undefined ? [] : changesOf(one.inputs, other.inputs, "");
                return changes.length === 0 ? [] : [[key, Object.fromEntries(changes)]];
            }),
        ),
    };
}

function byKey({ resources }: ProgramRun): ReadonlyMap<string, Registered> {
    return new Map(
        resources.filter(({ custom }) => custom).map((resource) => [`${resource.type} ${resource.name}`, resource]),
    );
}

function changesOf(from: unknown, to: unknown, path: string): [string, Change][] {
    if (isDeepStrictEqual(from, to)) {
        return [];
    }
    if (!isMap(from) || !isMap(to)) {
        return [[path, { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }]];
    }
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
    return keys.flatMap((key) => changesOf(from[key], to[key], path === "" ? key : `${path} ${key}`));
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
