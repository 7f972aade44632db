import type { Mutation } from "./mutation";

const C = "containers[0]";
const SC = `${C}.securityContext`;
const SIZE = "volumes[0].emptyDir.sizeLimit";

/** Violations of the other rules about workloads. */
export const MUTATIONS: readonly Mutation[] = [
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
