import type { Json } from "../fixtures";

/** Reproducible pseudo-random numbers from 0 to 1. */
export function random(seed: number): () => number {
    let state = seed;
    return () => {
        state = (Math.imul(state, 1664525) + 1013904223) | 0;
        return (state >>> 8) / 2 ** 24;
    };
}

const CAPABILITIES = ["ALL", "all", "NET_BIND_SERVICE", "NET_ADMIN", "CHOWN", "NET_RAW", "CAP_CHOWN", ""];
const SYSCTLS = [
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_notsent_lowat",
    "kernel.msgmax",
];
const VOLUMES = [
    "hostPath",
    "nfs",
    "iscsi",
    "configMap",
    "secret",
    "csi",
    "image",
    "ephemeral",
    "projected",
    "emptyDir",
];
const ANNOTATIONS = [
    "container.apparmor.security.beta.kubernetes.io/c0",
    "seccomp.security.alpha.kubernetes.io/pod",
    "container.seccomp.security.alpha.kubernetes.io/c0",
];
const PROFILES = ["runtime/default", "localhost/x", "unconfined", "", "docker/default"];

/** A pod with random values, valid or not, in all fields that the Pod Security Standards check. */
export function randomPod(next: () => number): Json {
    const chance = (share: number) => next() < share;
    const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(next() * items.length)];
    const some = <T>(most: number, make: (index: number) => T): T[] =>
        Array.from({ length: Math.floor(next() * (most + 1)) }, (_, index) => make(index));
    const flag = () => pick([undefined, true, false]);
    const seccomp = () => {
        const type = pick(["Unconfined", "RuntimeDefault", "RuntimeDefault", "Localhost", ""]);
        return chance(0.5) ? undefined : { type, ...(type === "Localhost" ? { localhostProfile: "a.json" } : {}) };
    };
    const shared = () => ({
        runAsNonRoot: flag(),
        runAsUser: pick([undefined, 0, 1000]),
        seccompProfile: seccomp(),
        appArmorProfile: chance(0.7) ? undefined : { type: pick(["Unconfined", "RuntimeDefault", "Localhost", ""]) },
        seLinuxOptions: chance(0.7)
            ? undefined
            : {
                  type: pick(["", "container_t", "container_engine_t", "spc_t"]),
                  user: pick(["", "", "u"]),
                  role: pick(["", "", "r"]),
              },
        windowsOptions: chance(0.8) ? undefined : { hostProcess: flag() },
    });
    const handler = () => ({
        [pick(["httpGet", "tcpSocket"]) ?? ""]: { port: 80, host: pick([undefined, undefined, "", "a"]) },
    });
    const container = (name: string) => ({
        name,
        image: "app:1.0.0",
        ports: some(2, () => ({ containerPort: 80, hostPort: pick([undefined, undefined, 0, 80]) })),
        livenessProbe: chance(0.6) ? undefined : handler(),
        lifecycle: chance(0.8) ? undefined : { preStop: handler() },
        securityContext: chance(0.2)
            ? undefined
            : {
                  ...shared(),
                  privileged: chance(0.8) ? undefined : flag(),
                  allowPrivilegeEscalation: pick([undefined, true, false, false, false]),
                  procMount: pick([undefined, undefined, undefined, "Default", "Unmasked"]),
                  capabilities: chance(0.3)
                      ? undefined
                      : { add: some(2, () => pick(CAPABILITIES)), drop: some(3, () => pick(CAPABILITIES)) },
              },
    });
    const debug = () => {
        const { name, image, securityContext } = container("e0");
        return { name, image, securityContext };
    };
    const spec = {
        containers: [container("c0"), ...some(1, () => container("c1"))],
        initContainers: some(1, () => container("i0")),
        ephemeralContainers: chance(0.85) ? [] : [debug()],
        hostNetwork: pick([undefined, false, false, true]),
        hostPID: chance(0.1),
        hostIPC: chance(0.1),
        hostUsers: chance(0.7) ? undefined : flag(),
        os: chance(0.8) ? undefined : { name: pick(["windows", "linux"]) },
        securityContext: chance(0.2)
            ? undefined
            : { ...shared(), sysctls: some(2, () => ({ name: pick(SYSCTLS), value: "1" })) },
        volumes: some(2, (index) =>
            chance(0.2) ? { name: `v${index}` } : { name: `v${index}`, [pick(VOLUMES) ?? ""]: {} },
        ),
    };
    const annotations = Object.fromEntries(ANNOTATIONS.filter(() => chance(0.2)).map((key) => [key, pick(PROFILES)]));
    // Through JSON, as a manifest: what is undefined is left out.
    return JSON.parse(
        JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { name: "p", annotations }, spec }),
    ) as Json;
}
