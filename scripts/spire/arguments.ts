/** What an operator can ask. */
export const QUESTIONS = ["entries", "agents", "bundle", "svid", "health"] as const;

/** One of the questions. */
export type Question = (typeof QUESTIONS)[number];

/** Arguments of the command. */
export interface Arguments {
    /** What is asked. */
    readonly question: Question;
    /** Pod of the mesh, for `svid`. */
    readonly pod?: string;
    /** Stack; the selected one when unset. */
    readonly stack?: string;
}

/** How to use the command. */
export const USAGE = `Usage: npm run spire -- <question> [--stack staging|prod]
  entries      registration entries of the server
  agents       agents that the server knows
  bundle       trust bundle: what the server has, and whether agents get the same
  svid <pod>   identity of a mesh pod: its entries, and what it fetched at its start
  health       every server and agent, asked over its own socket`;

/** Wrong arguments; the message ends with the usage. */
export class UsageError extends Error {}

/** @throws UsageError that names what is wrong. */
export function parseArguments(argv: readonly string[]): Arguments {
    const words: string[] = [];
    let stack: string | undefined;
    for (let index = 0; index < argv.length; index++) {
        const word = argv[index] ?? "";
        if (word === "--stack") {
            stack = argv[++index];
            if (stack === undefined) {
                throw new UsageError(`--stack needs a name.\n${USAGE}`);
            }
        } else if (word.startsWith("-")) {
            throw new UsageError(`unknown option ${word}.\n${USAGE}`);
        } else {
            words.push(word);
        }
    }
    const [asked = "", pod, ...rest] = words;
    const question = QUESTIONS.find((known) => known === asked);
    if (question === undefined) {
        throw new UsageError(asked === "" ? USAGE : `unknown question ${asked}.\n${USAGE}`);
    }
    if ((question === "svid") !== (pod !== undefined) || rest.length > 0) {
        throw new UsageError(
            `${question === "svid" ? "svid takes one pod" : `${question} takes no argument`}.\n${USAGE}`,
        );
    }
    return { question, pod, stack };
}
