import assert from "node:assert/strict";
import { JOBS } from "../../../components/monitoring/jobs";
import { list, objects, programRun, record, STACKS, text } from "../../support/mesh";
import { fits, monitoringRun, monitorsOf } from "../../support/monitoring";
import { at, type ProgramRun, type Registered } from "../../support/program";

/** Namespaces and names of each stack's monitors: other tools refer to them. */
const MONITORS = {
    staging: "ServiceMonitor x0tta6bl4-staging/staging-x0tta6bl4",
    prod: "ServiceMonitor x0tta6bl4-production/prod-x0tta6bl4",
};
const SERVER = "PodMonitor spire/spire-server";
const AGENT = "PodMonitor spire-system/spire-agent";

const labelsOf = (object: unknown) => at(object, "metadata", "labels");
const namespaceOf = (object: unknown) => at(object, "metadata", "namespace");

/** Pod templates of all workloads, with their namespaces. */
function templates(run: ProgramRun): { namespace: unknown; template: unknown }[] {
    return objects(run)
        .filter(({ inputs }) => ["Deployment", "StatefulSet", "DaemonSet"].some((kind) => kind === inputs.kind))
        .map(({ inputs }) => ({ namespace: namespaceOf(inputs), template: at(inputs, "spec", "template") }));
}

/** An endpoint of a pod that Prometheus would scrape. */
interface Scrape {
    readonly pod: unknown;
    readonly port: unknown;
    readonly job: unknown;
}

/** Scrape targets among the pods of this program, computed as by the operator. */
function scrapes(run: ProgramRun): Scrape[] {
    return Object.values(monitorsOf(run)).flatMap((monitor) =>
        monitor.inputs.kind === "ServiceMonitor" ? byServices(run, monitor) : byPods(run, monitor),
    );
}

function byServices(run: ProgramRun, { inputs }: Registered): Scrape[] {
    const services = objects(run).filter(
        ({ inputs: service }) =>
            service.kind === "Service" &&
            namespaceOf(service) === namespaceOf(inputs) &&
            fits(at(inputs, "spec", "selector"), labelsOf(service)),
    );
    return services.flatMap(({ inputs: service }) =>
        list(at(inputs, "spec", "endpoints")).flatMap((endpoint) =>
            list(at(service, "spec", "ports"))
                .filter((port) => at(port, "name") === at(endpoint, "port"))
                .flatMap((port) =>
                    templates(run)
                        .filter(
                            ({ namespace, template }) =>
                                namespace === namespaceOf(service) &&
                                fits({ matchLabels: at(service, "spec", "selector") }, labelsOf(template)),
                        )
                        .map(({ template }) => ({
                            pod: at(labelsOf(template), "app.kubernetes.io/name"),
                            port: at(port, "targetPort"),
                            job: at(labelsOf(service), text(at(inputs, "spec", "jobLabel"))),
                        })),
                ),
        ),
    );
}

function byPods(run: ProgramRun, { inputs }: Registered): Scrape[] {
    return templates(run)
        .filter(
            ({ namespace, template }) =>
                namespace === namespaceOf(inputs) && fits(at(inputs, "spec", "selector"), labelsOf(template)),
        )
        .flatMap(({ template }) =>
            list(at(inputs, "spec", "podMetricsEndpoints")).flatMap((endpoint) =>
                list(at(template, "spec", "containers"))
                    .flatMap((container) => list(at(container, "ports") ?? []))
                    .filter((port) => at(port, "name") === at(endpoint, "port"))
                    .map((port) => ({
                        pod: at(labelsOf(template), "app.kubernetes.io/name"),
                        port: at(port, "containerPort"),
                        job: relabelled(endpoint) ?? at(labelsOf(template), text(at(inputs, "spec", "jobLabel"))),
                    })),
            ),
        );
}

/** The job that relabeling sets, if any. */
function relabelled(endpoint: unknown): unknown {
    const rule = list(at(endpoint, "relabelings")).find((relabeling) => at(relabeling, "targetLabel") === "job");
    return at(rule, "replacement");
}

/** NetworkPolicies of a pod that allow ingress from Prometheus on a port. */
function openFor(run: ProgramRun, namespace: unknown, labels: unknown, port: unknown): number {
    return objects(run).filter(
        ({ inputs }) =>
            inputs.kind === "NetworkPolicy" &&
            namespaceOf(inputs) === namespace &&
            fits(at(inputs, "spec", "podSelector"), labels) &&
            list(at(inputs, "spec", "ingress") ?? []).some(
                (rule) =>
                    list(at(rule, "ports") ?? []).some((open) => at(open, "port") === port) &&
                    list(at(rule, "from") ?? []).some(
                        (peer) =>
                            at(peer, "namespaceSelector", "matchLabels", "kubernetes.io/metadata.name") ===
                                "monitoring" &&
                            at(peer, "podSelector", "matchLabels", "app.kubernetes.io/name") === "prometheus",
                    ),
            ),
    ).length;
}

