import { parseArgs } from "node:util";
import type { Severity } from "../evaluation/rule";
import { PRESETS } from "../presets";
import { UsageError } from "./usage";

/** Forms of output. */
const FORMATS = ["text", "json", "sarif", "junit", "github"] as const;

/** A form of output. */
export type Format = (typeof FORMATS)[number];

/** Severities, from the least to the most. */
export const SEVERITIES: readonly Severity[] = ["low", "medium", "high", "critical"];

/** What the command line says. */
export interface Arguments {
    /** Form of output. Default: text. */
    readonly format: Format;
    /** Rules of this preset only. Default: all that are not off by default. */
    readonly preset?: string;
    /** Only these rules. Default: see {@link preset}. */
    readonly rules?: readonly string[];
    /** File with levels and options. Default: none. */
    readonly config?: string;
    /** Whether all objects together are judged as a stack too. */
    readonly stackRules: boolean;
    /** Least severity of the rules that run. Default: all run. */
    readonly minSeverity?: Severity;
    /** Patterns of files and folders that are left out; `*` stands for any characters. */
    readonly exclude: readonly string[];
    /** Namespace of objects that name none. Default: they have none. */
    readonly namespace?: string;
    /** Whether the exceptions of this project apply. */
    readonly ownExceptions: boolean;
    /** Files, folders, or `-` for standard input; at least one. */
    readonly inputs: readonly string[];
    /** Whether only the help is wanted. */
    readonly help: boolean;
}

/** A DNS label (RFC 1123), as names of namespaces are. */
const NAMESPACE = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

/** What the command can do. */
export const HELP = `x0tta6bl4-policy [flags] FILES|FOLDERS|-
npm run policy:check -- [flags] FILES|FOLDERS|-

Judges Kubernetes manifests (YAML or JSON) by the rules of
the policy pack. In folders, charts are rendered by helm,
and what is no Kubernetes object is skipped.

  --format FORM   ${FORMATS.join(", ")}
                  (text)
  --preset NAME   only the rules of a preset:
${Object.keys(PRESETS)
    .map((name) => `                    ${name}`)
    .join("\n")}
  --rules a,b     only these rules
  --min-severity S
                  only rules of this severity or above:
                  ${SEVERITIES.join(", ")}
  --config FILE   levels and options, as for
                  pulumi --policy-pack-config
  --stack-rules   also judge all objects together, as one
                  stack
  --exclude GLOB  skip files and folders; * stands for any
                  characters; may be repeated
  --namespace NS  namespace of objects that name none
  --own-exceptions
                  apply the exceptions of this project's
                  stacks (policy/exceptions.ts)
  -h, --help      print this

Exit status: 0 no mandatory violations; 1 some; 2 the
command line or an input could not be used
`;

/**
 * Reads the command line.
 * @throws {UsageError} saying what is wrong with it.
 */
export function readArguments(args: readonly string[]): Arguments {
    const { values, positionals } = parse(args);
    const format = FORMATS.find((known) => known === (values.format ?? "text"));
    if (format === undefined) {
        throw new UsageError(`--format ${values.format ?? ""} does not exist: use one of ${FORMATS.join(", ")}.`);
    }
    const { preset, help = false } = values;
    if (preset !== undefined && !Object.hasOwn(PRESETS, preset)) {
        throw new UsageError(`--preset ${preset} does not exist: use one of ${Object.keys(PRESETS).join(", ")}.`);
    }
    if (positionals.length === 0 && !help) {
        throw new UsageError("No input: name files or folders, or - for standard input.");
    }
    const rules = values.rules
        ?.flatMap((list) => list.split(","))
        .map((rule) => rule.trim())
        .filter((rule) => rule !== "");
    // An empty variable of a script: with no rule everything would pass.
    if (rules?.length === 0) {
        throw new UsageError("--rules names no rule: name some, or leave it out.");
    }
    const wanted = values["min-severity"];
    const minSeverity = SEVERITIES.find((known) => known === wanted);
    if (wanted !== undefined && minSeverity === undefined) {
        throw new UsageError(`--min-severity ${wanted} does not exist: use one of ${SEVERITIES.join(", ")}.`);
    }
    if (values.namespace !== undefined && !NAMESPACE.test(values.namespace)) {
        throw new UsageError("--namespace must be a DNS label, such as shop.");
    }
    const { config, exclude = [], namespace } = values;
    const { "stack-rules": stackRules = false, "own-exceptions": ownExceptions = false } = values;
    const what = { exclude, namespace, ownExceptions, inputs: positionals };
    return { format, preset, rules, minSeverity, config, stackRules, ...what, help };
}

function parse(args: readonly string[]) {
    try {
        return parseArgs({
            args: [...args],
            allowPositionals: true,
            options: {
                format: { type: "string" },
                preset: { type: "string" },
                rules: { type: "string", multiple: true },
                config: { type: "string" },
                "stack-rules": { type: "boolean" },
                "min-severity": { type: "string" },
                exclude: { type: "string", multiple: true },
                namespace: { type: "string" },
                "own-exceptions": { type: "boolean" },
                help: { type: "boolean", short: "h" },
            },
        });
    } catch (error) {
        // Without Node's advice on positional arguments.
        const [fault = ""] = (error instanceof Error ? error.message : String(error)).split(". ", 1);
        throw new UsageError(`${fault}.\n\n${HELP}`);
    }
}
