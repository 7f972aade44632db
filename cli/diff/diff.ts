import { join } from "node:path";
import { canaryNotes } from "../../engine/canaries";
import { preview, reportOf } from "../../engine/preview";
import { replacementCost } from "../../engine/replacement";
import { type Change, isBroken, type PreviewReport } from "../../engine/report";
import { findPlace } from "../../engine/place";
import { openCluster } from "../../engine/target";
import { EXIT } from "../../terminal/commandLine";
import { visible, visibleLines } from "../../terminal/foreign";
import { fit, paint, type Terminal, type Tone } from "../../terminal/text";
import { type Context, printJson } from "../command";
import { counted } from "../../terminal/counted";
import { printWarnings } from "../kubectl";

/** Maximum properties listed for one object. */
const MOST = 8;

/** Options of `x0 diff`. */
export interface DiffOptions {
    readonly stack?: string;
    readonly refresh?: boolean;
    readonly values?: boolean;
    readonly expectNone?: boolean;
    readonly json?: boolean;
}

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
        `${paint(level, level === "mandatory" ? "bad" : "warn", terminal)} ${visible(rule)}`,
        ...visibleLines(message).map((line) => `    ${line}`),
    ]);
    const canaries = canaryNotes(changes).map((note) => `${paint("note", "warn", terminal)} ${visible(note)}`);
    const counts = (Object.keys(SIGNS) as Change["op"][])
        .map((op) => [op, changes.filter((change) => change.op === op).length] as const)
        .filter(([, count]) => count > 0)
        .map(([op, count]) => `${count} to ${op}`);
    const mandatory = findings.filter(({ level }) => level === "mandatory").length;
    const stops = `${counted(mandatory, "policy violation")} ${mandatory === 1 ? "stops" : "stop"} the update`;
    const policies = mandatory > 0 ? stops : "policies passed";
    const used = exceptions.length === 0 ? "" : `, ${counted(exceptions.length, "exception")} used`;
    const summary =
        errors.length > 0
            ? paint("The preview failed.", "bad", terminal)
            : `${counts.join(", ") || "No changes"} of ${resources} resources; ${policies}${used}.`;
    return [...lines, ...canaries, ...found, ...errors.flatMap(visibleLines), summary].join("\n");
}

/** The changes for scripts: each replacement with what it costs. */
export function changesWithCosts(changes: readonly Change[]): (Change & { readonly cost?: string })[] {
    return changes.map((change) => (change.op === "replace" ? { ...change, cost: replacementCost(change) } : change));
}

function changeLines(change: Change, values: boolean, terminal: Pick<Terminal, "columns" | "colour">): string[] {
    const { op, details } = change;
    const object = visible(change.object);
    const [sign, tone] = SIGNS[op];
    // Never truncated, since it must not be missed.
    const cost = op === "replace" ? [`      ${paint(`replaced: ${replacementCost(change)}`, tone, terminal)}`] : [];
    if (values) {
        const shown = details.map(({ path, before, after }) =>
            fit(
                `      ${visible(`${path}: ${before ?? "(unset)"} -> ${after ?? "(unset)"}`)}`,
                Math.max(terminal.columns, 60),
            ),
        );
        return [`${paint(sign, tone, terminal)} ${object}`, ...cost, ...shown];
    }
    const paths = details.slice(0, MOST).map(({ path }) => path);
    const more = details.length > MOST ? `, and ${details.length - MOST} more` : "";
    const text = paths.length === 0 ? "" : `  ${visible(`${paths.join(", ")}${more}`)}`;
    return [`${paint(sign, tone, terminal)} ${fit(`${object}${text}`, terminal.columns - 2)}`, ...cost];
}

/** Shows what an update of a stack would change. @returns the exit code. */
export async function showDiff(options: DiffOptions, context: Context): Promise<number> {
    const { refresh = false, values = false, expectNone = false, json = false } = options;
    const place = await findPlace(options.stack, context);
    // Without resources the stack is not bound to a cluster yet; the program itself checks the settings.
    if (place.state.resources.length > 0) {
        printWarnings((await openCluster(place)).notes);
    }
    const { checkout } = context.paths;
    const { stack, embedded, configFile, cli } = place;
    const found = await preview(
        {
            ...{ pulumi: cli.executable, env: cli.env, program: checkout, stack },
            configFile: embedded ? configFile : undefined,
            policies: join(checkout, "policy"),
        },
        refresh ? ["--refresh"] : [],
    );
    const against = refresh ? "the live objects" : "the state of the stack";
    const { changes, errors } = found;
    const report = reportOf(stack, against, found);
    if (json) {
        printJson({ ...report, changes: changesWithCosts(changes) });
    } else {
        console.log(diffText(report, values, context.terminal));
    }
    if (errors.length > 0) {
        return EXIT.cannot;
    }
    return isBroken(report) || (expectNone && changes.length > 0) ? EXIT.wrong : EXIT.done;
}
