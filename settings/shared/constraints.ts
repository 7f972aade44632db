import { type Fault, setCommand } from "./faults";
import { shown } from "./given";
import { parseQuantity } from "./quantity";
import type { Resources } from "./resources";

/**
 * Builds a fault of a setting that is valid on its own but violates a constraint.
 * @param given The given value, which has passed its schema.
 * @param allowed Allowed values, to complete the sentence "must be ...".
 * @param value Value that the suggested command sets.
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
 * Indexes of the values in a list that repeat an earlier value.
 * @param taken Values that count as preceding the list.
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
 * Faults of limits below their requests, which the API server rejects.
 * @param containers Container resources by the path of their setting, e.g. `mesh.resources`.
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
