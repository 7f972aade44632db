import { parseArgs } from "node:util";
import { STACKS } from "../settings/shared/environments";
import { argumentFault, UsageError } from "../terminal/commandLine";

/** What `npm run local` was asked to do. */
export interface LocalArguments {
    /** `up` (default), `status`, `down` or `help`. */
    readonly command: "up" | "status" | "down" | "help";
    /** Stack to bring up; default `staging`. */
    readonly stack: string;
    /** Packed chart that monitoring is installed from, or `default` for the stack's own source; unset: as last time. */
    readonly chart?: string;
}

/** Text of `npm run local -- --help`. */
export const USAGE = `npm run local -- [COMMAND] [flags]

  up            bring the stack up on a cluster on this
                machine, then check it (default)
  status        say what runs
  down          remove the cluster, its state and its logs

With up:
  --stack NAME  ${STACKS.join(" or ")} (default: staging)
  --chart FILE  packed chart (.tgz) to install monitoring
                from, in later runs too; \`default\`: the
                stack's own source again, or no chart where
                that does not answer

  --help        print this

Exit code: 0 done; 1 it failed, or a smoke check did;
2 wrong arguments`;

/** Says what is wrong with the command line. */
function usageError(problem: string): UsageError {
    return new UsageError(problem, USAGE);
}

const COMMANDS = ["up", "status", "down", "help"] as const;

/**
 * Reads the command line.
 * @throws {@link UsageError} that names the wrong part and what is allowed.
 */
export function parseArguments(argv: readonly string[]): LocalArguments {
    const { values, positionals } = parse(argv);
    if (values.help === true) {
        return { command: "help", stack: "staging" };
    }
    const [given = "up", ...rest] = positionals;
    const command = COMMANDS.find((known) => known === given);
    if (command === undefined || rest.length > 0) {
        throw usageError(`"${positionals.join(" ")}" is not a command: use up, status or down.`);
    }
    for (const flag of ["stack", "chart"] as const) {
        if (command !== "up" && values[flag] !== undefined) {
            throw usageError(`${command} takes no --${flag}: it is about the whole cluster, with every stack on it.`);
        }
    }
    const stack = values.stack ?? "staging";
    if (!STACKS.includes(stack)) {
        throw usageError(`"${stack}" is not a stack: use ${STACKS.join(" or ")}.`);
    }
    return { command, stack, chart: values.chart };
}

function parse(argv: readonly string[]) {
    try {
        return parseArgs({
            args: [...argv],
            allowPositionals: true,
            options: { stack: { type: "string" }, chart: { type: "string" }, help: { type: "boolean", short: "h" } },
        });
    } catch (error) {
        throw usageError(`${argumentFault(error)}.`);
    }
}
