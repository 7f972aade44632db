import { at } from "./program";

/** Volume types that level `restricted` admits (Pod Security Standards, v1.25 and later). */
const VOLUME_TYPES = [
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
    "secret",
];

/** Items of a list; empty if it is missing. */
const items = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Violations of Pod Security level `restricted` by a pod; empty if the pod is admitted. */
export function restrictedViolations(podSpec: unknown): string[] {
    const pod = at(podSpec, "securityContext");
    const containers = ["initContainers", "containers", "ephemeralContainers"].flatMap((kind) =>
        items(at(podSpec, kind)),
    );
    return [
        ...["hostNetwork", "hostPID", "hostIPC"].filter((field) => at(podSpec, field) === true),
        ...items(at(podSpec, "volumes")).flatMap(volumeViolations),
        ...(at(pod, "runAsUser") === 0 ? ["pod runs as user 0"] : []),
        ...unsafeExtras("pod", pod),
        ...containers.flatMap((container) => containerViolations(container, pod)),
    ];
}

function volumeViolations(volume: unknown): string[] {
    return Object.keys(typeof volume === "object" && volume !== null ? volume : {})
        .filter((key) => key !== "name" && !VOLUME_TYPES.includes(key))
        .map((type) => `volume ${String(at(volume, "name"))} is a ${type}`);
}

function containerViolations(container: unknown, pod: unknown): string[] {
    const name = String(at(container, "name"));
    const own = at(container, "securityContext");
    const added = items(at(own, "capabilities", "add")).filter((capability) => capability !== "NET_BIND_SERVICE");
    const seccomp = at(own, "seccompProfile", "type") ?? at(pod, "seccompProfile", "type");
    const broken: [string, boolean][] = [
        ["is privileged", at(own, "privileged") === true],
        ["may escalate privileges", at(own, "allowPrivilegeEscalation") !== false],
        ["may run as root", (at(own, "runAsNonRoot") ?? at(pod, "runAsNonRoot")) !== true],
        ["runs as user 0", at(own, "runAsUser") === 0],
        ["does not drop ALL capabilities", !items(at(own, "capabilities", "drop")).includes("ALL")],
        [`adds ${added.join()}`, added.length > 0],
        ["has no seccomp profile", seccomp !== "RuntimeDefault" && seccomp !== "Localhost"],
        ["has a host port", items(at(container, "ports")).some((port) => Boolean(at(port, "hostPort")))],
        ["unmasks /proc", (at(own, "procMount") ?? "Default") !== "Default"],
    ];
    return [
        ...broken.filter(([, is]) => is).map(([what]) => `${name} ${what}`),
        ...unsafeExtras(name, own),
        ...hookHosts(container).map((host) => `${name} sends a probe or hook to ${host}`),
    ];
}

/** What level `baseline` has against fields that pods and containers share. */
function unsafeExtras(name: string, context: unknown): string[] {
    const apparmor = at(context, "appArmorProfile", "type");
    const selinux = at(context, "seLinuxOptions");
    return [
        ...(items(at(context, "sysctls")).length > 0 ? [`${name} sets sysctls`] : []),
        ...(apparmor === "Unconfined" ? [`${name} is unconfined by AppArmor`] : []),
        ...(selinux === undefined ? [] : [`${name} sets SELinux options`]),
        ...(at(context, "windowsOptions", "hostProcess") === true ? [`${name} is a Windows host process`] : []),
    ];
}

/** Hosts in probes and hooks; level `baseline` rejects any since v1.34. */
function hookHosts(container: unknown): string[] {
    const handlers = [
        ...["livenessProbe", "readinessProbe", "startupProbe"].map((probe) => at(container, probe)),
        ...["preStop", "postStart"].map((hook) => at(container, "lifecycle", hook)),
    ];
    return handlers
        .flatMap((handler) => [at(handler, "httpGet", "host"), at(handler, "tcpSocket", "host")])
        .filter((host): host is string => typeof host === "string" && host !== "");
}
