import { join } from "node:path";
import { buildPolicyPack } from "../../engine/policyPack";
import { failureText } from "../../engine/pulumi";
import { parseState } from "../../engine/state";
import { openWorkspace } from "../../local/workspace";
import type { LocalPaths } from "../../process/paths";
import type { Progress } from "../../terminal/progress";
import { writeFloor } from "./floor";
import { type Measured, measureRuns } from "./measured";
import { median } from "./median";
import { peakMemory } from "./memory";

/** Runs of each kind; an odd number, for the median. */
const RUNS = 7;

/** Another version of the project. */
export interface Version {
    /** Its checkout, with packages. */
    readonly folder: string;
    /** What it is called in the results. */
    readonly name: string;
}

/** A kind of run. */
interface Kind {
    readonly title: string;
    /** Runs are compared with the floor of the same command. */
    readonly command: "preview" | "up";
    /** Folder of the program. */
    readonly folder: string;
    /** Whether its policy pack evaluates the run. */
    readonly policies?: boolean;
    /** Whether the run may find changes: another version of the program may have some. */
    readonly mayChange?: boolean;
}

/**
 * Prints what the program costs beside the least program that registers the same resources ({@link writeFloor}), on an
 * updated stack: previews and updates without a change, interleaved.
 * @param other Version that is measured too.
 */
export async function programCost(progress: Progress, paths: LocalPaths, other?: Version): Promise<void> {
    const { cli, configFile } = await openWorkspace("staging", progress, paths);
    const flags = ["--stack", "staging", "--config-file", configFile, "--diff"];
    const exported = await cli.call(["stack", "export", "--stack", "staging", "--show-secrets"]);
    const floor = writeFloor(join(paths.root, "floor"), parseState(exported.stdout).resources);
    const measureRun = measureRuns(cli, paths);

    async function measure({ title, command, folder, policies, mayChange }: Kind): Promise<Measured> {
        const pack = join(folder, "policy");
        const args = [
            ...(command === "preview" ? ["preview"] : ["up", "--yes", "--skip-preview"]),
            ...flags,
            ...(policies === true
                ? ["--policy-pack", pack, "--policy-pack-config", join(pack, "config", "staging.json")]
                : []),
        ];
        const { result, measured } = await measureRun(args, folder);
        if (result.code !== 0 || (mayChange !== true && /^\s*[+~-]\d* to /m.test(result.stdout))) {
            throw new Error(`${title} is not a run without changes: ${failureText(result)}\n${result.stdout}`);
        }
        return measured();
    }

    const own = paths.checkout;
    const kinds: readonly Kind[] = [
        { title: "preview, floor", command: "preview", folder: floor },
        { title: "preview", command: "preview", folder: own },
        { title: "preview, policies", command: "preview", folder: own, policies: true },
        ...(other === undefined ? [] : await kindsOf(other)),
        { title: "update, floor", command: "up", folder: floor },
        { title: "update", command: "up", folder: own },
    ];
    const results = new Map(kinds.map((kind): [Kind, Measured[]] => [kind, []]));
    for (let turn = 0; turn < RUNS; turn += 1) {
        for (const [kind, measured] of results) {
            measured.push(await measure(kind));
        }
    }
    console.log(`\nThe program beside its floor, staging without changes (medians of ${RUNS}, interleaved)`);
    for (const [{ title, command }, measured] of results) {
        const [, base = []] = [...results].find(([kind]) => kind.command === command && kind.folder === floor) ?? [];
        console.log(`  ${title.padEnd(30)}${figures(measured, base)}`);
    }
    // Apart from the runs that are timed, since sampling takes processor time.
    console.log("\nMost memory of all processes of a run at one moment");
    for (const kind of kinds.filter(({ command }) => command === "preview")) {
        const { resident, proportional } = await peakMemory(() => measure(kind));
        console.log(
            `  ${kind.title.padEnd(30)}${resident.toFixed(0)} MiB, ${proportional.toFixed(0)} MiB with shared pages counted once`,
        );
    }
}

/** Previews of another version: its stack file may lack a setting of this one, so that changes are no error. */
async function kindsOf({ name, folder }: Version): Promise<readonly Kind[]> {
    await buildPolicyPack({ checkout: folder, logs: join(folder, ".local") });
    const kind = { command: "preview", folder, mayChange: true } as const;
    return [
        { ...kind, title: `preview, ${name}` },
        { ...kind, title: `preview, policies, ${name}`, policies: true },
    ];
}

/** Medians of runs, each with its ratio to that of the floor. */
function figures(measured: readonly Measured[], floor: readonly Measured[]): string {
    const figure = (what: keyof Measured, unit: "s" | "MiB") => {
        const [own, least] = [measured, floor].map((runs) => median(runs.map((run) => run[what])));
        const shown = unit === "s" ? ((own ?? 0) / 1000).toFixed(2) : (own ?? 0).toFixed(0);
        return `${shown} ${unit} (${((own ?? 0) / (least ?? 1)).toFixed(2)})`;
    };
    return `${figure("wall", "s")}, its Node.js process ${figure("processor", "s")}, ${figure("memory", "MiB")}`;
}
