import { createHash } from "node:crypto";

/** Hash that changes when the data does; as a pod annotation it makes a change roll the pods. */
export function checksum(data: Readonly<Record<string, string>>): string {
    const sorted = Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1));
    return createHash("sha256").update(JSON.stringify(sorted)).digest("hex");
}
