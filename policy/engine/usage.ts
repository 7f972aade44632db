import { hasExpired, type Grant } from "./exception";
import type { Identity } from "./identity";

/** Remembers which exceptions could have covered something, and which did. */
export interface Usage {
    /** A rule has looked at an object that an exception is for. */
    readonly onSeen: (rule: string, grant: Grant, object: Identity, source: unknown) => void;
    /** An exception has covered something, also when it has expired. */
    readonly onUsed: (grant: Grant) => void;
    /** The exceptions that are over, or that cover nothing, as far as rules have looked. */
    readonly faults: (today: string) => UsageFault[];
}

/** An exception to be removed. */
export interface UsageFault {
    /** Rule that it is from. */
    readonly rule: string;
    /** What it is about, and why it should go, as sentences. */
    readonly message: string;
    /** Path of its annotation from the root of the object; empty for one in a list. */
    readonly path: string;
    /** First object that it is for. */
    readonly object: Identity;
    /** The body of the source that holds the object. */
    readonly source: unknown;
}

/** Remembers nothing yet. */
export function exceptionUsage(): Usage {
    const seen = new Map<string, { rule: string; grant: Grant; object: Identity; source: unknown }>();
    const used = new Set<string>();
    return {
        onSeen: (rule, grant, object, source) => {
            if (!seen.has(grant.label)) {
                seen.set(grant.label, { rule, grant, object, source });
            }
        },
        onUsed: ({ label }) => used.add(label),
        faults: (today) =>
            [...seen.values()].flatMap(({ grant, ...about }) => {
                const { path = "" } = grant;
                if (hasExpired(grant, today)) {
                    const message = `${grant.label} expired on ${grant.expires ?? ""}. Remove it, or set a later day.`;
                    return [{ ...about, path, message }];
                }
                if (used.has(grant.label)) {
                    return [];
                }
                return [{ ...about, path, message: `${grant.label} covers nothing. Remove it.` }];
            }),
    };
}
