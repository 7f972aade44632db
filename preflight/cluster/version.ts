import { isSupported, OLDEST_KUBERNETES } from "../identity";
import type { ClusterFacts } from "../facts";
import type { CheckFinding } from "../report";

/** First minor version where agents can be granted the pods of their kubelet alone. */
const FINE_GRAINED_MINOR = 33;

/** Is Kubernetes new enough? */
export function versionFindings({ version }: ClusterFacts): CheckFinding[] {
    const name = "Kubernetes version";
    if (version === undefined) {
        return [{ status: "skip", name, detail: "the API server does not show it to these credentials" }];
    }
    if (!isSupported(version)) {
        return [
            {
                status: "fail",
                name,
                detail: `${version.text} is too old: ${OLDEST_KUBERNETES} is the oldest supported version`,
                fix: "upgrade the cluster, or create a new one: npx x0 cluster kind --name NAME",
            },
        ];
    }
    const wide = version.major === 1 && version.minor < FINE_GRAINED_MINOR;
    return [
        wide
            ? {
                  status: "warn",
                  name,
                  detail: `${version.text} is supported; below 1.${FINE_GRAINED_MINOR} SPIRE agents need nodes/proxy, which also allows them to execute commands in any container of their node`,
              }
            : { status: "ok", name, detail: version.text },
    ];
}
