import type { V1EndpointSlice, V1Service } from "@kubernetes/client-node";
import { HASH_LABEL } from "../../components/delivery/names";
import { type Check } from "../check";
import { failed, judge, type Difference, type Outcome } from "../outcome";
import { judging, missing, type Lookup } from "../cluster/lookup";
import type { Snapshot } from "../cluster/snapshot";
import { same, sameFields, sameKeys, sameMembers } from "../compare";
import type { Expectation } from "../expectation";
import { isReady } from "../rollout";
import { CONTAINER } from "../subject";

const TOPIC = "Services";

/** Label by which a ServiceMonitor selects the only Service that is scraped. */
const SCRAPE_LABEL = "x0tta6bl4.mesh/scrape";

/** A port of a Service whose target port has the same number. */
interface Port {
    readonly name: string;
    readonly port: number;
}

/** The Service with a name, from the snapshot. */
function serviceOf({ services }: Snapshot, name: string): Lookup<V1Service> {
    if (!services.ok) {
        return services;
    }
    const service = services.value.find(({ metadata }) => metadata?.name === name);
    return service === undefined ? missing(`Service ${name} not found`) : { ok: true, value: service };
}

/**
 * Compares type, selector and ports of a Service; further ports are a difference.
 * @param more Further labels of the selector.
 */
function judgeService(
    { spec }: V1Service,
    ports: readonly Port[],
    { environment }: Expectation,
    more: Readonly<Record<string, string>> = {},
): Outcome {
    const selector = { "app.kubernetes.io/name": CONTAINER, environment, ...more };
    const found = new Map((spec?.ports ?? []).map((port) => [port.name ?? "", port]));
    const names = ports.map(({ name }) => name);
    return judge(
        [
            ...same("spec.type", "ClusterIP", spec?.type),
            ...sameKeys("spec.selector", selector, spec?.selector),
            ...sameMembers("spec.ports names", names, [...found.keys()]),
            ...ports.flatMap(({ name, port }) =>
                sameFields(`spec.ports[${name}]`, { port, targetPort: port, protocol: "TCP" }, found.get(name)),
            ),
        ],
        ports.map(({ name, port }) => `${name} ${port}`).join(", "),
    );
}

/** Addresses of a Service's ready endpoints. */
function readyAddresses(slices: readonly V1EndpointSlice[], service: string): string[] {
    const ready = slices
        .filter(({ metadata }) => metadata?.labels?.["kubernetes.io/service-name"] === service)
        // In a slice of a Service without pods this is null, contrary to the client's types.
        .flatMap(({ endpoints }) => (Array.isArray(endpoints) ? endpoints : []))
        .filter(({ conditions }) => conditions?.ready !== false)
        .flatMap(({ addresses }) => addresses);
    return [...new Set(ready)].sort();
}

/** The version that the main Service leads to, as a label; none but with blue/green. */
function switchedTo({ rollout }: Snapshot): Readonly<Record<string, string>> {
    const hash = rollout?.live.status.blueGreen.activeSelector ?? "";
    return hash === "" ? {} : { [HASH_LABEL]: hash };
}

/**
 * Checks that the ready addresses of a Service are those of the Ready pods.
 * @param more Further labels of the pods that it selects.
 */
function judgeEndpoints(
    { endpointSlices, pods }: Snapshot,
    service: string,
    more: Readonly<Record<string, string>> = {},
): Outcome {
    return judging(endpointSlices, (slices) =>
        judging(pods, (all) => {
            const selected = all.filter(({ metadata }) =>
                Object.entries(more).every(([name, value]) => metadata?.labels?.[name] === value),
            );
            const wanted = selected.filter(isReady).map(({ status }) => status?.podIP ?? "");
            const addresses = readyAddresses(slices, service);
            return addresses.length === 0
                ? failed(`Service ${service} has no ready endpoint`)
                : judge(sameMembers("ready addresses", wanted, addresses), `${addresses.length} ready`);
        }),
    );
}

/** Differences between the Services that would be scraped and the metrics Service, which must be the only one. */
function scrapeDifferences(services: readonly V1Service[], { names, mesh }: Expectation): Difference[] {
    const nameOf = ({ metadata }: V1Service) => metadata?.name ?? "";
    const labelled = services.filter(({ metadata }) => metadata?.labels?.[SCRAPE_LABEL] === "true").map(nameOf);
    const offering = services
        .filter(({ spec }) => spec?.selector?.["app.kubernetes.io/name"] === CONTAINER)
        .filter(({ spec }) => spec?.ports?.some(({ name }) => name === "metrics"))
        .map(nameOf);
    const annotated = services
        .filter(({ metadata }) => metadata?.annotations?.["prometheus.io/scrape"] === "true")
        .filter(
            ({ metadata }) => !("prometheus.io/scrape" in mesh.service.annotations) || metadata?.name !== names.service,
        )
        .map(nameOf);
    return [
        ...sameMembers(
            `Services with label ${SCRAPE_LABEL}=true`,
            mesh.metrics.enabled ? [names.metricsService] : [],
            labelled,
        ),
        ...sameMembers("Services with a port named metrics", [names.metricsService], offering),
        ...sameMembers("Services with annotation prometheus.io/scrape", [], annotated),
    ];
}

/** Checks of the Services and their endpoints. */
export const SERVICE_CHECKS: readonly Check[] = [
    {
        topic: TOPIC,
        name: "main Service",
        look: "get services -o wide",
        run: (snapshot, expected) =>
            judging(serviceOf(snapshot, expected.names.service), (service) => {
                const { http, mesh } = expected.mesh.ports;
                const ports = [
                    { name: "http", port: http },
                    { name: "mesh", port: mesh },
                ];
                return judgeService(service, ports, expected, switchedTo(snapshot));
            }),
    },
    {
        topic: TOPIC,
        name: "main Service endpoints",
        look: "get endpointslices -o wide",
        run: (snapshot, { names }) => judgeEndpoints(snapshot, names.service, switchedTo(snapshot)),
    },
    {
        topic: TOPIC,
        name: "metrics Service",
        look: "get services -o wide",
        run: (snapshot, expected) =>
            judging(serviceOf(snapshot, expected.names.metricsService), (service) =>
                judgeService(service, [{ name: "metrics", port: expected.mesh.ports.metrics }], expected),
            ),
    },
    {
        topic: TOPIC,
        name: "metrics Service endpoints",
        look: "get endpointslices -o wide",
        run: (snapshot, { names }) => judgeEndpoints(snapshot, names.metricsService),
    },
    {
        topic: TOPIC,
        name: "exactly one is scraped",
        look: "get services --show-labels",
        run: ({ services }, expected) =>
            judging(services, (all) =>
                judge(
                    scrapeDifferences(all, expected),
                    expected.mesh.metrics.enabled ? expected.names.metricsService : "none, as set",
                ),
            ),
    },
];
