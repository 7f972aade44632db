import { quantityNumber } from "../../settings/shared/quantity";

/** Part of a container's memory limit that Go's heap may fill; the rest is for stacks, buffers and SQLite. */
const HEAP_SHARE = 0.85;

/**
 * GOMEMLIMIT of a container: Go then collects garbage before the kernel kills. Go writes MiB, where Kubernetes has Mi.
 * @param limit Memory limit, e.g. `128Mi`.
 */
export function goMemoryLimit(limit: string): { name: "GOMEMLIMIT"; value: string } {
    const bytes = quantityNumber(limit) * HEAP_SHARE;
    return { name: "GOMEMLIMIT", value: `${Math.max(1, Math.floor(bytes / 2 ** 20))}MiB` };
}
