import { parser } from "@prometheus-io/lezer-promql";

/** A node of an expression's syntax tree. */
interface Node {
    readonly name: string;
    readonly text: string;
    /** Name of the node that it is part of. */
    readonly parent: string | undefined;
}

/** The names of an expression's nodes with their texts, by Prometheus's own grammar. */
function nodesOf(expr: string): Node[] {
    const nodes: Node[] = [];
    parser.parse(expr).iterate({
        enter: ({ name, from, to, node }) => {
            nodes.push({ name, text: expr.slice(from, to), parent: node.parent?.name });
        },
    });
    return nodes;
}

/** The distinct selectors of an expression: `metric{matchers}`, without range and offset. */
export function selectorsOf(expr: string): string[] {
    return [...new Set(nodesOf(expr).flatMap(({ name, text }) => (name === "VectorSelector" ? [text] : [])))];
}

/** Operators that filter series; with the modifier `bool`, a comparison filters none. */
const CONDITIONS = new Set(["Eql", "Neq", "Gtr", "Lss", "Gte", "Lte", "And", "Unless"]);

/** Whether an expression can be empty although all its series exist, because it filters series. */
export function isConditional(expr: string): boolean {
    const operators = nodesOf(expr).filter(({ parent }) => parent === "BinaryExpr");
    return operators.some(({ name }, index) => CONDITIONS.has(name) && operators[index + 1]?.name !== "BoolModifier");
}

/** Values of Grafana's variables in a query. */
export interface Variables {
    readonly namespace: string;
    readonly spireNamespaces: readonly string[];
}

/** A panel's query with its variables interpolated, as by Grafana if `All` is selected. */
export function filledIn(expr: string, { namespace, spireNamespaces }: Variables): string {
    const values: Readonly<Record<string, string>> = {
        namespace,
        pod: ".+",
        spire_namespace: spireNamespaces.join("|"),
        spire_pod: ".+",
        __rate_interval: "5m",
        __range: "1h",
        __interval: "1m",
    };
    return expr.replace(/\$\{?(\w+)\}?/g, (whole, name: string) => values[name] ?? whole);
}
