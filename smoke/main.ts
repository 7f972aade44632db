import { writeFileSync } from "node:fs";
import { parseArguments, USAGE, type Arguments } from "./arguments";
import { CannotRun, messageOf } from "../errors";
import { findOutputs, readOutputs, realSurroundings } from "./findOutputs";
import { runSmoke, type SmokeReport } from "./index";
import { junitText } from "./report/junit";
import { reportText } from "./report/text";

/** Columns of the report where no terminal says how many it has. */
const DEFAULT_COLUMNS = 100;

/** `npm run smoke`: exit code 0 all passed, 1 a check failed. */
async function main(argv: readonly string[]): Promise<number> {
    const options = parseArguments(argv);
    if (options.help) {
        console.log(USAGE);
        return 0;
    }
    const started = performance.now();
    const { text, source } =
        options.outputs === undefined
            ? await findOutputs(options.stack, realSurroundings())
            : readOutputs(options.outputs);
    // Standard output is for the report alone, so that --json can be piped.
    console.error(`Smoke tests: ${source}`);
    const progress = progressLine();
    let report: SmokeReport;
    try {
        report = await runSmoke({
            outputs: text,
            source,
            cluster: { context: options.context, kubeconfig: options.kubeconfig },
            timeoutSeconds: options.timeoutSeconds,
            filter: options.filter,
            onProgress: progress.show,
        });
    } finally {
        progress.end();
    }
    const seconds = (performance.now() - started) / 1000;
    writeReport(report, options, seconds);
    return report.failed === 0 ? 0 : 1;
}

/** Writes the report in every form that was asked for. */
function writeReport(report: SmokeReport, { json, junit }: Arguments, seconds: number): void {
    if (junit !== undefined) {
        writeJunit(junit, junitText(report, seconds));
    }
    const colour = process.stdout.isTTY && process.env.NO_COLOR === undefined;
    const columns = process.stdout.isTTY ? process.stdout.columns : DEFAULT_COLUMNS;
    console.log(
        json ? JSON.stringify(report, null, 2) : `${reportText(report, { columns, colour })} (${seconds.toFixed(1)} s)`,
    );
}

/** Writes the JUnit file. */
function writeJunit(file: string, text: string): void {
    try {
        writeFileSync(file, text);
    } catch (error) {
        throw new CannotRun(`--junit ${file}: ${messageOf(error)}`, "name a file that can be written");
    }
}

/** A line that is written over on a terminal, and written once for each new text elsewhere. */
function progressLine() {
    let last = "";
    const { isTTY } = process.stderr;
    return {
        /** Shows a text. */
        show: (text: string): void => {
            const news = text.replace(/^.*?: /, "");
            if (isTTY) {
                process.stderr.write(`\r\u001b[K${text}`);
            } else if (news !== last) {
                console.error(text);
            }
            last = news;
        },
        /** Removes the line from a terminal. */
        end: (): void => {
            if (isTTY && last !== "") {
                process.stderr.write("\r\u001b[K");
            }
        },
    };
}

main(process.argv.slice(2)).then(
    (code) => {
        process.exitCode = code;
    },
    (error: unknown) => {
        const fix = error instanceof CannotRun ? `\n  ${error.fix}` : "";
        console.error(`Smoke tests could not run: ${messageOf(error)}${fix}`);
        process.exitCode = 2;
    },
);
