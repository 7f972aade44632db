import { violation } from "../../engine/finding";
import { globMatches } from "../../engine/glob";
import { choice, flag, texts } from "../../engine/options";
import { defineObjectRule } from "../../evaluation/rule";

/** The label that the API server enforces. */
const LABEL = "pod-security.kubernetes.io/enforce";

/** Levels, least strict first. */
const LEVELS: readonly string[] = ["privileged", "baseline", "restricted"];

/** The label makes the API server itself reject pods, including pods that are not part of the stack. */
export const namespacePssLabel = defineObjectRule({
    id: "namespace-pss-label",
    title: "Namespaces enforce a Pod Security Standard",
    description: "Namespaces must enforce a Pod Security Standard by label.",
    severity: "high",
    level: "mandatory",
    remediation: [
        "Set the label pod-security.kubernetes.io/enforce to restricted, or to baseline where a workload needs it.",
        "Pin pod-security.kubernetes.io/enforce-version, or set it to latest.",
    ],
    url: "https://kubernetes.io/docs/concepts/security/pod-security-admission/",
    example: {
        bad: `
apiVersion: v1
kind: Namespace
metadata: { name: web }`,
        good: `
apiVersion: v1
kind: Namespace
metadata:
  name: web
  labels: { pod-security.kubernetes.io/enforce: restricted }`,
    },
    kinds: ["Namespace"],
    options: {
        minLevel: choice("baseline", "Least strict allowed level.", LEVELS),
        requireVersion: flag(false, "Also require the label enforce-version."),
        allow: texts(["kube-*"], "Patterns of namespaces that need no label."),
    },
    *check({ object, partial }, { minLevel, requireVersion, allow }) {
        const name = object.at("metadata", "name").label();
        if (name !== undefined && allow.some((pattern) => globMatches(pattern, name))) {
            return;
        }
        const label = object.at("metadata", "labels", LABEL);
        const level = label.string();
        if (level === undefined) {
            if (!partial) {
                yield violation(label, "is unset", `Set it to ${minLevel} or stricter.`);
            }
        } else if (!LEVELS.includes(level)) {
            yield violation(label, "is not a level", `Set it to one of ${LEVELS.join(", ")}.`);
        } else if (LEVELS.indexOf(level) < LEVELS.indexOf(minLevel)) {
            yield violation(label, `is ${level}`, `Set it to ${minLevel} or stricter (option minLevel).`);
        }
        const version = object.at("metadata", "labels", `${LABEL}-version`);
        const pinned = version.string();
        if (pinned === undefined) {
            if (requireVersion && !partial) {
                yield violation(version, "is unset", "Set it to latest or e.g. v1.34.");
            }
        } else if (!/^(?:latest|v1\.\d{1,3})$/.test(pinned)) {
            yield violation(version, "is not a version", "Set it to latest or e.g. v1.34.");
        }
    },
});
