import { type Check, type Result } from "./check";
import { failed, skipped } from "./outcome";
import { messageOf } from "../errors";
import type { ContextName } from "../kube/kubeconfig";
import { kubectl } from "../kube/kubectl";
import type { Snapshot } from "./cluster/snapshot";
import type { Expectation } from "./expectation";
import { shellWord } from "../shell";

/** Report of a run of the smoke tests. */
export interface SmokeReport {
    /** All checks with their outcomes, in order. */
    readonly results: readonly Result[];
    /** Number of checks that passed. */
    readonly passed: number;
    /** Number of checks that failed. */
    readonly failed: number;
    /** Number of checks that are not possible or not applicable. */
    readonly skipped: number;
}

/** Runs checks over a snapshot. @param skip Texts; a check whose topic or name contains one of them is skipped. */
export function evaluate(
    checks: readonly Check[],
    snapshot: Snapshot,
    expected: Expectation,
    target: ContextName,
    skip: readonly string[] = [],
): SmokeReport {
    const results = checks.map((check): Result => {
        const look = check.look.replace("{user}", () => shellWord(expected.user));
        const command = `${kubectl(target)} -n ${shellWord(expected.namespace)} ${look}`;
        const reason = unwantedBy(skip, check);
        const finding = reason === undefined ? findingOf(check, snapshot, expected) : skipped(reason);
        return { topic: check.topic, name: check.name, command, finding };
    });
    return smokeReport(results);
}

/** Results with their counts. */
export function smokeReport(results: readonly Result[]): SmokeReport {
    const count = (status: string) => results.filter(({ finding }) => finding.status === status).length;
    return { results, passed: count("passed"), failed: count("failed"), skipped: count("skipped") };
}

/** Why a check is skipped by the user; `undefined` if it is not. */
export function unwantedBy(skip: readonly string[], check: Named): string | undefined {
    const text = skip.find((one) => filterChecks([check], one).length > 0);
    return text === undefined ? undefined : `--skip ${text}`;
}

/** Outcome of a check; a check that throws counts as failed, and the others still run. */
function findingOf(check: Check, snapshot: Snapshot, expected: Expectation) {
    try {
        return check.run(snapshot, expected);
    } catch (error) {
        return failed(`the check itself broke: ${messageOf(error)}`);
    }
}

/** Topic and name of a check. */
type Named = Pick<Check, "topic" | "name">;

/** Checks whose topic or name contains a text, case-insensitive; without a text, all checks. */
export function filterChecks<T extends Named>(checks: readonly T[], text: string | undefined): readonly T[] {
    const wanted = text?.toLowerCase() ?? "";
    return checks.filter(({ topic, name }) => `${topic} ${name}`.toLowerCase().includes(wanted));
}
