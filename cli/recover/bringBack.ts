import { CannotRun } from "../../errors";
import { helmRevisions } from "../../kube/helmReleases";
import type { Read } from "../../kube/read";
import type { Helm } from "../helm";
import type { Decision, HeldRelease } from "./decision";

/** Longest time for the objects of a removed release to go (s): the default of Helm. */
const GONE_SECONDS = 300;

/** Whether Helm is needed. */
export function needsHelm(decisions: readonly Decision[]): boolean {
    return decisions.some(({ action }) => action === "rollback" || action === "uninstall");
}

/** Arguments with which Helm brings a release back that is held. */
export function bringBackArguments(
    decision: Extract<Decision, { readonly action: "rollback" | "uninstall" }>,
): string[] {
    const { namespace, name } = decision.release;
    return decision.action === "rollback"
        ? ["rollback", name, String(decision.to), "--namespace", namespace]
        : ["uninstall", name, "--namespace", namespace, "--wait", "--timeout", `${GONE_SECONDS}s`];
}

/**
 * Brings the held releases back, each only while the revision that was decided on is still the newest and still in the same
 * status.
 * @throws CannotRun when another user or process has worked on a release in between, or with Helm's error.
 */
export async function bringBack(decisions: readonly Decision[], read: Read, helm: Helm): Promise<void> {
    for (const decision of decisions) {
        if (decision.action === "rollback" || decision.action === "uninstall") {
            await unchanged(decision.release, read);
            await helm.call(bringBackArguments(decision));
        }
    }
}

async function unchanged({ namespace, name, held }: HeldRelease, read: Read): Promise<void> {
    const [newest] = (await helmRevisions(read, namespace, name)) ?? [];
    if (newest?.revision !== held.revision || newest.status !== held.status) {
        const now = newest === undefined ? "gone" : `at revision ${newest.revision} (${newest.status})`;
        throw new CannotRun(
            `Helm release ${namespace}/${name} is ${now} now: another process works on it`,
            "wait for it, then run this again",
        );
    }
}
