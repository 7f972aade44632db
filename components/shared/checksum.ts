import { createHash } from "node:crypto";

/** Hash of the data. Set as a pod template annotation, it triggers a rollout whenever the data changes. */
export function checksum(data: Readonly<Record<string, string>>): string {
    const sorted = Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1));
    return createHash("sha256").update(JSON.stringify(sorted)).digest("hex");
}
