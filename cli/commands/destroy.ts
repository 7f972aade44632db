import { setTimeout as sleep } from "node:timers/promises";
import { createProgress, type Progress, type Step } from "../../terminal/progress";
import { showResource } from "../../terminal/resource";
import { CannotRun } from "../../errors";
import { type Command, type Context, EXIT, main } from "../command";
import { engine, engineFailure } from "../../engine/update";
import { Objects, whyStill } from "../../engine/liveObjects";
import type { Place } from "../../engine/place";
import { openRemoval, REMOVAL_FLAGS } from "../removal";
import { describeResource } from "../../engine/state";
import { openCluster, type OpenCluster } from "../../engine/target";
import { paint, type Terminal } from "../../terminal/text";
import { type Inventory, inventory } from "../destroy/inventory";

/** How often namespaces that do not go are looked at (ms). */
const LOOK_MS = 20_000;

const USAGE = `npx x0 destroy [flags]

Removes every object of the stack from its cluster. Shows
what goes first, and asks for the stack's name. CRDs stay,
with the objects of their kinds: npx x0 clean.

${REMOVAL_FLAGS}

Exit code: 0 removed, 1 not confirmed, or some object could
not be removed; 2 it could not begin`;

/** What goes and what stays, for people. */
export function inventoryText({ kinds, namespaces, kept }: Inventory, terminal: Pick<Terminal, "colour">): string {
    const counts = [...kinds].map(([kind, count]) => `${count} ${kind}`).join(", ");
    return [
        `  ${paint("goes", "bad", terminal)}   ${counts}`,
        ...namespaces.map((name) => `         namespace ${name}, with all that others put into it, and its volumes`),
        kept.length === 0
            ? `  ${paint("stays", "good", terminal)}  nothing`
            : `  ${paint("stays", "good", terminal)}  ${kept.map(({ kind, name }) => `${kind} ${name}`).join("\n         ")}`,
    ].join("\n");
}

/** Says why a namespace is still there, while the destroy waits for it. */
async function watchNamespaces(
    names: readonly string[],
    cluster: OpenCluster,
    progress: Progress,
    signal: AbortSignal,
): Promise<void> {
    const objects = new Objects(cluster.read);
    const said = new Set<string>();
    for (;;) {
        await sleep(LOOK_MS, undefined, { signal });
        for (const name of names) {
            const live = await objects.find({ apiVersion: "v1", kind: "Namespace", name });
            if (live === undefined || live === "hidden" || live.metadata.deletionTimestamp === undefined) {
                continue;
            }
            const text = `Namespace ${name} is going: ${whyStill(live) || "waiting for its objects"}`;
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
    // A look that fails must not end the destroy: it only informs.
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

function refuse(place: Place, what: Inventory): void {
    const { stack, state } = place;
    if (state.pending.length > 0) {
        throw new CannotRun(
            `an update of stack ${stack} was cut: its state may not know every object`,
            `npx x0 recover --stack ${stack} --then destroy`,
        );
    }
    if (what.protected.length > 0) {
        throw new CannotRun(
            `stack ${stack} protects: ${what.protected.map(describeResource).join(", ")}`,
            `when they may go: pulumi state unprotect --all --stack ${stack}`,
        );
    }
}

/** `npx x0 destroy`. */
export const destroy: Command = {
    name: "destroy",
    usage: USAGE,
    run: async (argv, context) => {
        const removal = await openRemoval("destroy", argv, context);
        const { place } = removal;
        const what = inventory(place.state.resources);
        if (what.kinds.size === 0) {
            console.log(
                `Stack ${place.stack} has no objects. What an earlier destroy left: npx x0 clean --stack ${place.stack}`,
            );
            return EXIT.done;
        }
        refuse(place, what);
        const cluster = await openCluster(place, true);
        console.log(`Stack ${place.stack}, context ${cluster.target.context}`);
        console.log(inventoryText(what, context.terminal));
        const code = await removal.stopped();
        if (code !== undefined) {
            return code;
        }
        const ended = await removeAll(place, cluster, what, context);
        if (ended === EXIT.done && what.kept.length > 0) {
            console.log(
                `The CRDs above stay, with the objects of their kinds. To remove them: npx x0 clean --stack ${place.stack}`,
            );
        }
        return ended;
    },
};

if (require.main === module) {
    void main(destroy);
}
