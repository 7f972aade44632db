import type { Field } from "../engine/field";
import { parseQuantity, type Quantity } from "./quantity";
import type { Workload } from "./workload";

/** Labels or annotations of an object, each with its text; what cannot be read is left out. */
type Texts = (key: string) => string | undefined;

/** A service mesh whose injector adds a proxy to pods. */
interface Injector {
    /** Name of the container that it adds. */
    readonly container: string;
    /** Annotations of the pod that give the proxy an amount of something, e.g. of `requests.cpu`. */
    readonly amounts: Readonly<Record<string, string>>;
    /** What the proxy has where the pod's annotations give it nothing; none where the mesh sets nothing by default. */
    readonly defaults: Readonly<Record<string, string>>;
    /** Whether a pod is injected, by the labels and annotations of the pod and of its namespace, which come second. */
    readonly injects: (pod: Metadata, namespace: Metadata) => boolean;
}

/** Labels and annotations of an object. */
interface Metadata {
    readonly label: Texts;
    readonly annotation: Texts;
}

/** Istio: the annotations of its `injection-template.yaml`, the defaults of its chart istiod (`global.proxy.resources`, 1.31). */
const ISTIO: Injector = {
    container: "istio-proxy",
    amounts: {
        "requests.cpu": "sidecar.istio.io/proxyCPU",
        "requests.memory": "sidecar.istio.io/proxyMemory",
        "limits.cpu": "sidecar.istio.io/proxyCPULimit",
        "limits.memory": "sidecar.istio.io/proxyMemoryLimit",
    },
    defaults: { "requests.cpu": "100m", "requests.memory": "128Mi", "limits.cpu": "2", "limits.memory": "1Gi" },
    injects: (pod, namespace) => {
        const own = pod.label("sidecar.istio.io/inject") ?? pod.annotation("sidecar.istio.io/inject");
        if (own !== undefined) {
            return own === "true";
        }
        const wanted = namespace.label("istio-injection");
        return wanted === undefined
            ? (namespace.label("istio.io/rev") ?? pod.label("istio.io/rev")) !== undefined
            : wanted === "enabled";
    },
};

/** Linkerd: the annotations of its reference "Proxy Configuration"; its chart sets no amounts by default. */
const LINKERD: Injector = {
    container: "linkerd-proxy",
    amounts: {
        "requests.cpu": "config.linkerd.io/proxy-cpu-request",
        "requests.memory": "config.linkerd.io/proxy-memory-request",
        "limits.cpu": "config.linkerd.io/proxy-cpu-limit",
        "limits.memory": "config.linkerd.io/proxy-memory-limit",
    },
    defaults: {},
    injects: (pod, namespace) => {
        const wanted = pod.annotation("linkerd.io/inject") ?? namespace.annotation("linkerd.io/inject");
        return wanted === "enabled" || wanted === "ingress";
    },
};

/**
 * What the proxies that service meshes inject into a pod request and may use: no template shows them, but the scheduler
 * counts them. A manifest that was taken from an injected pod shows them already.
 * @param namespace The object of the pod's namespace; `undefined` where the stack does not have it.
 */
export function injectedAmounts({ template, pod }: Workload, namespace: Field | undefined): Map<string, Quantity> {
    const own = metadataOf(template.at("metadata"));
    const around = namespace === undefined ? NOTHING : metadataOf(namespace.at("metadata"));
    const names = [...pod.at("containers").items(), ...pod.at("initContainers").items()].map((container) =>
        container.at("name").text(),
    );
    const [injector] = [ISTIO, LINKERD].filter(
        ({ container, injects }) => injects(own, around) && !names.includes(container),
    );
    if (injector === undefined) {
        return new Map();
    }
    const given = Object.entries(injector.amounts).flatMap(([resource, annotation]) => {
        const text = own.annotation(annotation);
        return text === undefined ? [] : [[resource, text] as const];
    });
    // One annotation is enough to replace all defaults.
    const amounts = given.length > 0 ? given : Object.entries(injector.defaults);
    return new Map(
        amounts.flatMap(([resource, text]) => {
            const quantity = parseQuantity(text);
            return quantity === undefined ? [] : [[resource, quantity] as const];
        }),
    );
}

function metadataOf(metadata: Field): Metadata {
    return {
        label: (key) => metadata.at("labels", key).text(),
        annotation: (key) => metadata.at("annotations", key).text(),
    };
}

/** A namespace that is not part of the stack: nothing is known of it. */
const NOTHING: Metadata = { label: () => undefined, annotation: () => undefined };
