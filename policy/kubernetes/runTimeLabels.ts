import { readable } from "./readable";
import { selects, type LabelSet, type Selector } from "./selector";
import type { Subject } from "./subject";

/** Pods of a stack, as needed by {@link splitRunTime}. */
interface Pods {
    /** The object with their template. */
    readonly subject: Subject;
    /** Labels in the template. */
    readonly labels?: LabelSet;
}

/** Kinds whose controllers add labels to pods, and these labels. From the well-known labels of Kubernetes. */
const BY_KIND: Readonly<Record<string, readonly string[]>> = {
    StatefulSet: [
        "statefulset.kubernetes.io/pod-name",
        "apps.kubernetes.io/pod-index",
        "controller-revision-hash",
        "controller.kubernetes.io/hash",
    ],
    DaemonSet: ["controller-revision-hash", "pod-template-generation", "controller.kubernetes.io/hash"],
    Deployment: ["pod-template-hash"],
    ReplicaSet: ["pod-template-hash"],
    Rollout: ["rollouts-pod-template-hash"],
    ...Object.fromEntries(
        ["Job", "CronJob"].map((kind) => [
            kind,
            [
                "job-name",
                "controller-uid",
                "batch.kubernetes.io/job-name",
                "batch.kubernetes.io/controller-uid",
                "batch.kubernetes.io/job-completion-index",
            ],
        ]),
    ),
};

/** Labels that every pod gets from its node, since Kubernetes 1.35. */
const OF_NODE: readonly string[] = ["topology.kubernetes.io/zone", "topology.kubernetes.io/region"];

/** Every label that pods may get at run time. */
const ALL: ReadonlySet<string> = new Set([...Object.values(BY_KIND).flat(), ...OF_NODE]);

/** A selector in two parts. */
interface Split {
    /** Conditions on the labels of the template. */
    readonly fixed: Selector;
    /** Whether pods may meet the remaining conditions, by labels of their template or labels added at run time. */
    readonly mayMeet: (pods: Pods) => boolean;
}

/** Splits a selector into the part decided by the template and the part decided by running pods. */
export function splitRunTime({ labels, requirements }: Selector): Split {
    const late = [...labels].filter(([key]) => ALL.has(key));
    const lateRequirements = requirements.filter(({ key }) => ALL.has(key));
    return {
        fixed: {
            labels: new Map([...labels].filter(([key]) => !ALL.has(key))),
            requirements: requirements.filter(({ key }) => !ALL.has(key)),
        },
        mayMeet: (pods) =>
            late.every(([key, value]) => pods.labels?.get(key) === value || mayGet(pods, key, value)) &&
            lateRequirements.every(
                (requirement) =>
                    mayGet(pods, requirement.key) ||
                    selects({ labels: new Map(), requirements: [requirement] }, pods.labels ?? new Map()),
            ),
    };
}

/**
 * Whether a selector selects pods once labels are added that their template does not have: applications such as Patroni and
 * Vault label their own pods. Something must be selected without these, and only Kubernetes sets its own.
 */
export function selectsWithMore({ labels: wanted, requirements }: Selector, labels: LabelSet): boolean {
    const missing = [...[...wanted.keys()], ...requirements.map(({ key }) => key)].filter((key) => !labels.has(key));
    const present = {
        labels: new Map([...wanted].filter(([key]) => labels.has(key))),
        requirements: requirements.filter(({ key }) => labels.has(key)),
    };
    return present.labels.size > 0 && !missing.some((key) => ALL.has(key)) && selects(present, labels);
}

/** Whether a controller may set a label on pods, with a given value. */
function mayGet({ subject, labels }: Pods, key: string, value?: string): boolean {
    if (labels?.has(key) === true && !OF_NODE.includes(key)) {
        return labels.get(key) === value;
    }
    if (OF_NODE.includes(key)) {
        return true;
    }
    const own = Object.hasOwn(BY_KIND, subject.kind) ? BY_KIND[subject.kind] : undefined;
    if (own?.includes(key) !== true) {
        return false;
    }
    if (value === undefined) {
        return true;
    }
    const name = readable(() => subject.object.at("metadata", "name").string());
    switch (key) {
        case "statefulset.kubernetes.io/pod-name":
            return name === undefined || isMember(value, name);
        case "apps.kubernetes.io/pod-index":
        case "batch.kubernetes.io/job-completion-index":
            return /^\d+$/.test(value);
        case "job-name":
        case "batch.kubernetes.io/job-name":
            return name === undefined || value === name || (subject.kind === "CronJob" && isMember(value, name));
        default:
            return true;
    }
}

/**
 * The one pod of a StatefulSet that a selector names by its number or its name, where the set has it whatever an autoscaler
 * does: its first one.
 */
export function selectsFirst({ labels }: Selector, subject: Subject): boolean {
    const name = readable(() => subject.object.at("metadata", "name").string());
    const first = readable(() => subject.object.at("spec", "ordinals", "start").number() ?? 0);
    if (subject.kind !== "StatefulSet" || name === undefined || first === undefined) {
        return false;
    }
    return (
        labels.get("apps.kubernetes.io/pod-index") === String(first) ||
        labels.get("statefulset.kubernetes.io/pod-name") === `${name}-${first}`
    );
}

/** Whether a name is an object's name with an ordinal, like the pods of a StatefulSet. */
function isMember(name: string, of: string): boolean {
    return name.startsWith(`${of}-`) && /^\d+$/.test(name.slice(of.length + 1));
}
