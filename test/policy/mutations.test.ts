import assert from "node:assert/strict";
import type { RuleConfig } from "../../policy/engine/options";
import { RULES } from "../../policy/rules";
import { evaluate, hardened, location, KINDS, set, violations } from "./fixtures";

/** One way to break a rule: what is changed in the pod, which paths are reported, and under which options. */
type Mutation = readonly [
    rule: string,
    changes: Record<string, unknown>,
    paths: readonly string[],
    options?: RuleConfig,
];

const C = "containers[0]";
const SC = `${C}.securityContext`;
const POD = "securityContext";
const SIZE = "volumes[0].emptyDir.sizeLimit";
const DEBUG = { name: "debug", image: "ghcr.io/example/debug:1.0.0" };
const SAFE = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] }, readOnlyRootFilesystem: true };
const debug = (context: object) => ({ ephemeralContainers: [{ ...DEBUG, securityContext: { ...SAFE, ...context } }] });

const MUTATIONS: readonly Mutation[] = [
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
    ["image-digest", { containers: [{ name: "a", image: `a@sha512:${"a".repeat(128)}` }], initContainers: [] }, []],
    [
        "image-digest",
        { containers: [{ name: "a", image: `a@sha512:${"a".repeat(64)}` }], initContainers: [] },
        [`${C}.image`],
    ],
    ["probe-port", { [`${C}.readinessProbe`]: { httpGet: { port: "web" } } }, [`${C}.readinessProbe.httpGet.port`]],
    [
        "probe-port",
        { [`${C}.ports`]: [{ name: "web", containerPort: 80 }], [`${C}.readinessProbe`]: { httpGet: { port: "web" } } },
        // Advice about the numbers that the pod, which declares ports, does not declare.
        [
            `${C}.livenessProbe.httpGet.port`,
            "containers[1].livenessProbe.httpGet.port",
            "containers[1].readinessProbe.httpGet.port",
            "initContainers[1].livenessProbe.httpGet.port",
            "initContainers[1].readinessProbe.httpGet.port",
        ],
    ],
    ["duplicate-env", { [`${C}.env`]: [{ name: "A" }, { name: "B" }, { name: "A" }] }, [`${C}.env[2].name`]],
    ["image-tag", { [`${C}.image`]: "host:5000/img" }, [`${C}.image`]],
    ["image-tag", { [`${C}.image`]: "img:latest@sha256:abc" }, []],
    ["image-tag", { [`${C}.image`]: "img:edge" }, [`${C}.image`], { mutableTags: ["latest", "edge"] }],
    ["image-tag", { [`${C}.image`]: undefined }, [`${C}.image`]],
    ["image-registry", { [`${C}.image`]: "evil.example/a:1" }, [`${C}.image`]],
    ["image-registry", { [`${C}.image`]: "library/a:1" }, []],
    [
        "image-registry",
        { [`${C}.image`]: "ghcr.io/other/a:1", initContainers: [], "containers[1].image": "ghcr.io/mine/b:1" },
        [`${C}.image`],
        { registries: ["ghcr.io/mine"] },
    ],
    [
        "image-digest",
        { containers: [{ name: "a", image: `a@sha256:${"A".repeat(64)}` }], initContainers: [] },
        [`${C}.image`],
    ],
    ["service-account-automount", { automountServiceAccountToken: true }, ["automountServiceAccountToken"]],
    ["service-account-automount", { automountServiceAccountToken: true }, [], { allowServiceAccounts: ["w*"] }],
    ["default-service-account", { serviceAccountName: "default" }, ["serviceAccountName"]],
    ["default-service-account", { serviceAccountName: undefined }, ["serviceAccountName"]],
    ["default-service-account", { serviceAccountName: "", serviceAccount: "web" }, []],
    ["read-only-root-filesystem", { [`${SC}.readOnlyRootFilesystem`]: false }, [`${SC}.readOnlyRootFilesystem`]],
    ["read-only-root-filesystem", { [`${SC}.readOnlyRootFilesystem`]: false }, [], { exempt: ["api"] }],
    [
        "probes-identical",
        { [`${C}.livenessProbe`]: { httpGet: { port: 8000, path: "/health" } } },
        [`${C}.livenessProbe`],
    ],
    ["plaintext-secret", { [`${C}.env`]: [{ name: "API_KEY", value: "0123456789abcdef" }] }, [`${C}.env[0].value`]],
    ["plaintext-secret", { [`${C}.env`]: [{ name: "A", value: "AKIAABCDEFGHIJKLMNOP" }] }, [`${C}.env[0].value`]],
    [
        "plaintext-secret",
        { [`${C}.env`]: [{ name: "URL", value: "postgres://me:word123@db/a" }] },
        [`${C}.env[0].value`],
    ],
    [
        "plaintext-secret",
        {
            [`${C}.env`]: [
                { name: "PASSWORD_FILE", value: "/run/p" },
                { name: "TOKEN_TTL", value: "3600" },
                { name: "MONKEY", value: "banana" },
            ],
        },
        [],
    ],
    ...[
        "clientSecret",
        "DB_PWD",
        "githubToken",
        "SECRET_KEY_BASE",
        "apikey",
        "privateKey",
        "API-Key",
        "dbPassword",
    ].map((name): Mutation => [
        "plaintext-secret",
        { [`${C}.env`]: [{ name, value: "Hunter2x" }] },
        [`${C}.env[0].value`],
    ]),
    [
        "plaintext-secret",
        { [`${C}.env`]: [{ name: "connectionString", value: "Server=db;User=a;Password=hunter2" }] },
        [`${C}.env[0].value`],
    ],
    [
        "plaintext-secret",
        {
            [`${C}.env`]: [
                { name: "IMAGE_PULL_SECRET", value: "regcred" },
                { name: "SECRET_NAME", value: "regcred" },
                { name: "TOKEN_FILE", value: "/var/run/token" },
                { name: "PASSWORD_MIN_LENGTH", value: "8" },
                { name: "tokenUrl", value: "https://id.example" },
                { name: "MAX_TOKENS", value: "4096" },
                { name: "DB_PASSWORD", value: "$(OTHER)" },
                { name: "connectionString", value: "host=db sslmode=verify-full" },
            ],
        },
        [],
    ],
    ["plaintext-secret", { [`${C}.args`]: ["--user=a", "--password=hunter2"] }, [`${C}.args[1]`]],
    ["plaintext-secret", { [`${C}.args`]: ["--db-password", "hunter2"] }, [`${C}.args[0]`]],
    ["plaintext-secret", { [`${C}.command`]: ["sh", "-c", "DB_PASSWORD=hunter2 run"] }, [`${C}.command[2]`]],
    ["plaintext-secret", { [`${C}.args`]: ["--url=postgres://a:hunter2@db/x"] }, [`${C}.args[0]`]],
    [
        "plaintext-secret",
        { [`${C}.args`]: ["--password=$(PASSWORD)", "--token-file=/a", "--secret-name=web", "--password-file", "/b"] },
        [],
    ],
    [
        "plaintext-secret",
        { [`${C}.readinessProbe.httpGet.httpHeaders`]: [{ name: "Authorization", value: "Bearer abcdefgh" }] },
        [`${C}.readinessProbe.httpGet.httpHeaders[0].value`],
    ],
    [
        "plaintext-secret",
        { [`${C}.env`]: [{ name: "API_KEY", value: "0123456789abcdef" }] },
        [],
        { allowKeys: ["API_*"] },
    ],
    [
        "secret-in-env",
        { [`${C}.env`]: [{ name: "A", valueFrom: { secretKeyRef: { name: "a", key: "b" } } }] },
        [`${C}.env[0].valueFrom.secretKeyRef`],
    ],
    ["resource-limits", { [`${C}.resources.limits.cpu`]: undefined }, [`${C}.resources.limits.cpu`]],
    ["priority-class", { priorityClassName: "other" }, ["priorityClassName"], { classes: ["mine"] }],
    ["emptydir-size-limit", { volumes: [{ name: "a", emptyDir: { sizeLimit: "x" } }] }, [SIZE]],
    ["emptydir-size-limit", { volumes: [{ name: "a", emptyDir: { sizeLimit: 0 } }] }, [SIZE]],
    ["emptydir-size-limit", { volumes: [{ name: "a", emptyDir: { sizeLimit: "-1Mi" } }] }, [SIZE]],
    ["emptydir-size-limit", { volumes: [{ name: "a" }] }, [SIZE]],
    ["emptydir-size-limit", { volumes: [{ name: "a", emptyDir: null, secret: { secretName: "a" } }] }, []],
    ["emptydir-size-limit", { volumes: [{ name: "a", emptyDir: { sizeLimit: "1Mi" } }] }, []],
];

