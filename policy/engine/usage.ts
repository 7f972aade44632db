import { hasExpired, type Grant } from "./exception";
import type { Identity } from "./identity";

/** Records which exceptions could have covered something, and which did. */
export interface Usage {
    /** A rule has evaluated an object that an exception matches. */
    readonly onSeen: (rule: string, grant: Grant, object: Identity, source: unknown) => void;
    /** An exception has covered something, even if it has expired. */
    readonly onUsed: (grant: Grant) => void;
    /** The exceptions that have expired or cover nothing, as far as rules have run. */
    readonly faults: (today: string) => UsageFault[];
}

/** An exception to remove. */
export interface UsageFault {
    /** Rule of the exception. */
    readonly rule: string;
    /** The exception and the reason to remove it, as sentences. */
    readonly message: string;
    /** Path of its annotation from the root of the object; empty for an exception in a list. */
    readonly path: string;
    /** First object that it matches. */
    readonly object: Identity;
    /** The body of the object's source. */
    readonly source: unknown;
}

/** An empty record. */
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
                    const message = `${grant.label} expired on ${grant.expires ?? ""}. Remove it, or set a later date.`;
                    return [{ ...about, path, message }];
                }
                if (used.has(grant.label)) {
                    return [];
                }
                return [{ ...about, path, message: `${grant.label} covers nothing. Remove it.` }];
            }),
    };
}
