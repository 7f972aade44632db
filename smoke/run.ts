import { writeFileSync } from "node:fs";
import { CannotRun, messageOf } from "../errors";
import { EXIT } from "../terminal/commandLine";
import { createProgress } from "../terminal/progress";
import { terminalOf } from "../terminal/text";
import { findOutputs, readOutputs, realSurroundings } from "./findOutputs";
import { type DeepOptions, runSmoke, type SmokeReport } from "./index";
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
    /** Text; only checks whose topic or name contains it run. */
    readonly filter?: string;
    /** Rollout timeout (s). */
    readonly timeout?: number;
    /** File to write JUnit XML to. */
    readonly junit?: string;
    /** Whether to print JSON. */
    readonly json?: boolean;
    /** Texts; a check whose topic or name contains one of them is skipped. */
    readonly skip?: readonly string[];
    /** Whether to also run the deep checks, which create pods for a few minutes. */
    readonly deep?: boolean;
    /** Deep checks: whether to wait for the rotation of an SVID. */
    readonly rotation?: boolean;
    /** Deep checks: whether to send a test alert to the receivers. */
    readonly receivers?: boolean;
    /** Deep checks: image with Python 3 for the probe pods. */
    readonly probeImage?: string;
    /** Deep checks: URL of Prometheus. */
    readonly prometheus?: string;
    /** Deep checks: URL of Alertmanager. */
    readonly alertmanager?: string;
}

/**
 * Options of the deep checks; `undefined` without `--deep`.
 * @throws CannotRun for an option that requires `--deep`.
 */
function deepOptions(options: SmokeOptions): DeepOptions | undefined {
    const { rotation, receivers, probeImage, prometheus, alertmanager } = options;
    if (options.deep === true) {
        return { rotation: rotation ?? false, receivers: receivers ?? false, probeImage, prometheus, alertmanager };
    }
    const flags = { rotation, receivers, "probe-image": probeImage, prometheus, alertmanager };
    const [given] = Object.entries(flags).find(([, value]) => value !== undefined) ?? [];
    if (given !== undefined) {
        throw new CannotRun(`--${given} needs --deep`, `add --deep, or leave --${given} out`);
    }
    return undefined;
}

/**
 * Signal that aborts on the first interrupt: created objects are removed before the command ends. A second interrupt
 * has no effect.
 */
function untilInterrupt(): AbortSignal {
    const controller = new AbortController();
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
        process.on(signal, () => {
            controller.abort();
        });
    }
    return controller.signal;
}

/** Runs the smoke tests and prints their report. @returns the exit code. */
export async function smoke(options: SmokeOptions): Promise<number> {
    const deep = deepOptions(options);
    const started = performance.now();
    const { text, source } =
        options.outputs === undefined
            ? await findOutputs(options.stack, realSurroundings())
            : readOutputs(options.outputs);
    // Standard output contains only the report, so that --json can be piped.
    const report = await createProgress(process.stderr).step(`Smoke tests: ${source}`, (step) =>
        runSmoke({
            outputs: text,
            source,
            cluster: { context: options.context, kubeconfig: options.kubeconfig },
            timeoutSeconds: options.timeout,
            filter: options.filter,
            skip: options.skip,
            deep,
            // Without deep checks, an interrupt ends the process immediately, because nothing has been created.
            signal: deep === undefined ? undefined : untilInterrupt(),
            onProgress: (detail) => {
                step.update(detail);
            },
        }),
    );
    writeReport(report, options, (performance.now() - started) / 1000);
    return report.failed === 0 ? EXIT.done : EXIT.wrong;
}

/** Writes the report in every requested format. */
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
