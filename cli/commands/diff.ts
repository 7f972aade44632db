import { join } from "node:path";
import { preview, reportOf } from "../../engine/preview";
import { type Change, isBroken, type PreviewReport } from "../../engine/report";
import { type Command, EXIT, main, oneOf, parse } from "../command";
import { findPlace } from "../../engine/place";
import { openCluster } from "../../engine/target";
import { fit, paint, type Terminal, type Tone } from "../../terminal/text";

/** Most properties that are named for one object. */
const MOST = 8;

const USAGE = `npx x0 diff [flags]

What an update of the stack would change: one line an
object with the properties that differ, and what the
policies say. Changes nothing.

  --stack NAME     staging or prod
  --refresh        compare with the live objects, not with
                   the state: shows what others changed
  --values         show the values before and after
  --format F       text (default) or json
  --expect-none    exit code 1 when anything would change
  --help           print this

Exit code: 0 no changes, or changes that are allowed;
1 a policy would stop the update, or see --expect-none;
2 the preview failed`;

const SIGNS: Readonly<Record<Change["op"], readonly [sign: string, tone: Tone]>> = {
    create: ["+", "good"],
    update: ["~", "warn"],
    replace: ["±", "bad"],
    delete: ["-", "bad"],
    move: [">", "dim"],
};

/** Text of `npx x0 diff`. */
export function diffText(
    report: PreviewReport,
    values: boolean,
    terminal: Pick<Terminal, "columns" | "colour">,
): string {
    const { changes, findings, errors, exceptions, resources } = report;
    const lines = changes.flatMap((change) => changeLines(change, values, terminal));
    const found = findings.flatMap(({ rule, level, message }) => [
        `${paint(level, level === "mandatory" ? "bad" : "warn", terminal)} ${rule}`,
        ...message.split("\n").map((line) => `    ${line}`),
    ]);
    const counts = (Object.keys(SIGNS) as Change["op"][])
        .map((op) => [op, changes.filter((change) => change.op === op).length] as const)
        .filter(([, count]) => count > 0)
        .map(([op, count]) => `${count} to ${op}`);
    const mandatory = findings.filter(({ level }) => level === "mandatory").length;
    const policies = mandatory > 0 ? `${mandatory} policy violations stop the update` : "policies passed";
    const used = exceptions.length === 0 ? "" : `, ${exceptions.length} exceptions used`;
    const summary =
        errors.length > 0
            ? paint("The preview failed.", "bad", terminal)
            : `${counts.join(", ") || "No changes"} of ${resources} resources; ${policies}${used}.`;
    return [...lines, ...found, ...errors, summary].join("\n");
}

function changeLines({ op, object, details }: Change, values: boolean, terminal: Pick<Terminal, "columns" | "colour">) {
    const [sign, tone] = SIGNS[op];
    if (values) {
        const shown = details.map(({ path, before, after }) =>
            fit(`      ${path}: ${before ?? "(unset)"} -> ${after ?? "(unset)"}`, Math.max(terminal.columns, 60)),
        );
        return [`${paint(sign, tone, terminal)} ${object}`, ...shown];
    }
    const paths = details.slice(0, MOST).map(({ path }) => path);
    const more = details.length > MOST ? `, and ${details.length - MOST} more` : "";
    const text = paths.length === 0 ? "" : `  ${paths.join(", ")}${more}`;
    return [`${paint(sign, tone, terminal)} ${fit(`${object}${text}`, terminal.columns - 2)}`];
}

/** `npx x0 diff`. */
export const diff: Command = {
    name: "diff",
    usage: USAGE,
    run: async (argv, context) => {
        const { values, stack: given } = parse("diff", argv, {
            refresh: { type: "boolean" },
            values: { type: "boolean" },
            "expect-none": { type: "boolean" },
            format: { type: "string", default: "text" },
        });
        const format = oneOf("format", values.format, ["text", "json"]);
        const place = await findPlace(given, context);
        // Without resources nothing ties the stack to a cluster yet; the program itself checks the settings.
        if (place.state.resources.length > 0) {
            for (const note of (await openCluster(place)).notes) {
                console.error(`Warning: ${note}`);
            }
        }
        const { checkout } = context.paths;
        const { stack, embedded, configFile, cli } = place;
        const found = await preview(
            {
                ...{ pulumi: cli.executable, env: cli.env, program: checkout, stack },
                configFile: embedded ? configFile : undefined,
                policies: join(checkout, "policy"),
            },
            values.refresh === true ? ["--refresh"] : [],
        );
        const { changes, errors } = found;
        const against = values.refresh === true ? "the live objects" : "the state of the stack";
        const report = reportOf(stack, against, found);
        console.log(
            format === "json"
                ? JSON.stringify(report, null, 2)
                : diffText(report, values.values === true, context.terminal),
        );
        if (errors.length > 0) {
            return EXIT.cannot;
        }
        return isBroken(report) || (values["expect-none"] === true && changes.length > 0) ? EXIT.wrong : EXIT.done;
    },
};

if (require.main === module) {
    void main(diff);
}
