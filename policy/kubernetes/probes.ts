import type { Field } from "../engine/field";
import { violation, type Finding } from "../engine/finding";
import { globMatches } from "../engine/glob";
import { texts, type Option } from "../engine/options";
import { JOB_KINDS, WORKLOAD_KIND_NAMES } from "./kinds";
import { eachContainer, RUNNING_ROLES, type Workload } from "./workload";

/** Handlers of a probe, which has exactly one. */
const HANDLERS = ["httpGet", "tcpSocket", "exec", "grpc"];

/** The handlers, for messages. */
const CHOICE = "httpGet, tcpSocket, exec or grpc";

/** Kinds for which a probe can be required: the built-in ones and Argo's Rollout. */
const KINDS: readonly string[] = [...WORKLOAD_KIND_NAMES, "Rollout"];

/** Options of the probe rules. */
export interface ProbeOptions {
    /** Kinds for which the probe is required. */
    readonly kinds: readonly string[];
    /** Patterns of container names that need no probe. */
    readonly skipContainers: readonly string[];
}

/** Options of the probe rules. Jobs run to completion, so they need no probe. */
export const probeOptions: { readonly [K in keyof ProbeOptions]: Option<readonly string[]> } = {
    kinds: texts(
        KINDS.filter((kind) => !JOB_KINDS.includes(kind)),
        "Kinds for which the probe is required.",
        KINDS,
    ),
    skipContainers: texts([], "Names of containers that need no such probe; * matches any characters."),
};

/**
 * Requires a probe with exactly one handler on every container that runs as long as the pod, including sidecars.
 * @param probe Key of the probe, e.g. `livenessProbe`.
 * @param replacement Key of another probe that is accepted instead.
 */
export function* requireProbe(
    workload: Workload,
    probe: string,
    { kinds, skipContainers }: ProbeOptions,
    replacement?: string,
): Generator<Finding> {
    if (!kinds.includes(workload.kind)) {
        return;
    }
    yield* eachContainer(workload, RUNNING_ROLES, function* (container) {
        if (skipContainers.some((pattern) => globMatches(pattern, container.container))) {
            return;
        }
        const field = container.at(probe);
        if (!field.isSet() && replacement !== undefined && container.at(replacement).isSet()) {
            return;
        }
        yield* checkProbe(field, workload.partial);
    });
}

function* checkProbe(probe: Field, partial: boolean): Generator<Finding> {
    if (!probe.isSet()) {
        if (!partial) {
            yield violation(probe, "is unset", `Set one with ${CHOICE}.`);
        }
        return;
    }
    const handlers = HANDLERS.map((handler) => probe.at(handler)).filter((handler) => handler.isSet());
    if (handlers.length > 1) {
        const names = handlers.map((handler) => handler.path.slice(probe.path.length + 1)).join(", ");
        yield violation(probe, `has ${handlers.length} handlers (${names})`, "Keep one of them.");
    } else if (handlers.length === 0 && !partial) {
        yield violation(probe, "has no handler", `Add ${CHOICE}.`);
    }
}
