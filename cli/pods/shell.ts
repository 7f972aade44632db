import { CannotRun } from "../../errors";
import { eachLine } from "../../terminal/lines";
import type { Context } from "../command";
import { exitOf, hintFor } from "../kubectl";
import { choosePods, openMesh, podNames } from "./mesh";

/** Default command: the best shell in the image. */
const BEST_SHELL = ["sh", "-c", "if command -v bash >/dev/null; then exec bash; else exec sh; fi"];

/** Options of `x0 shell`. */
export interface ShellOptions {
    readonly stack?: string;
    readonly container: string;
}

/**
 * Runs a shell or a command in a pod.
 * @param command what to run; empty for a shell
 * @returns the exit code of the shell or the command
 */
export async function openShell(
    pod: string | undefined,
    command: readonly string[],
    { stack, container }: ShellOptions,
    context: Context,
): Promise<number> {
    const { interactive } = context.terminal;
    if (command.length === 0 && !interactive) {
        throw new CannotRun("a shell needs a terminal", "give a command: npx x0 shell -- env");
    }
    const mesh = await openMesh(stack, context);
    const [chosen = ""] = choosePods(await podNames(mesh), pod, mesh.namespace);
    console.error(`Pod ${mesh.namespace}/${chosen}, container ${container}`);
    const terminal = interactive ? ["--stdin", "--tty"] : ["--stdin"];
    const child = mesh.kubectl.start(
        ["exec", chosen, "--container", container, ...terminal, "--", ...(command.length > 0 ? command : BEST_SHELL)],
        ["inherit", "inherit", "pipe"],
    );
    const errors: string[] = [];
    const [code] = await Promise.all([
        exitOf(child),
        child.stderr &&
            eachLine(child.stderr, (line) => {
                errors.push(line);
                console.error(line);
            }),
    ]);
    const refusal = errors.join("\n");
    if (code !== 0 && /^(error: )?(Internal error|Error from server)/m.test(refusal)) {
        throw new CannotRun("kubectl exec was refused", hintFor(refusal));
    }
    return code;
}