describe("Monitors", () => {
    for (const stack of STACKS) {
        it(`of ${stack} are these, each in its target's namespace`, async () => {
            const found = Object.keys(monitorsOf(await monitoringRun({}, stack)));
            assert.deepEqual(found.sort(), [AGENT, SERVER, MONITORS[stack]].sort());
        });

        it(`of ${stack} scrape each pod once on each of its metrics ports`, async () => {
            const found = scrapes(await monitoringRun({}, stack));
            assert.deepEqual(
                found.sort((a, b) => text(a.job).localeCompare(text(b.job))),
                [
                    { pod: "spire-agent", port: 9988, job: JOBS.spireAgent },
                    { pod: "spire-server", port: 8082, job: JOBS.spireManager },
                    { pod: "spire-server", port: 9988, job: JOBS.spireServer },
                    { pod: "x0tta6bl4", port: 9090, job: JOBS.mesh },
                ],
            );
        });

        it(`of ${stack} find exactly one Service, the metrics Service, also with every option on`, async () => {
            const run = await programRun(stack, { mesh: { service: { headless: true } } });
            const { inputs } = monitorsOf(run)[MONITORS[stack]] ?? assert.fail();
            const found = objects(run)
                .filter(({ inputs: { kind } }) => kind === "Service")
                .filter(({ inputs: service }) => fits(at(inputs, "spec", "selector"), labelsOf(service)))
                .map(({ inputs: service }) => at(service, "metadata", "name"));
            assert.deepEqual(found, [`${stack}-x0tta6bl4-metrics`]);
        });

        it(`of ${stack} get through the NetworkPolicies`, async () => {
            const run = await monitoringRun({}, stack);
            for (const { pod, port } of scrapes(run)) {
                const { namespace, template } =
                    templates(run).find(
                        (workload) => at(labelsOf(workload.template), "app.kubernetes.io/name") === pod,
                    ) ?? assert.fail();
                assert.equal(openFor(run, namespace, labelsOf(template), port), 1, `${text(pod)}:${String(port)}`);
            }
        });

        it(`of ${stack} are picked up by the release's Prometheus, whatever its selectors fall back to`, async () => {
            const run = await monitoringRun({}, stack);
            const release = run.resources.find(({ type }) => type === "kubernetes:helm.sh/v3:Release");
            const spec = at(release?.inputs, "values", "prometheus", "prometheusSpec");
            for (const { inputs } of Object.values(monitorsOf(run))) {
                const field = inputs.kind === "PodMonitor" ? "podMonitorSelector" : "serviceMonitorSelector";
                // An empty selector selects everything. Without a selector, only objects with the release's label are
                // selected.
                const byRelease = { matchLabels: { release: at(release?.inputs, "name") } };
                for (const selector of [at(spec, field) ?? {}, byRelease]) {
                    assert.ok(fits(selector, labelsOf(inputs)), JSON.stringify(selector));
                }
                // Unset means all namespaces.
                assert.equal(at(spec, `${field.replace("Selector", "")}NamespaceSelector`), undefined);
            }
        });

        it(`of ${stack} scrape every 30 s and give up before the next time`, async () => {
            for (const { inputs } of Object.values(monitorsOf(await monitoringRun({}, stack)))) {
                for (const endpoint of endpoints(inputs)) {
                    assert.equal(at(endpoint, "interval"), "30s");
                    assert.equal(at(endpoint, "scrapeTimeout"), "10s");
                }
            }
        });
    }

    it("scrape the mesh at the path in the settings, and keep the app's label `endpoint`", async () => {
        const run = await programRun("staging", { mesh: { metrics: { path: "/internal/metrics" } } });
        const [endpoint] = endpoints(monitorsOf(run)[MONITORS.staging]?.inputs);
        assert.equal(at(endpoint, "port"), "metrics");
        assert.equal(at(endpoint, "path"), "/internal/metrics");
        const dropped = list(at(endpoint, "relabelings")).filter((rule) => at(rule, "action") === "labeldrop");
        assert.deepEqual(
            dropped.map((rule) => at(rule, "regex")),
            ["endpoint"],
        );
    });

    it("follow the mesh's metrics to its http port", async () => {
        const run = await programRun("staging", { mesh: { ports: { metrics: 8000 } } });
        assert.deepEqual(
            scrapes(run).filter(({ job }) => job === JOBS.mesh),
            [{ pod: "x0tta6bl4", port: 8000, job: JOBS.mesh }],
        );
    });

    it("refuse a Prometheus that the NetworkPolicies of its targets keep out", async () => {
        await assert.rejects(monitoringRun({ namespace: "watch" }), (error: Error) => {
            for (const section of ["mesh", "spire"]) {
                assert.ok(
                    error.message.includes(
                        `pulumi config set --stack staging --path ${section}.networkPolicy.metricsFromNamespace watch`,
                    ),
                    error.message,
                );
            }
            return true;
        });
        const fitting = { networkPolicy: { metricsFromNamespace: "watch" } };
        const run = await programRun("staging", { monitoring: { namespace: "watch" }, mesh: fitting, spire: fitting });
        assert.equal(Object.keys(monitorsOf(run)).length, 3);
    });

    it("leave the mesh alone when its metrics are off", async () => {
        const run = await programRun("staging", { mesh: { metrics: { enabled: false } } });
        assert.deepEqual(Object.keys(monitorsOf(run)).sort(), [AGENT, SERVER].sort());
    });

    it("leave SPIRE alone where it is managed elsewhere", async () => {
        const run = await programRun("staging", { spire: { enabled: false } });
        assert.deepEqual(Object.keys(monitorsOf(run)), [MONITORS.staging]);
    });

    it("do not exist if monitoring is disabled", async () => {
        assert.deepEqual(monitorsOf(await monitoringRun({ enabled: false })), {});
    });

    it("carry the labels by which another Prometheus selects", async () => {
        const run = await monitoringRun({ chart: { type: "existing", labels: { team: "watchers" } } });
        assert.equal(Object.keys(monitorsOf(run)).length, 3);
        for (const { inputs } of Object.values(monitorsOf(run))) {
            assert.equal(at(labelsOf(inputs), "team"), "watchers");
        }
    });
});

function endpoints(monitor: unknown): unknown[] {
    const spec = record(at(monitor, "spec"));
    return list(spec.endpoints ?? spec.podMetricsEndpoints);
}
