import { type Check } from "../check";
import { judge, skipped, type Difference } from "../outcome";
import { found, judging, type Lookup } from "../cluster/lookup";
import { isSimulated } from "../cluster/nodes";
import type { PodAnswer, Snapshot } from "../cluster/snapshot";
import { counted } from "../../terminal/counted";
import { refusesHttp, refusesMetrics } from "../../preflight/mesh/outsiders";
import type { Expectation } from "../expectation";

const TOPIC = "HTTP";

/** Reason why no pod can be queried; `undefined` if at least one can. */
export function silence({ pods, nodes }: Snapshot): string | undefined {
    if (!pods.ok || !nodes.ok) {
        return undefined;
    }
    const real = new Set(nodes.value.filter((node) => !isSimulated(node)).map(({ metadata }) => metadata?.name));
    const scheduled = pods.value.filter(({ spec }) => spec?.nodeName !== undefined);
    const simulated =
        real.size === 0 || (scheduled.length > 0 && scheduled.every(({ spec }) => !real.has(spec?.nodeName)));
    return simulated ? "simulated nodes: no container runs" : undefined;
}

/** Differences of a response; empty if its status is 200 and its body matches. */
function fault({ pod, path, answer }: PodAnswer, looksRight: RegExp | undefined): Difference[] {
    const expected = looksRight === undefined ? "200" : "200 with Prometheus metrics";
    if (!answer.ok) {
        return [{ path: `${pod} ${path}`, expected, actual: answer.reason }];
    }
    const { status, body } = answer.value;
    const good = status === 200 && (looksRight?.test(body) ?? true);
    const beginning = body.split("\n", 1)[0]?.slice(0, 60) ?? "";
    return good ? [] : [{ path: `${pod} ${path}`, expected, actual: `${status} ${beginning}` }];
}

/** Responses for a path, or the reason why there are none. */
function answersOf({ http }: Snapshot, path: string): Lookup<PodAnswer[]> {
    const answers = http.filter((answer) => answer.path === path);
    return answers.length > 0 ? found(answers) : { ok: false, reason: "no pod to ask" };
}

/** Builds a check that every pod responds on a path through the API server's proxy. */
function check(
    name: string,
    pathOf: (expected: Expectation) => string | undefined,
    refusal: (mesh: Expectation["mesh"]) => string | undefined,
    looksRight?: RegExp,
): Check {
    return {
        topic: TOPIC,
        name,
        look: "get pods -o wide",
        run: (snapshot, expected) => {
            const path = pathOf(expected);
            const reason = path === undefined ? "metrics are off" : (silence(snapshot) ?? refusal(expected.mesh));
            if (path === undefined || reason !== undefined) {
                return skipped(reason ?? "");
            }
            return judging(answersOf(snapshot, path), (answers) =>
                judge(
                    answers.flatMap((answer) => fault(answer, looksRight)),
                    `200 from ${counted(answers.length, "pod")}`,
                ),
            );
        },
    };
}

/** Checks of the running app. */
export const HTTP_CHECKS: readonly Check[] = [
    check("health", ({ mesh }) => mesh.probes.readiness.path, refusesHttp),
    check(
        "metrics",
        ({ mesh }) => (mesh.metrics.enabled ? mesh.metrics.path : undefined),
        refusesMetrics,
        /^# (HELP|TYPE) /m,
    ),
];
