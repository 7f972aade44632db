import { evaluator, type PackSettings } from "../../policy/evaluation/evaluate";
import type { RuleConfig } from "../../policy/engine/options";
import type { RuleOutcome } from "../../policy/engine/outcome";
import type { Rule } from "../../policy/evaluation/rule";
import { groupKindOf } from "../../policy/kubernetes/kinds";
import { livenessProbe } from "../../policy/rules/probes/livenessProbe";
import { readinessProbe } from "../../policy/rules/probes/readinessProbe";
import { runAsNonRoot } from "../../policy/rules/pss/runAsNonRoot";
import { resourceLimits } from "../../policy/rules/resources/resourceLimits";
import { resourceRequests } from "../../policy/rules/resources/resourceRequests";
import type { Source } from "../../policy/kubernetes/subject";

/** A JSON object that tests change. */
export type Json = Record<string, unknown>;

/** A string that the engine sends for an unknown value. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Last day before every expiry in these tests. */
export const TODAY = "2026-06-15";

/** The rules that {@link workload} meets: those for tests of what all rules have in common. */
export const CORE_RULES: readonly Rule[] = [
    runAsNonRoot,
    resourceRequests,
    resourceLimits,
    livenessProbe,
    readinessProbe,
];

/** A container that meets the core rules. */
export function container(name: string): Json {
    return {
        name,
        image: "registry.example/app:1.0.0",
        resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { cpu: "200m", memory: "256Mi" } },
        livenessProbe: { httpGet: { path: "/health", port: 8000 } },
        readinessProbe: { httpGet: { path: "/health", port: 8000 } },
    };
}

/** A pod specification that meets the core rules, with a container of each role. */
export function podSpec(): Json {
    const { name, image, resources } = container("migrate");
    return {
        securityContext: { runAsNonRoot: true },
        containers: [container("api"), container("proxy")],
        initContainers: [
            { name, image, resources },
            { ...container("mesh"), restartPolicy: "Always" },
        ],
        ephemeralContainers: [{ name: "debug", image: "registry.example/debug:1.0.0" }],
    };
}

/** All kinds that create pods: API versions, and the path of the pod specification. */
export const KINDS: Readonly<Record<string, { versions: string[]; pod: string }>> = {
    Pod: { versions: ["v1"], pod: "spec" },
    PodTemplate: { versions: ["v1"], pod: "template.spec" },
    ReplicationController: { versions: ["v1"], pod: "spec.template.spec" },
    ReplicaSet: { versions: ["apps/v1", "apps/v1beta2", "extensions/v1beta1"], pod: "spec.template.spec" },
    Deployment: { versions: ["apps/v1", "apps/v1beta1", "extensions/v1beta1"], pod: "spec.template.spec" },
    DaemonSet: { versions: ["apps/v1", "apps/v1beta2", "extensions/v1beta1"], pod: "spec.template.spec" },
    StatefulSet: { versions: ["apps/v1", "apps/v1beta1"], pod: "spec.template.spec" },
    Job: { versions: ["batch/v1"], pod: "spec.template.spec" },
    CronJob: { versions: ["batch/v1", "batch/v1beta1"], pod: "spec.jobTemplate.spec.template.spec" },
};

/** Location of a kind's pod specification. */
export function location(kind: string): { versions: string[]; pod: string } {
    const found = KINDS[kind];
    if (found === undefined) {
        throw new Error(`${kind} makes no pods`);
    }
    return found;
}

/** An object of a kind that meets the core rules, named shop/web. */
export function workload(kind = "Deployment"): Json {
    const { versions, pod } = location(kind);
    const object: Json = { apiVersion: versions[0], kind, metadata: { namespace: "shop", name: "web" } };
    return set(object, pod, podSpec());
}

/** An object of a kind that meets every rule which evaluates pods, named shop/web. */
export function hardened(kind = "Deployment"): Json {
    const { pod } = location(kind);
    const object = set(workload(kind), `${pod}.securityContext.seccompProfile`, { type: "RuntimeDefault" });
    const securityContext = {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
        readOnlyRootFilesystem: true,
    };
    for (const list of ["containers[0]", "containers[1]", "initContainers[0]", "initContainers[1]"]) {
        set(object, `${pod}.${list}.securityContext`, structuredClone(securityContext));
        set(object, `${pod}.${list}.image`, "ghcr.io/example/app:1.0.0");
    }
    set(object, `${pod}.ephemeralContainers`, []);
    set(object, `${pod}.containers[0].livenessProbe`, { httpGet: { path: "/live", port: 8000 } });
    set(object, `${pod}.containers[1].livenessProbe`, { httpGet: { path: "/live", port: 8000 } });
    set(object, `${pod}.initContainers[1].livenessProbe`, { httpGet: { path: "/live", port: 8000 } });
    set(object, `${pod}.automountServiceAccountToken`, false);
    set(object, `${pod}.serviceAccountName`, "web");
    const labels = { "app.kubernetes.io/name": "web" };
    const template = pod.split(".").slice(0, -1).join(".");
    set(object, template === "" ? "metadata.labels" : `${template}.metadata`, template === "" ? labels : { labels });
    set(object, "metadata.labels", labels);
    if (SELECTING.includes(kind)) {
        set(object, "spec.selector", { matchLabels: labels });
    }
    return object;
}

/** Kinds that must select their own pods. */
const SELECTING = ["ReplicaSet", "Deployment", "DaemonSet", "StatefulSet"];

/** Sets the value at a path, creating missing parents; `undefined` removes it. Returns the object. */
export function set(object: Json, path: string, value: unknown): Json {
    const keys = path.split(/[.[\]]+/).filter((key) => key !== "");
    return setKeys(object, keys, value);
}

/** As {@link set}, with keys that may hold dots. */
export function setKeys(object: Json, keys: readonly string[], value: unknown): Json {
    const [last = "", ...above] = [...keys].reverse();
    let target: object = object;
    for (const key of above.reverse()) {
        const next: unknown = Reflect.get(target, key) ?? {};
        if (typeof next !== "object" || next === null) {
            throw new Error(`${key} is no object`);
        }
        Reflect.set(target, key, next);
        target = next;
    }
    if (value === undefined) {
        Reflect.deleteProperty(target, last);
    } else {
        Reflect.set(target, last, value);
    }
    return object;
}

/** A manifest as a source. */
export function source(object: Json): Source {
    return { ...groupKindOf(String(object.apiVersion), String(object.kind)), body: object };
}

/** Evaluates one rule over an object. */
export function evaluate(
    rule: Rule,
    object: Source | Json,
    settings: Partial<PackSettings> & { options?: RuleConfig } = {},
) {
    const { options = {}, ...rest } = settings;
    const run = evaluator({ rules: [rule], config: { [rule.id]: options }, today: TODAY, ...rest });
    return run(isSource(object) ? object : source(object));
}

/** Paths of the violations, in order. */
export function violations(outcomes: readonly RuleOutcome[]): string[] {
    return outcomes.filter(({ type }) => type === "violation").map(({ path }) => path);
}

function isSource(object: Source | Json): object is Source {
    return "body" in object;
}
