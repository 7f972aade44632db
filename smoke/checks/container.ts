import type { V1Lifecycle, V1Probe } from "@kubernetes/client-node";
import { type Check } from "../check";
import { judge, passed, type Difference } from "../outcome";
import { judging } from "../cluster/lookup";
import { same, sameFields, sameMembers } from "../compare";
import type { Expectation } from "../expectation";
import { startupSeconds } from "../../settings/mesh/startTime";
import { containerOf, podSpecOf, templateOf } from "../subject";

type ProbeSettings = Expectation["mesh"]["probes"]["liveness"];

/** Ports of the container by name; without a separate metrics port, metrics are served on the http port. */
function portsOf({ http, metrics, mesh }: Expectation["mesh"]["ports"]): Record<string, number> {
    return metrics === http ? { http, mesh } : { http, metrics, mesh };
}

/** Differences in path, port and numbers of a probe. */
function probeDifferences(
    name: string,
    wanted: ProbeSettings,
    actual: V1Probe | undefined,
    http: number,
): Difference[] {
    const { path, initialDelaySeconds, ...numbers } = wanted;
    const port = actual?.httpGet?.port;
    return [
        ...same(`${name}.httpGet.path`, path, actual?.httpGet?.path),
        // A probe can refer to the port by name or by number.
        ...same(`${name}.httpGet.port`, http, port === "http" ? http : port),
        ...sameFields(name, numbers, actual),
        // The API server omits a delay of 0.
        ...same(`${name}.initialDelaySeconds`, initialDelaySeconds, actual?.initialDelaySeconds ?? 0),
    ];
}

/** Duration of preStop (s), from the sleep action or the sleep command; `undefined` for anything else. */
function preStopSeconds(lifecycle: V1Lifecycle | undefined): number | undefined {
    const [command, seconds] = lifecycle?.preStop?.exec?.command ?? [];
    return lifecycle?.preStop?.sleep?.seconds ?? (command === "sleep" ? Number(seconds) : undefined);
}

/** Checks of the app's container: ports, probes, termination and annotations. */
export const CONTAINER_CHECKS: readonly Check[] = [
    {
        topic: "Container",
        name: "ports",
        look: "get deployment -o jsonpath={..containers[*].ports}",
        run: (snapshot, { mesh }) =>
            judging(containerOf(snapshot), ({ ports }) => {
                const wanted = portsOf(mesh.ports);
                const found = (ports ?? []).map(({ name, containerPort, protocol }) =>
                    [name, containerPort, protocol].join(" "),
                );
                const texts = Object.entries(wanted).map(([name, port]) => `${name} ${port}`);
                return judge(
                    sameMembers(
                        "ports",
                        texts.map((port) => `${port} TCP`),
                        found,
                    ),
                    texts.join(", "),
                );
            }),
    },
    ...(["liveness", "readiness"] as const).map((kind): Check => ({
        topic: "Probes",
        name: kind,
        look: `get deployment -o jsonpath={..${kind}Probe}`,
        run: (snapshot, { mesh }) =>
            judging(containerOf(snapshot), (container) => {
                const wanted = mesh.probes[kind];
                const numbers = [
                    wanted.initialDelaySeconds,
                    wanted.periodSeconds,
                    wanted.timeoutSeconds,
                    wanted.failureThreshold,
                ];
                return judge(
                    probeDifferences(`${kind}Probe`, wanted, container[`${kind}Probe`], mesh.ports.http),
                    `GET ${wanted.path} ${numbers.join("/")}`,
                );
            }),
    })),
    {
        topic: "Probes",
        name: "startup",
        look: "get deployment -o jsonpath={..startupProbe}",
        run: (snapshot, { mesh }) =>
            judging(containerOf(snapshot), ({ startupProbe }) => {
                const { enabled, ...wanted } = mesh.probes.startup;
                return enabled
                    ? judge(
                          probeDifferences("startupProbe", wanted, startupProbe, mesh.ports.http),
                          `GET ${wanted.path}, up to ${startupSeconds(mesh.probes)} s`,
                      )
                    : judge(same("startupProbe", undefined, startupProbe), "none, as set");
            }),
    },
    {
        topic: "Container",
        name: "ends gracefully",
        look: "get deployment -o jsonpath={..preStop}",
        run: (snapshot, { mesh }) =>
            judging(podSpecOf(snapshot), (spec) =>
                judging(containerOf(snapshot), ({ lifecycle }) => {
                    const grace = mesh.terminationGracePeriodSeconds;
                    const sleep = mesh.preStopSleepSeconds;
                    return judge(
                        [
                            ...same("terminationGracePeriodSeconds", grace, spec.terminationGracePeriodSeconds),
                            ...same(
                                "preStop sleep (s)",
                                sleep,
                                preStopSeconds(lifecycle) ?? (lifecycle?.preStop ? undefined : 0),
                            ),
                        ],
                        `preStop ${sleep} s, grace ${grace} s`,
                    );
                }),
            ),
    },
    {
        topic: "Annotations",
        name: "metrics",
        look: "get deployment -o jsonpath={..template.metadata.annotations}",
        run: (snapshot, { mesh }) =>
            judging(templateOf(snapshot), ({ metadata }) => {
                const on = mesh.metrics.enabled;
                const wanted = {
                    "prometheus.io/scrape": on ? "true" : undefined,
                    "prometheus.io/port": on ? String(mesh.ports.metrics) : undefined,
                    "prometheus.io/path": on ? mesh.metrics.path : undefined,
                };
                return judge(
                    sameFields("annotations", wanted, metadata?.annotations),
                    on ? `:${mesh.ports.metrics}${mesh.metrics.path}` : "none, as set",
                );
            }),
    },
    {
        topic: "Annotations",
        name: "configuration checksum",
        look: "get deployment -o jsonpath={..template.metadata.annotations}",
        run: (snapshot) =>
            judging(templateOf(snapshot), ({ metadata }) => {
                const hash = metadata?.annotations?.["checksum/config"];
                return hash !== undefined && /^[0-9a-f]{64}$/.test(hash)
                    ? passed(`${hash.slice(0, 12)}...`)
                    : judge(same("annotations.checksum/config", "(a SHA-256)", hash));
            }),
    },
];
