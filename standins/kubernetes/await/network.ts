import { at, isMap, items, text } from "../../protocol/values";
import type { PropertyMap } from "../../protocol/values";
import { nameOf, namespaceOf } from "../object";
import { warningEvents } from "./pods";
import type { Awaiter, ObjectLookup, AwaitProgress } from "./types";

/** Time after which a Service without any ready pod is considered ready (ms); as in the official plugin. */
const SETTLE_MS = 10_000;

/** Whether the Service routes traffic to pods by a selector. */
function selectsPods(service: PropertyMap): boolean {
    const selector = at(service, "spec", "selector");
    return (
        text(service, "spec", "type") !== "ExternalName" &&
        text(service, "spec", "clusterIP") !== "None" &&
        isMap(selector) &&
        Object.keys(selector).length > 0
    );
}

/** Whether the load balancer has an address. */
function hasAddress(object: PropertyMap): boolean {
    return items(object, "status", "loadBalancer", "ingress").length > 0;
}

/**
 * Progress of a Service, which is ready when its load balancer has an address and all pods that it selects are ready;
 * one that selects no pods is considered ready after a while, since its pods can be created later.
 * @param endpoints Endpoints of the Service's EndpointSlices.
 */
export function serviceProgress(service: PropertyMap, endpoints: readonly PropertyMap[]): AwaitProgress {
    if (text(service, "spec", "type") === "LoadBalancer" && !hasAddress(service)) {
        return { ready: false, message: "Waiting for the load balancer's address" };
    }
    if (!selectsPods(service)) {
        return { ready: true, message: "Service is ready" };
    }
    const ready = endpoints.filter((endpoint) => at(endpoint, "conditions", "ready") !== false).length;
    if (ready < endpoints.length) {
        return { ready: false, message: `Waiting for the selected Pods (${ready}/${endpoints.length} ready)` };
    }
    return { ready: true, message: "Waiting for Pods to direct traffic to", settleMs: ready === 0 ? SETTLE_MS : 0 };
}

/** The endpoints of a Service. */
async function endpointsOf(service: PropertyMap, { client }: ObjectLookup): Promise<PropertyMap[]> {
    const slices = await client.list(
        { group: "discovery.k8s.io", version: "v1", kind: "EndpointSlice" },
        namespaceOf(service),
        { labelSelector: `kubernetes.io/service-name=${nameOf(service)}` },
    );
    return slices.flatMap((slice) => items(slice, "endpoints"));
}

/** Awaiters of the network kinds by `apiVersion/kind`. */
export const network: Readonly<Record<string, Awaiter>> = {
    "v1/Service": {
        progress: async (service, lookup) =>
            serviceProgress(service, selectsPods(service) ? await endpointsOf(service, lookup) : []),
        diagnose: async (service, lookup) => [
            ...(await warningEvents(service, lookup)),
            text(service, "spec", "type") === "LoadBalancer" && !hasAddress(service)
                ? "Service was not allocated an IP address; does your cluster have a load balancer?"
                : "Selected Pods are not ready; inspect the workload that owns them",
        ],
        onRead: true,
    },
};
