import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { Workspace } from "../../local/workspace";
import { localPaths } from "../../process/paths";
import { random } from "./random";

/** Operation that is interrupted. `first`: an update on an empty cluster; `change`: an update of a running stack. */
const OPERATIONS = ["first", "change", "destroy"] as const;

/** Parameters of an interruption. */
export interface Cut {
    /** Seed of all other parameters. */
    readonly seed: number;
    readonly operation: (typeof OPERATIONS)[number];
    /** Whether the plugins and the program are killed with the CLI, as in a crash, or continue to run. */
    readonly group: boolean;
    /** The kill happens after the engine has started this many objects ... */
    readonly begun: number;
    /** ... and this much later (ms). */
    readonly delayMs: number;
}

/** Approximate number of objects that the engine starts in each operation, so that no kill happens after its end. */
const BEGUN = { first: 55, change: 2, destroy: 55 } as const;

/** The interruption of a seed. */
export function cutOf(seed: number): Cut {
    const draw = random(seed);
    const operation = OPERATIONS[Math.floor(draw() * OPERATIONS.length)] ?? "first";
    return {
        seed,
        operation,
        group: draw() < 0.5,
        begun: Math.floor(draw() * BEGUN[operation]),
        delayMs: Math.floor(draw() * 250),
    };
}

/** Lines in which the CLI reports that it has started an object. */
const BEGINS = /\b(creating|updating|deleting)\b/;

/** When to kill: resolves at the moment. @param begun Resolves when the engine has begun with so many objects. */
type Moment = (begun: (count: number) => Promise<void>) => Promise<void>;

/** The moment of a seeded cut. */
export function momentOf({ begun: count, delayMs }: Cut): Moment {
    return async (begun) => {
        await begun(count);
        await sleep(delayMs);
    };
}

/**
 * Runs the CLI with arguments and kills it with SIGKILL, so that it cannot clean up.
 * @param group Kill the plugins and the program, too.
 * @returns whether it was killed; `false` if it had ended before.
 */
export async function runAndCut(
    space: Workspace,
    args: readonly string[],
    group: boolean,
    moment: Moment,
): Promise<boolean> {
    const child = spawn(
        space.cli.executable,
        [...args, "--config-file", space.configFile, "--non-interactive", "--color", "never"],
        { cwd: localPaths().checkout, env: space.cli.env, detached: true, stdio: ["ignore", "pipe", "ignore"] },
    );
    const ended = new Promise<boolean>((resolve) => {
        child.once("exit", (_code, signal) => {
            resolve(signal === "SIGKILL");
        });
    });
    let count = 0;
    const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
    createInterface({ input: child.stdout }).on("line", (line) => {
        count += BEGINS.test(line) ? 1 : 0;
        waiting
            .filter((each) => count >= each.count)
            .forEach(({ resolve }) => {
                resolve();
            });
    });
    const begun = (wanted: number) =>
        new Promise<void>((resolve) => {
            waiting.push({ count: Math.max(1, wanted), resolve });
        });
    await Promise.race([ended, moment(begun)]);
    if (child.pid !== undefined && child.exitCode === null) {
        process.kill(group ? -child.pid : child.pid, "SIGKILL");
    }
    return ended;
}
