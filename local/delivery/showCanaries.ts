import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseDocument } from "yaml";
import { API_VERSION, deliveryNames } from "../../components/delivery/names";
import { meshNames } from "../../components/mesh/names";
import { UserError } from "../../errors";
import { clusterReader } from "../../kube/read";
import { type LiveRollout, parseRollout, type DeliveryState, stateOf } from "../../kube/rollout/live";
import { rolloutLine } from "../../kube/rollout/report";
import { localPaths, type LocalPaths } from "../../process/paths";
import { type Environment, environmentOf } from "../../settings/shared/environments";
import { EXIT } from "../../terminal/commandLine";
import { createProgress, type Progress } from "../../terminal/progress";
import { ensureTools } from "../../tools";
import { inWorkspace } from "../up";
import type { Workspace } from "../workspace";
import { runController, type RunningController } from "./controller";
import { installDefinitions } from "./definitions";
import { playPrometheus, type PlayedPrometheus, WELL } from "./prometheus";

/** Time between two looks at the Rollout (ms), and the longest time of one canary (ms). */
const LOOK_MS = 500;
const LONGEST_MS = 600_000;

/** Share of failed requests that the played Prometheus reports of the bad version. */
const BAD_SHARE = 0.5;

/** Canaries of seconds instead of minutes: nothing runs on the simulated nodes that would need longer. */
function quickDelivery(prometheus: string) {
    return {
        type: "canary",
        analysis: { prometheus, interval: "3s", count: 3, failureLimit: 1 },
    };
}

/** Options of `npm run local -- --delivery canary`. */
interface ShowOptions {
    /** Stack to bring up. */
    readonly stack: string;
    /** Packed chart that monitoring is installed from; unset: as last time. */
    readonly chart?: string;
}

/** A stack with canaries on the embedded cluster. */
interface Stage {
    readonly environment: Environment;
    readonly workspace: Workspace;
    readonly prometheus: PlayedPrometheus;
    readonly progress: Progress;
    readonly paths: LocalPaths;
}

/**
 * Brings a stack up with canaries and shows two of them, one that goes through and one that its analysis aborts. The
 * controller is the real one, as a process of this machine; what Prometheus would say is played.
 * @returns the exit code: 1 when one of them ended otherwise.
 */
export async function showCanaries({ stack, chart }: ShowOptions): Promise<number> {
    const environment = environmentOf(stack);
    if (environment === undefined) {
        throw new UserError(`there is no stack ${stack}`);
    }
    const progress = createProgress();
    const paths = localPaths();
    const { "rollouts-controller": tool } = await progress.step("Controller of Argo Rollouts", () =>
        ensureTools(["rollouts-controller"], progress, paths),
    );
    return inWorkspace(stack, progress, paths, chart, async (workspace) => {
        const prometheus = await playPrometheus();
        try {
            return await show({ environment, workspace, prometheus, progress, paths }, tool.path);
        } finally {
            await prometheus.close();
        }
    });
}

async function show(stage: Stage, program: string): Promise<number> {
    const { environment, workspace, prometheus, progress, paths } = stage;
    await progress.step("Kinds of Argo Rollouts", () =>
        installDefinitions(workspace.kubectl, workspace.cluster, join(paths.logs, "rollouts-definitions.log")),
    );
    await set(stage, ["delivery"], quickDelivery(prometheus.url));
    await set(stage, ["env"], {});
    const ended = new AbortController();
    let controller: RunningController | undefined;
    try {
        const place = {
            cluster: workspace.cluster,
            namespace: environment.namespace,
            serviceAccount: deliveryNames(environment).controller,
            program,
            paths,
        };
        await progress.step(`Stack ${environment.stack} with canaries`, async (step) => {
            [controller] = await Promise.all([
                runController(place, ended.signal),
                workspace.stack.up(step).finally(() => {
                    ended.abort();
                }),
            ]);
        });
        await until(stage, "delivered");
        const good = await canary(stage, "good", "delivered");
        prometheus.answer({ ...WELL, errors: [BAD_SHARE] });
        const bad = await canary(stage, "bad", "aborted");
        console.log(summary(good, bad));
        return good === "delivered" && bad === "aborted" ? EXIT.done : EXIT.wrong;
    } finally {
        await controller?.stop();
    }
}

/** Delivers a version, and follows it to its end. */
async function canary(stage: Stage, version: string, expected: DeliveryState): Promise<DeliveryState> {
    const { progress, workspace } = stage;
    await set(stage, ["env"], { CANARY: version });
    await progress.step(`Version "${version}": pulumi up`, (step) => workspace.stack.up(step));
    return until(stage, expected);
}

/** Follows the Rollout to its end, a line for each change. @returns how it ended, or where it was when time was up. */
async function until({ environment, workspace, progress }: Stage, expected: DeliveryState): Promise<DeliveryState> {
    const read = await clusterReader(workspace.cluster);
    const path = `/apis/${API_VERSION}/namespaces/${environment.namespace}/rollouts/${meshNames(environment).app}`;
    const end = Date.now() + LONGEST_MS;
    for (let last = ""; ;) {
        const live: LiveRollout = parseRollout(JSON.stringify(await seen(read(path))));
        const line = rolloutLine(live);
        if (line !== last) {
            progress.note(`  ${line}`);
        }
        last = line;
        const state = stateOf(live);
        if (state === expected || state === "delivered" || state === "aborted" || Date.now() >= end) {
            return state;
        }
        await sleep(LOOK_MS);
    }
}

async function seen(answer: Promise<{ readonly seen: boolean; readonly object?: unknown }>): Promise<unknown> {
    const { object } = await answer;
    return object ?? {};
}

/** Sets a part of `mesh` in the copy of the stack file. */
async function set({ workspace }: Stage, path: readonly string[], value: unknown): Promise<void> {
    const document = parseDocument(await readFile(workspace.configFile, "utf8"));
    document.setIn(["config", "x0tta6bl4:mesh", ...path], value);
    await writeFile(workspace.configFile, document.toString());
}

function summary(good: DeliveryState, bad: DeliveryState): string {
    return `
The good version was ${good}; the bad one was ${bad}, and the old pods serve.
  The controller was the real one, with the rights that it has in a cluster; what Prometheus
  says of the new pods was played. It has ended, so the Rollout stays as it is.

Next:
  npx x0 rollout status  what the analysis measured
  docs/delivery.md       canaries on your cluster
  npm run local          the stack without canaries again
  npm run local -- down  remove it
`;
}
