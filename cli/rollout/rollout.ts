import { setTimeout as sleep } from "node:timers/promises";
import { API_VERSION } from "../../components/delivery/names";
import { CannotRun } from "../../errors";
import { EXIT } from "../../terminal/commandLine";
import { visibleText } from "../../terminal/foreign";
import { type Context, printJson } from "../command";
import { type Mesh, openMesh } from "../pods/mesh";
import { type Action, type ActionOptions, patchOf } from "./actions";
import { type DeliveryState, type LiveRollout, parseRollout, RESOURCE, stateOf } from "../../kube/rollout/live";
import { rolloutLine, rolloutReport } from "../../kube/rollout/report";
import { rolloutText } from "./text";

/** Time between two looks (ms). */
const LOOK_MS = 2_000;

/** States in which the newest version was not delivered, and will not be by itself. */
const FAILED: readonly DeliveryState[] = ["aborted", "stopped"];

/** Options of every subcommand. */
export interface RolloutOptions {
    readonly stack?: string;
    readonly json?: boolean;
}

/** Reads the Rollout of the mesh. @throws CannotRun where the stack delivers by a Deployment. */
async function readRollout({ kubectl, app, namespace, place }: Mesh): Promise<LiveRollout> {
    const { code, stdout, stderr } = await kubectl.try(["get", RESOURCE, app, "--output", "json"]);
    if (code === 0) {
        return parseRollout(stdout);
    }
    if (/NotFound|doesn't have a resource type/.test(stderr)) {
        throw new CannotRun(
            `namespace ${namespace} has no Rollout ${app}: stack ${place.stack} delivers without canaries and blue/green, or was not updated since`,
            `pulumi config set --stack ${place.stack} --path mesh.delivery.type canary`,
        );
    }
    throw new CannotRun(`kubectl: ${stderr.trim() || `exit code ${code}`}`, `npx x0 status --stack ${place.stack}`);
}

function print(live: LiveRollout, json: boolean, { terminal }: Context): void {
    if (json) {
        printJson(rolloutReport(live));
    } else {
        console.log(visibleText(rolloutText(live, terminal)));
    }
}

/** Shows the Rollout. @returns the exit code: 1 when the newest version was aborted, or goes no further. */
export async function showRollout({ stack, json = false }: RolloutOptions, context: Context): Promise<number> {
    const live = await readRollout(await openMesh(stack, context));
    print(live, json, context);
    return FAILED.includes(stateOf(live)) ? EXIT.wrong : EXIT.done;
}

/** Type of the Rollout in the state. */
const TYPE = `kubernetes:${API_VERSION}:Rollout`;

/**
 * Follows the Rollout to its end, a line for each change.
 * @param timeoutSeconds Longest time.
 * @param ifRollout Whether a stack that delivers by a Deployment is done at once, instead of an error.
 * @returns the exit code: 1 when the newest version was aborted, waits for a person, or time is up.
 */
export async function watchRollout(
    {
        stack,
        json = false,
        timeoutSeconds,
        ifRollout = false,
    }: RolloutOptions & { readonly timeoutSeconds: number; readonly ifRollout?: boolean },
    context: Context,
): Promise<number> {
    const mesh = await openMesh(stack, context);
    // By the state and not by the cluster: a Rollout that is gone is no Deployment.
    if (ifRollout && !mesh.place.state.resources.some(({ type }) => type === TYPE)) {
        console.log(`Stack ${mesh.place.stack} delivers by a Deployment: the update waited for its pods.`);
        return EXIT.done;
    }
    const end = Date.now() + timeoutSeconds * 1_000;
    for (let last = ""; ;) {
        const live = await readRollout(mesh);
        const line = rolloutLine(live);
        if (line !== last && !json) {
            console.log(visibleText(line));
        }
        last = line;
        const state = stateOf(live);
        const ended = state === "delivered" || state === "waiting" || FAILED.includes(state);
        if (ended || Date.now() >= end) {
            print(live, json, context);
            return state === "delivered" ? EXIT.done : EXIT.wrong;
        }
        await sleep(LOOK_MS);
    }
}

/** Promotes, aborts or tries again. @returns the exit code. */
export async function changeRollout(
    action: Action,
    { stack, json = false, ...options }: RolloutOptions & ActionOptions,
    context: Context,
): Promise<number> {
    const mesh = await openMesh(stack, context);
    const status = patchOf(action, await readRollout(mesh), options);
    const patch = ["--subresource", "status", "--type", "merge", "--patch", JSON.stringify({ status })];
    await mesh.kubectl.call(["patch", RESOURCE, mesh.app, ...patch]);
    const live = await readRollout(mesh);
    if (!json) {
        console.log(`Done: ${action}. Follow it: npx x0 rollout watch --stack ${mesh.place.stack}\n`);
    }
    print(live, json, context);
    return EXIT.done;
}
