import { type Fault, setCommand } from "./faults";
import { shown } from "./given";
import { parseQuantity } from "./quantity";
import type { Resources } from "./resources";

/**
 * A fault of one setting that is valid by itself.
 * @param given The value, which has passed its schema.
 * @param allowed What it must be, as an end of the sentence "must be ...".
 * @param value What the command that fixes it sets.
 */
export function fault(
    stack: string,
    key: string,
    given: unknown,
    allowed: string,
    value: string | number | boolean,
): Fault {
    return { key, given: shown(given), allowed, fix: setCommand(stack, key, String(value)) };
}

/**
 * Places of the values in a list that are repeated.
 * @param taken Values that count as having come before the list.
 */
export function repeated(values: readonly string[], taken: readonly string[] = []): number[] {
    const seen = new Set(taken);
    return values.flatMap((value, index) => {
        const again = seen.has(value);
        seen.add(value);
        return again ? [index] : [];
    });
}

/**
 * Limits below their requests, which the API server refuses.
 * @param containers The resources by the path of their setting, e.g. `mesh.resources`.
 */
export function limitsCoverRequests(stack: string, containers: Readonly<Record<string, Resources>>): Fault[] {
    return Object.entries(containers).flatMap(([key, { requests, limits }]) =>
        (["cpu", "memory"] as const)
            .filter((name) => (parseQuantity(limits[name]) ?? 0n) < (parseQuantity(requests[name]) ?? 0n))
            .map((name) =>
                fault(
                    stack,
                    `${key}.limits.${name}`,
                    limits[name],
                    `at least ${key}.requests.${name} (${requests[name]})`,
                    requests[name],
                ),
            ),
    );
}
