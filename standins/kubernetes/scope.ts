import { isMap, text } from "../protocol/values";
import type { PropertyMap } from "../protocol/values";
import { NoMatchError } from "./errors";
import { gvkOf, without, withValue } from "./object";
import type { Gvk } from "../../kube/kinds";
import type { ClusterSession } from "./session";

/** Built-in cluster-scoped kinds, used if the API server is unreachable. */
const clusterScoped = new Set(
    (
        "Namespace Node PersistentVolume ClusterRole ClusterRoleBinding StorageClass CustomResourceDefinition CSIDriver " +
        "CSINode VolumeAttachment PriorityClass RuntimeClass IngressClass APIService MutatingWebhookConfiguration " +
        "ValidatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding FlowSchema " +
        "PriorityLevelConfiguration CertificateSigningRequest ClusterTrustBundle"
    ).split(" "),
);

/** Records the kind of a CRD of the program, so that its objects can be previewed before the CRD exists. */
export function announceKind(crd: PropertyMap, session: ClusterSession): void {
    if (gvkOf(crd).kind === "CustomResourceDefinition") {
        const key = `${text(crd, "spec", "group")}/${text(crd, "spec", "names", "kind")}`;
        session.announcedKinds.set(key, text(crd, "spec", "scope") !== "Cluster");
    }
}

/** Whether a kind is namespaced. An unknown kind is assumed to be. */
async function isNamespacedKind(gvk: Gvk, session: ClusterSession): Promise<boolean> {
    if (session.client === undefined) {
        return session.announcedKinds.get(`${gvk.group}/${gvk.kind}`) ?? !clusterScoped.has(gvk.kind);
    }
    try {
        return await session.client.isNamespaced(gvk);
    } catch (error) {
        if (error instanceof NoMatchError) {
            return session.announcedKinds.get(`${gvk.group}/${gvk.kind}`) ?? true;
        }
        throw error;
    }
}

/**
 * Adapts an object to the scope of its kind: removes the namespace of a cluster-scoped object, and defaults others to
 * `default`.
 */
export async function withScope(object: PropertyMap, gvk: Gvk, session: ClusterSession): Promise<PropertyMap> {
    if (!(await isNamespacedKind(gvk, session))) {
        return without(object, "metadata", "namespace");
    }
    return isMap(object.metadata) && object.metadata.namespace === undefined
        ? withValue(object, "default", "metadata", "namespace")
        : object;
}
