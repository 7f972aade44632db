import { writeFileSync } from "node:fs";
import { CannotRun, messageOf } from "../errors";
import { EXIT } from "../terminal/commandLine";
import { createProgress } from "../terminal/progress";
import { terminalOf } from "../terminal/text";
import { findOutputs, readOutputs, realSurroundings } from "./findOutputs";
import { runSmoke, type SmokeReport } from "./index";
import { junitText } from "./report/junit";
import { reportText } from "./report/text";

/** Options of `x0 smoke`. */
export interface SmokeOptions {
    /** Stack name. */
    readonly stack?: string;
    /** File with the stack outputs; `-` is standard input. */
    readonly outputs?: string;
    /** Kubeconfig file. */
    readonly kubeconfig?: string;
    /** Kubeconfig context. */
    readonly context?: string;
    /** Only checks with this text in topic or name. */
    readonly filter?: string;
    /** Longest wait for the rollout (s). */
    readonly timeout?: number;
    /** File to write JUnit XML to. */
    readonly junit?: string;
    /** Print JSON. */
    readonly json?: boolean;
}

/** Runs the smoke tests and prints their report. @returns the exit code. */
export async function smoke(options: SmokeOptions): Promise<number> {
    const started = performance.now();
    const { text, source } =
        options.outputs === undefined
            ? await findOutputs(options.stack, realSurroundings())
            : readOutputs(options.outputs);
    // Standard output is for the report alone, so that --json can be piped.
    const report = await createProgress(process.stderr).step(`Smoke tests: ${source}`, (step) =>
        runSmoke({
            outputs: text,
            source,
            cluster: { context: options.context, kubeconfig: options.kubeconfig },
            timeoutSeconds: options.timeout,
            filter: options.filter,
            onProgress: (detail) => {
                step.update(detail);
            },
        }),
    );
    writeReport(report, options, (performance.now() - started) / 1000);
    return report.failed === 0 ? EXIT.done : EXIT.wrong;
}

/** Writes the report in every form that was asked for. */
function writeReport(report: SmokeReport, { json, junit }: SmokeOptions, seconds: number): void {
    if (junit !== undefined) {
        writeJunit(junit, junitText(report, seconds));
    }
    console.log(
        json === true
            ? JSON.stringify(report, null, 2)
            : `${reportText(report, terminalOf())} (${seconds.toFixed(1)} s)`,
    );
}

/** Writes the JUnit file. */
function writeJunit(file: string, text: string): void {
    try {
        writeFileSync(file, text);
    } catch (error) {
        throw new CannotRun(`--junit ${file}: ${messageOf(error)}`, "--junit FILE in a folder that you can write to");
    }
}
