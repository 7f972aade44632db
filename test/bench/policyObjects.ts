import { hardened, setKeys, type Json } from "../policy/fixtures";
import { type Props, type StackResource } from "../policy/analyzer";

/** Workloads in each namespace of a generated stack. */
const PER_NAMESPACE = 20;

/** Whether workloads are spread over namespaces, or all in one. */
type Namespaces = "many" | "one";

/** A hardened Deployment with a name, labels and namespace of its own. */
export function deployment(index: number, namespaces: Namespaces = "many"): Json {
    const object = hardened();
    const labels = { "app.kubernetes.io/name": `web-${index}` };
    const namespace = namespaces === "one" ? "shop" : `shop-${Math.floor(index / PER_NAMESPACE)}`;
    setKeys(object, ["metadata"], { namespace, name: `web-${index}`, labels });
    setKeys(object, ["spec", "selector", "matchLabels"], labels);
    return setKeys(object, ["spec", "template", "metadata", "labels"], labels);
}

/** Such a Deployment without init containers. */
export function twoContainers(index: number): Json {
    return setKeys(deployment(index), ["spec", "template", "spec", "initContainers"], undefined);
}

/** Inputs as the engine sends them. */
export function props(object: Json): Props {
    return JSON.parse(JSON.stringify(object)) as Props;
}

/** A stack of Deployments, each with a Service. No budgets or network policies: every workload is reported. */
export function stackOfSize(workloads: number, namespaces: Namespaces = "many"): StackResource[] {
    return Array.from({ length: workloads }, (_, index) => {
        const object = deployment(index, namespaces);
        const name = `web-${index}`;
        const metadata = object.metadata as Json;
        const spec = { selector: metadata.labels, ports: [{ port: 80, targetPort: 8000 }] };
        const service = { apiVersion: "v1", kind: "Service", metadata, spec };
        return [
            { type: "kubernetes:apps/v1:Deployment", name, props: props(object) },
            { type: "kubernetes:core/v1:Service", name, props: props(service) },
        ];
    }).flat();
}
