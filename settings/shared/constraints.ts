import { type Fault, setCommand, shown } from "./faults";
import { parseQuantity } from "./quantity";

/** Requests and limits of a container, as Kubernetes quantities. */
interface Resources {
    readonly requests: { readonly cpu: string; readonly memory: string };
    readonly limits: { readonly cpu: string; readonly memory: string };
}

/**
 * A fault of one setting that is valid by itself.
 * @param given The value; never a secret's.
 * @param allowed What it must be, as an end of the sentence "must be ...".
 * @param value What the command that mends it sets.
 */
export function fault(
    stack: string,
    key: string,
    given: unknown,
    allowed: string,
    value: string | number | boolean,
): Fault {
    return { key, given: shown(given, false), allowed, fix: setCommand(stack, key, String(value)) };
}

/**
 * Places of the values in a list that come a second time.
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
            .filter((name) => (parseQuantity(limits[name]) ?? 0) < (parseQuantity(requests[name]) ?? 0))
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

/**
 * Namespaces that are somebody else's already; each component's has a Pod Security level of its own.
 * @param taken Namespaces of other components by the path of their setting, e.g. `mesh.namespace`.
 * @param own The namespaces to judge, by path; they must differ among themselves as well.
 */
export function namespacesDiffer(
    stack: string,
    taken: Readonly<Record<string, string | undefined>>,
    own: Readonly<Record<string, string>>,
): Fault[] {
    const owners = new Map(Object.entries(taken));
    return Object.entries(own).flatMap(([key, given]) => {
        const [clash] = [...owners].find(([, other]) => other === given) ?? [];
        owners.set(key, given);
        const allowed = `another namespace than ${clash ?? ""}: each has a Pod Security level of its own`;
        return clash === undefined ? [] : [fault(stack, key, given, allowed, "<namespace>")];
    });
}