describe("one way to break a rule", () => {
    for (const [id, changes, paths, options = {}] of MUTATIONS) {
        const under = Object.keys(options).length === 0 ? "" : ` under ${JSON.stringify(options)}`;
        it(`${id}: ${Object.keys(changes).join(", ")}${under}`, () => {
            const rule = RULES.find((candidate) => candidate.id === id);
            assert.ok(rule);
            // The same in every kind but for the path of the pod.
            for (const kind of Object.keys(KINDS)) {
                const { pod } = location(kind);
                const object = hardened(kind);
                for (const [path, value] of Object.entries(changes)) {
                    set(object, `${pod}.${path}`, structuredClone(value));
                }
                const found = violations(evaluate(rule, object, { options }));
                assert.deepEqual(
                    found,
                    paths.map((path) => `${pod}.${path}`),
                    kind,
                );
            }
        });
    }
});

describe("the order of containers", () => {
    it("does not matter", () => {
        const object = set(hardened(), "spec.template.spec.containers[1]", { name: "bad", image: "bad" });
        const pod = (object.spec as { template: { spec: { containers: unknown[] } } }).template.spec;
        const names = () =>
            RULES.map((rule) =>
                evaluate(rule, object)
                    .map(({ type, container, message }) => [type, container, message.replace(/\[\d\]/g, "")].join())
                    .sort(),
            );
        const before = names();
        pod.containers.reverse();
        assert.deepEqual(names(), before);
    });
});
