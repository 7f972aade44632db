import { APP } from "../../components/mesh/names";
import { CannotRun } from "../../errors";
import { type Command, main, parse } from "../command";
import { exitOf, hintFor } from "../kubectl";
import { eachLine } from "../../terminal/lines";
import { choosePods, openMesh, podNames } from "../mesh";

const USAGE = `npx x0 shell [POD] [flags] [-- COMMAND]

Opens a shell in a mesh pod: bash where the image has it,
else sh. With COMMAND runs that instead; its exit code is
this command's.
POD is a pod's name, or the end of one (default: the
first).

  --stack NAME    staging or prod
  --container C   another container (default ${APP})
  --help          print this

Example: npx x0 shell -- env

Exit code: that of the shell or of COMMAND; 2 could not
open it`;

/** What runs without a command: the best shell that the image has. */
const BEST_SHELL = ["sh", "-c", "if command -v bash >/dev/null; then exec bash; else exec sh; fi"];

/** What the command line asks for. */
export interface Request {
    readonly stack?: string;
    readonly pod?: string;
    readonly container: string;
    /** What to run; empty for a shell. */
    readonly command: readonly string[];
}

/** Reads the command line; what follows `--` is not looked at. */
export function readRequest(argv: readonly string[]): Request {
    const end = argv.indexOf("--");
    const { values, positionals, stack } = parse(
        "shell",
        end < 0 ? argv : argv.slice(0, end),
        { container: { type: "string" } },
        1,
    );
    const command = end < 0 ? [] : argv.slice(end + 1);
    return { stack, pod: positionals[0], container: values.container ?? APP, command };
}

/** `npx x0 shell`. */
export const shell: Command = {
    name: "shell",
    usage: USAGE,
    run: async (argv, context) => {
        const { stack, pod, container, command } = readRequest(argv);
        const { interactive } = context.terminal;
        if (command.length === 0 && !interactive) {
            throw new CannotRun("a shell needs a terminal", "give a command: npx x0 shell -- env");
        }
        const mesh = await openMesh(stack, context);
        const [chosen = ""] = choosePods(await podNames(mesh), pod, mesh.namespace);
        console.error(`Pod ${mesh.namespace}/${chosen}, container ${container}`);
        const terminal = interactive ? ["--stdin", "--tty"] : ["--stdin"];
        const child = mesh.kubectl.start(
            [
                "exec",
                chosen,
                "--container",
                container,
                ...terminal,
                "--",
                ...(command.length > 0 ? command : BEST_SHELL),
            ],
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
    },
};

if (require.main === module) {
    void main(shell);
}
