import { setTimeout as sleep } from "node:timers/promises";
import { Objects, whyStill } from "../../engine/liveObjects";
import type { Place } from "../../engine/place";
import { describeResource } from "../../engine/state";
import { openCluster, type OpenCluster } from "../../engine/target";
import { engine, engineFailure } from "../../engine/update";
import { showResource } from "../../terminal/resource";
import { CannotRun } from "../../errors";
import { shellCommand, shellWord } from "../../shell";
import { EXIT } from "../../terminal/commandLine";
import { visible } from "../../terminal/foreign";
import { createProgress, type Progress, type Step } from "../../terminal/progress";
import { paint, type Terminal } from "../../terminal/text";
import type { Context } from "../command";
import { KUBELET_SERVICE } from "../../components/monitoring/names";
import { MONITORING_CRDS } from "../crds";
import { Kubectl } from "../kubectl";
import { examine, pastUpdates } from "../recover/examine";
import { findKubeletService, KUBELET_SERVICE_TEXT, removeKubeletService } from "../kubeletService";
import { openRemoval } from "../removal";
import type { RemovalOptions } from "../removalOptions";
import { type Inventory, inventory } from "./inventory";

/** Interval between two checks of terminating namespaces (ms). */
const CHECK_MS = 20_000;

/** Text that lists what will be removed and what is kept. */
export function inventoryText(
    { kinds, namespaces, kept, releases }: Inventory,
    terminal: Pick<Terminal, "colour">,
): string {
    const counts = [...kinds].map(([kind, count]) => `${count} ${kind}`).join(", ");
    const keeps = [
        ...kept.map(({ kind, name }) => `${kind} ${name}`),
        ...(releases > 0
            ? [`CustomResourceDefinitions of ${MONITORING_CRDS}: Helm never deletes those of a chart`]
            : []),
    ];
    const listed = keeps.length === 0 ? "nothing" : keeps.join("\n          ");
    return [
        `  ${paint("removes", "bad", terminal)} ${counts}`,
        ...namespaces.map((name) => `          namespace ${name}, with everything in it and its volumes`),
        `  ${paint("keeps", "good", terminal)}   ${listed}`,
    ].join("\n");
}

/** Reports why a namespace still exists, while the destroy waits for it. */
async function watchNamespaces(
    names: readonly string[],
    cluster: OpenCluster,
    progress: Progress,
    signal: AbortSignal,
): Promise<void> {
    const objects = new Objects(cluster.read);
    const said = new Set<string>();
    for (;;) {
        await sleep(CHECK_MS, undefined, { signal });
        for (const name of names) {
            const live = await objects.find({ apiVersion: "v1", kind: "Namespace", name });
            if (live === undefined || live === "hidden" || live.metadata.deletionTimestamp === undefined) {
                continue;
            }
            const text = `Namespace ${name} is terminating: ${whyStill(live) || "waiting for its objects"}`;
            if (!said.has(text)) {
                said.add(text);
                progress.note(text);
            }
        }
    }
}

async function removeAll(place: Place, cluster: OpenCluster, what: Inventory, context: Context): Promise<number> {
    const progress = createProgress();
    const stop = new AbortController();
    // Informational only: a failed check must not abort the destroy.
    const watch = watchNamespaces(what.namespaces, cluster, progress, stop.signal).catch(() => undefined);
    const work = (step: Step) =>
        engine(place, context.paths, ["destroy", "--yes", "--skip-preview", "--suppress-outputs"], (line) => {
            showResource(step, line);
        });
    const result = await progress.step(`Destroying ${place.stack}`, work);
    stop.abort();
    await watch;
    if (result.code !== 0) {
        console.error(engineFailure("pulumi destroy", result).message);
        return EXIT.wrong;
    }
    return EXIT.done;
}

/**
 * The release's operator is gone, so the objects that it created outside the stack's namespaces must be removed here.
 */
async function removeWhatTheOperatorMade(cluster: OpenCluster, context: Context): Promise<void> {
    const service = await findKubeletService(cluster.read);
    if (service === undefined) {
        return;
    }
    if (service.needed !== undefined) {
        console.log(`${KUBELET_SERVICE_TEXT}, is kept: ${service.needed}`);
        return;
    }
    const kubectl = await Kubectl.find(cluster.target, KUBELET_SERVICE.namespace, context);
    await removeKubeletService(kubectl);
    console.log(`Removed ${KUBELET_SERVICE_TEXT}, which Prometheus Operator made.`);
}

function refuse(place: Place, what: Inventory): void {
    const { stack, state } = place;
    if (state.pending.length > 0) {
        throw new CannotRun(
            `an update of stack ${stack} was interrupted: its state cannot list every object`,
            shellCommand("npx", "x0", "recover", "--stack", stack, "--then", "destroy"),
        );
    }
    if (what.protected.length > 0) {
        throw new CannotRun(
            `stack ${stack} has protected resources: ${what.protected.map(describeResource).join(", ")}`,
            shellCommand("pulumi", "state", "unprotect", "--all", "--stack", stack),
        );
    }
}

/**
 * Refuses to remove a stack whose last update failed and left objects that the state does not have: they would stay.
 * Only then is the program previewed, which takes as long as `x0 diff`.
 */
async function refuseUnrecorded(place: Place, { read }: OpenCluster, { paths }: Context): Promise<void> {
    const updates = await pastUpdates(place);
    if (updates.find(({ kind }) => kind === "update")?.result !== "failed") {
        return;
    }
    const { decisions } = await examine(place, read, paths, { updates, killed: false, vouched: [] });
    const left = decisions.filter(({ operation }) => operation === "unrecorded");
    if (left.length > 0) {
        throw new CannotRun(
            `the last update of stack ${place.stack} failed and left what its state does not have: ${visible(left.map(({ object }) => object).join(", "))}`,
            shellCommand("npx", "x0", "recover", "--stack", place.stack, "--then", "destroy"),
        );
    }
}

/** Removes the objects of a stack. @returns the exit code. */
export async function destroyStack(options: RemovalOptions, context: Context): Promise<number> {
    const removal = await openRemoval("destroy", options, context);
    const { place } = removal;
    const what = inventory(place.state.resources);
    if (what.kinds.size === 0) {
        console.log(
            `Stack ${place.stack} has no objects. To remove what a destroy keeps: npx x0 clean --stack ${shellWord(place.stack)}`,
        );
        return EXIT.done;
    }
    refuse(place, what);
    const cluster = await openCluster(place, true);
    await refuseUnrecorded(place, cluster, context);
    console.log(`Stack ${place.stack}, context ${visible(cluster.target.context)}`);
    console.log(inventoryText(what, context.terminal));
    const code = await removal.stopped();
    if (code !== undefined) {
        return code;
    }
    const ended = await removeAll(place, cluster, what, context);
    if (ended === EXIT.done && what.releases > 0) {
        await removeWhatTheOperatorMade(cluster, context);
    }
    if (ended === EXIT.done && what.kept.length + what.releases > 0) {
        console.log(
            `The CRDs above are kept, with the objects of their kinds. Next: npx x0 clean --stack ${shellWord(place.stack)}`,
        );
    }
    return ended;
}
