import { violation } from "../../engine/finding";
import { flag, texts } from "../../engine/options";
import { defineRule } from "../../evaluation/rule";
import { eachVolume } from "../../kubernetes/workload";

/** Kinds of volume that every cluster has. */
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

/** The other kinds of volume bind a pod to a node or bypass the limits of storage classes. */
export const volumeTypes = defineRule({
    id: "volume-types",
    title: "Pods use common volumes only",
    description: "Volumes must be of a kind that depends on neither node nor storage vendor.",
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
        allow: texts([], "Other kinds of volume that may be used, e.g. nfs."),
        hostPath: flag(false, "Report hostPath, too, which the rule host-path reports."),
    },
    check: (workload, { allow, hostPath }) =>
        eachVolume(workload, function* (volume) {
            const sources = volume.entries().filter(([key, source]) => key !== "name" && source.isSet());
            // A volume without source is an emptyDir to the API server.
            const allowed = [...COMMON, ...allow, ...(hostPath ? [] : ["hostPath"])];
            const bad = sources.filter(([key]) => !allowed.includes(key));
            if (bad.length < sources.length) {
                return;
            }
            yield* bad.map(([key, source]) =>
                violation(source, `makes this a volume of kind ${key}`, "Use a PersistentVolumeClaim (option allow)."),
            );
        }),
});
