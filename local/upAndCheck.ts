import { failureText, runSmoke, type SmokeReport } from "../smoke";
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

/**
 * Brings a stack up on the embedded cluster and runs the smoke tests. Where some fail although nothing changed, objects may
 * have been changed or deleted by hand: the stack is refreshed, and checked again.
 * @returns the exit code.
 */
export async function upAndCheck({ stack, chart }: LocalOptions): Promise<number> {
    const started = performance.now();
    const progress = createProgress();
    let running = await up(stack, progress, undefined, chart);
    let report = await check(running, progress);
    if (report.failed > 0 && !running.changed) {
        progress.note(
            `${counted(report.failed, "check")} failed although nothing changed, so the stack is compared with the cluster`,
        );
        running = await up(stack, progress, undefined, chart, true);
        report = await check(running, progress);
    }
    if (report.failed > 0) {
        console.log(`\n${failureText(report)}`);
    }
    console.log(summary(stack, running, report, performance.now() - started));
    return report.failed === 0 ? EXIT.done : EXIT.wrong;
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
