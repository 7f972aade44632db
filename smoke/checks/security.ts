import { type Check } from "../check";
import { judge, type Difference } from "../outcome";
import { judging } from "../cluster/lookup";
import { same, sameFields, sameMembers } from "../compare";
import { parseQuantity } from "../../settings/shared/quantity";
import { CONTAINER, containerOf, podSpecOf } from "../subject";

const TOPIC = "Security";

/** User ID and group ID of the app's image. */
const APP_USER = 1000;

/** Capabilities that eBPF needs, if it is enabled. */
const EBPF_CAPABILITIES = ["BPF", "NET_ADMIN", "PERFMON"];

/** Compares two quantities by value: the API server can normalize `1000m` to `1`. */
function sameQuantity(path: string, expected: string, actual: string | undefined): Difference[] {
    const equal = actual !== undefined && parseQuantity(actual) === parseQuantity(expected);
    return equal ? [] : same(path, expected, actual);
}

/** Checks of security contexts and resources. */
export const SECURITY_CHECKS: readonly Check[] = [
    {
        topic: TOPIC,
        name: "pod runs as non-root 1000",
        look: "get deployment -o jsonpath={..spec.securityContext}",
        run: (snapshot) =>
            judging(podSpecOf(snapshot), ({ securityContext }) => {
                const wanted = { runAsNonRoot: true, runAsUser: APP_USER, runAsGroup: APP_USER, fsGroup: APP_USER };
                return judge(sameFields("securityContext", wanted, securityContext), `fsGroup ${APP_USER}`);
            }),
    },
    {
        topic: TOPIC,
        name: "container is confined",
        look: "get deployment -o jsonpath={..containers[*].securityContext}",
        run: (snapshot, { mesh }) =>
            judging(containerOf(snapshot), ({ securityContext }) => {
                const path = `containers[${CONTAINER}].securityContext`;
                // The app's container runs as root only with eBPF: Kubernetes grants added capabilities effectively
                // only to root.
                const user = mesh.ebpf.enabled ? { runAsUser: 0, runAsNonRoot: false } : {};
                const wanted = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, ...user };
                const capabilities = securityContext?.capabilities;
                const add = mesh.ebpf.enabled ? EBPF_CAPABILITIES : [];
                return judge(
                    [
                        ...sameFields(path, wanted, securityContext),
                        ...same(`${path}.privileged`, false, securityContext?.privileged ?? false),
                        ...sameMembers(`${path}.capabilities.drop`, ["ALL"], capabilities?.drop ?? []),
                        ...sameMembers(`${path}.capabilities.add`, add, capabilities?.add ?? []),
                    ],
                    "read-only root, drop ALL",
                );
            }),
    },
    {
        topic: TOPIC,
        name: "seccomp RuntimeDefault",
        look: "get deployment -o jsonpath={..seccompProfile}",
        run: (snapshot) =>
            judging(podSpecOf(snapshot), (spec) =>
                judging(containerOf(snapshot), (container) => {
                    // The container's profile takes precedence over the pod's.
                    const profile = container.securityContext?.seccompProfile ?? spec.securityContext?.seccompProfile;
                    return judge(same("seccompProfile.type", "RuntimeDefault", profile?.type));
                }),
            ),
    },
    {
        topic: TOPIC,
        name: "no host namespaces",
        look: "get deployment -o yaml",
        run: (snapshot) =>
            judging(podSpecOf(snapshot), ({ hostNetwork = false, hostPID = false, hostIPC = false }) =>
                judge(
                    sameFields(
                        "spec",
                        { hostNetwork: false, hostPID: false, hostIPC: false },
                        { hostNetwork, hostPID, hostIPC },
                    ),
                ),
            ),
    },
    {
        topic: "Resources",
        name: "requests and limits",
        look: "get deployment -o jsonpath={..resources}",
        run: (snapshot, { mesh }) =>
            judging(containerOf(snapshot), ({ resources }) => {
                const { requests, limits } = mesh.resources;
                return judge(
                    [
                        ...sameQuantity("requests.cpu", requests.cpu, resources?.requests?.cpu),
                        ...sameQuantity("requests.memory", requests.memory, resources?.requests?.memory),
                        ...sameQuantity("limits.cpu", limits.cpu, resources?.limits?.cpu),
                        ...sameQuantity("limits.memory", limits.memory, resources?.limits?.memory),
                    ],
                    `${requests.cpu}/${requests.memory} - ${limits.cpu}/${limits.memory}`,
                );
            }),
    },
];
