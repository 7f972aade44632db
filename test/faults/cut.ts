import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { Workspace } from "../../local/workspace";
import { localPaths } from "../../process/paths";

/** What is killed while it runs. `first`: of an empty cluster; `change`: of a stack that is up. */
const OPERATIONS = ["first", "change", "destroy"] as const;

/** One way to cut an update. */
export interface Cut {
    /** Number that all the rest comes from. */
    readonly seed: number;
    readonly operation: (typeof OPERATIONS)[number];
    /** Whether the plugins and the program die with the CLI, as in a crash, or live on without it. */
    readonly group: boolean;
    /** The kill comes after the engine has begun with this many objects ... */
    readonly begun: number;
    /** ... and this much later (ms). */
    readonly delayMs: number;
}

/** Numbers from 0 to 1 that follow from a seed (mulberry32). */
function random(seed: number): () => number {
    let state = seed;
    return () => {
        state = (state + 0x6d2b79f5) | 0;
        let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    };
}

/** Objects that the engine begins with in each operation, roughly: no kill should come after its end. */
const BEGUN = { first: 55, change: 2, destroy: 55 } as const;

/** The cut of a seed. */
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

/** Lines by which the CLI says that it has begun with an object. */
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
 * Runs the CLI with arguments and kills it without a chance to clean up.
 * @param group Kill the plugins and the program, too.
 * @returns whether it was killed; `false` when it had come to its end before.
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
