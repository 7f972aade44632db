import { parseArgs } from "node:util";
import { argumentFault } from "../terminal/commandLine";
import { STACKS } from "../settings/shared/environments";
import { CannotRun } from "../errors";

/** Help text; fits 60 columns. */
export const USAGE = `npm run smoke -- [flags]

Checks the live objects of a stack. Changes nothing.

  --stack NAME       staging or prod
  --outputs FILE     stack outputs as JSON; - reads stdin
  --kubeconfig FILE  instead of the one in the outputs
  --context NAME     instead of the one in the outputs
  --filter TEXT      only checks with this in their name
  --timeout SECONDS  wait for the rollout (default 60)
  --junit FILE       write JUnit XML, too
  --json             print JSON instead of text
  --help             print this

Without --outputs the outputs come from Pulumi (the
selected stack or --stack), else from the embedded
cluster of \`npm run local\`.

Exit code: 0 all passed, 1 a check failed, 2 could not run`;

/** What the command line asks for. */
export interface Arguments {
    /** Stack name. */
    readonly stack?: string;
    /** File with the stack outputs; `-` is stdin. */
    readonly outputs?: string;
    /** Kubeconfig file. */
    readonly kubeconfig?: string;
    /** Kubeconfig context. */
    readonly context?: string;
    /** Only checks with this in topic or name. */
    readonly filter?: string;
    /** Longest wait for the rollout (s). */
    readonly timeoutSeconds?: number;
    /** File to write JUnit XML to. */
    readonly junit?: string;
    /** Print JSON. */
    readonly json: boolean;
    /** Print the help text and end. */
    readonly help: boolean;
}

/** Reads the command line; stops at an unknown flag, a word that is no flag, an empty value or a bad number. */
export function parseArguments(argv: readonly string[]): Arguments {
    const { timeout, json = false, help = false, ...texts } = read(argv);
    const empty = Object.entries({ ...texts, timeout }).find(([, value]) => value === "");
    if (empty !== undefined) {
        throw new CannotRun(`--${empty[0]} has no value`, "npm run smoke -- --help");
    }
    if (texts.stack !== undefined && !STACKS.includes(texts.stack)) {
        throw new CannotRun(`--stack ${texts.stack}: must be ${STACKS.join(" or ")}`, `--stack ${STACKS[0] ?? ""}`);
    }
    const timeoutSeconds = timeout === undefined ? undefined : Number(timeout);
    if (timeoutSeconds !== undefined && !(timeoutSeconds >= 0 && timeoutSeconds <= 3600)) {
        throw new CannotRun(`--timeout ${timeout ?? ""}: must be a number of seconds from 0 to 3600`, "--timeout 60");
    }
    return { ...texts, timeoutSeconds, json, help };
}

/** The flags as they are written. */
function read(argv: readonly string[]) {
    try {
        return parseArgs({
            args: [...argv],
            options: {
                stack: { type: "string" },
                outputs: { type: "string" },
                kubeconfig: { type: "string" },
                context: { type: "string" },
                filter: { type: "string" },
                timeout: { type: "string" },
                junit: { type: "string" },
                json: { type: "boolean" },
                help: { type: "boolean" },
            },
        }).values;
    } catch (error) {
        throw new CannotRun(argumentFault(error), "npm run smoke -- --help");
    }
}
