import { setTimeout as sleep } from "node:timers/promises";
import { CannotRun } from "../../errors";
import { type Command, type Context, EXIT, main, oneOf, parse } from "../command";
import { findPlace } from "../../engine/place";
import { openCluster } from "../../engine/target";
import { type Survey, survey } from "../status/survey";
import { statusText } from "../status/text";

/** Pause between two looks of `--watch` (ms). */
const WATCH_MS = 5_000;

/** Clears a terminal and puts the cursor into its corner. */
const CLEAR = "\u001b[2J\u001b[H";

const USAGE = `npx x0 status [flags]

One screen: the stack, its workloads and pods, SPIRE,
monitoring, firing alerts, recent warnings. Changes
nothing.

  --stack NAME    staging or prod
  --format F      text (default) or json
  --watch         look again every ${WATCH_MS / 1000} s, on a terminal
  --exit-code     exit code 1 when something asks for a look
  --help          print this

Exit code: 0 it could look, 1 see --exit-code, 2 it could
not look`;

async function look(stack: string | undefined, context: Context): Promise<Survey> {
    const place = await findPlace(stack, context);
    return survey(place, await openCluster(place), new Date());
}

/** `npx x0 status`. */
export const status: Command = {
    name: "status",
    usage: USAGE,
    run: async (argv, context) => {
        const { values, stack } = parse("status", argv, {
            format: { type: "string", default: "text" },
            watch: { type: "boolean" },
            "exit-code": { type: "boolean" },
        });
        const format = oneOf("format", values.format, ["text", "json"]);
        const { terminal } = context;
        if (values.watch === true && !(terminal.interactive && format === "text")) {
            throw new CannotRun("--watch needs a terminal and text", "leave it out");
        }
        for (;;) {
            const found = await look(stack, context);
            const text = format === "json" ? JSON.stringify(found, null, 2) : statusText(found, terminal, new Date());
            console.log(values.watch === true ? CLEAR + text : text);
            if (values.watch !== true) {
                return values["exit-code"] === true && !found.healthy ? EXIT.wrong : EXIT.done;
            }
            await sleep(WATCH_MS);
        }
    },
};

if (require.main === module) {
    void main(status);
}
