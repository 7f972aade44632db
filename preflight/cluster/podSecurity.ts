import type { Send } from "../../kube/request";
import type { CheckFinding } from "../report";

/** Path of a dry-run create of a namespace: nothing is stored. */
const TRIAL = "/api/v1/namespaces?dryRun=All";

/** Name of the namespace of the dry run. */
const TRIAL_NAME = "x0tta6bl4-pod-security-trial";

/**
 * Does the API server enforce Pod Security? Only its Pod Security admission reads the level in a namespace's label, so
 * it alone can refuse a level that does not exist. The dry run stores nothing.
 */
export async function podSecurityFindings(send: Send): Promise<CheckFinding[]> {
    const name = "Pod Security admission";
    const labels = { "pod-security.kubernetes.io/enforce": "no-such-level" };
    const { status, object } = await send(TRIAL, {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name: TRIAL_NAME, labels },
    });
    if (status === 422 && JSON.stringify(object).includes("pod-security.kubernetes.io/enforce")) {
        return [{ status: "ok", name, detail: "on: the levels of the stack's namespaces are enforced" }];
    }
    if (status === 201) {
        return [
            {
                status: "fail",
                name,
                detail: "off: the API server accepts a level that does not exist, so it enforces none",
                fix: "start the API server without --disable-admission-plugins=PodSecurity",
            },
        ];
    }
    return [{ status: "skip", name, detail: `unknown: a dry run of a namespace was refused with status ${status}` }];
}
