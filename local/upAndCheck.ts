import { failureText, runSmoke, type SmokeReport } from "../smoke";
import type { LocalPaths } from "../process/paths";
import { EXIT } from "../terminal/commandLine";
import { createProgress, type Progress } from "../terminal/progress";
import { counted } from "../terminal/counted";
import { summary } from "./summary";
import { type RunningStack, up } from "./up";

/** Options of `npm run local`. */
interface LocalOptions {
    /** Stack to bring up. */
    readonly stack: string;
    /** Packed chart that monitoring is installed from, or `default` for the stack's own source; unset: as last time. */
    readonly chart?: string;
}

/** A stack that runs on the embedded cluster, and what its smoke tests found. */
interface CheckedStack {
    /** The stack. */
    readonly running: RunningStack;
    /** What the smoke tests found. */
    readonly report: SmokeReport;
}

/** Brings a stack up on the embedded cluster and runs the smoke tests. @returns the exit code. */
export async function upAndCheck({ stack, chart }: LocalOptions): Promise<number> {
    const started = performance.now();
    const { running, report } = await upChecked(stack, createProgress(), undefined, chart);
    if (report.failed > 0) {
        console.log(`\n${failureText(report)}`);
    }
    console.log(summary(stack, running, report, performance.now() - started));
    return report.failed === 0 ? EXIT.done : EXIT.wrong;
}

/**
 * Brings a stack up and runs the smoke tests. Where some fail although nothing changed, objects may have been changed or
 * deleted by hand: the stack is compared with the cluster and updated, and checked again.
 * @param paths Default: those of this checkout.
 * @param chart What `--chart` says; see {@link up}.
 */
export async function upChecked(
    stack: string,
    progress: Progress,
    paths?: LocalPaths,
    chart?: string,
): Promise<CheckedStack> {
    const running = await up(stack, progress, paths, chart);
    const report = await check(running, progress);
    if (report.failed === 0 || running.changed) {
        return { running, report };
    }
    progress.note(
        `${counted(report.failed, "check")} failed although nothing changed, so the stack is compared with the cluster`,
    );
    const restored = await up(stack, progress, paths, chart, true);
    return { running: restored, report: await check(restored, progress) };
}

function check(running: RunningStack, progress: Progress): Promise<SmokeReport> {
    return progress.step("Smoke tests", (step) =>
        runSmoke({
            ...running,
            onProgress: (text) => {
                step.update(text);
            },
        }),
    );
}
