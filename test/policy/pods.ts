import * as fc from "fast-check";
import { set, location, type Json } from "./fixtures";

/** Seed and number of runs of every property test: CI must be reproducible. */
export const REPEATABLE = { seed: 20_260, numRuns: 60 } as const;

/** An object with any of these fields. */
const any = (fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Json> =>
    fc.record(fields, { requiredKeys: [] });

const one = fc.constantFrom;

const quantities = any({ cpu: one("50m", "1", "0", "x"), memory: one("64Mi", "1Gi", 5, "-1") });

/** Security context of a container, good and bad. */
const securityContext = any({
    allowPrivilegeEscalation: fc.boolean(),
    privileged: fc.boolean(),
    runAsNonRoot: fc.boolean(),
    runAsUser: one(0, 1000),
    readOnlyRootFilesystem: fc.boolean(),
    capabilities: any({ drop: one(["ALL"], ["NET_RAW"]), add: one(["SYS_ADMIN"], ["NET_BIND_SERVICE"]) }),
    seccompProfile: one(
        { type: "RuntimeDefault" },
        { type: "Unconfined" },
        { type: "Localhost", localhostProfile: "app.json" },
    ),
    procMount: one("Default", "Unmasked"),
});

const probe = any({ httpGet: one({ path: "/health", port: 8000 }, { port: "http" }), periodSeconds: one(0, 10) });

const container = any({
    image: one("app", "app:latest", "ghcr.io/example/app:1.0.0", "a b"),
    imagePullPolicy: one("Always", "Never"),
    resources: any({ requests: quantities, limits: quantities }),
    livenessProbe: probe,
    readinessProbe: probe,
    securityContext,
    env: one([{ name: "PASSWORD", value: "hunter2" }], [{ name: "A", valueFrom: { secretKeyRef: { name: "s" } } }]),
    ports: one([{ containerPort: 80, hostPort: 80 }], [{ containerPort: 8000, name: "http" }]),
});

/** Containers with names of their own. */
const containers = (prefix: string, minLength: number): fc.Arbitrary<Json[]> =>
    fc
        .array(container, { minLength, maxLength: 3 })
        .map((list) => list.map((item, index) => ({ name: `${prefix}${index}`, ...item })));

/** Specifications of pods, good and bad; every field of them is valid in every kind. */
export const pods: fc.Arbitrary<Json> = fc
    .tuple(
        containers("app", 1),
        containers("init", 0),
        any({
            securityContext: any({
                runAsNonRoot: fc.boolean(),
                runAsUser: one(0, 1000),
                seccompProfile: fc.record({ type: one("RuntimeDefault", "Unconfined") }),
                sysctls: one([{ name: "kernel.msgmax", value: "1" }], []),
            }),
            hostNetwork: fc.boolean(),
            hostPID: fc.boolean(),
            automountServiceAccountToken: fc.boolean(),
            serviceAccountName: one("default", "web"),
            volumes: one([{ name: "v", hostPath: { path: "/" } }], [{ name: "v", emptyDir: {} }]),
        }),
    )
    .map(([list, init, rest]) => ({ ...rest, containers: list, ...(init.length > 0 && { initContainers: init }) }));

/** An object of a kind around a pod specification, named shop/web. */
export function objectOf(kind: string, pod: Json): Json {
    const { versions, pod: path } = location(kind);
    const object: Json = { apiVersion: versions[0], kind, metadata: { namespace: "shop", name: "web" } };
    return set(object, path, structuredClone(pod));
}
