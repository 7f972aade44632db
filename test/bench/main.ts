import { Command } from "@commander-js/extra-typings";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { down } from "../../local/down";
import { localPaths } from "../../process/paths";
import { withCommit } from "../../pipeline/base";
import { main } from "../../terminal/commandLine";
import type { Progress } from "../../terminal/progress";
import { up } from "../../local/up";
import { runSmoke } from "../../smoke";
import { separatePaths } from "../support/paths";
import { writeEmptyPack } from "./emptyPack";
import { growth } from "./growth";
import { programCost } from "./programCost";
import { policyStaging, policyStart } from "./policy";
import { policyPreview } from "./policyPreview";
import { policyCheck, policyPerObject, policyStacks } from "./policyCost";

/** A step of a run and how long it took (ms). */
interface Timing {
    readonly title: string;
    readonly milliseconds: number;
}

/** Progress that prints nothing and records the duration of every outermost step. */
function timingProgress(timings: Timing[]): Progress {
    let depth = 0;
    return {
        async step(title, work) {
            const started = performance.now();
            depth += 1;
            try {
                return await work({ update: () => undefined });
            } finally {
                depth -= 1;
                if (depth === 0) {
                    timings.push({ title, milliseconds: performance.now() - started });
                }
            }
        },
        note: () => undefined,
    };
}

/** One run of `npm run local`, up to the smoke tests, as a table of its steps. */
async function measure(title: string): Promise<number> {
    const timings: Timing[] = [];
    const progress = timingProgress(timings);
    const started = performance.now();
    const running = await up("staging", progress, paths);
    await progress.step("Smoke tests", () => runSmoke(running));
    const total = performance.now() - started;
    console.log(`\n${title}: ${(total / 1000).toFixed(1)} s`);
    for (const { title: step, milliseconds } of timings) {
        const share = Math.round((100 * milliseconds) / total);
        console.log(
            `  ${step.padEnd(34)}${(milliseconds / 1000).toFixed(1).padStart(6)} s ${String(share).padStart(4)} %`,
        );
    }
    return total;
}

const paths = separatePaths(localPaths(), "bench");

/**
 * From nothing to smoke tests passed, and again with no change; the tools are fetched before. Then the program beside its
 * floor, and the policies.
 */
async function bench({ against }: { against?: string }): Promise<void> {
    await up("staging", timingProgress([]), paths);
    await down(timingProgress([]), paths);
    const first = await measure("From nothing, tools cached");
    const second = await measure("Again, nothing changed");
    // As after a change of the program that changes no object.
    await rm(join(paths.root, "updated.staging.json"));
    await measure("Again, previewed, nothing changed");
    const silent = timingProgress([]);
    await (against === undefined
        ? programCost(silent, paths)
        : withCommit(paths.checkout, against, join(paths.root, "against"), (folder) =>
              programCost(silent, paths, { folder, name: against }),
          ));
    const emptyPack = writeEmptyPack(join(paths.root, "empty-pack"));
    await policyPreview(timingProgress([]), paths, emptyPack);
    await policyStart();
    await policyStaging(emptyPack);
    await policyPerObject(emptyPack);
    await policyStacks();
    await policyCheck();
    console.log(`\nAgain / from nothing: ${(second / first).toFixed(2)}`);
    await removeAll();
}

async function removeAll(): Promise<void> {
    await down(timingProgress([]), paths);
    await rm(paths.root, { recursive: true, force: true });
}

void main(() =>
    new Command("npm run bench --")
        .description(
            "Measures npm run local, from nothing and again, and what the policies cost. Takes some minutes, and needs an idle machine.",
        )
        .option("--against <ref>", "also measure the program and the policies of another commit, in alternating runs")
        .action(bench)
        .addCommand(
            new Command("growth")
                .description("Measures how the program grows: 100, 1,000 and 10,000 resources, and 100 mesh apps.")
                .action(async () => {
                    await growth(timingProgress([]), paths);
                    await removeAll();
                }),
        ),
);
