import type { V1Container, V1PodSpec, V1PodTemplateSpec } from "@kubernetes/client-node";
import { found, missing, type Lookup } from "./cluster/lookup";
import type { Snapshot } from "./cluster/snapshot";

/** Name of the app's container. */
export const CONTAINER = "x0tta6bl4";

/** Label of all objects that a run of the deep checks creates; its value identifies the run. */
export const RUN_LABEL = "x0tta6bl4.mesh/smoke";

/** Pod template of the Deployment. */
export function templateOf(snapshot: Snapshot): Lookup<V1PodTemplateSpec> {
    if (!snapshot.deployment.ok) {
        return snapshot.deployment;
    }
    const template = snapshot.deployment.value.spec?.template;
    return template === undefined ? missing("the Deployment has no pod template") : found(template);
}

/** Pod spec of the Deployment. */
export function podSpecOf(snapshot: Snapshot): Lookup<V1PodSpec> {
    const template = templateOf(snapshot);
    if (!template.ok) {
        return template;
    }
    return template.value.spec === undefined ? missing("the pod template has no spec") : found(template.value.spec);
}

/** The app's container in the Deployment. */
export function containerOf(snapshot: Snapshot): Lookup<V1Container> {
    const spec = podSpecOf(snapshot);
    if (!spec.ok) {
        return spec;
    }
    const container = spec.value.containers.find(({ name }) => name === CONTAINER);
    const names = spec.value.containers.map(({ name }) => name).join(", ");
    return container === undefined ? missing(`no container ${CONTAINER}; there is: ${names}`) : found(container);
}
