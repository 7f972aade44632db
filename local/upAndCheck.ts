import { failureText, runSmoke } from "../smoke";
import { EXIT } from "../terminal/commandLine";
import { createProgress } from "../terminal/progress";
import { summary } from "./summary";
import { up } from "./up";

/** Options of `npm run local`. */
interface LocalOptions {
    /** Stack to bring up. */
    readonly stack: string;
    /** Packed chart that monitoring is installed from, or `default` for the stack's own source; unset: as last time. */
    readonly chart?: string;
}

/** Brings a stack up on the embedded cluster and runs the smoke tests. @returns the exit code. */
export async function upAndCheck({ stack, chart }: LocalOptions): Promise<number> {
    const started = performance.now();
    const progress = createProgress();
    const running = await up(stack, progress, undefined, chart);
    const report = await progress.step("Smoke tests", (step) =>
        runSmoke({
            ...running,
            onProgress: (text) => {
                step.update(text);
            },
        }),
    );
    if (report.failed > 0) {
        console.log(`\n${failureText(report)}`);
    }
    console.log(summary(stack, running, report, performance.now() - started));
    return report.failed === 0 ? EXIT.done : EXIT.wrong;
}
