import { quantityNumber } from "../../settings/shared/quantity";

/**
 * Share of a container's memory limit that the Go runtime may use; the rest is left for SQLite and other memory outside
 * the runtime.
 */
const HEAP_SHARE = 0.85;

/**
 * GOMEMLIMIT of a container: Go then collects garbage before the container is OOM-killed. Go's unit is MiB, Kubernetes'
 * is Mi.
 * @param limit Memory limit, e.g. `128Mi`.
 */
export function goMemoryLimit(limit: string): { name: "GOMEMLIMIT"; value: string } {
    const bytes = quantityNumber(limit) * HEAP_SHARE;
    return { name: "GOMEMLIMIT", value: `${Math.max(1, Math.floor(bytes / 2 ** 20))}MiB` };
}
