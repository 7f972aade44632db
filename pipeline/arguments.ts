import { parseArgs } from "node:util";
import { argumentFault, UsageError } from "../terminal/commandLine";
import { STACKS } from "../settings/shared/environments";

/** A parsed command line. */
export type Arguments =
    | { readonly command: "help" }
    | { readonly command: "tools"; readonly names: readonly string[] }
    | { readonly command: "preview"; readonly stack: string; readonly base?: string; readonly output?: string }
    | { readonly command: "render"; readonly stack: string; readonly output: string }
    | { readonly command: "plan"; readonly stack: string; readonly plan: string; readonly configFile?: string }
    | { readonly command: "drift"; readonly stack: string; readonly output?: string; readonly configFile?: string }
    | { readonly command: "comment" | "issue"; readonly reports: string; readonly dryRun: boolean };

/** Text of `npx x0 pipeline --help`. */
export const USAGE = `npx x0 pipeline COMMAND [flags]

The commands of the workflows in .github/workflows. Each
also runs on your machine.

  preview --stack NAME [--base REF] [--output FILE]
      shows what this checkout would change, and the
      policy findings; needs no cluster, state or secret.
      --base: compared with that commit
  render --stack NAME --output FOLDER
      writes the Kubernetes objects of a stack and of its
      charts as YAML files, without secrets, for
      npm run policy:check
  plan --stack NAME --plan FILE [--config-file FILE]
      previews the stack and saves the plan for
      pulumi up --plan FILE
  drift --stack NAME [--output FILE] [--config-file FILE]
      compares the live objects with the program;
      changes nothing
  comment --reports FOLDER [--dry-run]
      writes the comment on the pull request whose preview
      left its reports in FOLDER
  issue --reports FOLDER [--dry-run]
      opens, updates or closes the issue about drift from
      the reports in FOLDER
  tools NAME...
      gets tools at their pinned versions and puts them on
      the PATH of a GitHub job

  --stack NAME  ${STACKS.join(" or ")}
  --dry-run     print the text instead
  --help        print this

Exit code: 0 done; 1 failed, or a policy would stop an
update; 2 wrong arguments; 3 drift`;

/** Says what is wrong with the command line. */
export function usageError(problem: string): UsageError {
    return new UsageError(problem, USAGE);
}

const OPTIONS = {
    stack: { type: "string" },
    base: { type: "string" },
    output: { type: "string" },
    plan: { type: "string" },
    "config-file": { type: "string" },
    reports: { type: "string" },
    "dry-run": { type: "boolean" },
    help: { type: "boolean", short: "h" },
} as const;

type Option = keyof typeof OPTIONS;

/** Options of each command. */
const TAKES: Readonly<Record<Exclude<Arguments["command"], "help">, readonly Option[]>> = {
    tools: [],
    preview: ["stack", "base", "output"],
    render: ["stack", "output"],
    plan: ["stack", "plan", "config-file"],
    drift: ["stack", "output", "config-file"],
    comment: ["reports", "dry-run"],
    issue: ["reports", "dry-run"],
};

/**
 * Reads the command line.
 * @throws {@link UsageError} that names the wrong part and what is allowed.
 */
export function parseArguments(argv: readonly string[]): Arguments {
    const { values, positionals } = parse(argv);
    const [command = "", ...names] = positionals;
    if (values.help === true) {
        return { command: "help" };
    }
    if (!isCommand(command)) {
        throw usageError(`"${command}" is not a command: use ${Object.keys(TAKES).join(", ")}.`);
    }
    for (const name of Object.keys(values)) {
        if (!TAKES[command].some((known) => known === name)) {
            throw usageError(`${command} takes no --${name}.`);
        }
    }
    if (names.length > 0 !== (command === "tools")) {
        throw usageError(
            command === "tools" ? "tools takes names of tools." : `${command} takes no ${names.join(" ")}.`,
        );
    }
    const need = (name: "stack" | "output" | "plan" | "reports"): string => {
        const value = values[name];
        if (value === undefined || value === "") {
            throw usageError(`${command} needs --${name}.`);
        }
        return value;
    };
    const stack = (): string => {
        const name = need("stack");
        if (!STACKS.includes(name)) {
            throw usageError(`"${name}" is not a stack: use ${STACKS.join(" or ")}.`);
        }
        return name;
    };
    const { base, output, "config-file": configFile, "dry-run": dryRun = false } = values;
    switch (command) {
        case "tools":
            return { command, names };
        case "preview":
            return { command, stack: stack(), base, output };
        case "render":
            return { command, stack: stack(), output: need("output") };
        case "plan":
            return { command, stack: stack(), plan: need("plan"), configFile };
        case "drift":
            return { command, stack: stack(), output, configFile };
        case "comment":
        case "issue":
            return { command, reports: need("reports"), dryRun };
    }
}

function isCommand(text: string): text is keyof typeof TAKES {
    return Object.hasOwn(TAKES, text);
}

function parse(argv: readonly string[]) {
    try {
        return parseArgs({ args: [...argv], allowPositionals: true, options: OPTIONS });
    } catch (error) {
        throw usageError(`${argumentFault(error)}.`);
    }
}
