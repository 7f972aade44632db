import { CannotRun } from "../../errors";
import { parse } from "../command";

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
export const USAGE = `npx x0 spire QUESTION [flags]

Asks SPIRE's own containers in the stack's cluster.

  entries      registration entries of the server
  agents       agents that the server knows
  bundle       trust bundle: what the server has, and
               whether agents get the same
  svid POD     identity of a mesh pod: its entries, and
               what it fetched at its start
  health       every server and agent, asked over its own
               socket

  --stack NAME staging or prod
  --help       print this

Exit code: 0 answered; 1 a server or agent is not healthy;
2 could not ask`;

const HELP = "npx x0 spire --help";

/** Reads the command line. @throws CannotRun that names what is wrong. */
export function parseArguments(argv: readonly string[]): Arguments {
    const { positionals, stack } = parse("spire", argv, {}, 2);
    const [asked, pod] = positionals;
    const question = QUESTIONS.find((known) => known === asked);
    if (question === undefined) {
        const what = asked === undefined ? "what is asked is missing" : `unknown question ${asked}`;
        throw new CannotRun(`${what}: must be one of ${QUESTIONS.join(", ")}`, HELP);
    }
    if ((question === "svid") !== (pod !== undefined)) {
        throw new CannotRun(question === "svid" ? "svid takes one pod" : `${question} takes no argument`, HELP);
    }
    return { question, pod, stack };
}
