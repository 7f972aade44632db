import { isObject } from "../engine/field";

/** Cluster-scoped kinds. */
const CLUSTER_KINDS =
    /^(?:Namespace|Node|PersistentVolume|ClusterRole|ClusterRoleBinding|CustomResourceDefinition|StorageClass|PriorityClass|APIService|IngressClass|RuntimeClass|CSIDriver|CSINode|PodSecurityPolicy|.*WebhookConfiguration|ValidatingAdmissionPolicy.*|MutatingAdmissionPolicy.*)$/;

/** Sets the namespace of a namespaced object without one, as helm and `kubectl apply --namespace` do. */
export function inNamespace(
    body: Readonly<Record<string, unknown>>,
    namespace: string,
): Readonly<Record<string, unknown>> {
    if (body.kind === "List" && Array.isArray(body.items)) {
        return {
            ...body,
            items: body.items.map((item: unknown) => (isObject(item) ? inNamespace(item, namespace) : item)),
        };
    }
    const metadata = isObject(body.metadata) ? body.metadata : {};
    if (metadata.namespace !== undefined || CLUSTER_KINDS.test(String(body.kind))) {
        return body;
    }
    return { ...body, metadata: { ...metadata, namespace } };
}
