import ts from "typescript";
import { code, table } from "./markdown";

/** One output of a stack. */
interface OutputRow {
    /** Name; a dot leads into an object. */
    readonly name: string;
    /** Its docstring. */
    readonly description: string;
}

const INTRODUCTION = `# Outputs

<!-- Written by \`npm run docs\` from outputs.ts. Do not edit. -->

What \`pulumi stack output --stack staging\` shows. \`pulumi stack output services\` shows one of them; add \`--json\` for
scripts. Only \`grafanaPassword\` is a secret: it is shown with \`--show-secrets\`.
`;

/** The page of outputs. */
export function outputsPage(source: string): string {
    const rows = outputRows(source).map(({ name, description }) => [code(name), description]);
    return `${INTRODUCTION}\n${table(["Output", "What it is"], rows)}\n`;
}

/**
 * The outputs and their docstrings, from the text of `outputs.ts`.
 * @throws Error when it has no interface `StackOutputs`.
 */
export function outputRows(source: string): OutputRow[] {
    const file = ts.createSourceFile("outputs.ts", source, ts.ScriptTarget.Latest, true);
    const outputs = file.statements.find(
        (statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === "StackOutputs",
    );
    if (outputs === undefined || !ts.isInterfaceDeclaration(outputs)) {
        throw new Error("outputs.ts has no interface StackOutputs");
    }
    return rows("", outputs.members);
}

/** Rows of an interface's fields. An object whose fields have docstrings gets a row for each of these instead. */
function rows(prefix: string, members: ts.NodeArray<ts.TypeElement>): OutputRow[] {
    return members.filter(ts.isPropertySignature).flatMap((member) => {
        const name = `${prefix}${member.name.getText()}`;
        const inner = member.type !== undefined && ts.isTypeLiteralNode(member.type) ? member.type.members : undefined;
        if (inner?.some((child) => docstring(child) !== "")) {
            return rows(`${name}.`, inner);
        }
        const names = inner?.map((child) => code(child.name?.getText() ?? "")).join(", ");
        return [{ name, description: `${docstring(member)}${names === undefined ? "" : ` Fields: ${names}.`}` }];
    });
}

function docstring(node: ts.Node): string {
    return ts
        .getJSDocCommentsAndTags(node)
        .filter(ts.isJSDoc)
        .map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? "")
        .join(" ");
}
