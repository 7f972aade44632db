import type { Fixture } from "./fixture";

/** A fault in the cluster. */
export interface Mutation {
    /** Topic and name of the check that must find it. */
    readonly check: string;
    /** Breaks the fixture. */
    readonly breakIt: (fixture: Fixture) => void;
    /** Stack of the fixture. */
    readonly stack: "staging" | "prod";
}

/** Shorthand for a {@link Mutation}. */
export function mutation(
    check: string,
    breakIt: (fixture: Fixture) => void,
    stack: Mutation["stack"] = "staging",
): Mutation {
    return { check, breakIt, stack };
}

/** Replaces a member, also a read-only one, for the test's own copy of the snapshot. */
export function put(target: object, key: string | number, value: unknown): void {
    Reflect.set(target, key, value);
}
