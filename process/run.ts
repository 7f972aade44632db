import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { constants } from "node:os";
import { basename, dirname } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { killGroup, startForwarding } from "./group";

/** Options of {@link run}; all optional. */
interface RunOptions {
    /** Working directory; default: the current one. */
    cwd?: string;
    /** The child's whole environment; default: `process.env`. */
    env?: NodeJS.ProcessEnv;
    /** File that both output streams are appended to; its folder is created. */
    logFile?: string;
    /** Timeout (ms) after which the child and all of its descendants are killed; default: none. */
    timeoutMs?: number;
    /** Aborting kills the child and all of its descendants. */
    signal?: AbortSignal;
    /** Text for standard input; default: an empty one. */
    input?: string;
    /** Called with every line of both streams, as it arrives. */
    onLine?: (line: string, stream: "stdout" | "stderr") => void;
    /** Exit codes that are no error besides 0, or `true` for any. Default: none. */
    allowExit?: readonly number[] | true;
}

/** Result of a finished child. */
export interface RunResult {
    /** Exit code; 128 + signal number when a signal ended it. */
    code: number;
    /** All of standard output. */
    stdout: string;
    /** All of standard error. */
    stderr: string;
}

/** How many of the last lines of output an error carries: enough for a Go compiler's or an API server's message. */
const ERROR_LINES = 15;

/** A command that could not be started, was killed by a limit, or ended with another code than 0. */
export class CommandError extends Error {
    /** Name of the error, for logs. */
    public override readonly name = "CommandError";

    /**
     * @param command Base name of the executable and its first argument; later arguments may hold secrets.
     * @param reason What went wrong, e.g. `exit code 1` or `no end after 5 s`.
     * @param code Exit code; `undefined` when the command never started.
     * @param tail Last lines of its output, standard error first choice.
     * @param logFile File with the whole output.
     * @param systemCode The system's error code when the command never started, e.g. `ENOENT`.
     */
    constructor(
        public readonly command: string,
        public readonly reason: string,
        public readonly code: number | undefined,
        public readonly tail: string,
        public readonly logFile?: string,
        public readonly systemCode?: string,
    ) {
        const log = logFile === undefined ? "" : `\nWhole output: ${logFile}`;
        super(`${command}: ${reason}${tail === "" ? "" : `\n${tail}`}${log}`);
    }
}

/** The last lines of a text, without blank ones at its end. */
export function lastLines(text: string, count: number = ERROR_LINES): string {
    return text.trimEnd().split("\n").slice(-count).join("\n");
}

/** Displayed part of a command line: the first argument is a subcommand, the rest may be long or secret. */
function describe(command: string, args: readonly string[]): string {
    const [first] = args;
    return first === undefined || first.startsWith("-") ? basename(command) : `${basename(command)} ${first}`;
}

/** A log file that is open for appending. */
interface Log {
    /** Appends a text. */
    write(text: string): void;
    /** Closes the file; further calls do nothing. */
    close(): void;
}

/** Opens a log file. A full disk must not hide the command's own result, so a failing write is ignored. */
function openLog(file: string | undefined): Log {
    if (file === undefined) {
        return { write: () => undefined, close: () => undefined };
    }
    mkdirSync(dirname(file), { recursive: true });
    let log: number | undefined = openSync(file, "a");
    return {
        write: (text) => {
            try {
                writeSync(log ?? -1, text);
            } catch {
                // The disk is full.
            }
        },
        close: () => {
            if (log !== undefined) {
                closeSync(log);
                log = undefined;
            }
        },
    };
}

/** Collects a stream and passes it on, as it is and by lines; returns a function that gives the text so far. */
function collect(stream: Readable, log: Log, onLine: ((line: string) => void) | undefined): () => string {
    const chunks: string[] = [];
    stream.setEncoding("utf8");
    stream.on("data", (chunk: string) => {
        chunks.push(chunk);
        log.write(chunk);
    });
    if (onLine !== undefined) {
        createInterface({ input: stream, crlfDelay: Infinity }).on("line", onLine);
    }
    return () => chunks.join("");
}

/**
 * Runs a command without a shell, in a process group of its own, and waits for its end and that of its output. An
 * interrupt of this process is passed on to the group.
 * @throws CommandError when it cannot be started, is killed by `timeoutMs` or `signal`, or its exit code is not
 * allowed.
 */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    const { logFile, timeoutMs, signal, onLine } = options;
    const shown = describe(command, args);
    return new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
            reject(new CommandError(shown, "stopped before it started", undefined, ""));
            return;
        }
        const log = openLog(logFile);
        const [child, release] = startForwarding(() =>
            spawn(command, args, { cwd: options.cwd, env: options.env, detached: true }),
        );
        const lines = (name: "stdout" | "stderr") => (line: string) => onLine?.(line, name);
        const stdout = collect(child.stdout, log, onLine && lines("stdout"));
        const stderr = collect(child.stderr, log, onLine && lines("stderr"));
        // The exit code of a child that ends without reading its input counts, not the broken pipe.
        child.stdin.on("error", () => undefined);
        child.stdin.end(options.input ?? "");

        let stopped: string | undefined;
        const stop = (reason: string) => {
            stopped ??= reason;
            killGroup(child.pid, "SIGKILL");
        };
        const timer =
            timeoutMs === undefined
                ? undefined
                : setTimeout(() => {
                      stop(`no end after ${timeoutMs / 1000} s, stopped`);
                  }, timeoutMs);
        const onAbort = () => {
            stop("stopped on request");
        };
        signal?.addEventListener("abort", onAbort, { once: true });
        const finish = () => {
            log.close();
            clearTimeout(timer);
            signal?.removeEventListener("abort", onAbort);
            release();
        };
        child.once("error", (error: NodeJS.ErrnoException) => {
            finish();
            const reason = error.code === "ENOENT" ? "not found" : error.message;
            reject(new CommandError(shown, reason, undefined, "", undefined, error.code));
        });
        child.once("close", (exit, killedBy) => {
            finish();
            const code = exit ?? 128 + (killedBy === null ? 0 : constants.signals[killedBy]);
            const allowed = options.allowExit === true || code === 0 || options.allowExit?.includes(code) === true;
            if (stopped === undefined && allowed) {
                resolve({ code, stdout: stdout(), stderr: stderr() });
                return;
            }
            const tail = lastLines(stderr().trim() === "" ? stdout() : stderr());
            reject(new CommandError(shown, stopped ?? `exit code ${code}`, code, tail, logFile));
        });
    });
}
