import type { Read } from "../../kube/read";
import type { Settings } from "../../settings";
import { readMesh } from "../mesh";
import { type CheckFinding, fromRefusal } from "../report";

/** Would an update of the mesh be refused, and is its generated operator key safe? The report adds the cluster to the commands. */
export async function meshFindings(read: Read, settings: Settings): Promise<CheckFinding[]> {
    const { reasons, warnings, exposed } = await readMesh(read, settings, "kubectl");
    const key = exposed === undefined ? [] : [{ ...fromRefusal("Operator key", exposed), status: "warn" as const }];
    const joined = warnings.map((warning) => ({ ...fromRefusal("Service mesh", warning), status: "warn" as const }));
    return reasons.length === 0
        ? [{ status: "ok", name: "Mesh", detail: "an update may follow what runs" }, ...joined, ...key]
        : [...reasons.map((reason) => fromRefusal("Mesh", reason)), ...joined, ...key];
}
