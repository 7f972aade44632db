import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { CannotRun } from "../errors";
import { parse, uniform } from "../terminal/commandLine";
import type { Context, Session } from "./command";
import { clean } from "./commands/clean";
import { cluster } from "./commands/cluster";
import { complete, completion } from "./commands/completion";
import { cost } from "./commands/cost";
import { destroy } from "./commands/destroy";
import { diff } from "./commands/diff";
import { doctor } from "./commands/doctor";
import { images } from "./commands/images";
import { logs } from "./commands/logs";
import { migrate } from "./commands/migrate";
import { monitoring } from "./commands/monitoring";
import { pipeline } from "./commands/pipeline";
import { policy } from "./commands/policy";
import { portForward } from "./commands/portForward";
import { recover } from "./commands/recover";
import { rollout } from "./commands/rollout";
import { shell } from "./commands/shell";
import { smoke } from "./commands/smoke";
import { spire } from "./commands/spire";
import { status } from "./commands/status";

/** Name of the program in messages. */
export const X0 = "npx x0";

/**
 * The program `x0`. Definitions of subcommands load quickly; their implementation is imported when they run, so that
 * help and completion stay fast.
 * @param version what `--version` prints
 */
export function x0(session: Session, version: string): CommandUnknownOpts {
    const program = new Command(X0)
        .description("Operates the stacks of the x0tta6bl4 platform.")
        .version(version, "-V, --version", "print the version")
        // What follows a command's name is its own: some commands share an option with a subcommand of theirs.
        .enablePositionalOptions()
        .commandsGroup("Set up:")
        .addCommand(cluster(session))
        .addCommand(doctor(session))
        .addCommand(migrate(session))
        .commandsGroup("Operate:")
        .addCommand(status(session))
        .addCommand(logs(session))
        .addCommand(shell(session))
        .addCommand(portForward(session))
        .addCommand(monitoring(session))
        .addCommand(spire(session))
        .addCommand(smoke(session))
        .commandsGroup("Change:")
        .addCommand(diff(session))
        .addCommand(cost(session))
        .addCommand(images(session))
        .addCommand(rollout(session))
        .addCommand(recover(session))
        .addCommand(destroy(session))
        .addCommand(clean(session))
        .commandsGroup("Automate:")
        .addCommand(policy(session))
        .addCommand(pipeline(session))
        .addCommand(completion())
        .helpCommand("help [command]", "print the help of a command")
        .addCommand(complete(session), { hidden: true });
    uniform(program);
    return program;
}

/** Commands that accept arguments after `--`. */
const TAKE_REST = ["shell", "complete"];

/**
 * Splits a command line at `--`.
 * @throws CannotRun when the command accepts no arguments after it.
 */
export function splitRest(argv: readonly string[]): { own: readonly string[]; rest: readonly string[] | undefined } {
    const end = argv.indexOf("--");
    if (end < 0) {
        return { own: argv, rest: undefined };
    }
    const [name = ""] = argv;
    if (!TAKE_REST.includes(name)) {
        throw new CannotRun(`${name} accepts no arguments after --`, `${X0} ${name} --help`);
    }
    return { own: argv.slice(0, end), rest: argv.slice(end + 1) };
}

/** Runs a command line in this process. @returns the exit code. @throws CannotRun, and what the command throws. */
export async function runX0(argv: readonly string[], context: Context, version = ""): Promise<number> {
    const { own, rest } = splitRest(argv);
    const session: Session = { ...context, rest, exitCode: 0 };
    await parse(x0(session, version), own);
    return session.exitCode;
}
