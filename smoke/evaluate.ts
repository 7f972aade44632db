import { type Check, type Result } from "./check";
import { failed } from "./outcome";
import { messageOf } from "../errors";
import type { ContextName } from "../kube/kubeconfig";
import { kubectl } from "../kube/kubectl";
import type { Snapshot } from "./cluster/snapshot";
import type { Expectation } from "./expectation";
import { shellWord } from "../shell";

/** What a run of the smoke tests found. */
export interface SmokeReport {
    /** Every check with its finding, in order. */
    readonly results: readonly Result[];
    /** Number of checks that passed. */
    readonly passed: number;
    /** Number of checks that failed. */
    readonly failed: number;
    /** Number of checks that could not or need not be done here. */
    readonly skipped: number;
}

/** Runs checks over a snapshot. */
export function evaluate(
    checks: readonly Check[],
    snapshot: Snapshot,
    expected: Expectation,
    target: ContextName,
): SmokeReport {
    const results = checks.map((check): Result => {
        const look = check.look.replace("{user}", () => shellWord(expected.user));
        const command = `${kubectl(target)} -n ${shellWord(expected.namespace)} ${look}`;
        return { topic: check.topic, name: check.name, command, finding: findingOf(check, snapshot, expected) };
    });
    const count = (status: string) => results.filter(({ finding }) => finding.status === status).length;
    return { results, passed: count("passed"), failed: count("failed"), skipped: count("skipped") };
}

/** Outcome of a check; one that throws has failed, and the others still run. */
function findingOf(check: Check, snapshot: Snapshot, expected: Expectation) {
    try {
        return check.run(snapshot, expected);
    } catch (error) {
        return failed(`the check itself broke: ${messageOf(error)}`);
    }
}

/** Checks whose topic or name contains a text, in any case; all without one. */
export function filterChecks(checks: readonly Check[], text: string | undefined): readonly Check[] {
    const wanted = text?.toLowerCase() ?? "";
    return checks.filter(({ topic, name }) => `${topic} ${name}`.toLowerCase().includes(wanted));
}
