import { messageOf } from "../../errors";
import type { PodSecurityLevel } from "../../components/shared/podSecurity";
import type { Expectation } from "../expectation";
import { failed, type Outcome, passed } from "../outcome";
import type { Difference } from "../outcome";
import { ownsOperator } from "../../settings/monitoring/schema";
import { ApiRefusal, type ApiObject } from "./api";
import type { DeepCheck } from "./check";
import type { Lab } from "./lab";
import { nameOf } from "./probePod";

/** A Pod Security level that rejects some pods. */
type Closing = Exclude<PodSecurityLevel, "privileged">;

/** Namespaces of the stack with the level that each enforces, without those that admit all pods. */
function closedNamespaces({ mesh, namespace, spire, monitoring }: Expectation): [string, Closing][] {
    const { level } = mesh.podSecurity;
    return [
        ...(level === "privileged" ? [] : [[namespace, level] as [string, Closing]]),
        ...(spire.enabled ? [[spire.serverNamespace, "restricted"] as [string, Closing]] : []),
        ...(ownsOperator(monitoring.settings)
            ? [[monitoring.settings.namespace, "restricted"] as [string, Closing]]
            : []),
    ];
}

/** A pod that violates a rule of a level: a container that allows privilege escalation, or the host network. */
function breaking(name: string, namespace: string, level: Closing): ApiObject {
    const container = { name: "probe", image: "registry.k8s.io/pause:3.10" };
    return {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name, namespace },
        spec: level === "baseline" ? { hostNetwork: true, containers: [container] } : { containers: [container] },
    };
}

async function judged(lab: Lab, [namespace, level]: [string, Closing]): Promise<Difference[]> {
    const path = `${namespace} (${level})`;
    const expected = "refused by Pod Security admission";
    try {
        const pods = `/api/v1/namespaces/${namespace}/pods?dryRun=All`;
        await lab.api.create(pods, breaking(nameOf(lab.run, "breaking"), namespace, level));
        return [{ path, expected, actual: "admitted" }];
    } catch (error) {
        const refused = error instanceof ApiRefusal && error.message.includes("violates PodSecurity");
        return refused ? [] : [{ path, expected, actual: messageOf(error) }];
    }
}

/** Checks of Pod Security admission. */
export const ADMISSION_CHECKS: readonly DeepCheck[] = [
    {
        topic: "Admission",
        name: "a pod that breaks the level is refused",
        look: "get namespaces --show-labels",
        containers: false,
        notHere: (expected) =>
            closedNamespaces(expected).length === 0 ? "every namespace admits everything, as set" : undefined,
        async run(lab): Promise<Outcome> {
            const closed = closedNamespaces(lab.expected);
            const differences = (await Promise.all(closed.map((one) => judged(lab, one)))).flat();
            return differences.length === 0
                ? passed(`in ${closed.map(([namespace]) => namespace).join(", ")}; nothing was stored`)
                : failed("a namespace does not enforce its level", differences);
        },
    },
];
