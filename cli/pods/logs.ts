import { setTimeout as sleep } from "node:timers/promises";
import { CannotRun } from "../../errors";
import { EXIT } from "../../terminal/commandLine";
import { visibleText } from "../../terminal/foreign";
import { eachLine, prefixOf } from "../../terminal/lines";
import type { Context } from "../command";
import { exitOf, hintFor } from "../kubectl";
import { choosePods, type Mesh, openMesh, podNames } from "./mesh";

/** Interval between two searches for new pods while following (ms). */
const SEARCH_MS = 2_000;

/** How far back logs begin where `--since` is not given. */
const DEFAULT_SINCE = "10m";

/** Options of `x0 logs`. */
export interface LogsOptions {
    readonly stack?: string;
    readonly follow?: boolean;
    readonly since?: string;
    readonly previous?: boolean;
    readonly container: string;
}

/** Selection of logs. */
interface LogsRequest {
    readonly pod: string | undefined;
    readonly follow: boolean;
    readonly since: string | undefined;
    readonly previous: boolean;
    readonly container: string;
}

/**
 * Applies the defaults of the options.
 * @param terminal whether a person reads the output
 * @throws CannotRun when options contradict each other, or a duration is invalid
 */
export function logsRequest(pod: string | undefined, options: LogsOptions, terminal: boolean): LogsRequest {
    const { previous = false, container } = options;
    if (options.since !== undefined && !/^\d+(ms|s|m|h)$/.test(options.since)) {
        throw new CannotRun(`--since ${options.since}: must be a number with s, m or h`, "--since 10m");
    }
    if (options.follow === true && previous) {
        throw new CannotRun(
            "--follow and --previous exclude each other: the previous container has ended",
            "leave one out",
        );
    }
    const follow = options.follow ?? (terminal && !previous);
    const since = options.since ?? (previous ? undefined : DEFAULT_SINCE);
    return { pod, follow, since, previous, container };
}

/** Follows pods until the command is interrupted, or prints their current logs. */
class Printer {
    private readonly seen = new Map<string, number>();
    private failed = false;

    constructor(
        private readonly mesh: Mesh,
        private readonly request: LogsRequest,
        private readonly context: Context,
    ) {}

    /** Prints the logs. @returns the exit code. */
    public async print(): Promise<number> {
        const { pod, follow } = this.request;
        const first = choosePods(await podNames(this.mesh), pod, this.mesh.namespace);
        if (!follow) {
            await Promise.all(first.map((name) => this.stream(name, this.request.since)));
            return this.failed ? EXIT.wrong : EXIT.done;
        }
        const running = new Map<string, Promise<void>>();
        for (let since = this.request.since; ; since = "10s") {
            const pods = await podNames(this.mesh);
            for (const name of pod === undefined ? pods : choosePods(pods, pod, this.mesh.namespace)) {
                if (!running.has(name)) {
                    const stream = this.stream(name, since).finally(() => running.delete(name));
                    running.set(name, stream);
                }
            }
            await sleep(SEARCH_MS);
        }
    }

    /** Prints one pod's lines until its stream ends; reports once why a pod returns none. */
    private async stream(pod: string, since: string | undefined): Promise<void> {
        const { follow, previous, container } = this.request;
        const first = !this.seen.has(pod);
        const index = this.seen.get(pod) ?? this.seen.size;
        this.seen.set(pod, index);
        const prefix = prefixOf(pod, this.mesh.app, index, this.context.terminal);
        const args = [
            ...["logs", pod, "--container", container],
            ...(follow ? ["--follow"] : []),
            ...(since === undefined ? [] : ["--since", since]),
            ...(previous ? ["--previous"] : []),
        ];
        const child = this.mesh.kubectl.start(args, ["ignore", "pipe", "pipe"]);
        const errors: string[] = [];
        const { stdout, stderr } = child;
        const [code] = await Promise.all([
            exitOf(child),
            stdout && eachLine(stdout, (line) => void process.stdout.write(`${prefix} ${line}\n`)),
            stderr && eachLine(stderr, (line) => errors.push(line)),
        ]);
        if (code !== 0) {
            this.failed = true;
            if (first) {
                const reason = visibleText(errors.join("\n").trim());
                console.error(`${prefix} ${reason}\n  ${hintFor(reason)}`);
            }
        }
    }
}

/** Prints the logs of a stack's pods. @returns the exit code. */
export async function printLogs(pod: string | undefined, options: LogsOptions, context: Context): Promise<number> {
    const request = logsRequest(pod, options, context.terminal.interactive);
    return new Printer(await openMesh(options.stack, context), request, context).print();
}
