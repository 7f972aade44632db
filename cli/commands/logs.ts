import { setTimeout as sleep } from "node:timers/promises";
import { APP } from "../../components/mesh/names";
import { CannotRun } from "../../errors";
import { type Command, type Context, EXIT, main, parse } from "../command";
import { exitOf, hintFor } from "../kubectl";
import { eachLine, prefixOf } from "../../terminal/lines";
import { choosePods, type Mesh, openMesh, podNames } from "../mesh";

/** How often new pods are looked for while following (ms). */
const LOOK_MS = 2_000;

/** How much of the past `--follow` begins with, where `--since` does not say. */
const DEFAULT_SINCE = "10m";

const USAGE = `npx x0 logs [POD] [flags]

Logs of the mesh pods, each line with its pod in front.
POD is a pod's name, or the end of one.

  --stack NAME    staging or prod
  --follow        go on, new pods included; the default on
                  a terminal
  --no-follow     print what there is and end
  --since TIME    how far back, e.g. 30s, 10m, 2h
                  (default ${DEFAULT_SINCE}; --previous: all)
  --previous      of the container before the last restart
  --container C   another container (default ${APP})
  --help          print this

Exit code: 0 done, 1 some pod gave no logs, 2 could not
look`;

/** What the command line asks for. */
interface Request {
    readonly pod: string | undefined;
    readonly follow: boolean;
    readonly since: string | undefined;
    readonly previous: boolean;
    readonly container: string;
}

/** Reads the command line. @throws CannotRun that names what is wrong. */
export function readRequest(argv: readonly string[], terminal: boolean): Request & { readonly stack?: string } {
    const { values, positionals, stack } = parse(
        "logs",
        argv,
        {
            follow: { type: "boolean" },
            "no-follow": { type: "boolean" },
            since: { type: "string" },
            previous: { type: "boolean" },
            container: { type: "string" },
        },
        1,
    );
    const previous = values.previous === true;
    if (values.since !== undefined && !/^\d+(ms|s|m|h)$/.test(values.since)) {
        throw new CannotRun(`--since ${values.since}: must be a number with s, m or h`, "--since 10m");
    }
    if (values.follow === true && (previous || values["no-follow"] === true)) {
        throw new CannotRun(`--follow does not go with ${previous ? "--previous" : "--no-follow"}`, "leave one out");
    }
    const follow = values.follow ?? (terminal && !previous && values["no-follow"] !== true);
    const since = values.since ?? (previous ? undefined : DEFAULT_SINCE);
    return { stack, pod: positionals[0], follow, since, previous, container: values.container ?? APP };
}

/** Follows pods until the command is interrupted, or prints what there is. */
class Printer {
    private readonly seen = new Map<string, number>();
    private failed = false;

    constructor(
        private readonly mesh: Mesh,
        private readonly request: Request,
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
            await sleep(LOOK_MS);
        }
    }

    /** Prints one pod's lines until its stream ends; why it gives none is said once. */
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
                const reason = errors.join("\n").trim();
                console.error(`${prefix} ${reason}\n  ${hintFor(reason)}`);
            }
        }
    }
}

/** `npx x0 logs`. */
export const logs: Command = {
    name: "logs",
    usage: USAGE,
    run: async (argv, context) => {
        const request = readRequest(argv, context.terminal.interactive);
        return new Printer(await openMesh(request.stack, context), request, context).print();
    },
};

if (require.main === module) {
    void main(logs);
}
