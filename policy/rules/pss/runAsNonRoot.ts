import type { Field } from "../../engine/field";
import { judge, violation, type Finding } from "../../engine/finding";
import { flag, type OptionValues } from "../../engine/options";
import { defineRule } from "../../evaluation/rule";
import { pssVersion } from "../../kubernetes/pss";
import { minorOf } from "../../kubernetes/version";
import { eachContainer, EVERY_ROLE, hasUserNamespace, type Workload } from "../../kubernetes/workload";

const options = {
    acceptNonZeroUser: flag(false, "Also accept a container that sets runAsUser above 0 instead of runAsNonRoot."),
    requireNonRootGroup: flag(false, "Also require a runAsGroup above 0."),
    userNamespacesRelax: flag(true, "Accept pods with their own user namespace (hostUsers: false)."),
    pssVersion,
};

/**
 * As in the Pod Security Standard `restricted`: a container's own setting wins, and `false` is a violation at either
 * level.
 */
export const runAsNonRoot = defineRule({
    id: "run-as-non-root",
    title: "Containers run as non-root",
    description: "Every container must run as a user other than root.",
    severity: "high",
    level: "mandatory",
    remediation: [
        "Set securityContext.runAsNonRoot: true on the pod, and remove any runAsNonRoot: false.",
        "If the image's user is root or not numeric, also set runAsUser to a number above 0.",
    ],
    url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
    example: {
        bad: `
securityContext: { runAsNonRoot: false }
containers: [{ name: app, image: app:1.0.0 }]`,
        good: `
securityContext: { runAsNonRoot: true }
containers: [{ name: app, image: app:1.0.0 }]`,
    },
    options,
    *check(workload, chosen) {
        const pod = workload.pod.at("securityContext", "runAsNonRoot");
        yield* judge(function* () {
            if (pod.boolean() === false && !isRelaxed(workload, chosen)) {
                yield violation(pod, "is false", "Set it to true, even if every container does so itself.");
            }
        });
        yield* eachContainer(workload, EVERY_ROLE, (container) => checkContainer(container, workload, chosen));
    },
});

type Chosen = OptionValues<typeof options>;

function* checkContainer(container: Field, workload: Workload, chosen: Chosen): Generator<Finding> {
    yield* judge(() => checkUser(container, workload, chosen));
    if (chosen.requireNonRootGroup) {
        yield* judge(() => checkGroup(container, workload, chosen));
    }
}

function* checkUser(container: Field, workload: Workload, chosen: Chosen): Generator<Finding> {
    const own = container.at("securityContext", "runAsNonRoot");
    const pod = workload.pod.at("securityContext", "runAsNonRoot");
    if (own.boolean() === true) {
        return;
    }
    if (own.boolean() === false) {
        if (!isRelaxed(workload, chosen)) {
            yield violation(own, "is false", "Set it to true, or remove it.");
        }
        return;
    }
    // If the pod sets false, only the pod is reported.
    if (pod.boolean() !== undefined) {
        return;
    }
    if (workload.partial || isRelaxed(workload, chosen)) {
        return;
    }
    if (chosen.acceptNonZeroUser && (effectiveId("runAsUser", container, workload) ?? 0) > 0) {
        return;
    }
    const user = chosen.acceptNonZeroUser ? ", and no runAsUser above 0 is set" : "";
    yield violation(
        own,
        `is unset and the pod default is unset${user}`,
        `Set ${pod.path}: true, or true on the container.`,
    );
}

function* checkGroup(container: Field, workload: Workload, chosen: Chosen): Generator<Finding> {
    const group = effectiveId("runAsGroup", container, workload);
    if (group !== undefined && group > 0) {
        return;
    }
    if ((group === undefined && workload.partial) || isRelaxed(workload, chosen)) {
        return;
    }
    yield violation(
        container.at("securityContext", "runAsGroup"),
        group === undefined ? "is unset and the pod default is unset" : "is 0, or unset with a pod default of 0",
        `Set ${workload.pod.at("securityContext", "runAsGroup").path} to a number above 0.`,
    );
}

/** The user or group of the container, else of the pod. */
function effectiveId(key: string, container: Field, workload: Workload): number | undefined {
    return container.at("securityContext", key).number() ?? workload.pod.at("securityContext", key).number();
}

function isRelaxed(workload: Workload, chosen: Chosen): boolean {
    return chosen.userNamespacesRelax && minorOf(chosen.pssVersion) >= 35 && hasUserNamespace(workload);
}
