import type { Field } from "../engine/field";
import type { Workload } from "./workload";

/** A reference by name to an object in the same namespace. */
export interface Reference {
    /** Kind of the object. */
    readonly kind: string;
    /** Field with the name. */
    readonly field: Field;
    /** Parent of the name and of `optional`. */
    readonly holder: Field;
}

/** All objects that a pod refers to by name. Throws what reading the fields throws. */
export function references({ pod, steps = [] }: Workload): Reference[] {
    const volumes = pod.at("volumes").items();
    const containers = ["containers", "initContainers", "ephemeralContainers"].flatMap((list) => pod.at(list).items());
    // The old field applies when the new one is empty.
    const account = (pod.at("serviceAccountName").string() ?? "") === "" ? "serviceAccount" : "serviceAccountName";
    return [
        { kind: "ServiceAccount", field: pod.at(account), holder: pod },
        ...pod
            .at("imagePullSecrets")
            .items()
            .map((holder) => ({ kind: "Secret", field: holder.at("name"), holder })),
        ...volumes.flatMap(ofVolume),
        ...[...containers, ...steps].flatMap(ofContainer),
    ].filter(({ field }) => (field.string() ?? "") !== "");
}

/** Whether the reference is optional. Throws what reading the field throws. */
export function isOptional({ holder }: Reference): boolean {
    return holder.peek("optional") !== undefined && holder.at("optional").boolean() === true;
}

function ofVolume(volume: Field): Reference[] {
    const sources = volume
        .at("projected", "sources")
        .items()
        .flatMap((source) => [
            { kind: "ConfigMap", field: source.at("configMap", "name"), holder: source.at("configMap") },
            { kind: "Secret", field: source.at("secret", "name"), holder: source.at("secret") },
        ]);
    return [
        { kind: "ConfigMap", field: volume.at("configMap", "name"), holder: volume.at("configMap") },
        { kind: "Secret", field: volume.at("secret", "secretName"), holder: volume.at("secret") },
        {
            kind: "PersistentVolumeClaim",
            field: volume.at("persistentVolumeClaim", "claimName"),
            holder: volume.at("persistentVolumeClaim"),
        },
        {
            kind: "Secret",
            field: volume.at("csi", "nodePublishSecretRef", "name"),
            holder: volume.at("csi", "nodePublishSecretRef"),
        },
        ...sources,
    ];
}

function ofContainer(container: Field): Reference[] {
    const env = container
        .at("env")
        .items()
        .flatMap((entry) => [
            { kind: "ConfigMap", holder: entry.at("valueFrom", "configMapKeyRef") },
            { kind: "Secret", holder: entry.at("valueFrom", "secretKeyRef") },
        ]);
    const envFrom = container
        .at("envFrom")
        .items()
        .flatMap((entry) => [
            { kind: "ConfigMap", holder: entry.at("configMapRef") },
            { kind: "Secret", holder: entry.at("secretRef") },
        ]);
    return [...env, ...envFrom].map(({ kind, holder }) => ({ kind, holder, field: holder.at("name") }));
}
