import { isMap, text } from "../protocol/values";
import type { PropertyMap } from "../protocol/values";
import { NoMatchError } from "./errors";
import { gvkOf, without, withValue } from "./object";
import type { Gvk } from "../../kube/kinds";
import type { ClusterSession } from "./session";

/** Kubernetes' own kinds that live in no namespace, for when the API server cannot be asked. */
const clusterScoped = new Set(
    (
        "Namespace Node PersistentVolume ClusterRole ClusterRoleBinding StorageClass CustomResourceDefinition CSIDriver " +
        "CSINode VolumeAttachment PriorityClass RuntimeClass IngressClass APIService MutatingWebhookConfiguration " +
        "ValidatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding FlowSchema " +
        "PriorityLevelConfiguration CertificateSigningRequest ClusterTrustBundle"
    ).split(" "),
);

/** Remembers what kind a CRD of the program brings, so that its objects can be previewed before it is there. */
export function announceKind(crd: PropertyMap, session: ClusterSession): void {
    if (gvkOf(crd).kind === "CustomResourceDefinition") {
        const key = `${text(crd, "spec", "group")}/${text(crd, "spec", "names", "kind")}`;
        session.announcedKinds.set(key, text(crd, "spec", "scope") !== "Cluster");
    }
}

/** Does the kind live in a namespace? A kind that nobody knows yet is taken to. */
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

/** The object as its kind is scoped: without a namespace that it cannot have, in `default` where it names none. */
export async function withScope(object: PropertyMap, gvk: Gvk, session: ClusterSession): Promise<PropertyMap> {
    if (!(await isNamespacedKind(gvk, session))) {
        return without(object, "metadata", "namespace");
    }
    return isMap(object.metadata) && object.metadata.namespace === undefined
        ? withValue(object, "default", "metadata", "namespace")
        : object;
}
