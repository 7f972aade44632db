import type { OptionDefinitions, OptionSchema } from "../../../policy/engine/options";
import { COMMON_OPTIONS, type RuleInfo } from "../../../policy/evaluation/rule";
import { PRESETS } from "../../../policy/presets";
import { PACK_POLICIES } from "../../../policy/rules/pack";
import { RULES } from "../../../policy/rules";
import { STACK_RULES } from "../../../policy/rules/stack";
import { ANCHORS } from "./anchors";

/** A rule with its options. */
type Documented = RuleInfo & { readonly options: OptionDefinitions };

/** Rules that judge a stack as a whole, alone or beside single objects. */
const OF_STACK: ReadonlySet<string> = new Set(STACK_RULES.map(({ id }) => id));

/** Every rule once, in the order in which the pack reports. */
export function documentedRules(): Documented[] {
    return [...new Map([...RULES, ...STACK_RULES].map((rule): [string, Documented] => [rule.id, rule])).values()];
}

/** The reference of all rules, `docs/policies.md`. */
export function policiesPage(): string {
    const all = documentedRules();
    return [
        "# Policies",
        "This file is generated from the rules in `policy/rules` by `npm run docs`. " +
            "How to use and write them is in [policy-guide.md](policy-guide.md).",
        `${all.length} rules. _Mandatory_ violations stop an update, _advisory_ ones are shown, _disabled_ rules do not run ` +
            "unless a configuration says so. Every rule has two options beside those below: `allowAnnotations` (default `true`), " +
            "whether objects may declare exceptions for themselves, and `exceptions` (default none), a list of exceptions.",
        "| rule | level | severity | demands |\n| --- | --- | --- | --- |\n" + all.map(overview).join("\n"),
        "## Presets",
        ...Object.entries(PRESETS).map(([name, ids]) => `- \`${name}\`: ${ids.map(link).join(", ")}`),
        "## Policies about the pack's own work",
        ...PACK_POLICIES.map(
            ({ id, level, description, remediation }) =>
                `- \`${id}\` (${level}): ${description} ${remediation.join(" ")}`,
        ),
        ...all.map(section),
    ].join("\n\n");
}

function overview({ id, level, severity, description }: Documented): string {
    return `| ${link(id)} | ${level} | ${severity} | ${description} |`;
}

function link(id: string): string {
    return `[${id}](#${id})`;
}

function section(rule: Documented): string {
    const { id, title, description, level, severity, remediation, url, example } = rule;
    const anchor = ANCHORS[id];
    const scope = OF_STACK.has(id) ? " Evaluates all objects of a stack together." : "";
    const under = example.options === undefined ? "" : ` With the options \`${JSON.stringify(example.options)}\`:`;
    return [
        `## ${id}`,
        `**${title}.** ${description}${scope}`,
        `Level: ${level}. Severity: ${severity}. [Why](${url}).${anchor === undefined ? "" : ` Modelled on: ${anchor}.`}`,
        "How to fix it:",
        remediation.map((step, index) => `${index + 1}. ${step}`).join("\n"),
        `Breaks the rule:${under}`,
        fenced(example.bad),
        "Meets it:",
        fenced(example.good),
        optionTable(rule.options),
    ].join("\n\n");
}

function fenced(text: string): string {
    return `\`\`\`yaml\n${text.trim()}\n\`\`\``;
}

function optionTable(options: OptionDefinitions): string {
    const own = Object.entries(options).filter(([name]) => !Object.hasOwn(COMMON_OPTIONS, name));
    if (own.length === 0) {
        return "";
    }
    const rows = own.map(
        ([name, { schema }]) => `| \`${name}\` | ${escape(schema.description)} | ${byDefault(schema)} |`,
    );
    return ["| option | what it does | default |", "| --- | --- | --- |", ...rows].join("\n");
}

function byDefault({ default: value }: OptionSchema): string {
    return `\`${escape(JSON.stringify(value))}\``;
}

/** Text for a cell of a table. */
function escape(text: string): string {
    return text.replaceAll("|", "\\|");
}
