import { isDeepStrictEqual } from "node:util";
import { code, table } from "./markdown";
import type { SettingRow } from "./rows";
import { type StackFiles, valueAt } from "./stacks";

/** Longest value that a table shows in full (characters). */
const LONGEST_VALUE = 60;

/** The most commonly used settings, for the README. */
const MOST_USED = [
    "cluster.context",
    "cluster.kubeconfig",
    "cluster.checkReachable",
    "mesh.image.repository",
    "mesh.image.tag",
    "mesh.image.digest",
    "mesh.replicas",
    "mesh.autoscaling.enabled",
    "mesh.logLevel",
    "mesh.spireSocket.type",
    "mesh.data.type",
    "mesh.data.storageClass",
    "mesh.secret.existingName",
    "mesh.networkPolicy.httpFromNamespaces",
    "mesh.ebpf.enabled",
] as const;

const INTRODUCTION = `# Settings

<!-- Written by \`npm run docs\` from the schemas in settings/. Do not edit. -->

\`cluster.context\` and the choices marked as required have no default. Set one by its path:

\`\`\`sh
pulumi config set --stack staging --path mesh.image.tag 3.4.1
\`\`\`

- The value goes into \`Pulumi.<stack>.yaml\`. You can edit that file instead.
- A list that you set replaces the default list as a whole. In a path, \`[]\` below stands for an index: \`'mesh.writablePaths[0].path'\`.
- With \`--path\`, the CLI stores integers, \`true\` and \`false\` as number and boolean. Where text is required, as in \`mesh.env\`, add \`--type string\`.
- In the stack file, quote every value that is text: YAML reads \`1.10\` as 1.1, \`017\` as 15 and \`2026-01-02\` as a time. The next \`pulumi config set\` writes such values back converted.
- An invalid value stops the run before anything changes. One message lists every fault with the command that fixes it. Texts that were refused are never shown, only their length: one of them might be a secret.
- A stack column appears where that stack's file differs from the default.
`;

/** The settings reference: one table per group. */
export function settingsPage(rows: readonly SettingRow[], stacks: StackFiles): string {
    const groups = [...new Set(rows.map(({ group }) => group))];
    const sections = groups.map((group) => {
        const members = rows.filter((row) => row.group === group);
        return `## ${group}\n\n${settingsTable(members, stacks, { allowed: true })}\n`;
    });
    return `${INTRODUCTION}\n${sections.join("\n")}`;
}

/**
 * The short table of the README.
 * @throws Error when one of them no longer exists.
 */
export function mostUsedTable(rows: readonly SettingRow[], stacks: StackFiles): string {
    const chosen = MOST_USED.map((key) => {
        const row = rows.find((candidate) => candidate.key === key);
        if (row === undefined) {
            throw new Error(`the README's table names the setting ${key}, which does not exist`);
        }
        return row;
    });
    return settingsTable(chosen, stacks, { allowed: false });
}

function settingsTable(rows: readonly SettingRow[], stacks: StackFiles, show: { allowed: boolean }): string {
    const columns = [...stacks].filter(([, file]) => rows.some((row) => difference(row, file) !== undefined));
    return table(
        [
            "Setting",
            ...(show.allowed ? ["Allowed"] : []),
            "Default",
            ...columns.map(([stack]) => stack),
            "What it does",
        ],
        rows.map((row) => [
            code(row.key),
            ...(show.allowed ? [row.allowed] : []),
            row.required ? "required" : shown(row.fallback),
            ...columns.map(([, file]) => {
                const value = difference(row, file);
                return value === undefined ? "" : shown(value);
            }),
            row.description,
        ]),
    );
}

/** The value that a stack file sets, if it differs from the default. */
function difference({ key, fallback }: SettingRow, file: unknown): unknown {
    const value = valueAt(file, key);
    return isDeepStrictEqual(value, fallback) ? undefined : value;
}

/** A value for a table; a long list or map by its length. */
function shown(value: unknown): string {
    if (value === undefined) {
        return "–";
    }
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return typeof value === "object" && value !== null && text.length > LONGEST_VALUE ? summary(value) : code(text);
}

function summary(value: object): string {
    if (!Array.isArray(value)) {
        return `${Object.keys(value).length} entries`;
    }
    const paths = value.map((item: unknown) => valueAt(item, "path") ?? valueAt(item, "name"));
    return paths.every((path) => typeof path === "string")
        ? paths.map((path) => code(path)).join(", ")
        : `${value.length} entries`;
}
