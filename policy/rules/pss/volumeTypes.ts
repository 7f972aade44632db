import { violation } from "../../engine/finding";
import { flag, texts } from "../../engine/options";
import { defineRule } from "../../evaluation/rule";
import { eachVolume } from "../../kubernetes/workload";

/** Volume types that every cluster supports. */
const COMMON: readonly string[] = [
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
];

/** Other volume types bind a pod to a node or bypass storage classes. */
export const volumeTypes = defineRule({
    id: "volume-types",
    title: "Pods use portable volume types only",
    description: "Volumes must be of a type that depends on neither the node nor a storage vendor.",
    severity: "medium",
    level: "mandatory",
    remediation: [
        "Use a PersistentVolumeClaim, or one of configMap, csi, downwardAPI, emptyDir, ephemeral, image, projected and secret.",
    ],
    url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
    example: {
        bad: `
volumes: [{ name: data, nfs: { server: nfs, path: / } }]
containers:
  - name: app
    image: app:1.0.0`,
        good: `
volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }]
containers:
  - name: app
    image: app:1.0.0`,
    },
    options: {
        allow: texts([], "Other volume types that may be used, e.g. nfs."),
        hostPath: flag(false, "Also report hostPath, which the rule host-path reports."),
    },
    check: (workload, { allow, hostPath }) =>
        eachVolume(workload, function* (volume) {
            const sources = volume.entries().filter(([key, source]) => key !== "name" && source.isSet());
            // The API server treats a volume without a source as an emptyDir.
            const allowed = [...COMMON, ...allow, ...(hostPath ? [] : ["hostPath"])];
            const bad = sources.filter(([key]) => !allowed.includes(key));
            if (bad.length < sources.length) {
                return;
            }
            yield* bad.map(([key, source]) =>
                violation(source, `makes this a volume of type ${key}`, "Use a PersistentVolumeClaim (option allow)."),
            );
        }),
});
