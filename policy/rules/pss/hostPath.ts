import type { Field } from "../../engine/field";
import { each, violation, type Finding } from "../../engine/finding";
import { flag, texts } from "../../engine/options";
import { defineRule } from "../../evaluation/rule";
import { EVERY_ROLE, eachContainer, eachVolume, type Workload } from "../../kubernetes/workload";

/** A hostPath volume gives a pod access to the node. */
export const hostPath = defineRule({
    id: "host-path",
    title: "Pods mount no directories of the node",
    description: "No volume may be a hostPath.",
    severity: "high",
    level: "mandatory",
    remediation: ["Use emptyDir, a PersistentVolumeClaim, configMap, secret, projected or a CSI volume instead."],
    url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
    example: {
        bad: `
volumes: [{ name: logs, hostPath: { path: /var/log } }]
containers:
  - name: app
    image: app:1.0.0`,
        good: `
volumes: [{ name: logs, emptyDir: {} }]
containers:
  - name: app
    image: app:1.0.0`,
    },
    options: {
        allowPaths: texts(
            [],
            "Directories of the node that may be mounted, including their subdirectories, e.g. /var/log.",
        ),
        readOnly: flag(true, "Accept the allowed directories only if every mount is read-only."),
    },
    check: (workload, { allowPaths, readOnly }) =>
        eachVolume(workload, function* (volume) {
            const source = volume.at("hostPath");
            if (!source.isSet()) {
                return;
            }
            const path = allowPaths.length === 0 ? "" : (source.at("path").string() ?? "");
            if (!allowPaths.some((allowed) => isWithin(path, allowed))) {
                yield violation(source, "is a directory of the node", "Use another volume type (option allowPaths).");
            } else if (readOnly) {
                yield* checkMounts(workload, volume.at("name").string() ?? "", source);
            }
        }),
});

/** Whether a directory is equal to or below another one. A path with `..` is never below one. */
function isWithin(path: string, directory: string): boolean {
    const base = directory.endsWith("/") ? directory : `${directory}/`;
    return !path.split("/").includes("..") && `${path}/`.startsWith(base);
}

/** Creates one finding for a volume, however many containers may write to it. */
function* checkMounts(workload: Workload, volume: string, source: Field): Generator<Finding> {
    const writers = new Set<string>();
    yield* eachContainer(workload, EVERY_ROLE, (container) =>
        each(container.at("volumeMounts").items(), (mount) => {
            if (mount.at("name").string() === volume && mount.at("readOnly").boolean() !== true) {
                writers.add(container.container ?? "(unnamed)");
            }
            return [];
        }),
    );
    if (writers.size > 0) {
        const names = [...writers].join(", ");
        yield violation(
            source,
            `is a directory of the node that ${writers.size === 1 ? "container" : "containers"} ${names} may write to`,
            "Set readOnly: true on each of its volumeMounts (option readOnly).",
        );
    }
}
