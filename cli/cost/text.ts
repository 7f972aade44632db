import type { BoundName, ObjectCost, ScenarioCost, StackCost } from "../../cost/cost";
import { amount } from "../../cost/format";
import type { Costs } from "../../pipeline/costs";
import { visible } from "../../terminal/foreign";
import { type Cell, paint, table, type Terminal, wrap } from "../../terminal/text";

/** What a terminal is asked for. */
type Screen = Pick<Terminal, "columns" | "colour">;

/** Text of `npx x0 cost`: what makes pods, then the nodes, then what changed, then what is wrong. */
export function costText(
    { after, against, change }: Pick<Costs, "after" | "against" | "change">,
    faults: readonly string[],
    screen: Screen,
): string {
    const title = (text: string) => paint(text, "bold", screen);
    return [
        title("Requests and limits of one pod"),
        ...objectTable(after, screen),
        "",
        title(`Nodes of type ${after.node.type} and volumes, for a month`),
        ...scenarioTable(after, screen),
        ...(against === undefined
            ? []
            : [
                  "",
                  title(`Compared with ${against}`),
                  ...(change === undefined ? ["  no change"] : changeLines(change, screen)),
              ]),
        "",
        ...after.notes.flatMap((note) => marked("note", "warn", note, screen)),
        ...marked("note", "dim", `Prices of ${after.pricesDate}: ${after.node.source}.`, screen),
        ...faults.flatMap((fault) => marked("wrong", "bad", fault, screen)),
    ].join("\n");
}

function marked(word: string, tone: "warn" | "bad" | "dim", text: string, screen: Screen): string[] {
    const [first = "", ...rest] = wrap(text, screen.columns - word.length);
    return [`${paint(word, tone, screen)}  ${first}`, ...rest.map((line) => `  ${line}`)];
}

function objectTable({ objects, currency }: StackCost, screen: Screen): string[] {
    const header: Cell[] = ["component", "object", "pods", "cpu", "memory", "volumes", `${currency} a month`].map(
        (text): Cell => [text, "dim"],
    );
    return table([header, ...objects.map(objectRow)], screen);
}

function objectRow({ component, object, requests, limits, pods, perNode, storageBytes, monthly }: ObjectCost): Cell[] {
    const noPods = !perNode && pods.maximum === 0;
    const within = (request: string, limit: string | undefined) => `${request} - ${limit ?? "none"}`;
    const bytes = (value: number | undefined) => (value === undefined ? undefined : amount.bytes(value));
    return [
        component,
        object,
        noPods ? "" : perNode ? "each node" : range(pods.minimum, pods.maximum, String),
        noPods ? "" : within(amount.cpu(requests.cpu), limits.cpu === undefined ? undefined : amount.cpu(limits.cpu)),
        noPods ? "" : within(amount.bytes(requests.memory), bytes(limits.memory)),
        storageBytes === 0 ? "" : amount.bytes(storageBytes),
        range(monthly.minimum, monthly.maximum, (value) => value.toFixed(2)),
    ];
}

/** Two values, or one where both read the same. */
function range(least: number, most: number, text: (value: number) => string): string {
    return text(least) === text(most) ? text(most) : `${text(least)} - ${text(most)}`;
}

function scenarioTable({ scenarios, currency }: StackCost, screen: Screen): string[] {
    const { minimum, maximum } = scenarios;
    const same = JSON.stringify(minimum) === JSON.stringify(maximum);
    const columns: readonly (readonly [string, ScenarioCost])[] = same
        ? [["all pods", maximum]]
        : [
              ["autoscaling minimum", minimum],
              ["autoscaling maximum", maximum],
          ];
    const row = (name: string, cell: (scenario: ScenarioCost) => string): Cell[] => [
        name,
        ...columns.map(([, scenario]) => cell(scenario)),
    ];
    const share = (key: "used" | "reserved" | "idle") => (scenario: ScenarioCost) => {
        const { cpu, memory, monthly } = scenario[key];
        return `${amount.money(monthly, currency)} (cpu ${amount.cpu(cpu)}, memory ${amount.bytes(memory)})`;
    };
    return table(
        [
            [["", "dim"], ...columns.map(([name]): Cell => [name, "dim"])],
            row("nodes", ({ nodes }) => String(nodes)),
            row("requested by pods", share("used")),
            row("reserved by nodes", share("reserved")),
            row("idle", share("idle")),
            row(
                "volumes",
                ({ storageMonthly, storageBytes }) =>
                    `${amount.money(storageMonthly, currency)} (${amount.bytes(storageBytes)})`,
            ),
            row("total", ({ monthly }) => amount.money(monthly, currency)),
        ],
        screen,
    );
}

function changeLines({ figures, currency, objects, settings }: NonNullable<Costs["change"]>, screen: Screen): string[] {
    const names: readonly BoundName[] = ["minimum", "maximum"];
    const rows = names.map((name): Cell[] => {
        const { before, after } = figures[name];
        return [
            name,
            `${before.nodes} to ${after.nodes} nodes`,
            `${amount.money(before.monthly, currency)} to ${amount.money(after.monthly, currency)}`,
            amount.change(after.monthly - before.monthly, currency),
            `requests and volumes ${amount.change(after.requested - before.requested, currency)}`,
        ];
    });
    const reasons = [...objects, ...settings].flatMap(({ path, before, after }) => [
        `  ${visible(path)}`,
        ...(before === undefined ? [] : [`    ${paint(`- ${visible(before)}`, "dim", screen)}`]),
        ...(after === undefined ? [] : [`    + ${visible(after)}`]),
    ]);
    return [...table(rows, screen), ...reasons];
}
