import type { Mutation } from "./mutation";

const C = "containers[0]";
const SC = `${C}.securityContext`;
const POD = "securityContext";
const DEBUG = { name: "debug", image: "ghcr.io/example/debug:1.0.0" };
const SAFE = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] }, readOnlyRootFilesystem: true };
const debug = (context: object) => ({ ephemeralContainers: [{ ...DEBUG, securityContext: { ...SAFE, ...context } }] });

/** Violations of the rules of the Pod Security Standards. */
export const MUTATIONS: readonly Mutation[] = [
    ["run-as-user-nonzero", { [`${POD}.runAsUser`]: 0 }, [`${POD}.runAsUser`]],
    ["run-as-user-nonzero", { [`${SC}.runAsUser`]: 0 }, [`${SC}.runAsUser`]],
    ["run-as-user-nonzero", debug({ runAsUser: 0 }), ["ephemeralContainers[0].securityContext.runAsUser"]],
    ["run-as-user-nonzero", { [`${POD}.runAsUser`]: 0, hostUsers: false }, []],
    [
        "run-as-user-nonzero",
        { [`${POD}.runAsUser`]: 0, hostUsers: false },
        [`${POD}.runAsUser`],
        { pssVersion: "v1.34" },
    ],
    ["run-as-user-nonzero", { [`${POD}.runAsUser`]: 0 }, [], { pssVersion: "v1.22" }],
    [
        "run-as-non-root",
        { [`${POD}.runAsNonRoot`]: false, hostUsers: false },
        [`${POD}.runAsNonRoot`],
        { pssVersion: "v1.34" },
    ],
    [
        "privileged",
        { "initContainers[0].securityContext.privileged": true },
        ["initContainers[0].securityContext.privileged"],
    ],
    ["privileged", debug({ privileged: true }), ["ephemeralContainers[0].securityContext.privileged"]],
    ["privilege-escalation", { [`${SC}.allowPrivilegeEscalation`]: true }, [`${SC}.allowPrivilegeEscalation`]],
    ["privilege-escalation", { [`${SC}.allowPrivilegeEscalation`]: undefined }, [`${SC}.allowPrivilegeEscalation`]],
    ["privilege-escalation", { [`${SC}.allowPrivilegeEscalation`]: undefined, "os.name": "windows" }, []],
    [
        "privilege-escalation",
        { [SC]: {}, "os.name": "windows" },
        [`${SC}.allowPrivilegeEscalation`],
        { pssVersion: "v1.24" },
    ],
    ["capabilities-baseline", { [`${SC}.capabilities.add`]: ["CHOWN", "NET_RAW"] }, [`${SC}.capabilities.add[1]`]],
    ["capabilities-baseline", { [`${SC}.capabilities.add`]: ["NET_RAW"] }, [], { allow: ["NET_RAW"] }],
    ["capabilities-restricted", { [`${SC}.capabilities.drop`]: ["all"] }, [`${SC}.capabilities.drop`]],
    ["capabilities-restricted", { [`${SC}.capabilities`]: undefined }, [`${SC}.capabilities.drop`]],
    ["capabilities-restricted", { [`${SC}.capabilities.add`]: ["CHOWN"] }, [`${SC}.capabilities.add[0]`]],
    ["capabilities-restricted", { [`${SC}.capabilities.add`]: ["NET_BIND_SERVICE"] }, []],
    ["seccomp-baseline", { [`${SC}.seccompProfile`]: { type: "Unconfined" } }, [`${SC}.seccompProfile.type`]],
    ["seccomp-baseline", { [`${SC}.seccompProfile`]: {} }, [`${SC}.seccompProfile.type`]],
    ["seccomp-baseline", { [`${SC}.seccompProfile`]: { type: "Unconfined" } }, [], { pssVersion: "v1.18" }],
    [
        "seccomp-restricted",
        {
            [`${POD}.seccompProfile`]: undefined,
            ephemeralContainers: [],
            initContainers: [],
            "containers[1]": undefined,
            containers: [{ name: "a", image: "b:1" }],
        },
        [`${C}.securityContext.seccompProfile`],
    ],
    ["seccomp-restricted", { [`${POD}.seccompProfile.type`]: "Unconfined" }, [`${POD}.seccompProfile.type`]],
    [
        "seccomp-restricted",
        { [`${SC}.seccompProfile`]: { type: "Localhost" } },
        [`${SC}.seccompProfile.localhostProfile`],
    ],
    ["seccomp-restricted", { [`${SC}.seccompProfile`]: { type: "Localhost", localhostProfile: "a.json" } }, []],
    ["host-namespaces", { hostPID: true, hostIPC: true }, ["hostPID", "hostIPC"]],
    ["host-namespaces", { hostPID: true }, [], { allow: ["hostPID"] }],
    ["host-path", { volumes: [{ name: "a", hostPath: { path: "/var/log" } }] }, ["volumes[0].hostPath"]],
    ["host-path", { volumes: [{ name: "a", hostPath: { path: "/var/log/pods" } }] }, [], { allowPaths: ["/var/log"] }],
    [
        "host-path",
        { volumes: [{ name: "a", hostPath: { path: "/var/logs" } }] },
        ["volumes[0].hostPath"],
        { allowPaths: ["/var/log"] },
    ],
    [
        "host-path",
        { volumes: [{ name: "a", hostPath: { path: "/var/log/../.." } }] },
        ["volumes[0].hostPath"],
        { allowPaths: ["/var/log"] },
    ],
    [
        "host-path",
        {
            volumes: [{ name: "a", hostPath: { path: "/var" } }],
            [`${C}.volumeMounts`]: [{ name: "a", mountPath: "/a" }],
        },
        ["volumes[0].hostPath"],
        { allowPaths: ["/var"] },
    ],
    [
        "host-path",
        {
            volumes: [{ name: "a", hostPath: { path: "/var" } }],
            [`${C}.volumeMounts`]: [{ name: "a", mountPath: "/a" }],
            "containers[1].volumeMounts": [{ name: "a", mountPath: "/a" }],
        },
        ["volumes[0].hostPath"],
        { allowPaths: ["/var"] },
    ],
    ["volume-types", { volumes: [{ name: "a", hostPath: { path: "/var/log" } }] }, []],
    [
        "volume-types",
        { volumes: [{ name: "a", hostPath: { path: "/var/log" } }] },
        ["volumes[0].hostPath"],
        { hostPath: true },
    ],
    [
        "host-ports",
        { [`${C}.ports`]: [{ containerPort: 80 }, { containerPort: 81, hostPort: 81 }] },
        [`${C}.ports[1].hostPort`],
    ],
    ["host-ports", { hostNetwork: true, [`${C}.ports`]: [{ containerPort: 80 }] }, [`${C}.ports[0].hostPort`]],
    ["host-ports", { [`${C}.ports`]: [{ hostPort: 9100 }] }, [], { allow: ["9000-9200"] }],
    [
        "volume-types",
        { volumes: [{ name: "a" }, { name: "b", image: {} }, { name: "c", nfs: {} }] },
        ["volumes[2].nfs"],
    ],
    ["volume-types", { volumes: [{ name: "c", nfs: {} }] }, [], { allow: ["nfs"] }],
    ["apparmor-profile", { [`${POD}.appArmorProfile`]: { type: "Unconfined" } }, [`${POD}.appArmorProfile.type`]],
    [
        "selinux-options",
        { [`${SC}.seLinuxOptions`]: { type: "spc_t", user: "u", role: "r" } },
        ["type", "user", "role"].map((key) => `${SC}.seLinuxOptions.${key}`),
    ],
    ["selinux-options", { [`${POD}.seLinuxOptions`]: { type: "container_engine_t" } }, []],
    [
        "selinux-options",
        { [`${POD}.seLinuxOptions`]: { type: "container_engine_t" } },
        [`${POD}.seLinuxOptions.type`],
        { pssVersion: "v1.30" },
    ],
    ["proc-mount", { [`${SC}.procMount`]: "Unmasked" }, [`${SC}.procMount`]],
    ["proc-mount", { [`${SC}.procMount`]: "Unmasked", hostUsers: false }, []],
    [
        "proc-mount",
        { [`${SC}.procMount`]: "Unmasked", hostUsers: false },
        [`${SC}.procMount`],
        { userNamespacesRelax: false },
    ],
    ["proc-mount-restricted", { [`${SC}.procMount`]: "Unmasked", hostUsers: false }, [`${SC}.procMount`]],
    ["sysctls", { [`${POD}.sysctls`]: [{ name: "net.ipv4.tcp_rmem" }] }, []],
    [
        "sysctls",
        { [`${POD}.sysctls`]: [{ name: "net.ipv4.tcp_rmem" }] },
        [`${POD}.sysctls[0].name`],
        { pssVersion: "v1.31" },
    ],
    ["sysctls", { [`${POD}.sysctls`]: [{ name: "constructor" }] }, [`${POD}.sysctls[0].name`]],
    ["windows-host-process", { [`${POD}.windowsOptions.hostProcess`]: true }, [`${POD}.windowsOptions.hostProcess`]],
    ["host-probes", { [`${C}.startupProbe.tcpSocket`]: { host: "a", port: 1 } }, [`${C}.startupProbe.tcpSocket.host`]],
    ["host-probes", { [`${C}.lifecycle.preStop.httpGet`]: { host: "a" } }, [`${C}.lifecycle.preStop.httpGet.host`]],
    ["host-probes", { [`${C}.startupProbe.tcpSocket`]: { host: "a", port: 1 } }, [], { pssVersion: "v1.33" }],
    [
        "cri-socket-mount",
        { volumes: [{ name: "a", hostPath: { path: "/run/docker.sock" } }] },
        ["volumes[0].hostPath.path"],
    ],
    ...[
        ...[
            "/",
            "/run",
            "/var/run/",
            "/var//run",
            "/run/containerd",
            "/run/k3s",
            "/var/run/crio",
            "/var/snap/microk8s",
        ],
        ...["/run/podman/podman.sock", "/run/cri-dockerd.sock", "/run/buildkit", "/run/frakti.sock", "/run/vc/vm"],
        ...["/run/x/../containerd/", "/run/user/1000/docker.sock", "//./pipe/docker_engine"],
    ].map((path): Mutation => [
        "cri-socket-mount",
        { volumes: [{ name: "a", hostPath: { path } }] },
        ["volumes[0].hostPath.path"],
    ]),
    ...["/run/spire/agent-sockets", "/var/log", "/proc", "/sys", "/runner"].map((path): Mutation => [
        "cri-socket-mount",
        { volumes: [{ name: "a", hostPath: { path } }] },
        [],
    ]),
];
