import type { LiveObject } from "../../engine/liveObjects";
import type { Read } from "../../kube/read";
import { parseState, type StackState } from "../../engine/state";

/** A time on the day of the interrupted update. */
export const at = (time: string) => new Date(`2026-11-24T${time}Z`);

/** Labels of what the stack makes. */
export const LABELS = { "app.kubernetes.io/managed-by": "pulumi", environment: "staging" };

/** An object as this stack makes it at 19:10:00. */
export function live(change: Partial<LiveObject["metadata"]> = {}): LiveObject {
    const creationTimestamp = at("19:10:00");
    const managedFields = [
        { manager: "pulumi-kubernetes", operation: "Update", time: creationTimestamp, subresource: "" },
        { manager: "kube-controller-manager", operation: "Update", time: at("19:10:05"), subresource: "status" },
    ];
    return {
        metadata: {
            ...{ uid: "u", creationTimestamp, managedFields, labels: LABELS, annotations: {}, finalizers: [] },
            ...change,
        },
    };
}

const STACK = "urn:pulumi:staging::x0tta6bl4::pulumi:pulumi:Stack::x0tta6bl4-staging";
/** URN of the provider. */
export const PROVIDER = "urn:pulumi:staging::x0tta6bl4::pulumi:providers:kubernetes::cluster";

/** A resource of the state for a ConfigMap. */
export function configMap(name: string, more: Record<string, unknown> = {}) {
    return {
        urn: `urn:pulumi:staging::x0tta6bl4::kubernetes:core/v1:ConfigMap::${name}`,
        type: "kubernetes:core/v1:ConfigMap",
        custom: true,
        parent: STACK,
        provider: `${PROVIDER}::id`,
        inputs: { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "ns", labels: LABELS } },
        ...more,
    };
}

/** A state with the stack and its provider, last written at 19:10:02. */
export function stateOf(pending: readonly object[], resources: readonly object[] = []): StackState {
    const provider = {
        ...{ urn: PROVIDER, type: "pulumi:providers:kubernetes", custom: true, id: "id" },
        ...{ inputs: { context: "c" }, created: "2026-11-24T19:09:00Z" },
    };
    const stack = { urn: STACK, type: "pulumi:pulumi:Stack", custom: false };
    return parseState(
        JSON.stringify({
            version: 3,
            deployment: {
                manifest: { time: "2026-11-24T19:10:02Z" },
                resources: [stack, provider, ...resources],
                pending_operations: pending,
            },
        }),
    );
}

/** A cluster with ConfigMaps, by name; `hidden` for one that the user cannot read. */
export function cluster(objects: Readonly<Record<string, unknown>>): Read {
    return (path) => {
        if (path === "/api/v1") {
            const resources = [{ name: "configmaps", kind: "ConfigMap", namespaced: true }];
            return Promise.resolve({ seen: true, object: { resources } });
        }
        const name = path.replace("/api/v1/namespaces/ns/configmaps/", "");
        return Promise.resolve(objects[name] === "hidden" ? { seen: false } : { seen: true, object: objects[name] });
    };
}

/** An object of {@link live}, as the API server returns it. */
export const ours = (change: Record<string, unknown> = {}) => JSON.parse(JSON.stringify(live(change))) as unknown;
